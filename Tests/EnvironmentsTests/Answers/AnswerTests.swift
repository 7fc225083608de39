import Environments
import Experience
import JSON
import Testing
import Verifiers

@Suite struct AnswerTests {
    private let context = EnvironmentContext(verifier: HoldsAnswer())
    private let problem = Playing.problem(["hints": ["it is even", "it is below 50"]], answer: "42")

    @Test func retryDiscountsEachTry() async throws {
        var game = try await Playing("retry", ["tries": 3, "discount": 0.5], problem, context: context)
        let first = try await game.say("41")
        #expect(!first.isDone && first.reward == nil)
        #expect(first.messages.first?.content == "That is not right. Try again: you have 2 more tries.")
        let second = try await game.say("42")
        #expect(second.isDone && second.reward == 0.5 && second.messages.isEmpty)
        let verdict = await game.end()
        #expect(verdict?.score == 0.5 && verdict?.outcome == .correct && verdict?.components["tries"] == .some(2))
    }

    @Test func retryEndsAfterTheLastTry() async throws {
        var game = try await Playing("retry", ["tries": 2], problem, context: context)
        _ = try await game.say("1")
        let last = try await game.say("2")
        #expect(last.isDone && last.reward == 0)
        #expect(await game.end()?.outcome == .incorrect)
        let other = try await Playing("retry", ["tries": 2], problem, context: context)
        #expect(await other.end(.tokens)?.outcome == .noAnswer)
    }

    @Test func aVerifierThatFailsIsNoReward() async throws {
        let down = EnvironmentContext(verifier: HoldsAnswer(fails: true))
        for name in ["retry", "hint"] {
            var game = try await Playing(name, .object([]), problem, context: down)
            #expect(await kind { _ = try await game.say("42") } == .contract)
            #expect(await game.end(.failed) == nil)
        }
    }

    @Test func environmentsThatNeedAPartSaySo() async throws {
        for (name, options) in [
            ("retry", JSONValue.object([])), ("hint", .object([])), ("dialogue", .object([])),
            ("critique", ["critic": "model"]),
        ] {
            await #expect(throws: EnvironmentOptionsError.self) {
                _ = try await EnvironmentRegistry.standard.make(name, options: options)
            }
        }
    }

    @Test func hintsCostTheirShare() async throws {
        var game = try await Playing("hint", ["cost": 0.25], problem, context: context)
        #expect(try await game.say("1").messages.first?.content == "That is not right. Hint: it is even")
        #expect(try await game.say("2").messages.first?.content == "That is not right. Hint: it is below 50")
        let last = try await game.say("42")
        #expect(last.isDone && last.reward == 0.5)
        #expect(await game.end()?.components["hints"] == .some(2))
    }

    @Test func hintsOutOfASolutionNeverTellItsEnd() async throws {
        let row = Playing.problem(["solution": "a\nb\nc\nd\nthe answer is 42"], answer: "42")
        var game = try await Playing("hint", ["hints": 10, "first": true], row, context: context)
        var told = game.opening.messages.map(\.content)
        var last = Observation()
        while !last.isDone {
            last = try await game.say("0")
            told += last.messages.map(\.content)
        }
        #expect(told.contains { $0.contains("d") } && !told.contains { $0.contains("42") })
        #expect(
            await kind { _ = try await Playing("hint", .object([]), Playing.problem(), context: context) } == .start)
    }

    @Test func critiqueGoesInRounds() async throws {
        var game = try await Playing("critique", ["rounds": 2, "critique_prompt": "C", "revise_prompt": "R"])
        var told: [String] = []
        for _ in 0..<4 { told.append(try await game.say("x").messages.first?.content ?? "") }
        #expect(told == ["C", "R", "C", "R"])
        #expect(try await game.say("x").isDone)
        #expect(await game.end() == nil)
    }

    @Test func anotherModelCriticises() async throws {
        let critic = EnvironmentContext(generator: { _ in Scripted { _, seed in ["bad \(seed)"] } })
        var game = try await Playing(
            "critique", ["critic": "model", "revise_prompt": "R", "endpoint": "http://there"], context: critic)
        #expect(try await game.say("x").messages.first?.content == "bad 7\n\nR")
        #expect(try await game.say("y").isDone)
    }

    @Test func theOtherModelIsNamed() async {
        let context = EnvironmentContext(generator: { _ in Scripted { _, _ in [] } })
        for (name, options) in [("dialogue", JSONValue.object([])), ("critique", ["critic": "model"])] {
            await #expect(throws: EnvironmentOptionsError.self) {
                try await EnvironmentRegistry.standard.make(name, options: options, context: context)
            }
        }
    }

    @Test func aUserIsPlayed() async throws {
        let user = Scripted { prompt, seed in
            guard case .chat(let chat) = prompt else { return [] }
            // The user's own words are the assistant's to the one who plays it.
            let said = chat.messages.dropFirst().map { "\($0.role):\($0.content)" }.joined(separator: "|")
            return [seed == 9 ? "Thanks <END>" : "[\(said)]"]
        }
        let row = Playing.problem(["user": "wants tea", "opening": "Hello"], prompt: "")
        var game = try await Playing(
            "dialogue", ["endpoint": "http://there"], row, context: EnvironmentContext(generator: { _ in user }))
        #expect(game.opening.messages.map(\.content) == ["Hello"])
        #expect(try await game.say("Hi").messages.first?.content == "[assistant:Hello|user:Hi]")
        #expect(try await game.say("What?").isDone)
        #expect(await game.end() == nil)
    }

    @Test func aUserWhoIsSilentIsOurs() async throws {
        struct Down: Error {}
        let row = Playing.problem(["user": "u", "opening": "o"])
        for lines in [{ _, _ in throw Down() }, { _, _ in [" "] }, { _, _ in [] }]
            as [@Sendable (Prompt, UInt64) throws -> [String]]
        {
            var game = try await Playing(
                "dialogue", ["endpoint": "http://there"], row,
                context: EnvironmentContext(generator: { _ in Scripted(lines: lines) }))
            #expect(await kind { _ = try await game.say("x") } == .lost)
        }
    }
}
