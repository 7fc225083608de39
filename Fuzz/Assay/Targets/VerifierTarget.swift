import Experience
import JSON
import Verifiers

/// A registered verifier that judges in this process. Its options change every 64 inputs.
final class VerifierTarget: FuzzTarget {
    /// Those that start other processes; `ProcessTarget` feeds them.
    static let startProcesses: Set = ["code", "sql", "lean", "coq", "command"]

    private let name: String
    private let registry: VerifierRegistry
    private let seeds: [FuzzInput]
    private let items: VerifierItemMaker
    private let options: VerifierOptionsMaker
    private let stub: StubReplies
    private var made: (options: [UInt8], verifier: (any Verifier)?) = ([], nil)
    private var calls = 0

    init(_ entry: VerifierRegistry.Entry, _ context: FuzzContext) {
        name = entry.name
        stub = StubReplies()
        registry = VerifierRegistry.standard.answered(by: stub)
        seeds = context.corpus["verifier \(name)"]
        let mutator = Mutator(seeds.isEmpty ? context.corpus.all("verifier ") : seeds)
        items = VerifierItemMaker(name, context.corpus, mutator)
        options = VerifierOptionsMaker(entry, seeds, mutator)
    }

    static var kinds: [FuzzTargetKind] {
        VerifierRegistry.standard.answered(by: StubReplies()).entries.filter { !startProcesses.contains($0.name) }
            .map { entry in
                FuzzTargetKind("verifier \(entry.name)", share: entry.name == "math" ? 4 : 1) {
                    VerifierTarget(entry, $0)
                }
            }
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var shared = place.random(name + " options", every: 64)
        var random = place.random(name)
        var input = FuzzInput(items.item(&random))
        input.set("options", options.options(&shared).bytes)
        return input
    }

    func run(_ input: FuzzInput) async throws {
        guard let verifier = try await verifier(input["options"] ?? Array("{}".utf8)) else { return }
        stub.set(input)
        let item = VerificationItem(input)
        let verdict = await verifier.verify(item)
        var writer = JSONWriter()
        verdict.write(to: &writer, verifier: verifier.name, version: verifier.version)
        guard let json = try? JSONValue(parsing: writer.bytes), let read = Verdict(json),
            read.outcome == verdict.outcome
        else {
            throw FuzzFailure("the verdict's JSON does not read back: \(String(decoding: writer.bytes, as: UTF8.self))")
        }
        calls += 1
        // A judge may give another answer the second time; no other verifier may.
        guard calls % 16 == 0, !["judge", "http"].contains(name) else { return }
        let again = await verifier.verify([item, item])
        guard again.count == 2, again.allSatisfy({ $0.outcome == verdict.outcome && $0.score == verdict.score }) else {
            throw FuzzFailure("judged again, \(verdict.outcome) \(verdict.score ?? .nan) became \(again)")
        }
    }

    /// A server is asked up to 20 times, with growing waits.
    func limit(of input: FuzzInput) -> Double { name == "http" ? 300 : FuzzTargetKind.secondsOfComputation }

    func close() async { await made.verifier?.shutdown() }

    /// nil when the options are refused.
    private func verifier(_ options: [UInt8]) async throws -> (any Verifier)? {
        if made.options == options { return made.verifier }
        await made.verifier?.shutdown()
        made = (options, nil)
        do {
            let json = (try? JSONValue(parsing: options)) ?? .object([])
            made.verifier = try registry.make(name, options: json)
        } catch is VerifierOptionsError {
            made.verifier = nil
        }
        return made.verifier
    }
}
