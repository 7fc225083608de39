/// Tasks that wait in turn, first come first served, each known by a number of its own so that it can leave. Its owner's lock
/// guards it.
struct WaitList<Value: Sendable> {
    private var waiting: [Int: CheckedContinuation<Value, Never>] = [:]
    /// In the order of their coming; those who left are still in it.
    private var order: [Int] = []
    private var next = 0

    mutating func add(_ continuation: CheckedContinuation<Value, Never>, as number: Int) {
        waiting[number] = continuation
        order.append(number)
    }

    /// Takes out the one who has waited longest; nil when nobody waits.
    mutating func popFirst() -> CheckedContinuation<Value, Never>? {
        while next < order.count {
            let number = order[next]
            next += 1
            // The done part is dropped now and then, so that the list stays small and taking stays cheap.
            if next > 1024 || next == order.count {
                order.removeFirst(next)
                next = 0
            }
            if let continuation = waiting.removeValue(forKey: number) { return continuation }
        }
        return nil
    }

    /// Takes out all, in their order.
    mutating func popAll() -> [CheckedContinuation<Value, Never>] {
        var all: [CheckedContinuation<Value, Never>] = []
        while let continuation = popFirst() { all.append(continuation) }
        return all
    }

    /// Takes out one who waits no longer; nil when it was taken out already.
    mutating func remove(_ number: Int) -> CheckedContinuation<Value, Never>? { waiting.removeValue(forKey: number) }
}
