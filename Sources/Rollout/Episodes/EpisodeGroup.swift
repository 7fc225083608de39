internal import Experience
internal import Synchronization

/// What a worker takes on at once: one episode of a group, or all of a group whose episodes fork from each other.
struct EpisodeJob: Sendable {
    let item: WorkItem
    let indices: [Int]
    let open: GroupCountdown
}

/// The beginning that a fork has from another episode.
struct ForkPoint: Sendable {
    /// Whom it leaves, and at which turn.
    var fork: EpisodeRecord.Fork
    /// The other's turns before that, as the fork's own.
    var turns: [OpenTurn]
    /// Of the first turn.
    var initialEntropy: Double?
}

/// The episodes of a group, where some are forks of others: ARPO (Dong et al. 2025, arXiv 2507.19849).
///
/// `roots` of them begin at the start. A fork begins when the episode that it leaves has ended well, with an index above that
/// one's, so that what they share stands in a row of the store. When none is left to fork from, the rest begin at the start.
struct EpisodeGroup: Sendable {
    let roots: Int
    /// Runs one episode and gives the places where others may leave it.
    let run: @Sendable (_ index: Int, _ fork: ForkPoint?) async throws -> [ForkPoint]

    /// Runs the episodes `indices` of a group of `size`; those `resumed` have a journal, and go on from it.
    func run(_ indices: [Int], of size: Int, resumed: Set<Int>) async throws {
        var room = indices.filter { !resumed.contains($0) }.sorted()
        let begun = size - indices.count + resumed.count
        try await withThrowingTaskGroup(of: [ForkPoint].self) { group in
            var running = 0
            func begin(_ index: Int, _ fork: ForkPoint?) {
                running += 1
                group.addTask { try await run(index, fork) }
            }
            for index in resumed.sorted() { begin(index, nil) }
            for _ in 0..<min(room.count, max(roots - begun, resumed.isEmpty ? 1 : 0)) { begin(room.removeFirst(), nil) }
            while let places = try await group.next() {
                running -= 1
                for place in places {
                    guard let next = room.firstIndex(where: { $0 > place.fork.parent }) else { break }
                    begin(room.remove(at: next), place)
                }
                if running > 0 { continue }
                for index in room { begin(index, nil) }
                room = []
            }
        }
    }
}
