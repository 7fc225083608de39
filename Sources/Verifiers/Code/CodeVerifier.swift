public import Experience
import JSON
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs model-written programs against tests, behind walls, and judges them on this side of the walls.
///
/// Making one costs nothing: toolchains are looked for and workers started when the first completion comes.
public final class CodeVerifier: Verifier, CachingVerifier {
    /// The registered name.
    public let name = "code"
    /// Raised when a verdict could change.
    public let version = "5"
    /// Tests may be in the row itself.
    public var needsAnswer: Bool { false }
    /// How it runs and scores.
    public let options: CodeOptions

    let pool: SandboxPool
    private let cache: VerdictCache
    let header = PrecompiledHeader()
    let checkers = CompiledCheckers()
    let controls = SuiteControls()
    let health = ToolchainHealth()
    let goCache = GoCache()
    private let toolchain = Mutex<Toolchain?>(nil)

    /// A verifier with its own workers.
    public init(options: CodeOptions = CodeOptions()) {
        self.options = options
        cache = VerdictCache(capacity: options.cache, bytes: options.cacheBytes)
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        pool = SandboxPool(slots: options.slots > 0 ? options.slots : processors)
    }

    deinit { pool.stop() }

    /// How often a program's verdict was known, and how often it had to be judged.
    public var cacheCounts: (hits: Int, misses: Int) { cache.counts }

    /// Adds it as "code".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "code", summary: "runs the program of the response against the row's tests, in a sandbox",
            options: CodeOptions.summaries
        ) { options in
            CodeVerifier(options: try CodeOptions(options))
        }
    }

    /// Judges one completion.
    public func verify(_ item: VerificationItem) async -> Verdict {
        let key = VerdictCache.Key(
            program: item.completion.text, row: item.problem.fields, answer: item.problem.answer, id: item.problem.id)
        return await cache.verdict(key) {
            let result = await pool.run { [self] slot, cancellation in
                let start = ContinuousClock.now
                var verdict = judge(item, in: slot, unless: cancellation)
                verdict.milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
                return verdict
            }
            switch result {
            case .success(let verdict): return verdict
            case .failure(.cancelled): return .cancelled
            case .failure(.shutDown): return Self.shutDown
            }
        }
    }

    /// Judges many, on all slots.
    public func verify(_ items: [VerificationItem]) async -> [Verdict] {
        await .judging(items.indices.map { $0..<$0 + 1 }) { one in
            var verdicts: [Verdict] = []
            for index in one { verdicts.append(await self.verify(items[index])) }
            return verdicts
        }
    }

    /// Ends the workers.
    public func shutdown() async {
        let threads = pool.stop()
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            // Joining blocks, so it has a thread of its own.
            SandboxThread.detach {
                for thread in threads { pthread_join(thread, nil) }
                continuation.resume()
            }
        }
    }

    private static let shutDown = Verdict.verifierError(
        reason: CodeStatus.infrastructureError.rawValue, explanation: "the code verifier was shut down")

    private func judge(_ item: VerificationItem, in slot: SandboxSlot, unless cancellation: Cancellation) -> Verdict {
        let task: CodeTask
        do {
            task = try CodeTask(problem: item.problem, defaultLanguage: options.language).selected(
                options, id: item.problem.id)
        } catch {
            let error = error as? CodeRowError
            return .verifierError(
                reason: "unreadableTests", explanation: error?.description ?? "the row's tests cannot be read")
        }
        guard
            let program = task.program(
                in: item.completion.text, row: item.problem.fields, usual: options.language)
        else {
            return .noAnswer(explanation: "the response holds no fenced block of code")
        }
        let toolchain = resolvedToolchain()
        let language: Toolchain.Resolved
        switch toolchain.language(program.language) {
        case .success(let found): language = found
        case .failure(let missing):
            return .verifierError(reason: "missingToolchain", explanation: missing.description)
        }
        do {
            _ = try slot.worker(goCache.shown(in: header.shown(in: toolchain.plan)))
        } catch {
            return .verifierError(
                reason: "noSandbox", explanation: "\(error); to do: \(SandboxRemedy.text(for: "\(error)"))")
        }
        let boxes = boxes(slot, toolchain, unless: cancellation)
        var result = CodeJudge(boxes: boxes, checkers: checkers, controls: controls)
            .judge(task, program: program.text, language: language)
        result.rowFault = result.rowFault ?? boxes.missingModule(result, of: item, language: language)
        result.limits = boxes.limits(task)
        // What was ended halfway says nothing about the program.
        if cancellation.isCancelled { return .cancelled }
        return verdict(result, program: program.text, language: language)
    }

    /// Why the row's tests cannot be read.
    public func goldFault(of problem: Problem) async -> GoldFault? {
        do {
            _ = try CodeTask(problem: problem, defaultLanguage: options.language).selected(options, id: problem.id)
            return nil
        } catch {
            return GoldFault(.unreadable, (error as? CodeRowError)?.description ?? "the row's tests cannot be read")
        }
    }

    func boxes(_ slot: SandboxSlot, _ toolchain: Toolchain, unless cancellation: Cancellation) -> CodeBoxes {
        CodeBoxes(
            options: options, toolchain: toolchain, header: header, health: health, goCache: goCache, slot: slot,
            cancellation: cancellation)
    }

    func resolvedToolchain() -> Toolchain {
        toolchain.withLock { stored in
            if let stored { return stored }
            let fresh = Toolchain(languages: options.table, python: options.python, isOpen: options.unsafe)
            stored = fresh
            return fresh
        }
    }

    private func verdict(_ result: CodeResult, program: String, language: Toolchain.Resolved) -> Verdict {
        let status = result.status
        if let fault = result.rowFault {
            return .verifierError(reason: fault.reason, explanation: fault.explanation)
        }
        let failed = result.compile ?? result.tests.first { $0.status != .pass && $0.status != .notRun }
        let explanation = failed?.explanation ?? failed?.stderr
        var verdict: Verdict
        switch status {
        case .infrastructureError:
            verdict = .verifierError(reason: status.rawValue, explanation: explanation)
        case .pass:
            verdict = .correct(reason: status.rawValue, extracted: program)
        default:
            let share = Double(result.passed) / Double(max(result.tests.count, 1))
            verdict = .incorrect(
                score: options.score == .all ? 0 : share, reason: status.rawValue, extracted: program,
                explanation: explanation)
        }
        verdict.details = result.details(
            language: language.language.name, isolation: (options.unsafe ? Sandbox.Isolation.none : .user).rawValue)
        return verdict
    }
}
