import ArgumentParser
import Experience
import Foundation
import JSON
import Rollout
import Verifiers

/// `assay doctor`: what this machine can do, and what to install for the rest.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check libraries, sandbox, disk and inference server.",
        discussion: """
            EXAMPLE
              assay doctor
              assay doctor --endpoint http://127.0.0.1:8000 --store runs/demo/experience.sqlite
            """)

    @Option(help: "Base URL of an inference server to probe; repeatable.")
    var endpoint: [String] = []

    @Option(help: "Folder or store whose disk is checked.")
    var store = "."

    @OptionGroup var common: CommonOptions

    private struct Check {
        enum State: String { case ok, missing, failed }
        var name: String
        var state: State
        var detail: String
    }

    func run() async throws {
        var checks = [
            Check(name: "libcurl", state: .ok, detail: CurlDriver.libraryVersion),
            Check(name: "sqlite", state: .ok, detail: Store.sqliteVersion), disk(),
        ]
        let sandbox = await Sandbox.probe()
        checks.append(Self.check(sandbox))
        // A language can be used only behind the walls, and where its tools are.
        for language in sandbox.languages {
            checks.append(await Self.check(language, isContained: sandbox.isolation != nil))
        }
        for url in endpoint { checks.append(await probe(url)) }
        try Task.checkCancellation()
        report(checks)
        // A toolchain that is not installed is the user's choice; a check that failed is not.
        if checks.contains(where: { $0.state == .failed }) { throw ExitCode(1) }
    }

    private func report(_ checks: [Check]) {
        if common.json {
            let list = checks.map { check -> JSONValue in
                ["name": .string(check.name), "state": .string(check.state.rawValue), "detail": .string(check.detail)]
            }
            return Terminal.output(JSONValue.object([.init("checks", .array(list))]).text)
        }
        let width = checks.map(\.name.count).max() ?? 0
        for check in checks {
            let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let state = check.state.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
            Terminal.output("\(name)  \(state)  \(check.detail)")
        }
    }

    private func disk() -> Check {
        var path = store
        while !FileManager.default.fileExists(atPath: path), path != FilePath.folder(of: path) {
            path = FilePath.folder(of: path)
        }
        let name = "disk"
        guard
            let free = try? FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int64
        else { return Check(name: name, state: .failed, detail: "\(store): cannot be examined") }
        let gigabytes = Double(free) / 1e9
        let detail = String(format: "%.1f GB free for %@", gigabytes, store)
        return gigabytes < 1
            ? Check(name: name, state: .failed, detail: detail + "; a run needs room for its store")
            : Check(name: name, state: .ok, detail: detail)
    }

    private static func check(_ sandbox: Sandbox.Report) -> Check {
        guard let isolation = sandbox.isolation else {
            let fix = sandbox.fix.map { "; to do: \($0)" } ?? ""
            return Check(
                name: "sandbox", state: .failed,
                detail: "programs are refused: \(sandbox.problem ?? "no reason was given")\(fix)")
        }
        return Check(
            name: "sandbox", state: .ok, detail: "isolation \(isolation.rawValue): \(isolation.summary); a program ran")
    }

    private static func check(
        _ language: (name: String, isUsable: Bool, text: String), isContained: Bool
    ) async -> Check {
        let name = "code/\(language.name)"
        guard language.isUsable else { return Check(name: name, state: .missing, detail: language.text) }
        guard isContained else {
            return Check(name: name, state: .missing, detail: "needs the sandbox; \(language.text)")
        }
        let probe = await CodeProbe.run(language.name)
        return Check(
            name: name, state: probe.works ? .ok : .failed,
            detail: probe.works ? "\(language.text); \(probe.detail)" : probe.detail)
    }

    private func probe(_ url: String) async -> Check {
        do {
            let found = try await ServerProbe(driver: CurlDriver(maxConnections: 2)).endpoint(url)
            return Check(
                name: "server", state: .ok, detail: "\(found.url): \(found.server.rawValue), model \(found.model)")
        } catch {
            return Check(name: "server", state: .failed, detail: "\(error)")
        }
    }
}
