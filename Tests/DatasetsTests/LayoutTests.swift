import Datasets
import Experience
import Foundation
import JSON
import Testing

/// Every layout, without a setting: named, sent and taken the gold of as published.
@Suite struct LayoutTests {
    private let folder: DatasetReaderTests.Folder

    init() throws { folder = try DatasetReaderTests.Folder() }

    private func survey(
        _ text: String, _ name: String = "rows.jsonl", _ change: (inout DatasetOptions) -> Void = { _ in }
    ) async throws -> DatasetSurvey {
        var options = DatasetOptions()
        options.path = try folder.write(name, text)
        change(&options)
        return try await DatasetSurvey(options)
    }

    @Test(arguments: LayoutRow.all)
    func isNamedSentAndItsGoldTaken(_ layout: LayoutRow) async throws {
        let survey = try await survey(layout.row + "\n" + layout.row)
        #expect(survey.recognition.shape?.name == layout.name)
        #expect(survey.fault == nil)
        for (_, problem) in survey.problems {
            #expect(problem.prompt.json.text == layout.prompt)
            #expect(problem.answer == layout.gold)
            #expect(problem.fields.bytes == Array(layout.row.utf8))
        }
        #expect(survey.rowsWithoutGold == (layout.gold == nil ? 2 : 0))
    }

    /// Options in one text, however their letters are written; a bracket inside of one is no letter.
    @Test(arguments: [
        "(A) rs . 4 , (B) f(B) = 2 (C) c", "A. rs . 4\nB. f(B) = 2\nC. c", "a) rs . 4, b) f(B) = 2, c) c",
        "A: rs . 4; B: f(B) = 2; C: c",
    ])
    func optionsInOneText(_ options: String) async throws {
        let row: JSONValue = ["Problem": "What is it?", "options": .string(options), "correct": "B"]
        let survey = try await survey(row.text)
        let problem = try #require(survey.problems.first?.problem)
        #expect(problem.prompt.plainText == "What is it?\nA. rs . 4\nB. f(B) = 2\nC. c\nAnswer:")
        #expect(problem.answer == "B")
    }

    @Test(arguments: LayoutRow.all)
    func storesGiveThePromptBack(_ layout: LayoutRow) throws {
        let json = try JSONValue(parsing: layout.prompt.utf8)
        #expect(Prompt(json).json == json)
    }

    @Test func theDocumentationHasEveryLayout() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/datasets.md"), encoding: .utf8)
        for shape in RowShape.all { #expect(text.contains("| \(shape.name) |"), "\(shape.name)") }
    }

    @Test func gpqaIsShuffledByTheQuestionAlone() async throws {
        func row(_ question: String) -> String {
            #"{"Question":"\#(question)","Correct Answer":"right","Incorrect Answer 1":"w1","Incorrect Answer 2":"w2","Incorrect Answer 3":"w3"}"#
        }
        let rows = (0..<40).map { row("q\($0)") }.joined(separator: "\n")
        let survey = try await survey(rows)
        #expect(survey.recognition.shape?.name == "GPQA")
        for (_, problem) in survey.problems {
            let letter = try #require(problem.answer)
            #expect(problem.prompt.plainText.contains("(\(letter)) right\n"))
        }
        let letters = survey.problems.map(\.problem.answer)
        #expect(Set(letters).count == 4)
        #expect(try await self.survey(rows).problems.map(\.problem.answer) == letters)
    }

