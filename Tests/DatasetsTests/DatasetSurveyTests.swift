import Datasets
import Experience
import Foundation
import Testing

@Suite struct DatasetSurveyTests {
    private static func survey(_ lines: [String], _ change: (inout DatasetOptions) -> Void = { _ in }) async throws
        -> DatasetSurvey
    {
        let path = NSTemporaryDirectory() + "survey-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        var options = DatasetOptions()
        options.path = path
        change(&options)
        return try await DatasetSurvey(options)
    }

    @Test func absentFieldsAreCountedWithTheirFirstLine() async throws {
        let rows = [#"{"prompt": "a", "answer": "1"}"#, #"{"prompt": "b", "x": 1}"#, #"{"question": "c"}"#]
        let survey = try await Self.survey(rows) { ($0.promptField, $0.answerField) = ("prompt", "answer") }
        #expect(
            survey.rows == 3 && survey.estimatedRows == 3 && survey.fields == ["prompt", "answer", "x", "question"])
        #expect(survey.absences.map { "\($0.key) \($0.rows) \($0.line)" } == ["prompt_field 1 3", "answer_field 2 2"])
        #expect(survey.problems.map(\.line) == [1, 2, 3] && survey.fault == nil && survey.rowsWithoutGold == 2)
        #expect(survey.problems.map(\.problem.answer) == ["1", nil, nil])
    }

    @Test func fieldsOfOneNameAreCountedOnce() async throws {
        let survey = try await Self.survey([#"{"a": 1}"#]) {
            ($0.promptField, $0.answerField, $0.idField) = ("t", "t", "u")
        }
        #expect(survey.absences.map(\.rows) == [1, 1, 1])
        #expect(survey.absences.map(\.key) == ["prompt_field", "answer_field", "id_field"])
    }

    @Test func aPromptOfAnotherKindIsAFault() async throws {
        let survey = try await Self.survey([#"{"prompt": "a", "answer": "1"}"#, #"{"prompt": 3, "answer": "1"}"#])
        #expect(survey.fault?.line == 2 && survey.absences.isEmpty)
    }

    @Test func ofManyRowsAnEvenSampleIsKept() async throws {
        let rows = (0..<20_000).map { #"{"prompt": "a", "answer": "\#($0)"}"# }
        let survey = try await Self.survey(rows)
        #expect(survey.rows == 20_000 && survey.problems.count == DatasetSurvey.kept)
        let late = survey.problems.count { $0.line > 10_000 }
        #expect((1_800...2_300).contains(late), "\(late) of 4096 from the second half")
        #expect(try await Self.survey(rows).problems.map(\.line) == survey.problems.map(\.line))
    }
}
