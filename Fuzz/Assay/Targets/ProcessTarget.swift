import Experience
import JSON
import Verifiers

/// A registered verifier that judges in processes of its own, fed in batches: each `response` part begins an item.
final class ProcessTarget: FuzzTarget {
    private let name: String
    private let seeds: [FuzzInput]
    private let items: VerifierItemMaker
    private let options: [UInt8]
    private let verifier: any Verifier
    /// Seconds for one item at most, and items whose own fault may cost them in one batch.
    private let seconds: Double
    private let batch: Int

    private init(_ name: String, options: JSONValue, seconds: Double, batch: Int, share: Double, _ context: FuzzContext)
        throws
    {
        self.name = name
        self.seconds = seconds
        self.batch = batch
        self.options = options.bytes
        seeds = context.corpus["verifier \(name)"]
        items = VerifierItemMaker(name, context.corpus, Mutator(seeds))
        verifier = try VerifierRegistry.standard.make(name, options: options)
    }

    /// Small limits, so that a program which does not end costs little; provers that print the file they are given,
    /// so that the response decides what the prover says; workers that answer what the record tells them to.
    static var kinds: [FuzzTargetKind] {
        let limits: JSONValue = ["cpu": 0.2, "wall": 0.5, "memory": 67_108_864, "output": 65536, "processes": 4]
        let settings: [(name: String, options: JSONValue, seconds: Double, batch: Int, share: Double)] = [
            ("code", ["slots": 2, "limits": limits, "cache": 64, "score": "fraction"], 4, 32, 5),
            ("sql", ["workers": 1, "timeout_s": 1, "max_steps": 200_000, "max_rows": 1000], 1, 128, 2),
            ("lean", ["command": ["cat"], "timeout_s": 1, "memory_mb": 64], 2, 32, 3),
            ("coq", ["command": ["cat"], "timeout_s": 1, "memory_mb": 64], 2, 32, 3),
            (
                "command",
                [
                    "command": ["python3", "-ISu", "Fuzz/Assay/worker.py"], "workers": 1, "timeout_s": 0.2,
                    "memory_mb": 256,
                ],
                0.2, 64, 3
            ),
        ]
        return settings.map { setting in
            FuzzTargetKind("verifier \(setting.name)", share: setting.share) {
                try ProcessTarget(
                    setting.name, options: setting.options, seconds: setting.seconds, batch: setting.batch,
                    share: setting.share, $0)
            }
        }
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        var random = place.random(name)
        var input = FuzzInput()
        // The first batch is the seeds as they are.
        if place.index == 0, !seeds.isEmpty {
            for seed in seeds { add(seed.parts, to: &input) }
        } else {
            while count(of: input) < batch {
                let parts = items.item(&random)
                // A worker that dies or answers nothing costs as much as a hundred others.
                if parts.contains(where: Self.isCostly), !random.oneIn(50) { continue }
                add(parts, to: &input)
            }
        }
        return input
    }

    private static func isCostly(_ part: FuzzInput.Part) -> Bool {
        ["\"act\"", "$id", "\"reply\":\"", "\"reply\": \""].contains { part.bytes.contains($0.utf8) }
    }

    private func add(_ parts: [FuzzInput.Part], to input: inout FuzzInput) {
        input.parts += parts.filter { $0.name == "response" }.prefix(1)
        input.parts += parts.filter { $0.name != "response" && $0.name != "options" }
    }

    private func items(of input: FuzzInput) -> [VerificationItem] {
        var items: [FuzzInput] = []
        for part in input.parts {
            if part.name == "response" || items.isEmpty { items.append(FuzzInput()) }
            items[items.count - 1].parts.append(part)
        }
        return items.enumerated().map { index, parts in
            var item = VerificationItem(parts)
            item.problem.id = "p\(index)"
            return item
        }
    }

    func run(_ input: FuzzInput) async throws {
        let items = items(of: input)
        let verdicts = await verifier.verify(items)
        guard verdicts.count == items.count else {
            throw FuzzFailure("\(verdicts.count) verdicts for \(items.count) items")
        }
        // The machinery must outlast its items: no batch of ours is without a single judgement.
        if let verdict = verdicts.first(where: { $0.reason == "noSandbox" }) {
            throw FuzzFailure("cannot judge here: \(verdict.explanation ?? verdict.reason)")
        }
    }

    /// Start of the workers, and each item at its limit, one after the other.
    func limit(of input: FuzzInput) -> Double { 10 + seconds * Double(items(of: input).count) }

    func count(of input: FuzzInput) -> Int { input.parts.count { $0.name == "response" } }

    func close() async { await verifier.shutdown() }
}
