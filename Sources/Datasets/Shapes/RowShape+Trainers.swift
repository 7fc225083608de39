/// Layouts of trainers and of what is published for them.
extension RowShape {
    private static let truth = "reward_model.ground_truth"

    static let trainers: [RowShape] = [
        RowShape(
            "Search-R1 (verl)", ["prompt", truth + ".target"], prompt: .field("prompt"),
            gold: [.field(truth + ".target")]),
        RowShape(
            "DAPO (verl)", ["prompt", truth], [.begins("data_source", ["math_dapo", "math__"])],
            prompt: .field("prompt"),
            gold: [.field(truth)]),
        RowShape(
            "Skywork-OR1 (verl)", ["prompt", truth], [.begins(truth, ["["])], prompt: .field("prompt"),
            gold: [.field(truth)], remark: "code rows are judged by the verifier 'code'"),
        RowShape(
            "Eurus-2-RL (verl)", ["prompt", truth, "ability"],
            [.begins("data_source", ["numina", "taco", "apps", "codecontests", "codeforces"])],
            prompt: .field("prompt"), gold: [.field(truth)], remark: "code rows are judged by the verifier 'code'"),
        RowShape(
            "verl with images (geo3k)", ["prompt", truth, "images"], prompt: .field("prompt"), gold: [.field(truth)],
            images: ["images"]),
        RowShape(
            "verl", ["prompt", truth], prompt: .field("prompt"),
            gold: [.field(truth), .field("extra_info.ground_truth"), .field("extra_info.answer")], tools: "tools"),
        RowShape(
            "verl with the truth in extra_info", ["prompt", "extra_info.ground_truth"], prompt: .field("prompt"),
            gold: [.field("extra_info.ground_truth")], tools: "tools"),
        RowShape(
            "SYNTHETIC", ["prompt", "verification_info"], prompt: .field("prompt"),
            gold: [.field("verification_info.ground_truth"), .worked("gold_standard_solution")],
            remark: "code rows are judged by the verifier 'code'"),
        RowShape(
            "Open-Reasoner-Zero", ["conversations.-1.ground_truth"], prompt: .field("conversations"),
            gold: [.field("conversations.-1.ground_truth.value"), .field("conversations.-1.ground_truth")]),
        RowShape(
            "Open-Reasoner-Zero", ["0.value", "1.ground_truth.value"], prompt: .field("0.value"),
            gold: [.field("1.ground_truth.value")]),
        RowShape(
            "IFEval", ["prompt", "instruction_id_list", "kwargs"], prompt: .field("prompt"),
            remark: "the verifier 'ifeval' judges by the row's instructions"),
        RowShape(
            "open-instruct RLVR", ["messages", "ground_truth"], [.chat("messages")], prompt: .field("messages"),
            gold: [.field("ground_truth")], tools: "tools",
            remark: "'dataset' says which verifier: gsm8k and math are math, ifeval is ifeval, code is code"),
        RowShape(
            "AM-Thinking", ["messages.0.info.reference_answer"], [.chat("messages")], prompt: .field("messages"),
            gold: [.field("messages.0.info.reference_answer"), .lastTurn("messages")]),
        RowShape(
            "ms-swift", ["messages", "solution"], [.chat("messages"), .without("problem"), .without("question")],
            prompt: .field("messages"), gold: [.worked("solution")], tools: "tools", images: ["images", "image"]),
        RowShape(
            "NeMo Gym", ["responses_create_params.input"], prompt: .field("responses_create_params.input"),
            gold: [
                .field("expected_answer"), .field("verifier_metadata.expected_answer"), .field("ground_truth"),
            ], tools: "responses_create_params.tools"),
        RowShape(
            "OpenAI evals", ["input", "ideal"], [.chat("input")], prompt: .field("input"), gold: [.field("ideal")]),
        RowShape(
            "rLLM (DeepScaleR, DeepCoder)", ["question", "ground_truth", "data_source"], prompt: .field("question"),
            gold: [.field("ground_truth")], images: ["images"]),
        RowShape(
            "prime-rl verifiers", ["prompt", "info"], [.chat("prompt"), .any(["answer", "task", "env_id"])],
            prompt: .field("prompt"), gold: [.field("answer"), .field("info.answer"), .field("info.ground_truth")],
            tools: "tools"),
        RowShape(
            "AReaL boba", ["prompt", "solutions", "query_id"], prompt: .field("prompt"), gold: [.worked("solutions.0")]),
        RowShape(
            "OpenRLHF", ["context_messages", "label"], [.chat("context_messages")], prompt: .field("context_messages"),
            gold: [.field("label")]),
    ]
}
