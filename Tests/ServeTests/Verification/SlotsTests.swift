import Synchronization
import TestServers
import Testing

@testable import Serve

@Suite struct SlotsTests {
    /// Work that says when it begins and ends when it is let.
    private final class Course: Sendable {
        let gate = Gate()
        private let order = Mutex<[String]>([])
        var began: [String] { order.withLock { $0 } }
        func begin(_ name: String) { order.withLock { $0.append(name) } }
    }

    @Test(
        "A small request goes before what is left of a large one; owners take turns; jobs go last",
        .timeLimit(.minutes(1)))
    func order() async throws {
        let (slots, course) = (Slots(1), Course())
        let other = WorkShare(owner: "other")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = await slots.run(1, for: .local) { await course.gate.pass() } }
            try await eventually { slots.running == 1 }
            func add(_ name: String, cost: Int, after offset: Int = 0, for share: WorkShare = .local) async throws {
                let before = slots.waitingCount
                group.addTask { _ = await slots.run(cost, after: offset, for: share) { course.begin(name) } }
                try await eventually { slots.waitingCount == before + 1 }
            }
            try await add("job", cost: 1, for: WorkShare(owner: "", isJob: true))
            for part in 0..<3 { try await add("large \(part)", cost: 10, after: 10 * part) }
            try await add("small", cost: 1)
            try await add("other's", cost: 10, for: other)
            course.gate.open()
            try await group.waitForAll()
        }
        let began = course.began
        #expect(began.firstIndex(of: "small") ?? 9 < began.firstIndex(of: "large 1") ?? 0, "\(began)")
        #expect(began.firstIndex(of: "other's") ?? 9 < began.firstIndex(of: "large 2") ?? 0, "\(began)")
        #expect(began.last == "job", "\(began)")
    }

    @Test("What is cancelled before its turn leaves at once, and its turn is the next one's", .timeLimit(.minutes(1)))
    func cancellation() async throws {
        let (slots, course) = (Slots(1), Course())
        let first = Task { await slots.run(1, for: .local) { await course.gate.pass() } }
        try await eventually { slots.running == 1 }
        let left = Task { await slots.run(1, for: .local) { course.begin("left") } }
        try await eventually { slots.waitingCount == 1 }
        let stays = Task { await slots.run(1, for: .local) { course.begin("stays") } }
        try await eventually { slots.waitingCount == 2 }
        left.cancel()
        #expect(await left.value == nil)
        #expect(slots.waitingCount == 1)
        course.gate.open()
        _ = await first.value
        _ = await stays.value
        #expect(course.began == ["stays"])
        #expect(slots.running == 0)
    }

    @Test(
        "Work that sleeps lets more in; work that computes does not hold up what comes after it",
        .timeLimit(.minutes(1)))
    func idleProcessors() async throws {
        // All processors are idle, and all four begin although one place is theirs.
        let (slots, course) = (Slots(1, most: 4, idle: { $0 }), Course())
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<4 {
                group.addTask {
                    _ = await slots.run(1, for: .local) {
                        course.begin("\(index)")
                        if course.began.count == 4 { course.gate.open() }
                        await course.gate.pass()
                    }
                }
            }
        }
        #expect(course.began.count == 4)
    }

    @Test("Idle processors are looked for while something waits, and no longer", .timeLimit(.minutes(1)))
    func watching() async throws {
        let looks = Course()
        let slots = Slots(
            1, most: 2,
            idle: { _ in
                looks.begin("look")
                return 0
            })
        for _ in 0..<2 {
            let (gate, before) = (Gate(), looks.began.count)
            let running = Task { await slots.run(1, for: .local) { await gate.pass() } }
            try await eventually { slots.running == 1 }
            let waiting = Task { await slots.run(1, for: .local) {} }
            try await eventually { looks.began.count > before + 1 }
            gate.open()
            _ = await (running.value, waiting.value)
            // A look may be under way.
            try await eventually(within: .seconds(20)) {
                let last = looks.began.count
                try await Task.sleep(for: .milliseconds(300))
                return looks.began.count == last
            }
        }
    }

    @Test("What waits is judged by what runs now: long work that is over says nothing", .timeLimit(.minutes(1)))
    func expectedWait() async throws {
        let slots = Slots(1)
        _ = await slots.run(1, for: .local) { try? await Task.sleep(for: .milliseconds(300)) }
        #expect(slots.expectedWait == 0)
        let gate = Gate()
        let running = Task { await slots.run(1, for: .local) { await gate.pass() } }
        try await eventually { slots.running == 1 }
        let waiting = Task { await slots.run(1, for: .local) {} }
        try await eventually { slots.waitingCount == 1 }
        // The wait that is expected grows with the age of what is in the way.
        try await eventually { slots.expectedWait > 0.05 }
        gate.open()
        _ = await (running.value, waiting.value)
        #expect(slots.expectedWait == 0)
    }
}
