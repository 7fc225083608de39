import Synchronization
import Testing

@testable import Verifiers

/// Counts from many tasks, and knows the most that there were at once.
final class Counter: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var now: Int { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }

    @discardableResult
    func add(_ count: Int) -> Int {
        state.withLock {
            $0.now += count
            $0.most = max($0.most, $0.now)
            return $0.now
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct AsyncSlotsTests {
    @Test func neverMoreThanThereAre() async {
        let slots = AsyncSlots(3)
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    #expect(await slots.take())
                    counter.add(1)
                    await Task.yield()
                    counter.add(-1)
                    slots.give()
                }
            }
        }
        #expect(counter.most <= 3)
    }

    @Test func whoIsCancelledLeavesAndTakesNothing() async {
        let slots = AsyncSlots(1)
        #expect(await slots.take())
        let waiting = (0..<20).map { _ in Task { await slots.take() } }
        for (index, task) in waiting.enumerated() where index % 2 == 0 { task.cancel() }
        for (index, task) in waiting.enumerated() where index % 2 == 0 { #expect(await !task.value) }
        for _ in 0..<10 { slots.give() }
        for (index, task) in waiting.enumerated() where index % 2 == 1 { #expect(await task.value) }
        slots.give()
        #expect(await slots.take())
    }
}
