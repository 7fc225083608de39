/// Something that takes input from outside.
///
/// `run` feeds it one input. Whatever the input is, the target's own errors are its answer and are not thrown on; what
/// is thrown is a broken promise. A trap, a hang and growing memory are seen from outside, by the supervisor.
protocol FuzzTarget: AnyObject {
    /// The input of a place; the same in every process.
    func input(at place: FuzzPlace) -> FuzzInput
    /// Feeds it; throws for a broken promise.
    func run(_ input: FuzzInput) async throws
    /// Seconds that the target's own settings allow for this input.
    func limit(of input: FuzzInput) -> Double
    /// Inputs that one call of `run` stands for.
    func count(of input: FuzzInput) -> Int
    /// Releases what it holds.
    func close() async
}

extension FuzzTarget {
    func limit(of input: FuzzInput) -> Double { FuzzTargetKind.secondsOfComputation }
    func count(of input: FuzzInput) -> Int { 1 }
    func close() async {}
}

/// What a target is made of: the seeds, and a folder for its files.
struct FuzzContext {
    var corpus: Corpus
    var folder: String
}

/// A target by name, with its share of the time.
struct FuzzTargetKind {
    var name: String
    var share: Double
    var make: (FuzzContext) throws -> any FuzzTarget

    init(_ name: String, share: Double = 1, make: @escaping (FuzzContext) throws -> any FuzzTarget) {
        self.name = name
        self.share = share
        self.make = make
    }

    /// What an input may cost where nothing but computation is done. A debug build takes ten times as long.
    static var secondsOfComputation: Double {
        #if DEBUG
            10
        #else
            1
        #endif
    }

    /// All targets: every registered verifier, then the parsers, stores, routes and renderers.
    static var all: [FuzzTargetKind] {
        VerifierTarget.kinds + ProcessTarget.kinds + [
            FuzzTargetKind("rows") { RowTarget($0) },
            FuzzTargetKind("verdict rows", share: 0.5) { VerdictFileTarget($0) },
            FuzzTargetKind("datasets") { DatasetTarget($0) },
            FuzzTargetKind("replies", share: 2) { ReplyTarget($0) },
            FuzzTargetKind("tool calls") { ToolCallTarget($0) },
            FuzzTargetKind("servers", share: 1) { ServerTarget($0) },
            FuzzTargetKind("config", share: 1) { ConfigTarget($0) },
            FuzzTargetKind("tokenizers", share: 0.5) { TokenizerTarget($0) },
            FuzzTargetKind("stores", share: 3) { StoreTarget($0) },
            FuzzTargetKind("routes", share: 2) { RouteTarget($0) },
            FuzzTargetKind("agents", share: 1) { AgentTarget($0) },
            FuzzTargetKind("reports", share: 1) { ReportTarget($0) },
        ]
    }
}

/// A promise that an input broke, or fuzzing that cannot go on, in one sentence.
struct FuzzFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
