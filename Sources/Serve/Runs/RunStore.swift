import Experience
import Reports
import Synchronization

/// The run store that the server shows. Each request opens a connection of its own; writing is a trainer's short
/// transaction beside the `assay run` that fills the store.
final class RunStore: Sendable {
    let path: String
    private let tokenizer: String?
    private let log: AccessLog
    /// Read once, for it may be large; nil where a file cannot be used.
    private let index = Mutex<(file: FileIdentity?, index: SampleIndex)?>(nil)
    private let reports = ReportCache()
    private let vocabularies = Mutex<[String: Vocabulary?]>([:])

    /// Throws `ConfigProblem` when there is no store to read, or no such tokenizer.
    init(path: String, tokenizer: String? = nil, log: AccessLog) throws {
        self.path = path
        self.log = log
        self.tokenizer = tokenizer
        do {
            _ = try Store(path: path, access: .read)
            if let tokenizer {
                let vocabulary = try Vocabulary(path: tokenizer)
                vocabularies.withLock { $0[tokenizer] = vocabulary }
            }
        } catch let error as StoreError {
            throw ConfigProblem("store", "'\(path)': \(error.message)")
        } catch let error as VocabularyError {
            throw ConfigProblem("tokenizer", "\(error)")
        }
    }

    /// The texts of a run's tokens; nil where its tokenizer is not known.
    func vocabulary(of run: Run) -> Vocabulary? {
        guard let path = tokenizer ?? Vocabulary.path(of: run) else { return nil }
        if let known = vocabularies.withLock({ $0[path] }) { return known }
        let vocabulary: Vocabulary?
        do {
            vocabulary = try Vocabulary(path: path)
        } catch {
            log.fault("tokens are shown as ids: \(error)")
            vocabulary = nil
        }
        vocabularies.withLock { $0[path] = .some(vocabulary) }
        return vocabulary
    }

    /// The index of samples, kept as long as the file at the path is the same one.
    func samples() throws -> SampleIndex {
        let file = FileIdentity(of: path)
        return try index.withLock { kept in
            if let kept, kept.file == file { return kept.index }
            let fresh = try SampleIndex(path: path)
            kept = (file, fresh)
            return fresh
        }
    }

    /// A run's report; the one of before as long as nothing was written since, nil as long as it is being made.
    func cachedReport(_ store: Store, _ run: Run, within patience: Duration) async throws -> Report? {
        let index = try samples()
        let version = try await index.changes()
        return try await reports.report(of: run, at: version, ObjectIdentifier(index), within: patience) {
            try await self.report(store, run).make()
        }
    }

    /// What a page's report of a run is made with.
    func report(_ store: Store, _ run: Run) -> StoreReport {
        var options = StoreReport.Options()
        options.vocabulary = vocabulary(of: run)
        return StoreReport(store: store, run: run, options: options)
    }

    /// All runs, oldest first.
    func list() async throws -> [Run] { try await reading { try await $0.runs() } }

    /// Lends the store for reading.
    func reading<Value: Sendable>(_ body: (Store) async throws -> Value) async throws -> Value {
        try await Self.translated { try await body(try Store(path: path, access: .read)) }
    }

    /// Lends the store for a trainer's transactions; they wait for other writers, and 503 is for the rare wait too long.
    func writing<Value: Sendable>(_ body: (Store) async throws -> Value) async throws -> Value {
        try await Self.translated { try await body(try Store(path: path, access: .trainer)) }
    }

    // What a store says is meant for people and names no secret.
    private static func translated<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as StoreError {
            switch error.kind {
            case .missing: throw APIError.notFound(error.message)
            case .conflict: throw APIError.conflict(error.message)
            case .invalid: throw APIError.badRequest(error.message)
            case .damaged: throw APIError.damaged(error.message)
            case .unavailable, .foreign: throw APIError.overloaded(error.message)
            }
        }
    }
}
