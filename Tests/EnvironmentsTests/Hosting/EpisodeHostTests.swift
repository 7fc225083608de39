import Environments
import Experience
import Foundation
import JSON
import Testing

@Suite struct EpisodeHostTests {
    private func calculator(_ options: JSONValue = .object([])) async throws -> any Environment {
        try await EnvironmentRegistry.standard.make("calculator", options: options)
    }
    private let ask = Action(text: "", calls: [ToolCall(id: "c", name: "calculator", arguments: ["expression": "1+1"])])

    @Test func aTurnTriedAgainHappensOnce() async throws {
        let environment = try await EnvironmentRegistry.standard.make("game", options: ["game": "code"])
        let game = try await Playing(environment)
        let key = StepKey(game.key, turn: 0)
        let first = try await environment.step(Action(text: "1111"), key: key)
        #expect(try await environment.step(Action(text: "1111"), key: key) == first)
        let second = try await environment.step(Action(text: "2222"), key: StepKey(game.key, turn: 1))
        #expect(second.messages.first?.content.components(separatedBy: "1111").count == 2)
    }

    @Test func orderIsKept() async throws {
        let environment = try await calculator()
        let game = try await Playing(environment)
        #expect(await kind { _ = try await environment.step(ask, key: StepKey(game.key, turn: 1)) } == .contract)
        _ = try await environment.step(ask, key: StepKey(game.key, turn: 0))
        #expect(await kind { _ = try await Playing(environment) } == .contract)
        _ = try await environment.step(Action(text: "2"), key: StepKey(game.key, turn: 1))
        #expect(await kind { _ = try await environment.step(ask, key: StepKey(game.key, turn: 2)) } == .contract)
        await game.end()
        #expect(await kind { _ = try await environment.step(ask, key: StepKey(game.key, turn: 2)) } == .lost)
        await game.end()
        _ = try await Playing(environment)
    }

    @Test func episodesAreBounded() async throws {
        let environment = try await calculator(["episodes": 2])
        let first = try await Playing(environment, index: 0)
        _ = try await Playing(environment, index: 1)
        #expect(await kind { _ = try await Playing(environment, index: 2) } == .full)
        await first.end()
        _ = try await Playing(environment, index: 2)
    }

    @Test func thousandsAtOnceAreApart() async throws {
        let environment = try await EnvironmentRegistry.standard.make("game")
        let scores = try await withThrowingTaskGroup(of: Double?.self) { group in
            for index in 0..<2000 {
                group.addTask {
                    let row = Playing.problem(["number": .int(index % 100 + 1)])
                    var game = try await Playing(environment, row, index: index)
                    _ = try await game.say("\((index + 1) % 100 + 1)")
                    _ = try await game.say("\(index % 100 + 1)")
                    return await game.end()?.score
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(scores.allSatisfy { $0 == 1 } && scores.count == 2000)
    }
}

@Suite struct EnvironmentRegistryTests {
    @Test func listsEveryOptionWithItsDefault() {
        let all = EnvironmentRegistry.standard.all
        #expect(
            all.map(\.name) == [
                "calculator", "command", "critique", "dialogue", "files", "game", "hint", "mcp", "nemo_gym", "python",
                "retry", "search", "shell", "sql",
            ])
        for environment in all {
            #expect(!environment.summary.isEmpty)
            #expect(Set(environment.options.map(\.name)).count == environment.options.count)
            for option in environment.options { #expect(!option.summary.isEmpty && !option.type.isEmpty) }
        }
    }

    @Test func refusesWhatIsNotKnown() async {
        func message(_ name: String, _ options: JSONValue) async -> String {
            do {
                _ = try await EnvironmentRegistry.standard.make(name, options: options)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(await message("gaem", .object([])).contains("did you mean 'game'?"))
        #expect(await message("game", ["gane": "grid"]).contains("did you mean 'game'?"))
        #expect(await message("game", ["game": "gird"]).contains("did you mean 'grid'?"))
        #expect(await message("game", ["turns": -1]).contains("from 0 to 10000"))
        #expect(await message("game", []).contains("must be an object"))
        #expect(await message("game", .object([.init("turns", 1), .init("turns", 2)])).contains("twice"))
        #expect(await message("search", .object([])).contains("corpus"))
        #expect(await message("python", ["python": "no-such-python"]).contains("no-such-python"))
    }

    /// Each default that is listed is what the environment takes.
    @Test func takesItsOwnDefaults() async throws {
        let context = EnvironmentContext(verifier: HoldsAnswer(), generator: { _ in Scripted { _, _ in ["x"] } })
        for environment in EnvironmentRegistry.standard.all {
            // What these cannot do without is on another machine, or a file.
            if ["search", "command", "mcp", "nemo_gym"].contains(environment.name) { continue }
            var defaults = environment.options.filter { !$0.default.isNull }.map {
                JSONValue.Member($0.name, $0.default)
            }
            if environment.options.contains(where: { $0.name == "endpoint" }) {
                defaults.append(.init("endpoint", "http://127.0.0.1:1"))
            }
            let made = try await EnvironmentRegistry.standard.make(
                environment.name, options: .object(defaults), context: context)
            #expect(made.name == environment.name && !made.version.isEmpty)
        }
    }
}
