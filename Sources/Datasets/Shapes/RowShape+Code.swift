/// Layouts of programming problems: what is asked. The verifier `code` reads the tests from the row, which is kept whole.
extension RowShape {
    private static let remark = "the verifier 'code' judges by the row's tests"

    private static func program(
        _ name: String, _ members: [String], _ signs: [Sign] = [], prompt: PromptRule
    ) -> RowShape {
        RowShape(name, members, signs, prompt: prompt, remark: remark)
    }

    static let code: [RowShape] = [
        program(
            "LiveCodeBench", ["question_content", "public_test_cases"],
            prompt: .joined(["question_content", "starter_code"])),
        program("CodeContests", ["description", "public_tests"], prompt: .field("description")),
        program(
            "open-r1 codeforces", ["description", "official_tests"],
            prompt: .joined(["description", "input_format", "output_format", "note"])),
        program(
            "open-r1 codeforces", ["description", "input_format", "output_format", "examples"],
            prompt: .joined(["description", "input_format", "output_format", "note"])),
        program(
            "APPS, TACO", ["question", "input_output", "starter_code"], prompt: .joined(["question", "starter_code"])),
        program("APPS, TACO", ["question", "input_output"], prompt: .field("question")),
        program("LeetCodeDataset", ["query", "test", "entry_point"], prompt: .field("query")),
        program("BigCodeBench", ["instruct_prompt", "test", "entry_point"], prompt: .field("instruct_prompt")),
        program("BigCodeBench", ["complete_prompt", "test", "entry_point"], prompt: .field("complete_prompt")),
        program("HumanEval", ["prompt", "test", "entry_point"], prompt: .field("prompt")),
        program("HumanEval-X", ["prompt", "test", "canonical_solution"], prompt: .field("prompt")),
        program("MBPP", ["text", "test_list"], prompt: .joined(["text", "test_list"])),
        program("MBPP", ["prompt", "test_list"], prompt: .joined(["prompt", "test_list"])),
        program("MultiPL-E", ["prompt", "tests", "stop_tokens"], prompt: .field("prompt")),
        program("DS-1000", ["prompt", "code_context"], prompt: .field("prompt")),
        program("KodCode", ["question", "test"], [.any(["test_info", "solution"])], prompt: .field("question")),
        program(
            "CRUXEval", ["code", "input", "output"],
            prompt: .written(
                """
                Complete the assertion with the literal that the function gives for this input, with nothing else in its place. \
                Answer with the whole assertion between [ANSWER] and [/ANSWER].

                {code}
                assert f({input}) == ??
                """, members: ["code", "input"])),
        program("AceCode", ["question", "test_cases"], prompt: .field("question")),
        program("DeepCoder", ["problem", "tests", "starter_code"], prompt: .joined(["problem", "starter_code"])),
        program("DeepCoder", ["problem", "tests"], prompt: .field("problem")),
        program("Llama-Nemotron code", ["question", "unit_tests"], prompt: .field("question")),
        program("Llama-Nemotron code", ["input", "unit_tests"], prompt: .field("input")),
        program(
            "Exercism tracks", ["instructions", "stub", "test_file"], prompt: .joined(["instructions", "stub"])),
        program("SandboxFusion", ["content", "test"], [.any(["labels"])], prompt: .field("content")),
        program(
            "tests in the row", ["prompt", "tests"], [.any(["format", "entry_point", "fn_name"])],
            prompt: .field("prompt")),
    ]
}
