import ArgumentParser
import Experience
import Foundation
import JSON
import Rollout
import Verifiers

/// `assay doctor`: what this machine can do, and what to install for the rest; or what a configuration's run needs.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check libraries, sandbox, disk and inference server; or all that a configuration needs.",
        discussion: """
            With a configuration everything is looked at that 'assay run' looks at before it samples, and the endpoints are \
            asked. Nothing is sampled, and no store is made. Exit code 1 when a check failed.

            EXAMPLE
              assay doctor
              assay doctor config.yaml
              assay doctor --endpoint http://127.0.0.1:8000 --store runs/demo/experience.sqlite
            """)

    @Argument(help: "YAML configuration whose run is checked.")
    var config: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Override a key; repeatable.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: "Base URL of an inference server to probe; repeatable.")
    var endpoint: [String] = []

    @Option(help: "Folder or store whose disk is checked (.).")
    var store: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if config == nil { try IdleFlags.refuse(["--set": !overrides.isEmpty], "without a configuration") }
        if config != nil {
            try IdleFlags.refuse(["--store": store != nil], "with a configuration, which names its own: --set store=…")
        }
    }

    func run() async throws {
        var checks: [PreflightCheck]
        if let config {
            checks = try await configured(RunConfig.load(path: config, overrides: overrides))
        } else {
            checks = await machine()
        }
        for url in endpoint { checks.append(await probe(url)) }
        try Task.checkCancellation()
        report(checks)
        // A toolchain that is not installed is the user's choice; a check that failed is not.
        if checks.contains(where: { $0.state == .failed }) { throw ExitCode(1) }
    }

    private func configured(_ config: RunConfig) async throws -> [PreflightCheck] {
        let notes = config.notes.map { PreflightCheck("configuration", .warn, $0) }
        return notes + (try await Preflight(config).allChecks())
    }

    private func machine() async -> [PreflightCheck] {
        var checks = [
            PreflightCheck("libcurl", .ok, CurlDriver.libraryVersion),
            PreflightCheck("sqlite", .ok, Store.sqliteVersion), disk(store ?? "."),
        ]
        let sandbox = await Sandbox.probe()
        checks.append(Self.check(sandbox))
        // A language can be used only behind the walls, and where its tools are.
        let isContained = sandbox.isolation != nil
        let probes = isContained ? await CodeProbe.run(sandbox.languages.filter(\.isUsable).map(\.name)) : [:]
        for language in sandbox.languages {
            checks.append(Self.check(language, isContained: isContained, probes[language.name]))
        }
        return checks
    }

    private func report(_ checks: [PreflightCheck]) {
        if common.json {
            return Terminal.output(JSONValue.object([.init("checks", .array(checks.map(\.json)))]).text)
        }
        let width = checks.map(\.name.count).max() ?? 0
        for check in checks {
            let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let state = check.state.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
            Terminal.output("\(name)  \(state)  \(check.detail)")
        }
    }

    private func disk(_ store: String) -> PreflightCheck {
        guard let free = FileSystemKind.of(store + "/")?.free else {
            return PreflightCheck("disk", .failed, "\(store): cannot be examined")
        }
        let gigabytes = Double(free) / 1e9
        let detail = String(format: "%.1f GB free for %@", gigabytes, store)
        return gigabytes < 1
            ? PreflightCheck("disk", .failed, detail + "; a run needs room for its store")
            : PreflightCheck("disk", .ok, detail)
    }

    private static func check(_ sandbox: Sandbox.Report) -> PreflightCheck {
        guard let isolation = sandbox.isolation else {
            let fix = sandbox.fix.map { "; to do: \($0)" } ?? ""
            return PreflightCheck(
                "sandbox", .failed, "programs are refused: \(sandbox.problem ?? "no reason was given")\(fix)")
        }
        return PreflightCheck("sandbox", .ok, "isolation \(isolation.rawValue): \(isolation.summary); a program ran")
    }

    private static func check(
        _ language: (name: String, isUsable: Bool, text: String), isContained: Bool,
        _ probe: (works: Bool, detail: String)?
    ) -> PreflightCheck {
        let name = "code/\(language.name)"
        guard language.isUsable else { return PreflightCheck(name, .missing, language.text) }
        guard isContained else { return PreflightCheck(name, .missing, "needs the sandbox; \(language.text)") }
        guard let probe else { return PreflightCheck(name, .failed, "no program was run") }
        return PreflightCheck(
            name, probe.works ? .ok : .failed, probe.works ? "\(language.text); \(probe.detail)" : probe.detail)
    }

    private func probe(_ url: String) async -> PreflightCheck {
        do {
            let driver = try CurlDriver(maxConnections: 2)
            let found = try await ServerProbe(driver: driver).endpoint(url)
            return PreflightCheck("server", .ok, "\(found.url): \(found.server.rawValue), model \(found.model)")
        } catch {
            return PreflightCheck("server", .failed, "\(error)")
        }
    }
}
