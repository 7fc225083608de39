import Experience
import JSON
import Testing

@Suite struct PuzzleVerifiersTests {
    @Test(
        arguments: [
            ("<answer>(3 + 5) * 2</answer>", "equal"), ("<answer>2 × (5 + 3) = 16</answer>", "equal"),
            ("<answer>16</answer>", "wrongNumbers"), ("<answer>3 + 5 + 2</answer>", "different"),
            ("<answer>3 * 5 + 2 / 2</answer>", "wrongNumbers"),
            ("<answer>__import__('os')</answer>", "notAnExpression"),
            ("<answer>3 / (5 - 5) * 2</answer>", "notAnExpression"), ("<answer>5 * 3</answer>", "wrongNumbers"),
            ("<answer>" + String(repeating: "(", count: 900) + "</answer>", "notAnExpression"), ("", "noAnswer"),
        ])
    func countdown(response: String, reason: String) async throws {
        let fields: JSONValue = ["nums": [2, 3, 5], "target": 16]
        #expect(try await verdict("countdown", response, fields: fields).reason == reason)
    }

    @Test func countdownIsExact() async throws {
        let fields: JSONValue = ["numbers": [1, 3, 3], "target": 1]
        #expect(try await verdict("countdown", "1 / 3 * 3", fields: fields).outcome == .correct)
    }

    @Test(
        arguments: [
            ("1/2-(0-4611686018427387904)", Outcome.incorrect), ("0-(0-4611686018427387904)*2", .incorrect),
            ("4611686018427387904*2-1*(1+0)/1/2*2", .correct),
        ])
    func countdownBeyondAWord(response: String, outcome: Outcome) async throws {
        let fields: JSONValue = [
            "numbers": [0, 1, 1, 1, 2, 2, 2, 4_611_686_018_427_387_904], "target": .int(.max),
        ]
        #expect(
            try await verdict("countdown", response, options: ["use_all": false], fields: fields).outcome == outcome)
    }

    @Test(
        arguments: [
            ("1234\n3412\n2143\n4321", "solved"), ("1234\n3412\n4321\n2143", "solved"),
            ("2134\n3412\n1243\n4321", "givenChanged"),
            ("1234\n3412\n2143\n432", "shape"), ("1234 3412 2143 4312", "conflict"), ("no", "noAnswer"),
        ])
    func sudoku(response: String, reason: String) async throws {
        #expect(try await verdict("sudoku", response, fields: ["puzzle": "1..4 3... .... ...."]).reason == reason)
    }

    @Test func zebra() async throws {
        let gold = #"{"House 1": {"Name": "Ann", "Drink": "tea"}, "House 2": {"Name": "Bob", "Drink": "milk"}}"#
        #expect(try await verdict("zebra", "so: \(gold)", gold: gold).outcome == .correct)
        let half = try await verdict(
            "zebra", #"{"house 1": {"name": "ann", "drink": "milk"}, "House 2": {"Name": "Bob"}}"#, gold: gold)
        #expect(half.outcome == .incorrect && half.score == 0.5)
    }
}
