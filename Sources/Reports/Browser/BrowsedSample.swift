import Experience
import Foundation
import GRDB
import JSON

/// One sample with everything that a page shows of it.
struct BrowsedSample {
    /// What one verifier said.
    struct Judgement {
        var verifier: String
        var outcome: String
        var score: Double?
        var reason: String
        var extracted: String?
        var explanation: String?
    }

    /// Long texts are cut so that a page stays small.
    static let textLimit = 20_000
    static let tokenLimit = 4000

    let id: Int64
    let ordinal: Int
    let index: Int
    let problem: String
    let dataset: String
    let prompt: String
    let gold: String?
    let text: String
    let isCut: Bool
    let finish: String
    let tokenCount: Int?
    let unusable: String?
    let model: String
    var judgements: [Judgement] = []
    var advantage: Double?
    var tokenIDs: [Int32] = []
    var logprobs: [Float] = []
    var tokenAdvantages: [Float] = []
    /// The text of each token where the tokenizer is known, else empty.
    var tokenTexts: [String?] = []
    /// From the top candidates: the middle of what they allow, or with an unknown vocabulary the least; nil without any.
    var entropies: [Double]?
    /// Whether the size of the vocabulary bounds the entropies from above.
    let isBounded: Bool

    init(_ row: Row, _ db: Database, set: Int64?, vocabulary: Vocabulary?, vocabularySize: Int?) throws {
        isBounded = vocabularySize != nil
        id = row["completion_id"]
        ordinal = row["ordinal"]
        index = row["idx"]
        problem = row["external_id"]
        dataset = row["dataset"]
        let json: String = row["prompt"]
        prompt = String(Prompt(try JSONValue(parsing: json.utf8)).plainText.prefix(Self.textLimit))
        gold = row["answer"]
        let whole: String = row["text"]
        text = String(whole.prefix(Self.textLimit))
        isCut = text.utf8.count < whole.utf8.count
        finish = row["finish"]
        tokenCount = row["n_tokens"]
        unusable = row["unusable"]
        model = row["model"]
        try read(db, set: set, vocabularySize: vocabularySize)
        tokenTexts = vocabulary?.texts(of: tokenIDs) ?? []
    }

    private mutating func read(_ db: Database, set: Int64?, vocabularySize: Int?) throws {
        judgements = try Row.fetchAll(
            db,
            sql: """
                SELECT s.verifier || ' ' || s.version, v.outcome, v.score, v.reason, v.extracted, v.explanation
                FROM verdicts v JOIN scorings s USING(scoring_id) WHERE v.completion_id = ? ORDER BY s.scoring_id
                """, arguments: [id]
        ).map {
            Judgement(
                verifier: $0[0], outcome: $0[1], score: $0[2], reason: $0[3], extracted: $0[4], explanation: $0[5])
        }
        if let set,
            let row = try Row.fetchOne(
                db, sql: "SELECT advantage, token_advantages FROM advantages WHERE set_id = ? AND completion_id = ?",
                arguments: [set, id])
        {
            advantage = row[0]
            tokenAdvantages = (row[1] as Data?)?.elements() ?? []
        }
        let arrays = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, data, cols FROM tokens
                WHERE completion_id = ? AND source = 'sampler' AND kind IN ('ids', 'logprob', 'top_logprob')
                """, arguments: [id])
        var top: (data: [Float], width: Int) = ([], 0)
        for row in arrays {
            let data: Data = row[1]
            switch row[0] as String {
            case "ids": tokenIDs = data.elements()
            case "logprob": logprobs = data.elements()
            default: top = (data.elements(), row[2])
            }
        }
        entropies = TokenStatistics.entropies(top_TK: top.data, width: top.width, count: logprobs.count, vocabularySize)
    }
}
