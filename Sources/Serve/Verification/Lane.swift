import Synchronization

/// The way into one verifier: a bound on what is accepted, before the places where it is judged.
///
/// Each verifier has its own, so that a math request never waits behind a program.
final class Lane: Sendable {
    /// Why nothing more is accepted.
    enum Refusal: Error {
        /// So many items wait.
        case full(Int)
        /// So many items of the same token wait.
        case quota(Int)
        /// What runs has run for so long that the turn would come too late.
        case late(Double)
    }

    private struct State {
        var pending = 0
        var byOwner: [String: Int] = [:]
    }

    let maxPending: Int
    /// Of these a token may have so many.
    let maxPerOwner: Int
    let slots: Slots
    private let state = Mutex(State())

    init(slots: Slots, maxPending: Int, maxPerOwner: Int? = nil) {
        self.slots = slots
        self.maxPending = maxPending
        self.maxPerOwner = maxPerOwner ?? maxPending
    }

    /// Items accepted and not yet answered, and slots in use.
    var load: (pending: Int, running: Int) { (state.withLock { $0.pending }, slots.running) }

    /// Accepts `count` items or refuses at once. A request larger than a bound is accepted when nothing else waits.
    func admit(_ count: Int, for share: WorkShare, within seconds: Double) throws(Refusal) {
        let refusal: Refusal? = state.withLock { state in
            let own = share.owner.isEmpty ? 0 : state.byOwner[share.owner] ?? 0
            if state.pending > 0 {
                if state.pending + count > maxPending { return .full(state.pending) }
                if own > 0, own + count > maxPerOwner { return .quota(own) }
                if !share.isJob, case let wait = slots.expectedWait, wait > seconds { return .late(wait) }
            }
            state.pending += count
            if !share.owner.isEmpty { state.byOwner[share.owner] = own + count }
            return nil
        }
        if let refusal { throw refusal }
    }

    /// The `count` items are answered.
    func leave(_ count: Int, for share: WorkShare) {
        state.withLock { state in
            state.pending -= count
            guard !share.owner.isEmpty, let own = state.byOwner[share.owner] else { return }
            state.byOwner[share.owner] = own > count ? own - count : nil
        }
    }
}
