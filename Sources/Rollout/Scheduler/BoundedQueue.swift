internal import Synchronization

/// A queue between tasks that makes producers wait when it is full and consumers when it is empty.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var head = 0
        var isFinished = false
        var producers: [CheckedContinuation<Void, Never>] = []
        var consumers: [CheckedContinuation<Void, Never>] = []

        var count: Int { elements.count - head }

        mutating func take(_ maximum: Int) -> [Element] {
            if head == 0, elements.count <= maximum {
                // All of them: they change hands without being copied.
                defer { elements = [] }
                return elements
            }
            let taken = Array(elements[head..<min(elements.count, head + maximum)])
            head += taken.count
            if head == elements.count {
                elements.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 1024 {
                elements.removeFirst(head)
                head = 0
            }
            return taken
        }
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Adds an element, waiting for room; false when the queue was finished and the element is not in it.
    func push(_ element: Element) async -> Bool { await push(contentsOf: [element]) }

    /// Adds elements as soon as there is room for one, all or none; false when the queue was finished.
    func push(contentsOf elements: [Element]) async -> Bool {
        while true {
            let added: Bool? = state.withLock { state in
                if state.isFinished { return false }
                guard state.count < capacity else { return nil }
                state.elements += elements
                if let consumer = state.consumers.popLast() { consumer.resume() }
                return true
            }
            if let added { return added }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.isFinished || state.count < capacity { return true }
                    state.producers.append(continuation)
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    /// Up to `maximum` elements, at least one; empty when the queue is finished and drained.
    func next(_ maximum: Int = 1) async -> [Element] {
        while true {
            let taken: [Element]? = state.withLock { state in
                guard state.count > 0 else { return state.isFinished ? [] : nil }
                let taken = state.take(maximum)
                // A producer that wakes for every element would do nothing but wake.
                if state.count <= capacity / 2 {
                    for _ in state.count..<capacity { state.producers.popLast()?.resume() }
                }
                return taken
            }
            if let taken { return taken }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.isFinished || state.count > 0 { return true }
                    state.consumers.append(continuation)
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    /// An element if there is one now.
    func poll() -> Element? {
        state.withLock { state in
            guard state.count > 0 else { return nil }
            let taken = state.take(1)
            state.producers.popLast()?.resume()
            return taken.first
        }
    }

    /// Whether it was finished and is empty.
    var isDrained: Bool { state.withLock { $0.isFinished && $0.count == 0 } }

    /// Takes no more elements; those inside can still be read, unless they are discarded.
    func finish(discarding: Bool = false) {
        let waiting = state.withLock { state in
            state.isFinished = true
            if discarding { _ = state.take(.max >> 1) }
            let waiting = state.producers + state.consumers
            state.producers = []
            state.consumers = []
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
