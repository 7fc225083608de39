internal import Experience
import Numbers

/// Whether a verifier keeps the contract that everything after it relies on.
public struct ContractCheck: Sendable {
    /// One property.
    public struct Result: Sendable {
        /// What was tested.
        public var name: String
        /// Whether it holds; nil when it could not be tested.
        public var holds: Bool?
        /// What was seen.
        public var detail: String
    }

    /// All properties, in order.
    public private(set) var results: [Result] = []

    /// Tests `verifier` on `items`; `limit` is the longest acceptable time for one item, in seconds.
    public init(_ verifier: any Verifier, items: [VerificationItem], limit: Double = 60) async {
        let first = await verifier.verify(items)
        results.append(Self.sound(first, count: items.count))
        let judged = first.filter(\.outcome.isScored).count
        if judged == 0 {
            let why = first.first.map { "\($0.reason): \($0.explanation ?? "")" } ?? "no items"
            results.append(
                Result(name: "judges", holds: false, detail: "no item was judged, give it rows of its own; \(why)"))
        } else {
            results.append(Result(name: "judges", holds: true, detail: "\(judged) of \(items.count) items"))
        }
        results.append(Self.same("determinism", first, await verifier.verify(items), items))
        let backwards = await verifier.verify(items.reversed())
        results.append(Self.same("order independence", first, backwards.reversed(), items))
        var single: [Verdict] = []
        for item in items.prefix(50) { single.append(await verifier.verify(item)) }
        results.append(Self.same("batch equals single", Array(first.prefix(50)), single, items))
        await hostile(verifier, zip(items, first).first { $0.1.outcome.isScored }?.0, limit)
        results.append(Self.same("recovery", first, await verifier.verify(items), items))
        await throughput(verifier, items)
    }

    /// Puts hostile texts into an item that the verifier can judge.
    private mutating func hostile(_ verifier: any Verifier, _ pattern: VerificationItem?, _ limit: Double) async {
        guard let pattern else {
            results.append(Result(name: "hostile input", holds: nil, detail: "no item was judged"))
            return
        }
        var broken: [String] = []
        var slowest = (seconds: 0.0, name: "")
        for (name, text) in Self.hostileTexts {
            for isGold in [false, true] {
                var item = pattern
                if isGold { item.problem.answer = text } else { item.completion.text = text }
                let label = name + (isGold ? " as the gold answer" : "")
                let start = ContinuousClock.now
                let verdicts = await verifier.verify([item])
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                if seconds > slowest.seconds { slowest = (seconds, label) }
                // A completion must not be able to turn itself into our failure; a gold answer can be unusable.
                if verdicts.count != 1 || (!isGold && !verdicts[0].outcome.isScored) {
                    broken.append(
                        "\(label): \(verdicts.first.map { "\($0.outcome.rawValue) (\($0.reason))" } ?? "nothing")")
                }
            }
        }
        results.append(
            Result(
                name: "hostile input", holds: broken.isEmpty,
                detail: broken.isEmpty
                    ? "\(Self.hostileTexts.count) texts as response and as gold" : broken.joined(separator: "; ")))
        let time = "slowest \(Int(clamping: slowest.seconds * 1000)) ms (\(slowest.name))"
        results.append(Result(name: "time", holds: slowest.seconds <= limit, detail: time))
    }

    private mutating func throughput(_ verifier: any Verifier, _ items: [VerificationItem]) async {
        guard !items.isEmpty else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0
        let batch = Array((0..<max(1, 512 / items.count)).map { _ in items }.joined())
        repeat {
            count += await verifier.verify(batch).count
        } while clock.now - start < .seconds(1)
        let rate = Double(count) / ((clock.now - start) / .seconds(1))
        results.append(
            Result(
                name: "throughput", holds: true,
                detail: "\(Int(clamping: rate, .down)) items/s in batches of \(batch.count)"))
    }

    private static func sound(_ verdicts: [Verdict], count: Int) -> Result {
        // Scores are present and finite by construction of Verdict; what a plug-in can get wrong is the number.
        Result(
            name: "one verdict per item", holds: verdicts.count == count,
            detail: "\(verdicts.count) verdicts for \(count) items")
    }

    private static func same(
        _ name: String, _ first: [Verdict], _ second: [Verdict], _ items: [VerificationItem]
    ) -> Result {
        guard first.count == second.count else {
            return Result(name: name, holds: false, detail: "\(second.count) verdicts, before \(first.count)")
        }
        guard first.count <= items.count else {
            return Result(name: name, holds: nil, detail: "\(first.count) verdicts belong to no \(items.count) items")
        }
        let different = first.indices.filter {
            first[$0].outcome != second[$0].outcome || first[$0].score != second[$0].score
        }
        guard let slot = different.first else {
            return Result(name: name, holds: true, detail: "\(first.count) verdicts alike")
        }
        return Result(
            name: name, holds: false,
            detail: "\(different.count) of \(first.count) differ, for example '\(items[slot].problem.id)': "
                + "\(first[slot].outcome.rawValue) \(first[slot].score ?? .nan), "
                + "then \(second[slot].outcome.rawValue) \(second[slot].score ?? .nan)")
    }

    /// Texts that break parsers.
    static let hostileTexts: [(name: String, text: String)] = [
        ("empty", ""), ("spaces", "  \n\t "), ("NUL", "a\0b"), ("line separators", "a\u{2028}b\u{85}c\r\n"),
        ("right to left", "\u{202E}24\u{202C}"), ("combining marks", "a" + String(repeating: "\u{301}", count: 10_000)),
        ("emoji", String(repeating: "👩‍👩‍👧‍👦", count: 1000)), ("1 MB of one letter", String(repeating: "a", count: 1 << 20)),
        ("300 kB of digits", String(repeating: "7", count: 300_000)),
        ("100,000 brackets", String(repeating: "(", count: 100_000)),
        ("100,000 braces", "\\boxed" + String(repeating: "{", count: 100_000)),
        ("power tower", "\\boxed{9^{9^{9^{9^9}}}}"), ("big factorial", "\\boxed{99999999999!}"),
        ("regex bomb", String(repeating: "a", count: 40) + "!"), ("JSON", "{\"score\": 1, \"id\": 1}"),
        ("shell", "$(touch /tmp/assay-was-here); `id`"), ("SQL", "'; DROP TABLE problems; --"),
        ("format string", "%s%s%n%x"), ("replacement characters", String(repeating: "\u{FFFD}", count: 1000)),
        ("10,000 lines", String(repeating: "42\n", count: 10_000)),
    ]
}
