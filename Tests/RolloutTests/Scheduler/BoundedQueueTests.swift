import Testing

@testable import Rollout

@Suite struct BoundedQueueTests {
    @Test func aFullQueueTakesNothingUntilSomethingIsTaken() async {
        let queue = BoundedQueue<Int>(capacity: 2)
        let isTaken = await queue.push(contentsOf: [1, 2])
        let third = Task { await queue.push(3) }
        for _ in 0..<2000 { await Task.yield() }
        let (first, wasTaken) = (await queue.next(5), await third.value)
        queue.finish()
        let second = await queue.next(5)
        #expect(isTaken && wasTaken && first == [1, 2] && second == [3])
    }

    @Test func aFinishedQueueGivesWhatItHasAndTakesNoMore() async {
        let queue = BoundedQueue<Int>(capacity: 2)
        _ = await queue.push(1)
        queue.finish()
        let isTaken = await queue.push(2)
        #expect(!isTaken && !queue.isDrained && queue.poll() == 1 && queue.isDrained)
        let rest = await queue.next()
        #expect(rest.isEmpty)
    }
}
