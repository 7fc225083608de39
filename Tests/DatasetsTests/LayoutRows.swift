/// Rows of our own in the layouts in which data sets are published: what is said, sent and taken for the gold.
struct LayoutRow: Sendable, CustomStringConvertible {
    /// What the layout is called.
    var name: String
    /// The row.
    var row: String
    /// The prompt as it is sent: a JSON text, or messages, or messages and tools.
    var prompt: String
    /// The gold; nil where there is none.
    var gold: String?

    var description: String { name }

    init(_ name: String, _ row: String, sends prompt: String, gold: String?) {
        (self.name, self.row, self.prompt, self.gold) = (name, row, prompt, gold)
    }

    private static let user = #"[{"role":"user","content":"What is 3+4?"}]"#
    private static let text = #""What is 3+4?""#

    static let trainers: [LayoutRow] = [
        LayoutRow(
            "verl",
            #"{"data_source":"openai/gsm8k","prompt":[{"role":"user","content":"What is 3+4?"}],"ability":"math","reward_model":{"style":"rule","ground_truth":"7"},"extra_info":{"split":"train","index":0,"answer":"3+4=7\n#### 7","question":"What is 3+4?"}}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "DAPO (verl)",
            #"{"data_source":"math_dapo","prompt":[{"role":"user","content":"What is 3+4?"}],"ability":"MATH","reward_model":{"ground_truth":"7","style":"rule-lighteval/MATH_v2"},"extra_info":{"index":"9a9b"}}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "Skywork-OR1 (verl)",
            #"{"data_source":"train-math-deepscaler","prompt":[{"role":"user","content":"What is 3+4?"}],"ability":"math","reward_model":{"ground_truth":"[\"7\"]","style":"rule"},"extra_info":{"index":1,"model_difficulty":{"a":1}}}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "Eurus-2-RL (verl)",
            #"{"data_source":"numina_olympiads","prompt":[{"role":"system","content":"be right"},{"role":"user","content":"What is 3+4?"}],"ability":"math","reward_model":{"ground_truth":"7","style":"rule"},"extra_info":{"index":0,"split":"train"}}"#,
            sends: #"[{"role":"system","content":"be right"},{"role":"user","content":"What is 3+4?"}]"#, gold: "7"),
        LayoutRow(
            "verl with images (geo3k)",
            #"{"data_source":"hiyouga/geometry3k","prompt":[{"role":"user","content":"<image>Find x."}],"images":[{"bytes":"iVBORw0KGgo=","path":null}],"ability":"math","reward_model":{"style":"rule","ground_truth":"7"},"extra_info":{"index":0}}"#,
            sends:
                #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},{"type":"text","text":"Find x."}]}]"#,
            gold: "7"),
        LayoutRow(
            "Search-R1 (verl)",
            #"{"data_source":"nq","prompt":[{"role":"user","content":"Who wrote it?"}],"reward_model":{"style":"rule","ground_truth":{"target":["Ann","A. Lee"]}}}"#,
            sends: #"[{"role":"user","content":"Who wrote it?"}]"#, gold: #"["Ann","A. Lee"]"#),
        LayoutRow(
            "verl with the truth in extra_info",
            #"{"data_source":"x","prompt":[{"role":"user","content":"What is 3+4?"}],"extra_info":"{\"ground_truth\": \"7\"}"}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "AM-Thinking",
            #"{"messages":[{"role":"user","content":"What is 3+4?","info":{"reference_answer":"7"}},{"role":"assistant","content":"<think>a</think>8"}]}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "ms-swift",
            #"{"messages":[{"role":"user","content":"What is 3+4?"}],"solution":"<answer> 7 </answer>"}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "SYNTHETIC",
            #"{"problem_id":"v1","prompt":"What is 3+4?","gold_standard_solution":"7","verification_info":"{\"ground_truth\": \"7\"}","task_type":"verifiable_math"}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "Open-Reasoner-Zero",
            #"{"0":{"from":"human","value":"What is 3+4?"},"1":{"from":"assistant","ground_truth":{"value":"7"}}}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "open-instruct RLVR",
            #"{"messages":[{"content":"What is 3+4?","role":"user"}],"ground_truth":"7","dataset":"gsm8k"}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "NeMo Gym",
            #"{"responses_create_params":{"input":[{"role":"user","content":"What is 3+4?"}]},"expected_answer":"7"}"#,
            sends: user, gold: "7"),
        LayoutRow(
            "OpenAI evals", #"{"input":[{"role":"user","content":"What is 3+4?"}],"ideal":"7"}"#, sends: user, gold: "7"
        ),
        LayoutRow(
            "IFEval", #"{"key":1,"prompt":"Say hi.","instruction_id_list":["a:b"],"kwargs":[{}]}"#,
            sends: #""Say hi.""#,
            gold: nil),
    ]

    private static let boba = LayoutRow(
        "AReaL boba",
        #"{"prompt":"What is 3+4?","task":"math","query_id":"x","solutions":["\\boxed{7}"]}"#,
        sends: #""What is 3+4?""#,
        gold: "7")

    static let math: [LayoutRow] = [
        boba,
        LayoutRow(
            "MegaScience, TextbookReasoning",
            #"{"question":"What is 3+4?","answer":"Add them, which gives 7.","reference_answer":"7"}"#, sends: text,
            gold: "7"),
        LayoutRow(
            "SciBench",
            #"{"problem_text":"What is 3+4?","answer_latex":"7","answer_number":"7.0","unit":" ","solution":""}"#,
            sends: text, gold: "7.0"),
        LayoutRow(
            "PHYBench", #"{"id":1,"tag":"OPTICS","content":"What is 3+4?","solution":"s","answer":"$$7$$"}"#,
            sends: text, gold: "$$7$$"),
        LayoutRow(
            "UGPhysics",
            #"{"problem":"What is 3+4?","solution":"s","answers":"\\boxed{7}","answer_type":"NV","unit":null}"#,
            sends: text, gold: #"\boxed{7}"#),
        LayoutRow(
            "LILA", #"{"Input":"What is 3+4?","Output Answer":["7"],"Output Program":["p"]}"#, sends: text, gold: "7"),
        LayoutRow(
            "SingleEq, AddSub", #"{"sQuestion":"What is 3+4?","lSolutions":[7.0],"iIndex":1}"#, sends: text,
            gold: "7.0"),
        LayoutRow(
            "GSM8K", #"{"question":"What is 3+4?","answer":"3+4=<<3+4=7>>1007\n#### 1,007"}"#, sends: text, gold: "1007"
        ),
        LayoutRow(
            "MATH",
            #"{"problem":"What is 3+4?","level":"Level 1","type":"Algebra","solution":"We get $\\boxed{\\frac{7}{1}}$."}"#,
            sends: text, gold: #"\frac{7}{1}"#),
        LayoutRow(
            "MATH-500",
            #"{"problem":"What is 3+4?","solution":"It is 7.","answer":"7","subject":"Algebra","level":1,"unique_id":"test/1"}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "OpenR1-Math",
            #"{"problem":"What is 3+4?","solution":"... \\boxed{7}","answer":"7","uuid":"u1","messages":[{"role":"user","content":"What is 3+4?"},{"role":"assistant","content":"<think>..</think> \\boxed{8}"}]}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "NuminaMath",
            #"{"source":"synthetic_math","problem":"What is 3+4?","solution":"So \\boxed{7}.","messages":[{"content":"What is 3+4?","role":"user"},{"content":"So \\boxed{7}.","role":"assistant"}]}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "NuminaMath 1.5",
            #"{"problem":"Show it.","solution":"Clear.","answer":"proof","problem_type":"Algebra","question_type":"proof","problem_is_valid":"Yes"}"#,
            sends: #""Show it.""#, gold: nil),
        LayoutRow(
            "Big-Math-RL-Verified",
            #"{"problem":"What is 3+4?","answer":"7","source":"orca_math","domain":["Algebra"],"llama8b_solve_rate":0.5}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "DeepMath",
            #"{"question":"What is 3+4?","final_answer":"7","difficulty":4.5,"topic":"Algebra","r1_solution_1":"8"}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "OlympiadBench",
            #"{"id":1,"question":"What is n?","solution":["n=7"],"final_answer":["7"],"context":"Let n be 3+4.","answer_type":"Numerical","is_multiple_answer":false}"#,
            sends: #""Let n be 3+4.\n\nWhat is n?""#, gold: "7"),
        LayoutRow(
            "Omni-MATH",
            #"{"domain":["Algebra"],"difficulty":4.0,"problem":"What is 3+4?","solution":"long","answer":"7","source":"x"}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "OpenMathReasoning, OpenMathInstruct",
            #"{"expected_answer":"7","problem_type":"has_answer_extracted","problem":"What is 3+4?","generated_solution":"8","pass_rate_72b_tir":"0.5"}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "AIME, AMC", #"{"id":0,"problem":"What is 3+4?","answer":7.0,"url":"https://example.org"}"#, sends: text,
            gold: "7.0"),
        LayoutRow(
            "AIME", #"{"ID":"2024-I-1","Problem":"What is 3+4?","Solution":"s","Answer":7}"#, sends: text, gold: "7"),
        LayoutRow(
            "DeepScaleR", #"{"problem":"What is 3+4?","answer":"7","solution":"It is 7."}"#, sends: text, gold: "7"),
        LayoutRow(
            "problem and answer (AceReason-Math)", #"{"problem":"What is 3+4?","answer":"7"}"#, sends: text, gold: "7"),
        LayoutRow(
            "LIMO", #"{"question":"What is 3+4?","solution":"long","answer":"7"}"#, sends: text, gold: "7"),
        LayoutRow(
            "s1K",
            #"{"solution":"144","question":"What is 12*12?","cot_type":"math","source_type":"x","thinking_trajectories":["t"],"attempt":"145"}"#,
            sends: #""What is 12*12?""#, gold: "144"),
        LayoutRow(
            "MetaMathQA",
            #"{"type":"GSM_Rephrased","query":"What is 3+4?","original_question":"3+4?","response":"Add.\nThe answer is: 7"}"#,
            sends: text, gold: "7"),
        LayoutRow(
            "SVAMP",
            #"{"ID":"chal-1","Body":"There are 3 and 4.","Question":"How many?","Equation":"( 3 + 4 )","Answer":"7.0","Type":"Addition"}"#,
            sends: #""There are 3 and 4.\n\nHow many?""#, gold: "7.0"),
        LayoutRow(
            "PRM800K", #"{"question":{"problem":"What is 3+4?","ground_truth_answer":"7"},"label":{"steps":[]}}"#,
            sends: text,
            gold: "7"),
        LayoutRow(
            "geometry3k", #"{"images":["https://example.org/a.png"],"problem":"<image>Find x.","answer":"7"}"#,
            sends:
                #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/a.png"}},{"type":"text","text":"Find x."}]}]"#,
            gold: "7"),
    ]

    private static let options = #"What is it?\nA. a\nB. b\nC. c\nAnswer:"#

    static let choices: [LayoutRow] = [
        LayoutRow(
            "MMLU", #"{"question":"What is 0+1?","subject":"x","choices":["1","0"],"answer":0}"#,
            sends: #""What is 0+1?\nA. 1\nB. 0\nAnswer:""#, gold: "A"),
        LayoutRow(
            "MMLU-Pro",
            #"{"question_id":70,"question":"What is it?","options":["a","b"],"answer":"B","answer_index":1,"category":"x"}"#,
            sends:
                #""The following is a multiple choice question. Think step by step and then finish your answer with \"the answer is (X)\" where X is the correct letter choice.\n\nQuestion:\nWhat is it?\nOptions:\nA. a\nB. b\nAnswer: Let's think step by step.""#,
            gold: "B"),
        LayoutRow(
            "ARC, CommonsenseQA",
            #"{"id":"x","question":"What is it?","choices":{"text":["a","b","c"],"label":["1","2","3"]},"answerKey":"3"}"#,
            sends: #""\#(options)""#, gold: "C"),
        LayoutRow(
            "OpenBookQA",
            #"{"question_stem":"What is it?","choices":{"text":["a","b","c"],"label":["A","B","C"]},"answerKey":"B"}"#,
            sends: #""\#(options)""#, gold: "B"),
        LayoutRow(
            "RACE", #"{"article":"Text.","question":"What is it?","options":["a","b","c"],"answer":"C"}"#,
            sends: #""Text.\n\n\#(options)""#, gold: "C"),
        LayoutRow(
            "MedQA",
            #"{"question":"What is it?","answer":"b","options":{"A":"a","B":"b","C":"c"},"meta_info":"step1","answer_idx":"B"}"#,
            sends: #""\#(options)""#, gold: "B"),
        LayoutRow(
            "MedMCQA",
            #"{"question":"What is it?","opa":"a","opb":"b","opc":"c","opd":"d","cop":3}"#,
            sends: #""What is it?\nA. a\nB. b\nC. c\nD. d\nAnswer:""#, gold: "D"),
        LayoutRow(
            "AQuA-RAT", #"{"question":"What is it?","options":["A)a","B)b","C)c"],"rationale":"r","correct":"B"}"#,
            sends: #""\#(options)""#, gold: "B"),
        LayoutRow(
            "MathQA", #"{"Problem":"What is it?","options":"a ) a , b ) b , c ) c","correct":"b"}"#,
            sends: #""\#(options)""#, gold: "B"),
        LayoutRow(
            "SuperGPQA",
            #"{"question":"What is it?","options":["a","b","c"],"answer":"c","answer_letter":"C","discipline":"d"}"#,
            sends: #""\#(options)""#, gold: "C"),
        LayoutRow(
            "C-Eval", #"{"id":0,"question":"What is it?","A":"a","B":"b","C":"c","D":"d","answer":"C"}"#,
            sends: #""What is it?\nA. a\nB. b\nC. c\nD. d\nAnswer:""#, gold: "C"),
        LayoutRow(
            "MuSR",
            #"{"narrative":"Text.","question":"What is it?","choices":"['a', 'b', 'c']","answer_index":1,"answer_choice":"b"}"#,
            sends: #""Text.\n\n\#(options)""#, gold: "B"),
        LayoutRow(
            "PIQA", #"{"goal":"Do it.","sol1":"a","sol2":"b","label":1}"#, sends: #""Do it.\nA. a\nB. b\nAnswer:""#,
            gold: "B"),
        LayoutRow(
            "Social IQa",
            #"{"context":"Text.","question":"What is it?","answerA":"a","answerB":"b","answerC":"c","label":"3"}"#,
            sends: #""Text.\n\n\#(options)""#, gold: "C"),
        LayoutRow(
            "HellaSwag", #"{"ind":4,"ctx":"What is it?","endings":["a","b","c"],"label":"2"}"#,
            sends: #""\#(options)""#,
            gold: "C"),
        LayoutRow(
            "WinoGrande", #"{"sentence":"_ is it.","option1":"a","option2":"b","answer":"2"}"#,
            sends: #""_ is it.\nA. a\nB. b\nAnswer:""#, gold: "B"),
        LayoutRow(
            "MMMU",
            #"{"id":"x","question":"<image>What is it?","options":"['a', 'b', 'c']","answer":"B","question_type":"multiple-choice","image_1":{"bytes":"/9j/AA==","path":"1.jpg"},"image_2":null}"#,
            sends:
                #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/AA=="}},{"type":"text","text":"\#(options)"}]}]"#,
            gold: "B"),
    ]

    static let questions: [LayoutRow] = [
        LayoutRow(
            "HLE", #"{"id":"x","question":"What is 3+4?","image":"","answer":"7","answer_type":"exactMatch"}"#,
            sends: text,
            gold: "7"),
        LayoutRow(
            "BoolQ", #"{"question":"is it","passage":"It is.","answer":true}"#, sends: #""It is.\n\nis it""#,
            gold: "yes"),
        LayoutRow("StrategyQA", #"{"question":"Is it?","answer":false}"#, sends: #""Is it?""#, gold: "no"),
        LayoutRow(
            "LongBench", #"{"input":"Who?","context":"Ann did.","answers":["Ann"],"length":3,"all_classes":null}"#,
            sends: #""Ann did.\n\nWho?""#, gold: "Ann"),
        LayoutRow(
            "TriviaQA", #"{"question":"Who?","answer":{"value":"Ann","aliases":["Ann","Annie"]}}"#, sends: #""Who?""#,
            gold: #"["Ann","Annie"]"#),
        LayoutRow(
            "SQuAD", #"{"context":"Ann did.","question":"Who?","answers":{"text":["Ann"],"answer_start":[0]}}"#,
            sends: #""Ann did.\n\nWho?""#, gold: "Ann"),
        LayoutRow(
            "TextVQA, DocVQA",
            #"{"image":{"bytes":"iVBORw==","path":null},"question":"Which word?","answers":["stop","STOP"]}"#,
            sends:
                #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}},{"type":"text","text":"Which word?"}]}]"#,
            gold: #"["stop","STOP"]"#),
        LayoutRow("BBH", #"{"input":"What is 3+4?","target":"7"}"#, sends: text, gold: "7"),
    ]

    static let instructions: [LayoutRow] = [
        LayoutRow(
            "xLAM function calling",
            #"{"id":0,"query":"Add them.","answers":"[{\"name\": \"add\", \"arguments\": {\"a\": 3}}]","tools":"[{\"name\": \"add\", \"description\": \"adds\", \"parameters\": {\"a\": {\"description\": \"x\", \"type\": \"int, optional\", \"default\": 1}}}]"}"#,
            sends:
                #"{"messages":[{"role":"user","content":"Add them."}],"tools":[{"type":"function","function":{"name":"add","description":"adds","parameters":{"type":"object","properties":{"a":{"description":"x","type":"integer","default":1}}}}}]}"#,
            gold: #"[{"name": "add", "arguments": {"a": 3}}]"#),
        LayoutRow(
            "BFCL",
            #"{"id":"simple_0","question":[[{"role":"user","content":"Add them."}]],"function":[{"name":"add","description":"d","parameters":{"type":"dict","properties":{}}}]}"#,
            sends:
                #"{"messages":[{"role":"user","content":"Add them."}],"tools":[{"type":"function","function":{"name":"add","description":"d","parameters":{"type":"object","properties":{}}}}]}"#,
            gold: nil),
        LayoutRow(
            "MT-Bench",
            #"{"question_id":81,"category":"math","turns":["What is 3+4?","And 5?"],"reference":["7","5"]}"#,
            sends: #""What is 3+4?""#, gold: "7"),
        LayoutRow(
            "Alpaca", #"{"instruction":"Add.","input":"3 and 4","output":"7","text":"all"}"#,
            sends: #""Add.\n\n3 and 4""#,
            gold: "7"),
        LayoutRow(
            "Dolly", #"{"instruction":"Add.","context":"","response":"7","category":"open_qa"}"#, sends: #""Add.""#,
            gold: "7"),
        LayoutRow(
            "OpenOrca", #"{"id":"t0.1","system_prompt":"be brief","question":"What is 3+4?","response":"7"}"#,
            sends: #"[{"role":"system","content":"be brief"},{"role":"user","content":"What is 3+4?"}]"#, gold: "7"),
        LayoutRow(
            "HelpSteer", #"{"prompt":"Say hi.","response":"hi","helpfulness":4,"correctness":4}"#, sends: #""Say hi.""#,
            gold: nil),
        LayoutRow(
            "prompt and solution (TRL)", #"{"prompt":[{"role":"user","content":"What is 3+4?"}],"solution":"$7$"}"#,
            sends: user,
            gold: "$7$"),
        LayoutRow(
            "prompt and completion (TRL)",
            #"{"prompt":[{"role":"user","content":"What is 3+4?"}],"completion":[{"role":"assistant","content":"7"}]}"#,
            sends: user, gold: "7"),
    ]

    static let chats: [LayoutRow] = [
        LayoutRow(
            "messages (SFT)",
            #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"What is 3+4?"},{"role":"assistant","content":"3+4 = 7, so #### 7"}]}"#,
            sends: #"[{"role":"system","content":"s"},{"role":"user","content":"What is 3+4?"}]"#, gold: "7"),
        LayoutRow(
            "ShareGPT, OpenHermes conversations",
            #"{"conversations":[{"from":"human","value":"What is 3+4?","weight":null},{"from":"gpt","value":"It is seven."}],"source":"x"}"#,
            sends: user, gold: "It is seven."),
        LayoutRow(
            "conversations with a system message (ToolACE, OpenThoughts)",
            #"{"system":"be brief","conversations":[{"from":"user","value":"What is 3+4?"},{"from":"assistant","value":"<think>8?</think>\n<answer>7</answer>"}]}"#,
            sends: #"[{"role":"system","content":"be brief"},{"role":"user","content":"What is 3+4?"}]"#, gold: "7"),
        LayoutRow(
            "conversations with tools (APIGen, Hermes)",
            #"{"conversations":[{"from":"human","value":"Add."},{"from":"function_call","value":"{\"name\": \"add\"}"},{"from":"observation","value":"7"},{"from":"gpt","value":"7"}],"tools":"[{\"type\": \"function\", \"function\": {\"name\": \"add\"}}]","system":"s"}"#,
            sends:
                #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"Add."},{"role":"assistant","content":"{\"name\": \"add\"}"},{"role":"tool","content":"7"}],"tools":[{"type":"function","function":{"name":"add"}}]}"#,
            gold: "7"),
        LayoutRow(
            "conversation (LMSYS, WildChat)",
            #"{"conversation_id":"x","conversation":[{"role":"user","content":"hi","language":"English"},{"role":"assistant","content":"hello"}],"model":"m"}"#,
            sends: #"[{"role":"user","content":"hi"}]"#, gold: "hello"),
    ]

    static let code: [LayoutRow] = [
        LayoutRow(
            "HumanEval",
            #"{"task_id":"HumanEval/0","prompt":"def f():\n","entry_point":"f","canonical_solution":"","test":"t"}"#,
            sends: #""def f():\n""#, gold: nil),
        LayoutRow(
            "MBPP", #"{"task_id":1,"prompt":"Write f.","code":"c","test_imports":[],"test_list":["assert f() == 1"]}"#,
            sends: #""Write f.\n\nassert f() == 1""#, gold: nil),
        LayoutRow(
            "APPS, TACO",
            #"{"problem_id":1,"question":"Add two.","solutions":"[]","input_output":"{\"inputs\": [], \"outputs\": []}","starter_code":""}"#,
            sends: #""Add two.""#, gold: nil),
        LayoutRow(
            "LiveCodeBench",
            #"{"question_content":"Add two.","starter_code":"class S:","public_test_cases":"[]","private_test_cases":"x"}"#,
            sends: #""Add two.\n\nclass S:""#, gold: nil),
        LayoutRow(
            "CRUXEval", #"{"id":"s0","code":"def f(a):\n    return {a}","input":"{input}","output":"7"}"#,
            sends:
                #""Complete the assertion with the literal that the function gives for this input, with nothing else in its place. Answer with the whole assertion between [ANSWER] and [/ANSWER].\n\ndef f(a):\n    return {a}\nassert f({input}) == ??""#,
            gold: nil),
        LayoutRow(
            "KodCode",
            #"{"question":"Write f.","solution":"def f(): return 7","test":"from solution import f","test_info":[]}"#,
            sends: #""Write f.""#, gold: nil),
    ]

    static let all = trainers + math + choices + questions + instructions + chats + code
}
