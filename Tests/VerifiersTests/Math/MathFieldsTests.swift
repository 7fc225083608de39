import Experience
import JSON
import Testing
import Verifiers

/// What rows say of their own answers, and several golds.
@Suite struct MathFieldsTests {
    static let rows: [(gold: String, answer: String, fields: JSONValue, score: Double?)] = [
        ("8.5", "8.4", ["tolerance": 0.02], 1), ("8.5", "8.4", ["tolerance": "0.02"], 1), ("8.5", "8.4", [:], 0),
        ("120", "118", ["tolerance": ["absolute": 2]], 1), ("8.5", "8.4", ["tolerance": "wide"], nil),
        ("8.5", "8.4", ["tolerance": 2], nil), ("8.5", "8.4", ["tolerance": nil], 0),
        // OlympiadBench: one limit, or one for each part; elsewhere `error` is a message.
        ("3.1", "3.2", ["error": "1e-1", "final_answer": ["3.1"]], 1), ("3.1", "3.2", ["error": "1e-1"], 0),
        ("2.5,7.5", "7.6,2.5", ["error": "0,1e-1", "final_answer": []], 1),
        ("2.5,7.5", "2.6,7.5", ["error": ",1e-1", "final_answer": []], 0),
        ("3.1", "3.2", ["error": "timed out", "final_answer": []], nil),
        ("3.1", "3.2", ["error": nil, "final_answer": ["3.1"]], 0), ("3.1", "3.2", ["error": "timed out"], 0),
        // Types by the names of the data sets.
        ("(3,7)", "3<x<7", ["answer_type": "Interval"], 1), ("(3,7)", "3<x<7", ["answer_type": "Tuple"], 0),
        ("(3,7)", "3<x<7", ["answer_type": "INT"], 1), ("4", "4", ["answer_type": "int"], 1),
        ("D", "B", ["answer_type": "MCS"], 0), ("DB", "B, D", ["answer_type": "MCM"], 1),
        ("T", "True", ["answer_type": "TF"], 1), ("(5,4)", "4, 5", ["answer_type": "UOL"], 1),
        ("(5,4)", "4, 5", ["answer_type": "OL"], 0), ("(5,4)", "5, 4", ["answer_type": ["OL"]], 1),
        ("1,2", "2,1", ["answer_type": "Numerical,Numerical"], 1), ("7", "7", ["answer_type": "exactMatch"], 1),
        ("7", "7", ["answer_type": nil], 1), ("7", "8", ["answer_type": "numerc"], nil),
        ("x=2y", "8", ["answer_type": "Numerical"], nil),
    ]

    @Test(arguments: rows)
    func rowsSpeakForTheirAnswers(_ row: (gold: String, answer: String, fields: JSONValue, score: Double?)) async throws
    {
        let verdict = try await verdict("math", "\\boxed{\(row.answer)}", gold: row.gold, fields: row.fields)
        #expect(verdict.score == row.score, "\(row) \(verdict)")
        if row.score == nil { #expect(verdict.reason == "unparsedGold" && verdict.outcome == .verifierError) }
    }

    @Test func aRowComesFirstAndCanBeLeftUnread() async throws {
        let fields: JSONValue = ["tolerance": 0.1, "answer_type": "choice"]
        func score(_ options: JSONValue) async throws -> Double? {
            try await verdict("math", "\\boxed{10.4}", gold: "10.5", options: options, fields: fields).score
        }
        #expect(try await score(["type": "number"]) == nil)
        #expect(try await score(["row_fields": "ignored"]) == 0)
        #expect(try await score(["row_fields": "ignored", "tolerance": 0.1]) == 1)
    }

    @Test func anUnknownTypeIsRefusedWithTheNearest() async throws {
        for (word, words) in [("numerc", "did you mean 'numeric'?"), ("sets", "'set'"), ("banana", "known: auto")] {
            let verdict = try await verdict("math", "1", gold: "1", fields: ["answer_type": .string(word)])
            #expect(verdict.explanation?.contains(words) == true, "\(verdict)")
        }
    }

    static let golds: [(golds: JSONValue, answer: String, score: Double?, words: String)] = [
        (["\\frac12", "50\\%"], "0.5", 1, "gold 1 of 2"), (["north", "3"], "3", 1, "gold 2 of 2, '3'"),
        (["3", "4"], "5", 0, "none of 2 golds"), (["", "4"], "4", 1, "gold 1, '', cannot be read"),
        (["", "4"], "5", 0, "gold 1, '', cannot be read"), (["", " "], "5", nil, "correct the gold"),
        (["7"], "7", 1, "the same text"), (["3", 4], "4", 1, "gold 2 of 2"), (["3,4"], "4,3", 1, "in any order"),
        (["3", "4"], "3, 4", 0, "none"),
    ]

    @Test(arguments: golds)
    func anyOfSeveralGoldsSuffices(_ row: (golds: JSONValue, answer: String, score: Double?, words: String))
        async throws
    {
        let verdict = try await verdict("math", "\\boxed{\(row.answer)}", gold: row.golds.text)
        #expect(verdict.score == row.score && verdict.explanation?.contains(row.words) == true, "\(row) \(verdict)")
    }

    @Test func allOfSeveralGoldsWhereTheyAreParts() async throws {
        for (answer, score) in [("3, 4", 1.0), ("4, 3", 1), ("3", 0), ("3, 4, 5", 0)] {
            let verdict = try await verdict(
                "math", "\\boxed{\(answer)}", gold: #"["3", "4"]"#, options: ["answers": "all"])
            #expect(verdict.score == score, "\(answer) \(verdict)")
        }
    }

    @Test func aListOfNumbersIsOneAnswer() async throws {
        for (gold, answer, type, score) in [
            ("[3, 4]", "3", "auto", 0.0), ("[3,4]", "3 \\le x \\le 4", "auto", 1), ("[3,4]", "3, 4", "list", 1),
            ("[3,4]", "4, 3", "list", 0), ("[3,4]", "4, 3", "set", 1),
        ] {
            let verdict = try await verdict("math", "\\boxed{\(answer)}", gold: gold, options: ["type": .string(type)])
            #expect(verdict.score == score, "\(gold) \(answer) \(verdict)")
        }
    }
}
