import Datasets
import Environments
import Experience
import Foundation
import JSON
import Optim
import Rollout
import Serve
import Verifiers

/// The whole pipeline's configuration: one section per stage.
package struct RunConfig: Codable {
    var name = "run"
    var store = "runs/run/experience.sqlite"
    var seed: UInt64 = 0
    var dataset = DatasetOptions()
    var environment = EpisodeOptions()
    var sampling = SamplingParameters()
    var rollout = RolloutOptions()
    var verify = VerifyOptions()
    var optimize = OptimizeOptions()
    var online = OnlineOptions()
    var report = ReportOptions()
    var serve = ServeOptions()
    /// Keys of the file that have no effect beside its others, one line each.
    var notes: [String] = []

    enum CodingKeys: String, CodingKey {
        case name, store, seed, dataset, environment, sampling, rollout, verify, optimize, online, report, serve
    }

    static let fields: [ConfigField] = [
        ConfigField("name", "the run's name in its store; the same name resumes"),
        ConfigField("store", "the SQLite file that everything is written to"),
        ConfigField("seed", "what every sample's seed is derived from"),
        ConfigField("dataset", "the problems", kind: .section(DatasetOptions.fields)),
        ConfigField(
            "environment", "what the policy acts in over several turns", kind: .section(EpisodeOptions.fields)),
        ConfigField("sampling", "how completions are drawn", kind: .section(SamplingParameters.fields)),
        ConfigField("rollout", "the inference servers and how they are called", kind: .section(RolloutOptions.fields)),
        ConfigField("verify", "how completions are judged", kind: .section(VerifyOptions.fields)),
        ConfigField("optimize", "how rewards become advantages", kind: .section(OptimizeOptions.fields)),
        ConfigField("online", "training while sampling goes on ('run --online')", kind: .section(OnlineOptions.fields)),
        ConfigField("serve", "the reward server", kind: .section(ServeOptions.fields)),
        ConfigField("report", "what is written when the run ends", kind: .section(ReportOptions.fields)),
    ]

    /// Reads a file with `--set` overrides; throws `ConfigError`, naming key and line.
    package static func load(path: String, overrides: [String], needsDataset: Bool = true) throws -> RunConfig {
        var file = try ConfigFile(path: path, fields: fields)
        for override in overrides { try file.set(override, fields: fields) }
        var config = try file.decode(over: RunConfig())
        do {
            try config.validate(needsDataset: needsDataset)
        } catch let problem as ConfigProblem {
            throw file.located(problem)
        }
        let json = try config.json()
        config.notes = IdleKey.all.compactMap { $0.note(in: file, config: json) }
        return config
    }

    private func validate(needsDataset: Bool) throws {
        if name.isEmpty { throw ConfigProblem("name", "must not be empty") }
        if name.hasControlCharacters { throw ConfigProblem("name", "must not hold control characters") }
        if needsDataset, dataset.path.isEmpty { throw ConfigProblem("dataset.path", "name the file of problems") }
        if needsDataset { try Self.prefixed("dataset") { try dataset.validate() } }
        try Self.prefixed("sampling") { try sampling.validate() }
        try Self.prefixed("environment") {
            try environment.validate()
            do {
                guard !environment.name.isEmpty else { return }
                guard !isOfAgents else {
                    _ = try AgentOptions(environment.options)
                    return
                }
                try EnvironmentRegistry.standard.check(environment.name, options: environment.options)
            } catch let error as EnvironmentOptionsError {
                throw ConfigProblem(error, of: "name")
            }
        }
        try Self.prefixed("rollout") { try rollout.validate() }
        try Self.prefixed("verify") { _ = try makeVerifier() }
        try Self.prefixed("optimize") { try optimize.validate() }
        try Self.prefixed("online") { try online.validate() }
        try Self.prefixed("serve") { try serve.validate() }
    }

    /// Whether the turns come from programs outside.
    var isOfAgents: Bool { environment.name == AgentOptions.environmentName }

    /// The configured verifier.
    func makeVerifier() throws -> any Verifier {
        do {
            let verifier = try VerifierRegistry.ofCommands.make(verify.verifier, options: verify.options)
            if let file = verifier.keptFiles.first(where: { FileIdentity(of: $0) == FileIdentity(of: store) }) {
                throw ConfigProblem("options", "'\(file)' is the store as well; name another file for the verifier")
            }
            return verifier
        } catch let error as VerifierOptionsError {
            throw ConfigProblem(error, of: "verifier")
        }
    }

    /// The configured environment, which may ask `verifier` while an episode goes on.
    func makeEnvironment(verifier: any Verifier) async throws -> any Environment {
        do {
            return try await EnvironmentRegistry.standard.make(
                environment.name, options: environment.options,
                context: .ofCommands(verifier: verifier))
        } catch let error as EnvironmentOptionsError {
            let problem = ConfigProblem(error, of: "name")
            throw ConfigProblem("environment.\(problem.key)", problem.message)
        }
    }

    private static func prefixed(_ section: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let problem as ConfigProblem {
            throw ConfigProblem("\(section).\(problem.key)", problem.message)
        }
    }

    /// The resolved configuration as stored with the run.
    func json() throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try JSONValue(parsing: encoder.encode(self)).withoutSecrets
    }

    /// The first key in which two configurations as stored are different samplings; nil when a run of the one can go on with
    /// the other. Prompts and their order are compared themselves, whatever they are read from, and so is the model.
    static func otherSampling(_ old: JSONValue, _ new: JSONValue) -> String? {
        let keys = ["seed"] + SamplingParameters.fields.map { "sampling.\($0.name)" }
        if let key = keys.first(where: { old.member($0)?.canonical != new.member($0)?.canonical }) { return key }
        // Runs from before there were environments have none.
        func environment(_ config: JSONValue) -> String { config.member("environment.name")?.stringValue ?? "" }
        if environment(old) != environment(new) { return "environment.name" }
        if environment(new).isEmpty { return nil }
        let options = "environment.options"
        return old.member(options)?.canonical == new.member(options)?.canonical ? nil : options
    }
}