    /// Names of members in another case, with other signs between their words, and less usual ones.
    @Test(arguments: [
        (#"{"QUESTION":"q","ANSWER":"7"}"#, "7"), (#"{"question":"q","groundTruth":"7"}"#, "7"),
        (#"{"question":"q","gold-answer":"7"}"#, "7"), (#"{"question":"q","gt_answer":"7"}"#, "7"),
        (#"{"prompt":"q","gt":"7"}"#, "7"), (#"{"question":"q","final_ans":"7"}"#, "7"),
        (#"{"inputs":"q","targets":"7"}"#, "7"), (#"{"text":"q","label":"7"}"#, "7"),
        (#"{"content":"q","answer":"7"}"#, "7"), (#"{"task":"q","answer":"7"}"#, "7"), (#"{"问题":"q","答案":"7"}"#, "7"),
        (#"{"user":"q","assistant":"So \\boxed{7}."}"#, "7"), (#"{"question":"q","solutions":["So \\boxed{7}"]}"#, "7"),
        (#"{"question":"q","gold_solution":"So \\boxed{7}"}"#, "7"), (#"{"question":"q","answer":{"value":"7"}}"#, "7"),
    ])
    func otherNames(row: String, gold: String) async throws {
        let survey = try await survey(row)
        #expect(survey.problems.first?.problem.prompt == .text("q"), "\(row)")
        #expect(survey.problems.first?.problem.answer == gold, "\(row)")
    }

    @Test func aMessageAloneIsAChat() async throws {
        let survey = try await survey(#"{"prompt":{"role":"user","content":"q"},"answer":"7"}"#)
        #expect(survey.problems.first?.problem.prompt.json.text == #"[{"role":"user","content":"q"}]"#)
    }

    @Test func whatIsNamedWins() async throws {
        let row = #"{"question":"a","answer":"so #### 1","other":{"text":"b","gold":["2"]}}"#
        let survey = try await survey(row) { ($0.promptField, $0.answerField) = ("other.text", "other.gold") }
        #expect(survey.problems.first?.problem.prompt == .text("b"))
        #expect(survey.problems.first?.problem.answer == "2")
        let chat = try await self.survey(row) { ($0.chat, $0.system) = (true, "s") }
        #expect(
            chat.problems.first?.problem.prompt.json.text
                == #"[{"role":"system","content":"s"},{"role":"user","content":"a"}]"#)
    }

    @Test func whatIsDoneIsCountedAndNamed() async throws {
        let rows = [
            #"{"messages":[{"role":"system","content":"old"},{"role":"user","content":"q","id":"x"},{"role":"assistant","content":"a"}]}"#,
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"#,
            #"{"question":"q","answer":"so #### 7"}"#,
        ]
        let survey = try await survey(rows.joined(separator: "\n")) { $0.system = "new" }
        #expect(
            survey.recognition.notes.map { $0.note.words($0.count) } == [
                "2 rows: the last assistant turn was left out of the prompt", "1 row: 'id' of messages was left out",
                "1 row: the row's system message was replaced by the configured one", "1 row: read as GSM8K",
            ])
        #expect(
            survey.problems.first?.problem.prompt.json.text
                == #"[{"role":"system","content":"new"},{"role":"user","content":"q"}]"#)
        #expect(survey.problems.last?.problem.answer == "7")
    }

    @Test func ambiguityIsSaid() async throws {
        let survey = try await survey(#"{"prompt":"q","question":"other","answer":"7","ground_truth":"8"}"#)
        #expect(survey.problems.first?.problem.answer == "7")
        let words = survey.recognition.notes.map { $0.note.words($0.count) }
        #expect(words.contains { $0.contains("the prompt is 'prompt', and 'question'") }, "\(words)")
        #expect(words.contains { $0.contains("the gold is 'answer', and 'ground_truth'") }, "\(words)")
    }

    @Test func toolTurnsAreSentAsPublished() async throws {
        let messages =
            #"[{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"calc","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"7"}]"#
        let survey = try await survey(#"{"prompt":\#(messages),"answer":"7"}"#)
        #expect(survey.problems.first?.problem.prompt.json.text == messages)
        let empty = try await self.survey(
            #"{"prompt":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[]},{"role":"user","content":"go"}],"answer":"7"}"#
        )
        #expect(
            empty.problems.first?.problem.prompt.json.text
                == #"[{"role":"user","content":"a"},{"role":"assistant","content":""},{"role":"user","content":"go"}]"#)
    }

    @Test(arguments: [
        (#"{"a":1}"#, "no field \"prompt\""),
        (#"{"messages":[{"role":"assistant","content":"a"}]}"#, "holds an answer and nothing that asks for it"),
        (#"{"conversations":[{"from":"alien","value":"a"}]}"#, "'alien'"),
        (#"{"prompt":3,"answer":"1"}"#, "neither text nor a list of messages"),
        (#"{"problem":"<image> and <image>","answer":"1","images":["https://e.org/a.png"]}"#, "2 images"),
        (#"{"problem":"<image>","answer":"1","images":[{"bytes":null,"path":"a.png"}]}"#, "cannot be sent"),
        (#"{"question":"q","choices":[],"answerKey":"A"}"#, "0 options"),
    ])
    func aRowThatCannotBeSentIsNamed(_ row: String, _ reason: String) async throws {
        let survey = try await survey(#"{"prompt":"ok","answer":"1"}"# + "\n" + row)
        let fault = try #require(survey.fault)
        #expect(fault.line == 2 && fault.message.contains(reason), "\(fault)")
    }

    /// The layout is each row's own, whatever the first one has.
    @Test func rowsOfSeveralLayouts() async throws {
        let survey = try await survey(
            [
                #"{"question":"a","answer":"1"}"#, #"{"question":"b","answer":"so #### 7"}"#,
                #"{"question":"c","choices":["x","yy"],"answer":1}"#, #"{"question":"d","ground_truth":"8"}"#,
            ].joined(separator: "\n"))
        #expect(survey.problems.map(\.problem.answer) == ["1", "7", "B", "8"])
        #expect(survey.problems[2].problem.prompt.plainText.contains("B. yy"))
    }

    /// Options are sent wherever they are, and the gold is a letter.
    @Test(arguments: [
        (#"{"question":"q","option_a":"xx","option_b":"yy","answer":"B"}"#, "B. yy", "B"),
        (
            #"{"question":"q","flores_passage":"text","mc_answer1":"xx","mc_answer2":"yy","correct_answer_num":"2"}"#,
            "B. yy", "B"
        ),
        (#"{"context":"c","question":"q","ans0":"xx","ans1":"yy","ans2":"zz","label":1}"#, "B. yy", "B"),
        (#"{"question":"q","choice_A":"xx","choice_B":"yy","answer":"A"}"#, "A. xx", "A"),
        (#"{"problem":"q","options":["(A) xx","(B) yy"],"correct":"B"}"#, "B. yy", "B"),
        (
            #"{"question":"q","options":[{"key":"A","value":"xx"},{"key":"B","value":"yy"}],"answer_idx":"B"}"#,
            "B. yy", "B"
        ),
        (#"{"question":"q","options":"['xx' 'yy']","answer":"yy"}"#, "B. yy", "B"),
        (#"{"question":"q","choices":["xx","yy"],"label":1.0}"#, "B. yy", "B"),
    ])
    func optionsAreSent(row: String, holds: String, gold: String) async throws {
        let problem = try #require(try await survey(row).problems.first?.problem)
        #expect(problem.prompt.plainText.contains(holds), "\(problem.prompt.plainText)")
        #expect(problem.answer == gold)
    }

    @Test(arguments: [
        (#"{"question":"q","passage":"p","answer":"1"}"#, "p\n\nq"),
        (#"{"instruction":"i","input":"n","answer":"1"}"#, "i\n\nn"),
    ])
    func whatAQuestionIsAskedOfIsSent(row: String, prompt: String) async throws {
        #expect(try await survey(row).problems.first?.problem.prompt == .text(prompt))
    }

    @Test(arguments: [
        (#"{"problem":"q","answer":"","solution":"so \\boxed{9}"}"#, "9"),
        (#"{"problem":"q","solution":"The answer is 5. This completes it."}"#, "5"),
        (#"{"problem":"q","solution":"so the answer is $7$, as required"}"#, "$7$"),
        (#"{"problem":"q","solution":"thus \\boxed 2"}"#, "2"),
        (#"{"problem":"q","solution":"<think>\\boxed{1}</think><answer>42</answer>"}"#, "42"),
        (#"{"query":"q","response":"so #### 110\nThe answer is: 110","type":"GSM_AnsAug"}"#, "110"),
        (#"{"problem":"q","solution":"Steps.\n\nFinal Answer: 42"}"#, "42"),
        (#"{"question":"q","answer":null,"answer_number":18}"#, "18"),
    ])
    func goldsAreFound(row: String, gold: String) async throws {
        #expect(try await survey(row).problems.first?.problem.answer == gold)
    }

    @Test func theSystemAndThePictureOfARowAreSent() async throws {
        let own = try await survey(#"{"problem":"q","answer":"1","system":"be brief"}"#)
        #expect(own.problems.first?.problem.prompt.plainText == "be brief\n\nq")
        let picture = try await survey(#"{"problem":"q","answer":"1","image":"https://e.org/a.png"}"#)
        #expect(picture.problems.first?.problem.prompt.json.text.contains("https://e.org/a.png") == true)
    }

    @Test(arguments: ["Assistant", "ASSISTANT", "ai"])
    func answersAtTheEndAreNotSent(role: String) async throws {
        let turn = #"{"role":"\#(role)","content":"7"}"#
        let survey = try await survey(#"{"messages":[{"role":"User","content":"q"},\#(turn),\#(turn)]}"#)
        #expect(survey.problems.first?.problem.prompt.json.text == #"[{"role":"user","content":"q"}]"#)
    }
}
