import Experience
import Foundation
import GRDB
import JSON
import Testing

/// `assay export` over the demo's run.
@Suite struct ExportCommandTests {
    private let samples: CommandSamples

    init() async throws { samples = try await CommandSamples() }

    private func export(_ arguments: String...) async throws -> AssayProcess.Result {
        try await AssayProcess.run(["export", "demo/experience.sqlite"] + arguments, folder: samples.folder.path)
    }

    private func rows(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
    }

    @Test func rowsHaveAllThatIsKnown() async throws {
        let result = try await export("-o", "-")
        #expect(result.code == 0, "\(result.errors)")
        let rows = try rows(result.output)
        #expect(rows.count == 160)
        let first = try #require(rows.first)
        let tokens = try #require(first["token_ids"]?.arrayValue)
        #expect(first["problem_id"]?.stringValue != nil && first["completion"]?.stringValue?.isEmpty == false)
        #expect(first["logprobs"]?.arrayValue?.count == tokens.count && first["n_tokens"]?.intValue == tokens.count)
        #expect(first["outcome"]?.stringValue != nil && first["advantage"] != nil && first["index"]?.intValue == 0)
        let plain = try self.rows(try await export("-o", "-", "--no-tokens").output)
        #expect(plain.count == 160 && plain[0]["token_ids"] == nil)
    }

    /// The row of a program's episode follows the prompt that the program gave, not the group's.
    @Test func anEpisodeHasItsOwnPrompt() async throws {
        let store = try DatabaseQueue(path: samples.folder.file("demo/experience.sqlite"))
        try await store.write { db in
            try db.execute(
                sql: "INSERT INTO pieces(completion_id, piece, prompt_ids) VALUES(2, 0, ?)",
                arguments: [Data([7, 0, 0, 0, 9, 0, 0, 0])])
        }
        let rows = try rows(try await export("-o", "-").output)
        let own = rows.filter { $0["prompt_ids"] == [7, 9] }.compactMap { $0["completion_id"]?.intValue }
        #expect(own == [2] && rows.count == 160)
    }

    @Test func pairsAreTheBestAndTheWorst() async throws {
        let all = try rows(try await export("-o", "-", "--no-tokens").output)
        let pairs = try rows(try await export("--pairs", "-o", "-").output)
        var scores: [String: [Double]] = [:]
        for row in all {
            scores[row["problem_id"]?.stringValue ?? "", default: []] += [row["score"]?.doubleValue ?? -1]
        }
        let mixed = scores.filter { Set($0.value).count > 1 }
        #expect(pairs.count == mixed.count && !pairs.isEmpty)
        for pair in pairs {
            let group = try #require(mixed[pair["problem_id"]?.stringValue ?? ""])
            #expect(
                pair["score_chosen"]?.doubleValue == group.max() && pair["score_rejected"]?.doubleValue == group.min())
            // The demo's prompts are chats: so are the answers.
            #expect(pair["chosen"]?.arrayValue?.first?["role"]?.stringValue == "assistant")
            #expect(pair["chosen"] != pair["rejected"])
            #expect(pair["chosen_token_ids"]?.arrayValue?.count == pair["chosen_logprobs"]?.arrayValue?.count)
        }
    }

    @Test func filesAreReplacedByTheirLikeAlone() async throws {
        #expect(try await export("-o", "rows.parquet").code == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: samples.folder.file("rows.parquet")))
        #expect(bytes.prefix(4) == Data("PAR1".utf8) && bytes.suffix(4) == Data("PAR1".utf8))
        let again = try await export("-o", "rows.parquet")
        #expect(again.code == 2 && again.errors.contains("--force"))
        #expect(try await export("-o", "rows.parquet", "--force", "--no-tokens").code == 0)
        try samples.folder.write("words", to: "words.parquet")
        let other = try await export("-o", "words.parquet", "--force")
        #expect(other.code == 2 && other.errors.contains("is not a Parquet file"), "\(other.errors)")
        let card = try await export("--hf", "cards", "--json")
        #expect(card.code == 0 && card.output.contains(#""rows":160"#), "\(card.errors)")
        let text = try String(contentsOfFile: samples.folder.file("cards/README.md"), encoding: .utf8)
        #expect(text.hasPrefix("---\nconfigs:"))
        #expect(FileManager.default.fileExists(atPath: samples.folder.file("cards/data/train-00000-of-00001.parquet")))
    }

    @Test func whatItCannotDoItSays() async throws {
        let nowhere = try await export()
        #expect(nowhere.code == 2 && nowhere.errors.contains("-o FILE"))
        let strange = try await export("-o", "rows.csv")
        #expect(strange.code == 2 && strange.errors.contains(".parquet or .jsonl"), "\(strange.errors)")
        let absent = try await export("-o", "x.jsonl", "--estimator", "rloo")
        #expect(absent.code == 2 && absent.errors.contains("no advantages of 'rloo'"), "\(absent.errors)")
    }
}
