public import Experience
import Foundation
public import JSON
import Workers

/// Any executable as a verifier: long-lived worker processes that speak JSON lines on stdin and stdout.
///
/// The protocol is in docs/verifiers.md. What an item does to a worker (it hangs, dies, answers garbage, eats memory) is
/// that item's verdict, `timeout` or `verifierError`; the worker is replaced and all other items are judged. Workers
/// never outlive the process that started them.
public struct CommandVerifier: Verifier {
    /// What the verifier is called in verdicts.
    public let name: String
    /// Changes with the command, its options and the files that the command line names.
    public let version: String
    /// Whether items without an answer are refused.
    public let needsAnswer: Bool
    private let pool: WorkerPool

    /// How workers are started and watched.
    public struct Options: Sendable {
        /// Program and arguments; the program is looked up in PATH.
        public var command: [String]
        /// What the verifier is called in verdicts.
        public var name = "command"
        /// What messages call it in place of the command.
        public var title: String?
        /// What the version follows in place of the command and the files that it names.
        var fingerprint: String?
        /// Raise it by hand when the program changes in files that the command line does not name.
        public var revision = ""
        /// Handed to the worker in the handshake.
        public var options: JSONValue = .object([])
        /// Added to our own environment.
        public var environment: [String: String] = [:]
        /// Processes; each judges one batch at a time.
        public var workers = ProcessInfo.processInfo.activeProcessorCount
        /// Items per message.
        public var batch = 64
        /// Longest wait for the next reply, in seconds.
        public var timeout = 30.0
        /// Longest wait for the handshake, in seconds.
        public var startTimeout = 60.0
        /// Resident memory at which a worker is replaced, in MiB.
        public var maxMemoryMiB = 1024
        /// The score from which a reply without outcome is correct.
        public var correctAt = 1.0
        /// Whether items without an answer are refused.
        public var needsAnswer = false
        /// Whether workers are inside the sandbox of the code verifier: no network, files read-only.
        public var isSandboxed = false
        /// Folders that a worker in the sandbox is shown beside those of its command.
        public var shown: [String] = []

        /// The defaults above.
        public init(command: [String]) { self.command = command }
    }

    /// A verifier whose workers are started when the first items come.
    public init(_ options: Options) {
        name = options.name
        needsAnswer = options.needsAnswer
        version = Self.version(of: options)
        pool = WorkerPool(
            WorkerSettings(
                command: options.command, title: options.title ?? options.command.shortened,
                environment: (options.isSandboxed ? Self.boxed : ProcessInfo.processInfo.environment)
                    .merging(options.environment) { $1 },
                options: options.options, timeout: options.timeout, startTimeout: options.startTimeout,
                maxMemoryMiB: options.maxMemoryMiB, correctAt: options.correctAt,
                sandbox: options.isSandboxed ? options.shown : nil),
            count: max(1, options.workers), batchSize: max(1, options.batch))
    }

    /// Judges one completion.
    public func verify(_ item: VerificationItem) async -> Verdict { await verifyAsBatch(item) }

    /// Judges all, in batches spread over the workers.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        await Cancellation.heard { await judge(items, $0) }
    }

    private func judge(_ items: [VerificationItem], _ cancellation: Cancellation) async -> [Verdict] {
        let batches = Self.batches(of: items, size: await pool.batchSize)
        return await .judging(batches) { batch in
            let start = ContinuousClock.now
            return await pool.judge(Array(items[batch]), cancellation).sharing(since: start)
        }
    }

    /// At most `size` items and, but for a single one, some 4 MB each.
    private static func batches(of items: [VerificationItem], size: Int) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, item) in items.enumerated() {
            let cost = item.completion.text.utf8.count + item.problem.fields.bytes.count
            if index > start, index - start == size || bytes + cost > 4 << 20 {
                batches.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += cost
        }
        if start < items.count { batches.append(start..<items.count) }
        return batches
    }

    /// Why no worker can be started, in one sentence; nil when one runs.
    public func startFault() async -> String? { await Cancellation.heard { await pool.startFault($0) } }

    /// Ends the workers.
    public func shutdown() async { await pool.shutdown() }

    package static let boxed = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/box/work", "TMPDIR": "/tmp", "LANG": "C.UTF-8",
        "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1",
    ]

    private static func version(of options: Options) -> String {
        var hash = FNV1a()
        if let fingerprint = options.fingerprint {
            hash.add(fingerprint.utf8)
        } else {
            for word in options.command {
                hash.add(word.utf8)
                hash.add(fileAt: word)
            }
        }
        hash.add(options.options.bytes)
        hash.add(options.revision.utf8)
        return "1-" + hash.text
    }
}
