internal import Experience

/// Why a try of an episode gave no sample. Ours, never the policy's.
enum EpisodeFailure: Error {
    /// The environment could not do its part.
    case environment(EnvironmentError)
    /// The server gave no answer that can be used.
    case server(SampleError, url: String)
    /// The template or its tokenizer gave none.
    case rendering(String)
    /// The server read another number of tokens than it was sent.
    case count(sent: Int, counted: Int?, url: String)
    /// Replaying the journal brought something else than it says.
    case replay(turn: Int)

    /// One word, for `sample_failures`.
    var code: String {
        switch self {
        case .environment(let error): "environment_" + error.kind.rawValue
        case .server(let error, _): error.code
        case .rendering: "rendering"
        case .count: "prompt_count"
        case .replay: "replay"
        }
    }

    /// What happened and what to do, in a line.
    var text: String {
        switch self {
        case .environment(let error): error.description
        case .server(let error, let url): "\(url): \(error)"
        case .rendering(let text): text
        case .count(let sent, let counted, let url):
            if let counted {
                "\(url): \(sent) token ids were sent, but the server read \(counted); is the prompt cut to the context, or a "
                    + "beginning put before it?"
            } else {
                "\(url): the server does not say how many tokens it read, so no episode over it is exact"
            }
        case .replay(let turn):
            "turn \(turn) brought something else when it was replayed: the environment is not deterministic"
        }
    }
}

/// No episode can be sampled from a server, for this reason.
public struct EpisodesRefused: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: where, why, what to do.
    public var description: String
}
