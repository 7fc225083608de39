import Datasets
import Experience
import Foundation
import JSON
import Testing

/// Whole data sets in one JSON object, chats as Python writes them, and ids that repeat.
@Suite struct RowDocumentTests {
    private let folder: DatasetReaderTests.Folder

    init() throws { folder = try DatasetReaderTests.Folder() }

    private func read(_ name: String, _ text: String) async throws -> [Problem] {
        var options = DatasetOptions()
        options.path = try folder.write(name, text)
        return try await DatasetReader(options).next(10)
    }

    @Test(arguments: [
        #"{"features":[{"name":"problem"}],"rows":[{"row_idx":0,"row":{"problem":"a","answer":"1"},"truncated_cells":[]},{"row_idx":1,"row":{"problem":"b","answer":"2"}}],"partial":false}"#,
        #"{"problem":["a","b"],"answer":["1","2"]}"#, #"{"version":"1","problem":["a","b"],"answer":["1","2"]}"#,
        #"{"0":{"problem":"a","answer":"1"},"1":{"problem":"b","answer":"2"}}"#,
        #"{"x/7":{"problem":"a","answer":"1"},"x/8":{"problem":"b","answer":"2"}}"#,
        #"{"problem":{"0":"a","1":"b"},"answer":{"0":"1","1":"2"}}"#,
        #"{"columns":["problem","answer"],"index":[0,1],"data":[["a","1"],["b","2"]]}"#,
        #"{"schema":{"fields":[]},"data":[{"index":0,"problem":"a","answer":"1"},{"index":1,"problem":"b","answer":"2"}]}"#,
        #"[{"problem":"a","answer":"1"},{"problem":"b","answer":"2"}]"#,
    ])
    func rowsOfOneObject(text: String) async throws {
        let problems = try await read("a.json", text)
        #expect(problems.map(\.prompt) == [.text("a"), .text("b")] && problems.map(\.answer) == ["1", "2"])
        #expect(Set(problems.map(\.id)).count == 2, "\(problems.map(\.id))")
    }

    @Test(arguments: [
        #"{"prompt":[{"role":"user","content":"a"}],"answer":["1"]}"#, #"{"question":"a","answer":"1","tags":["x"]}"#,
        #"{"question":"a","options":["x","y"],"answer":["x","y"]}"#,
        #"{"problem":"a","meta":{"0":"x"},"answer":"1"}"#,
    ])
    func oneRowStaysOne(text: String) async throws {
        #expect(try await read("a.json", text).count == 1)
    }

    @Test func cellsThatWereCutAreNoProblem() async throws {
        await #expect(throws: DatasetError.self) {
            try await read(
                "a.json", #"{"rows":[{"row":{"problem":"a lo","answer":"1"},"truncated_cells":["problem"]}]}"#)
        }
    }

    @Test(arguments: [
        #""[{'role': 'user', 'content': 'What''s 3+4?\n'}]""#.replacing("''", with: "\\'"),
        #""[{'role': 'user', 'content': ""What's 3+4?\n""}]""#,
        "\"[{'content': \"\"What's 3+4?\\n\"\", 'role': 'user'}\n {'role': 'assistant', 'content': 'x'}]\"",
        #""array([{'role': 'user', 'content': ""What's 3+4?\n""}], dtype=object)""#,
    ])
    func chatsAsPythonWritesThem(cell: String) async throws {
        let problem = try #require(try await read("a.csv", "prompt,answer\n\(cell),7\n").first)
        #expect(problem.prompt.json.text == #"[{"role":"user","content":"What's 3+4?\n"}]"#)
        #expect(problem.answer == "7")
    }

    @Test func membersOfPythonObjects() async throws {
        let text =
            "prompt,reward_model\n\"[{'role': 'user', 'content': 'a'}]\",\"{'ground_truth': '7', 'style': 'rule'}\"\n"
        #expect(try await read("a.csv", text).map(\.answer) == ["7"])
    }

    /// What samples a data set and what looks at it agree.
    @Test func repeatedIDsAreToldApart() async throws {
        let text = #"{"id":"x","prompt":"a"}"# + "\n" + #"{"id":"x","prompt":"b"}"# + "\n" + #"{"id":"x","prompt":"a"}"#
        #expect(try await read("a.jsonl", text).map(\.id) == ["x", "x#2", "x"])
        var options = DatasetOptions()
        options.path = folder.url.appending(path: "a.jsonl").path
        let survey = try await DatasetSurvey(options)
        #expect(survey.faults == 0 && survey.recognition.notes.map(\.note) == [.repeatedID])
        #expect(survey.problems.map(\.problem.id) == ["x", "x#2", "x"])
    }
}
