import ArgumentParser
import CSpawn
import Datasets
import Environments
import Experience
import JSON
import Verifiers

/// `assay env check`: what is wrong with an environment.
struct EnvCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try an environment and say what is wrong with it.",
        discussion: """
            Leaks between episodes, what is not the same under replay, hangs, processes and descriptors left behind, answers \
            after the end, numbers that are none. Exit code 1 when there is a finding. Without --dataset two small problems \
            that suit it are used.

            EXAMPLE
              assay env check game --option game=nim
              assay env check shell --dataset tasks.jsonl
              assay env check command --option command='["python3", "mine.py"]' --episodes 100
            """)

    @Argument(help: "The environment: NAME, or NAME:{options as JSON}.")
    var environment: String

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "An option of the environment; repeatable. Values are JSON, or else text.", valueName: "key=value"))
    var options: [String] = []

    @Option(help: "Problems to try it on; the first four of the file are used.")
    var dataset: String?

    @Option(help: "The verifier that it may ask: NAME, or NAME:{options as JSON}.")
    var verifier = "math"

    @Option(help: "Longest acceptable time for a turn, in seconds.")
    var limit = 30.0

    @Option(help: "Also play this many episodes, each of its own seed, one after the other and then side by side.")
    var episodes = 0

    @Option(help: "How many of them go on at once.")
    var atOnce = 16

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(limit > 0 && limit <= 86_400) {
            throw ValidationError("--limit must be above 0 and at most 86400 seconds.")
        }
        if !(0...1_000_000).contains(episodes) || !(1...10_000).contains(atOnce) {
            throw ValidationError("--episodes must be 0 to 1000000, --at-once 1 to 10000.")
        }
    }

    func run() async throws {
        let (name, options) = try VerifierChoice.parse(environment, options)
        let judge = try VerifierChoice.make(verifier)
        var context = EnvironmentContext.ofCommands(verifier: judge)
        context.isForCheck = true
        // What a plug-in starts and forgets is found below us.
        spawn_adopt()
        do {
            let findings = try await findings(name, options, context)
            await judge.shutdown()
            try Task.checkCancellation()
            say(findings)
            if !findings.isEmpty { throw ExitCode(1) }
        } catch {
            await judge.shutdown()
            throw error
        }
    }

    private func findings(
        _ name: String, _ options: JSONValue, _ context: EnvironmentContext
    ) async throws -> [EnvironmentFinding] {
        let problems = try await problems(for: name)
        let make = { @Sendable in
            try await EnvironmentRegistry.standard.make(name, options: options, context: context)
        }
        let made: any Environment
        do {
            made = try await make()
        } catch let error as EnvironmentError {
            return [EnvironmentFinding(kind: .init(error.kind), message: error.description)]
        }
        var checks = EnvironmentCheck.Options()
        checks.deadline = limit
        checks.again = make
        checks.isAlone = true
        (checks.episodes, checks.atOnce) = (episodes, atOnce)
        let findings = await EnvironmentCheck.findings(in: made, on: problems, options: checks)
        await made.shutdown()
        return findings
    }

    private func say(_ findings: [EnvironmentFinding]) {
        if common.json {
            let list = findings.map {
                ["kind": .string($0.kind.rawValue), "message": .string($0.message)] as JSONValue
            }
            return Terminal.output(JSONValue.array(list).text)
        }
        if findings.isEmpty { Terminal.output("nothing was found wrong with \(environment)") }
        for finding in findings { Terminal.output("\(finding)") }
    }

    private func problems(for name: String) async throws -> [Problem] {
        if let dataset {
            var options = DatasetOptions()
            options.path = dataset
            return try await DatasetReader(options).next(4)
        }
        let setup = name == "sql" ? "CREATE TABLE numbers(value)" : "true"
        return [("6 times 7", "42"), ("100 minus 37", "63")].map { question, answer in
            Problem(
                id: question, prompt: .text("What is \(question)?"), answer: answer,
                fields: JSONRow([
                    "setup": .string(setup), "test": "true", "user": .string("You want to know: \(question)."),
                    "solution": .string("Think.\nThink again.\nIt is \(answer)."),
                ]))
        }
    }
}
