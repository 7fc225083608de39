public import Experience
import Foundation
import JSON

/// A proof in Lean or Coq, checked by that program inside the sandbox: `{statement, header?, name?}` in the record, the
/// proof in the response.
///
/// The file is the record's header, its statement, and what the response has after that statement (or all of its last
/// fenced block, where the statement is not repeated), so that a response cannot change what is to be proved. Correct when
/// the program accepts the file and says that the statement rests on no axiom beyond its own logic's.
public struct ProofVerifier: Verifier {
    /// The registered name.
    public let name: String
    /// Changes with the command.
    public let version: String
    /// The record has the statement.
    public var needsAnswer: Bool { false }
    private let system: ProofSystem
    private let runner: any ProgramRunner
    private let seconds: Double
    private let memory: Int
    private let shutDown: @Sendable () async -> Void

    private static let maxBytes = 1 << 18

    /// A verifier that runs `command` on files, for at most `seconds` of processor time in `memory` bytes each.
    public init(
        _ system: ProofSystem, command: [String]? = nil, seconds: Double = 60, memory: Int = 4 << 30,
        isUnsafe: Bool = false
    ) {
        var options = CodeOptions()
        let command = command ?? [system.command]
        var language = Language(name: system.rawValue, source: system.source, run: command + [system.source])
        language.limitsAddressSpace = false
        options.languages = [language]
        options.limits.processes = 256
        options.limits.disk = 256 << 20
        options.unsafe = isUnsafe
        let code = CodeVerifier(options: options)
        self.init(system, runner: code, seconds: seconds, memory: memory, version: command.joined(separator: " ")) {
            await code.shutdown()
        }
    }

    /// A verifier over a given runner.
    init(
        _ system: ProofSystem, runner: any ProgramRunner, seconds: Double = 60, memory: Int = 4 << 30,
        version: String = "", shutDown: @escaping @Sendable () async -> Void = {}
    ) {
        self.system = system
        self.runner = runner
        self.seconds = seconds
        self.memory = memory
        self.shutDown = shutDown
        name = system.rawValue
        self.version = "1(\(version))"
    }

    /// Adds "lean" and "coq".
    public static func register(in registry: inout VerifierRegistry) {
        for system in ProofSystem.allCases {
            registry.register(
                system.rawValue,
                summary: "a proof of the record's statement, checked by '\(system.command)' in the sandbox",
                options: [
                    ("command", "program and arguments before the file's name ([\"\(system.command)\"])"),
                    ("timeout_s", "processor seconds per proof (60)"), ("memory_mb", "memory per proof (4096)"),
                    ("unsafe", "run without walls where none can be built (false)"),
                ]
            ) { options in
                let reader = OptionsReader(options)
                var command: [String]?
                if let given = options["command"] {
                    command = given.arrayValue?.compactMap(\.stringValue)
                    if command?.isEmpty ?? true || command?.count != given.arrayValue?.count {
                        throw VerifierOptionsError(key: "command", "expected a list of words, for example [\"lean\"]")
                    }
                }
                return ProofVerifier(
                    system, command: command, seconds: try reader.double("timeout_s", default: 60, in: 0.1...86_400),
                    memory: try reader.int("memory_mb", default: 4096, in: 64...1 << 20) << 20,
                    isUnsafe: try reader.bool("unsafe", default: false))
            }
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let fields = item.problem.fields
        guard let stated = fields.strings(["statement", "formal_statement"]).lazy.compactMap({ $0 }).first,
            let statement = ProofStatement(stated, system)
        else { return .missing("'statement' that names a theorem") }
        let name = fields["name"]?.stringValue ?? statement.name
        guard let text = SettledText.of(item.completion.text) else { return .noAnswer() }
        let response = FencedBlock.last(in: text) ?? text
        if response.isEmpty { return .noAnswer() }
        if response.utf8.count > Self.maxBytes {
            return .incorrect(reason: "budget", explanation: "the proof is longer than \(Self.maxBytes) bytes")
        }
        guard let proof = statement.proof(in: response) else {
            return .incorrect(reason: "notAProof", extracted: response, explanation: "no proof follows the statement")
        }
        guard let code = system.code(of: Array(proof.utf8)) else {
            return .incorrect(reason: "notAProof", extracted: proof, explanation: "a comment or string never ends")
        }
        if let word = Self.words(of: code).first(where: system.forbidden.contains) {
            return .incorrect(reason: "forbidden", extracted: proof, explanation: "'\(word)' is not allowed in a proof")
        }
        let file = [fields["header"]?.stringValue ?? "", statement.core + proof, system.question(name), ""]
        let request = ProgramRequest(
            language: system.rawValue, code: file.joined(separator: "\n"), runSeconds: seconds, memoryBytes: memory)
        switch await runner.run(request) {
        case .failed where Task.isCancelled: return .cancelled
        case .failed(let why): return .verifierError(reason: "missingToolchain", explanation: why)
        case .ran(_, let step):
            guard let step, step.status != .error else {
                return .verifierError(reason: "missingToolchain", explanation: step?.stderr ?? "nothing was run")
            }
            return judged(step, proof: proof)
        }
    }

    /// That the record has no statement.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        let stated = problem.fields.strings(["statement", "formal_statement"]).lazy.compactMap { $0 }.first
        return stated.flatMap { ProofStatement($0, system) } == nil
            ? GoldFault(.unreadable, "the problem has no 'statement' that names a theorem") : nil
    }

    /// Ends the sandbox.
    public func shutdown() async { await shutDown() }

    private func judged(_ step: ProgramStep, proof: String) -> Verdict {
        let said = String((step.stdout + step.stderr).trimmed.prefix(1000))
        if step.status == .timeLimit {
            return .incorrect(reason: "budget", extracted: proof, explanation: "over \(seconds) s")
        }
        guard step.exitCode == 0 else {
            return .incorrect(reason: "rejected", extracted: proof, explanation: said)
        }
        if !system.isClosed(step.stdout) {
            return .incorrect(reason: "axioms", extracted: proof, explanation: said)
        }
        return .correct(reason: "proved", extracted: proof)
    }

    /// Runs of letters, digits, `_` and `'`, with a `#` that stands before.
    private static func words(of code: [UInt8]) -> [String] {
        code.split {
            !((48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 >= 128
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "#"))
        }.map { String(decoding: $0, as: UTF8.self) }
    }
}
