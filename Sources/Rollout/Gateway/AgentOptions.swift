public import Experience
public import JSON

/// The options of the environment `agent`: programs outside, each of which makes its model calls through the gateway.
public struct AgentOptions: Sendable, Hashable {
    /// Where the reward of an episode comes from.
    public enum RewardSource: String, Sendable, CaseIterable {
        /// From the end of the episode where that names one, else from the run's verifier.
        case auto
        /// From the end of the episode alone.
        case api
        /// From the run's verifier alone.
        case verifier
        /// The sum of both.
        case both
    }

    /// What configurations call the environment.
    public static let environmentName = "agent"
    /// The environment's version, as episodes are stored with it.
    public static let version = "1"

    /// Seconds without a call after which an episode counts as lost.
    public var idleSeconds = 300.0
    /// Model calls of an episode at most.
    public var maxModelCalls = 256
    /// Episodes leased at the same time at most.
    public var maxOpen = 1024
    /// Seconds that a client waits for a turn at most; the turn goes on, and the same request gets it.
    public var callSeconds = 600.0
    /// Where the reward comes from.
    public var reward = RewardSource.auto
    /// Fields of the problem's record that a lease shows; none unless they are named, as they may hold the answer.
    public var fields: [String] = []

    /// The defaults above.
    public init() {}

    /// The options by the names that users write.
    public static let listed: [ConfigField] = [
        ConfigField("idle_seconds", "seconds without a call after which an episode counts as lost"),
        ConfigField("max_model_calls", "model calls of an episode at most"),
        ConfigField("max_open", "episodes leased at the same time at most"),
        ConfigField("call_seconds", "seconds that a client waits for a turn at most; the same request gets it later"),
        ConfigField(
            "reward", "where an episode's reward comes from", words: RewardSource.allCases.map(\.rawValue)),
        ConfigField(
            "fields", "fields of the problem's record that a lease shows; they may hold the answer", kind: .free),
    ]

    /// From the member `options` of a configuration's section `environment`; throws `ConfigProblem`.
    public init(_ json: JSONValue) throws {
        for member in json.objectValue ?? [] {
            let key = "options.\(member.key)"
            switch member.key {
            case "idle_seconds": idleSeconds = try Self.seconds(member.value, key)
            case "call_seconds": callSeconds = try Self.seconds(member.value, key)
            case "max_model_calls": maxModelCalls = try Self.count(member.value, key)
            case "max_open": maxOpen = try Self.count(member.value, key)
            case "reward":
                guard let source = member.value.stringValue.flatMap(RewardSource.init) else {
                    let words = RewardSource.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ConfigProblem(key, "must be one of \(words)")
                }
                reward = source
            case "fields":
                let names = (member.value.arrayValue ?? []).compactMap(\.stringValue)
                guard let list = member.value.arrayValue, names.count == list.count else {
                    throw ConfigProblem(key, "must be a list of names")
                }
                fields = names
            default:
                throw ConfigProblem(key, "is no option of 'agent'" + member.key.hint(among: Self.listed.map(\.name)))
            }
        }
    }

    private static func seconds(_ value: JSONValue, _ key: String) throws -> Double {
        guard let seconds = value.doubleValue, seconds > 0, seconds < 1e7 else {
            throw ConfigProblem(key, "must be a number of seconds above 0 and below 10000000, not \(value.text)")
        }
        return seconds
    }

    private static func count(_ value: JSONValue, _ key: String) throws -> Int {
        guard let count = value.intValue, (1...1_000_000).contains(count) else {
            throw ConfigProblem(key, "must be between 1 and 1000000, not \(value.text)")
        }
        return count
    }
}
