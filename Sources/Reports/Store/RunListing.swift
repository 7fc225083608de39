public import Experience
import Optim

/// What a table of runs says of one.
public struct RunListing: Sendable, Hashable {
    /// The run.
    public var run: Run
    /// Address of its page.
    public var path: String
    /// How far it is; nil as long as that is being counted.
    public var progress: Progress?
    /// The newest policy version that it was sampled from.
    public var policyVersion: Int
    /// Its figures; nil as long as they are being counted.
    public var figures: Figures?

    /// Completions that are there, and that are wanted.
    public struct Progress: Sendable, Hashable {
        /// Those that are there.
        public var present: Int
        /// Those that are wanted.
        public var wanted: Int

        /// So many of so many.
        public init(present: Int, wanted: Int) {
            self.present = present
            self.wanted = wanted
        }
    }

    /// What is counted over all completions.
    public struct Figures: Sendable, Hashable {
        /// pass@1 with its interval.
        public var passAt1: Estimate
        /// Sampled tokens.
        public var tokens: Int
        /// Mean token entropy in nats; nil where it is not known.
        public var entropy: Double?
        /// The models that it was sampled from.
        public var models: [String]
        /// Name and version of the newest verifier; nil where nothing is judged.
        public var verifier: String?
    }

    /// A line.
    public init(run: Run, path: String, progress: Progress?, policyVersion: Int, figures: Figures?) {
        self.run = run
        self.path = path
        self.progress = progress
        self.policyVersion = policyVersion
        self.figures = figures
    }

    /// Counts a run's figures; the time grows with its completions.
    public static func figures(of run: Run, in store: Store) async throws -> Figures {
        let summary = try await store.snapshot { try $0.summary(run: run) }
        return Figures(
            passAt1: try Estimate.mean(of: summary.tallies_P.map { Double($0.right) / Double($0.judged) }),
            tokens: summary.tokens, entropy: summary.entropy, models: summary.models, verifier: summary.verifier)
    }

    /// What the run was made with.
    public var settings: RunSettings { RunSettings(run, models: figures?.models ?? [], verifier: figures?.verifier) }
}
