internal import Synchronization

/// Decides which endpoint a request goes to: the problem's own by rendezvous hashing, so that the samples of one prompt
/// meet the same prefix cache; the next in its order when that one is full.
final class EndpointPool: Sendable {
    private struct Slot {
        var inFlight = 0
        var limit: Int
    }

    let endpoints: [Endpoint]
    private let hashes: [UInt64]
    private let slots: Mutex<[Slot]>

    /// Shares `concurrency` over the endpoints.
    init(_ endpoints: [Endpoint], concurrency: Int) {
        self.endpoints = endpoints
        hashes = endpoints.map { endpoint in
            endpoint.url.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        let share = (concurrency + endpoints.count - 1) / max(1, endpoints.count)
        slots = Mutex(endpoints.map { _ in Slot(limit: share) })
    }

    /// Takes a place at an endpoint for the problem with hash `key`.
    func acquire(_ key: UInt64) -> Int {
        let order = order(for: key)
        return slots.withLock { slots in
            let chosen =
                order.first { slots[$0].inFlight < slots[$0].limit }
                ?? order.min { slots[$0].inFlight < slots[$1].inFlight } ?? 0
            slots[chosen].inFlight += 1
            return chosen
        }
    }

    private func order(for key: UInt64) -> [Int] {
        if endpoints.count == 1 { return [0] }
        return endpoints.indices.sorted {
            SampleSeed.splitmix(hashes[$0] ^ key) > SampleSeed.splitmix(hashes[$1] ^ key)
        }
    }

    /// Gives the place back.
    func release(_ index: Int) { slots.withLock { $0[index].inFlight -= 1 } }
}