/// The section `report`.
struct ReportOptions: Codable {
    var html: String?
    var tokenizer: String?

    static let fields = [
        ConfigField("html", "where the HTML report goes (default: beside the store, under its name)"),
        ConfigField("tokenizer", "tokenizer.json or GGUF model that turns token ids into text on pages"),
    ]
}

extension JSONValue {
    /// The member at a dotted key.
    func member(_ dotted: String) -> JSONValue? {
        dotted.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
    }
}

extension JSONValue {
    /// This as it may be kept and shown: without passwords and queries of URLs, and without the values of headers that are no
    /// reference to the environment.
    var withoutSecrets: JSONValue {
        switch self {
        case .string(let text):
            let isURL = text.contains("://") && !text.contains { $0.isWhitespace }
            return isURL ? .string(SecretURL.marked(text)) : self
        case .array(let elements): return .array(elements.map(\.withoutSecrets))
        case .object(let members):
            return .object(
                members.map { member in
                    guard member.key == "headers", case .object(let headers) = member.value else {
                        return Member(member.key, member.value.withoutSecrets)
                    }
                    let hidden = headers.map { header in
                        EnvironmentText.isReference(header.value.stringValue ?? "")
                            ? header : Member(header.key, "(hidden)")
                    }
                    return Member(member.key, .object(hidden))
                })
        case .null, .bool, .number: return self
        }
    }
}

extension ConfigProblem {
    /// What is wrong with options, or with the name that stands under `key`.
    fileprivate init(_ error: VerifierOptionsError, of key: String) {
        self.init(error.key.isEmpty ? key : "options.\(error.key)", error.message)
    }
}
