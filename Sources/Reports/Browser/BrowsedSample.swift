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
        id = try row[stored: "completion_id"]
        ordinal = try row[stored: "ordinal"]
        index = try row[stored: "idx"]
        problem = try row[stored: "external_id"]
        dataset = try row[stored: "dataset"]
        let json: String = try row[stored: "prompt"]
        prompt = String(Prompt(try JSONValue(parsing: json.utf8)).plainText.prefix(Self.textLimit))
        gold = try row[stored: "answer"]
        let whole: String = try row[stored: "text"]
        text = String(whole.prefix(Self.textLimit))
        isCut = text.utf8.count < whole.utf8.count
        finish = try row[stored: "finish"]
        tokenCount = try row[stored: "n_tokens"]
        unusable = try row[stored: "unusable"]
        model = try row[stored: "model"]
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
                verifier: try $0[stored: 0], outcome: try $0[stored: 1], score: try $0[stored: 2],
                reason: try $0[stored: 3], extracted: try $0[stored: 4], explanation: try $0[stored: 5])
        }
        if let set,
            let row = try Row.fetchOne(
                db, sql: "SELECT advantage, token_advantages FROM advantages WHERE set_id = ? AND completion_id = ?",
                arguments: [set, id])
        {
            advantage = try row[stored: 0]
            tokenAdvantages = (try row[stored: 1] as Data?)?.elements() ?? []
        }
        let arrays = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, data, cols FROM tokens
                WHERE completion_id = ? AND source = 'sampler' AND kind IN ('ids', 'logprob', 'top_logprob')
                """, arguments: [id])
        var top: (data: [Float], width: Int) = ([], 0)
        for row in arrays {
            let data: Data = try row[stored: 1]
            switch try row[stored: 0] as String {
            case "ids": tokenIDs = data.elements()
            case "logprob": logprobs = data.elements()
            default: top = (data.elements(), try row[stored: 2])
            }
        }
        entropies = TokenStatistics.entropies(top_TK: top.data, width: top.width, count: logprobs.count, vocabularySize)
    }
}
