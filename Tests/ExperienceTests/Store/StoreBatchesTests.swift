import Experience
import JSON
import Testing

@Suite struct StoreBatchesTests {
    let filled: FilledStore
    var store: Store { filled.store }

    init() async throws { filled = try await FilledStore() }

    @Test func aSetsPackingIsKeptAsOneSpelling() async throws {
        #expect(try await store.packing(set: filled.set) == nil)
        try await store.keep(packing: ["b": 1.0, "a": "x"], set: filled.set)
        #expect(try await store.packing(set: filled.set)?.text == #"{"a":"x","b":1}"#)
        try await store.keep(packing: ["a": "y"], set: filled.set)
        #expect(try await store.packing(set: filled.set) == ["a": "y"])
        #expect(try await store.batches(run: filled.run).map(\.state) == [.ready, .ready])
    }

    @Test func batchesThatNoTrainerHadAreTakenBack() async throws {
        let held = try #require(try await store.lease(run: filled.run, trainer: "t", milliseconds: 60_000))
        #expect(try await store.keep(packing: [:], set: filled.set, withdraws: true) == 1)
        #expect(try await store.batches(run: filled.run).map(\.state) == [.leased, .expired])
        #expect(try await store.keep(packing: [:], set: filled.set, withdraws: true) == 0)
        try await store.end(held, outcome: .done, run: filled.run)
        // A key that was given once is never given again: a trainer may remember it.
        #expect(try await filled.pack([2]).id == 3)
        #expect(try await filled.faults() == [])
    }
}
