import Experience
import Synchronization
import TestServers
import Testing

@testable import Rollout

/// Forks of episodes at uncertain turns.
@Suite(.timeLimit(.minutes(1))) struct EpisodeForkTests {
    private static func forked(
        _ server: TemplateServer, _ environment: AddingEnvironment = AddingEnvironment(), episodes: Int = 8,
        openTurns: [Int: [OpenTurn]] = [:]
    ) async throws -> EpisodeDriverTests.Kept {
        try await EpisodeDriverTests.run(server, environment, episodes: episodes, openTurns: openTurns) { options, _ in
            (options.roots, options.forkProbability, options.forkBeam) = (2, 1, 2)
        }
    }

    @Test func whatIsSharedIsSampledAndTrainedOnce() async throws {
        let plain = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { plain.server.stop() }
        _ = try await EpisodeDriverTests.run(plain, AddingEnvironment(), episodes: 8)
        let server = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { server.server.stop() }
        let kept = try await Self.forked(server)
        #expect(kept.failures.isEmpty)
        #expect(kept.completions.map(\.completion.index).sorted() == Array(0..<8))
        let sampled = server.turns.reduce(0) { $0 + $1.sampled.count }
        let trained = kept.completions.reduce(0) { $0 + $1.completion.mask.reduce(0) { $0 + Int($1) } }
        #expect(trained == sampled)
        #expect(kept.completions.reduce(0) { $0 + ($1.episode?.sampledTokens ?? 0) } == sampled)
        #expect(Double(sampled) <= 0.7 * Double(plain.turns.reduce(0) { $0 + $1.sampled.count }))
        let byIndex = Dictionary(uniqueKeysWithValues: kept.completions.map { ($0.completion.index, $0) })
        var forks = 0
        for sample in kept.completions {
            guard let episode = sample.episode, let fork = episode.fork else { continue }
            forks += 1
            let parent = try #require(byIndex[fork.parent])
            #expect(fork.parent < sample.completion.index)
            let shared = try #require(
                episode.segments.first { $0.origin == .policy && $0.turn == fork.turn }?.tokens.lowerBound)
            #expect(sample.promptIDs == parent.promptIDs)
            #expect(sample.completion.tokenIDs.prefix(shared) == parent.completion.tokenIDs.prefix(shared))
            #expect(sample.completion.mask.prefix(shared).allSatisfy { $0 == 0 })
            #expect(sample.completion.logprobs.prefix(shared).allSatisfy { $0 == 0 })
            #expect(episode.turns.count == 3)
        }
        #expect(forks == 6)
    }

    @Test func theRestOfAGroupBeginsAtTheStart() async throws {
        // Answers at once: there is no turn to fork at.
        let server = try TemplateServer { _ in "3" }
        defer { server.server.stop() }
        let kept = try await Self.forked(server)
        #expect(kept.completions.map(\.completion.index).sorted() == Array(0..<8))
        #expect(kept.completions.allSatisfy { $0.episode?.fork == nil })
    }

    @Test func aForkIsGoneOnWithAfterACrash() async throws {
        let first = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { first.server.stop() }
        let whole = try await Self.forked(first)
        let fork = try #require(whole.completions.first { $0.episode?.fork?.turn == 2 })
        let open = whole.openTurns.filter { $0.index == fork.completion.index }
        let second = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { second.server.stop() }
        var kept = try await Self.forked(second, openTurns: [fork.completion.index: open])
        let again = try #require(kept.completions.first { $0.completion.index == fork.completion.index })
        #expect(again.completion.tokenIDs == fork.completion.tokenIDs)
        #expect(again.completion.mask == fork.completion.mask)
        #expect(again.episode?.fork == fork.episode?.fork)
        kept = try await EpisodeDriverTests.run(second, AddingEnvironment(), episodes: 1)
        #expect(kept.completions.first?.episode?.fork == nil)
    }

    @Test func anEnvironmentThatCannotBeReplayedIsRefused() async throws {
        let server = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { server.server.stop() }
        await #expect(throws: EpisodesRefused.self) {
            _ = try await Self.forked(server, AddingEnvironment(Resumption.none))
        }
    }

    @Test func theTimeOfAnEpisodeCutsARequestInFlight() async throws {
        // The second turn never comes.
        let server = try TemplateServer { $0.contains("<|im_start|>tool") ? nil : EpisodeDriverTests.call }
        defer { server.server.stop() }
        let kept = try await EpisodeDriverTests.run(server, AddingEnvironment()) { options, _ in
            options.maxSeconds = 0.5
        }
        let sample = try #require(kept.completions.first)
        #expect(sample.episode?.stop == .seconds)
        #expect(sample.completion.finish == .length)
        #expect(sample.episode?.turns.count == 1)
    }
}
