import Datasets
import Experience
import Foundation
import JSON
import Rollout
import Verifiers

/// What is looked at before anything is sampled, so that hours of sampling are not spent on what could be seen at the start.
///
/// A finding warns; it stops a run only where no verdict could ever be right, or the store could not be kept.
struct Preflight: Sendable {
    let config: RunConfig
    /// What a path's file system is; tests put their own here.
    var fileSystem: @Sendable (_ path: String) -> FileSystemKind? = { FileSystemKind.of($0) }
    /// Longest wait in seconds for a verifier to start and judge one item.
    var patience = 20.0

    init(_ config: RunConfig) { self.config = config }

    /// All checks that ask no inference server, in the order in which they are shown. Throws what an unreadable data set
    /// throws.
    func checks() async throws -> [PreflightCheck] { try await checks(of: surveys(), unread: nil) }

    // `unread` says why the data set could not be surveyed, where it could not.
    private func checks(of surveys: [DatasetSurvey], unread: PreflightCheck?) async throws -> [PreflightCheck] {
        let verifier = try config.makeVerifier()
        let store = StoreCheck(config: config, fileSystem: fileSystem)
        var checks = [store.fileSystemCheck, store.room(for: surveys)]
        if let path = config.report.tokenizer, !FileManager.default.fileExists(atPath: path) {
            checks.append(
                PreflightCheck("tokenizer", .warn, "\(path): no such file; pages show tokens as ids (report.tokenizer)")
            )
        }
        if let unread {
            checks.append(unread)
        } else {
            checks += await DatasetChecks(config: config, surveys: surveys, verifier: verifier).checks()
        }
        checks += await VerifierChecks(verifier: verifier, name: config.verify.verifier, patience: patience)
            .checks(surveys.flatMap { $0.problems.map(\.problem) })
        return checks
    }

    /// Says what is wrong, and throws `BadInput` with all of it in one line where a run would be for nothing.
    func run(isQuiet: Bool) async throws {
        let checks = try await checks()
        try Task.checkCancellation()
        let failures = checks.filter { $0.state == .failed }.map { "\($0.name): \($0.detail)" }
        if !failures.isEmpty { throw BadInput(failures.joined(separator: "; and ") + ". Nothing was sampled") }
        if isQuiet { return }
        for note in config.notes { Terminal.line(note) }
        for check in checks where check.state == .warn || check.name == "layout" {
            Terminal.line("\(check.name): \(check.detail)")
        }
    }

    /// All checks, those that ask the inference servers too; a data set that cannot be read is one of the findings.
    func allChecks() async throws -> [PreflightCheck] {
        var (surveys, unread): ([DatasetSurvey], PreflightCheck?) = ([], nil)
        do {
            surveys = try await self.surveys()
        } catch let error where !(error is CancellationError) {
            unread = PreflightCheck("dataset", .failed, "\(error)")
        }
        let prompt = surveys.first?.problems.first?.problem.prompt
        return try await checks(of: surveys, unread: unread) + (await ServerChecks(config: config).checks(prompt))
    }

    /// A survey of every file of the data set; none of standard input, which can be read only once.
    private func surveys() async throws -> [DatasetSurvey] {
        var surveys: [DatasetSurvey] = []
        for dataset in [config.dataset] + config.dataset.mix where dataset.path != "-" {
            surveys.append(try await DatasetSurvey(dataset))
        }
        return surveys
    }
}
