extension ToolSyntax {
    /// Every syntax that is known; of those that fit a template the first counts.
    ///
    /// Sources: the models' chat templates and cards; names as vLLM's and SGLang's parsers have them where they have one.
    public static let all: [ToolSyntax] = sectioned + tagged + listed + wrapped + bare

    private static let deepSeek = SectionedCalls(
        open: .token("<｜tool▁calls▁begin｜>"), close: .token("<｜tool▁calls▁end｜>"),
        callOpen: .token("<｜tool▁call▁begin｜>"), callClose: .token("<｜tool▁call▁end｜>"),
        separator: .token("<｜tool▁sep｜>"), form: .fenced)

    private static var deepSeekNamed: SectionedCalls {
        var calls = deepSeek
        calls.form = .named
        return calls
    }

    private static let sectioned = [
        ToolSyntax(
            "harmony", "gpt-oss", stopTokens: [], thinking: nil, signs: [["<|channel|>", "<|message|>"]],
            ChannelMessages()),
        ToolSyntax(
            "deepseek_v32", "DeepSeek V3.2", stopTokens: ["<｜end▁of▁sentence｜>"], thinking: .plain,
            signs: [["DSML", "function_calls>"]],
            TaggedParameters(
                open: .plain("<｜DSML｜function_calls>"), close: .plain("</｜DSML｜function_calls>"),
                tags: TaggedParameters.named("｜DSML｜"))),
        ToolSyntax(
            "deepseek_dsml", "DeepSeek V4", stopTokens: ["<｜end▁of▁sentence｜>"], thinking: .plain, signs: [["DSML"]],
            TaggedParameters(
                open: .plain("<｜DSML｜tool_calls>"), close: .plain("</｜DSML｜tool_calls>"),
                tags: TaggedParameters.named("｜DSML｜"))),
        ToolSyntax(
            "deepseek_v3", "DeepSeek V3, R1", stopTokens: ["<｜end▁of▁sentence｜>"], thinking: .plain,
            signs: [["tool▁calls▁begin", "```json"]], deepSeek),
        ToolSyntax(
            "deepseek_v31", "DeepSeek V3.1", stopTokens: ["<｜end▁of▁sentence｜>"], thinking: .plain,
            signs: [["tool▁calls▁begin"]], deepSeekNamed),
        ToolSyntax(
            "kimi_k2", "Kimi K2, K2 Thinking, K2.5", stopTokens: ["<|im_end|>"], thinking: .plain,
            signs: [["<|tool_calls_section_begin|>"]],
            SectionedCalls(
                open: .token("<|tool_calls_section_begin|>"), close: .token("<|tool_calls_section_end|>"),
                callOpen: .token("<|tool_call_begin|>"), callClose: .token("<|tool_call_end|>"),
                separator: .token("<|tool_call_argument_begin|>"), form: .numbered)),
    ]

    private static let tagged = [
        ToolSyntax(
            "step3", "Step 3", stopTokens: ["<|im_end|>", "<｜end▁of▁sentence｜>"], thinking: .plain,
            signs: [["<steptml:invoke"]],
            TaggedParameters(
                open: .token("<｜tool_calls_begin｜>"), close: .token("<｜tool_calls_end｜>"),
                tags: TaggedParameters.named("steptml:"), framesCalls: true)),
        ToolSyntax(
            "longcat_keyed", "LongCat with an argument in tags, as 2.0 writes it", stopTokens: ["</longcat_s>"],
            thinking: Thinking(open: .token("<longcat_think>"), close: .token("</longcat_think>")),
            signs: [["<longcat_arg_key>"]],
            KeyedArguments(
                open: .token("<longcat_tool_call>"), close: .token("</longcat_tool_call>"),
                key: (.token("<longcat_arg_key>"), .token("</longcat_arg_key>")),
                value: (.token("<longcat_arg_value>"), .token("</longcat_arg_value>")))),
        ToolSyntax(
            "glm45", "GLM 4.5 to 5, Ling 3", stopTokens: ["<|observation|>", "<|user|>", "<|endoftext|>"],
            signs: [["<arg_key>"]], KeyedArguments()),
        ToolSyntax(
            "minimax_m2", "MiniMax M2, M2.5", stopTokens: ["[e~["], signs: [["<minimax:tool_call>"]],
            TaggedParameters(
                open: .token("<minimax:tool_call>"), close: .token("</minimax:tool_call>"),
                tags: TaggedParameters.named())),
        ToolSyntax(
            "seed_oss", "Seed-OSS", stopTokens: ["<seed:eos>"],
            thinking: Thinking(open: .token("<seed:think>"), close: .token("</seed:think>")),
            signs: [["<seed:tool_call>"]],
            TaggedParameters(
                open: .token("<seed:tool_call>"), close: .token("</seed:tool_call>"), tags: TaggedParameters.equals,
                framesValues: true, mayLackName: false)),
        ToolSyntax(
            "atem", "Muse Glimmer", signs: [["<atem:function_calls>"]],
            TaggedParameters(
                open: .plain("<atem:function_calls>"), close: .plain("</atem:function_calls>"),
                tags: TaggedParameters.named("atem:"))),
        ToolSyntax(
            "minicpm5", "MiniCPM5", stopTokens: ["<|im_end|>"], signs: [["<function name=", "<param name="]],
            TaggedParameters(
                open: .token("<function"), close: .token("</function>"),
                tags: .init(
                    call: "name=\"", callEnd: "</function>", parameter: "<param name=\"", parameterEnd: "</param>",
                    nameEnd: "\""))),
        ToolSyntax(
            "qwen3_coder_xml", "Qwen3-Coder, Qwen3.5, Nemotron 3", stopTokens: ["<|im_end|>", "<|endoftext|>"],
            signs: [["<function=", "<parameter="]],
            TaggedParameters(
                open: .token("<tool_call>"), close: .token("</tool_call>"), tags: TaggedParameters.equals,
                framesValues: true, mayLackName: false)),
        ToolSyntax(
            "gemma4", "Gemma 4", stopTokens: ["<|tool_response>", "<turn|>"],
            thinking: Thinking(open: .token("<|channel>"), close: .token("<channel|>")),
            signs: [["<|tool_call>", "<tool_call|>"], ["<|tool_call>call:"]],
            BareKeyCalls(open: .token("<|tool_call>"), close: .token("<tool_call|>"), quote: .token("<|\"|>"))),
        ToolSyntax(
            "functiongemma", "FunctionGemma", stopTokens: ["<start_function_response>", "<end_of_turn>"],
            thinking: nil, signs: [["<start_function_call>"]],
            BareKeyCalls(
                open: .token("<start_function_call>"), close: .token("<end_function_call>"),
                quote: .token("<escape>"), quotesAll: true)),
    ]

    private static let listed = [
        ToolSyntax(
            "apertus", "Apertus", stopTokens: ["<|assistant_end|>"], thinking: nil, signs: [["<|tools_prefix|>"]],
            ListedObjects(
                open: .token("<|tools_prefix|>"), close: .token("<|tools_suffix|>"), isKeyedByName: true)),
        ToolSyntax(
            "command_r", "Command R7B, Command A", stopTokens: ["<|END_OF_TURN_TOKEN|>"],
            thinking: Thinking(open: .token("<|START_THINKING|>"), close: .token("<|END_THINKING|>")),
            signs: [["<|START_ACTION|>"]],
            ListedObjects(
                open: .token("<|START_ACTION|>"), close: .token("<|END_ACTION|>"), nameKey: "tool_name",
                argumentKeys: ["parameters"])),
        ToolSyntax(
            "mistral_args", "Mistral Small 3.2, Devstral, Magistral, Ministral 3", stopTokens: ["</s>"],
            thinking: Thinking(open: .token("[THINK]"), close: .token("[/THINK]")),
            signs: [["[TOOL_CALLS]", "[ARGS]"]],
            NamedArguments()),
        ToolSyntax(
            "mistral_json", "Mistral 7B v0.3, Nemo, Small 3.1", stopTokens: ["</s>"], thinking: nil,
            signs: [["[TOOL_CALLS]"]], ListedObjects(open: .token("[TOOL_CALLS]"))),
        ToolSyntax(
            "phi4", "Phi-4-mini", stopTokens: ["<|end|>"], thinking: nil,
            signs: [["functools"], ["<|tool|>", "<|/tool|>", "<|end|>"]],
            ListedObjects(open: .plain("functools["), holdsBracket: true)),
        ToolSyntax(
            "granite3", "Granite 3", stopTokens: ["<|end_of_text|>"], thinking: .plain, signs: [["<|tool_call|>"]],
            ListedObjects(open: .token("<|tool_call|>"))),
        ToolSyntax(
            "nemotron_nano", "Nemotron Nano 2", thinking: .plain, signs: [["<TOOLCALL>"]],
            ListedObjects(open: .plain("<TOOLCALL>"), close: .plain("</TOOLCALL>"))),
        ToolSyntax(
            "tool_calls", "MiniMax M1, Hunyuan A13B, Jamba", stopTokens: ["<end_of_sentence>", "<|eos|>"],
            thinking: .plain, signs: [["<tool_calls>"]],
            WrappedObjects(open: .plain("<tool_calls>"), close: .plain("</tool_calls>"), isList: true)),
    ]

    private static let wrapped = [
        ToolSyntax(
            "olmo3", "OLMo 3", stopTokens: ["<|im_end|>", "<|endoftext|>"], thinking: .plain,
            signs: [["<function_calls>", "<functions>"]],
            PythonCalls(
                opener: .plain("<function_calls>"), close: .plain("</function_calls>"), mayLackList: true)),
        ToolSyntax(
            "longcat", "LongCat-Flash", stopTokens: ["</longcat_s>"],
            thinking: Thinking(open: .token("<longcat_think>"), close: .token("</longcat_think>")),
            signs: [["<longcat_tool_call>"]],
            WrappedObjects(open: .token("<longcat_tool_call>"), close: .token("</longcat_tool_call>"))),
        ToolSyntax(
            "lfm2", "LFM2", stopTokens: ["<|im_end|>"], signs: [["<|tool_call_start|>"], ["<|tool_list_start|>"]],
            PythonCalls(opener: .token("<|tool_call_start|>"), close: .token("<|tool_call_end|>"))),
        ToolSyntax(
            "internlm2", "InternLM 2.5", stopTokens: ["<|im_end|>"], thinking: nil, signs: [["<|action_start|>"]],
            WrappedObjects(
                open: .token("<|action_start|><|plugin|>"), close: .token("<|action_end|>"),
                argumentKeys: ["parameters", "arguments"])),
        ToolSyntax(
            "gigachat", "GigaChat 3.1", stopTokens: ["<|message_sep|>"], thinking: nil,
            signs: [["<|function_call|>"], ["|function_call|"]],
            ListedObjects(open: .token("<|function_call|>"), takesObject: true)),
        ToolSyntax(
            "granite_20b", "Granite 20B function calling", stopTokens: ["<|endoftext|>"], thinking: nil,
            signs: [["<function_call>"]], ListedObjects(open: .plain("<function_call>"), takesObject: true)),
        ToolSyntax(
            "hermes_json", "Qwen2.5, Qwen3, Hermes 2 and 3, SmolLM3",
            stopTokens: ["<|im_end|>", "<|endoftext|>"], signs: [["<tool_call>"], ["xml_tools"]],
            WrappedObjects(open: .token("<tool_call>"), close: .token("</tool_call>"))),
    ]

    private static let bare = [
        ToolSyntax(
            "xlam", "xLAM 2", stopTokens: ["<|eot_id|>", "<|im_end|>"], signs: [["tool_call_name", "JSON array"]],
            BareObjects(head: nil, argumentKeys: ["arguments"], mayBeList: true)),
        ToolSyntax(
            "llama3_json", "Llama 3.1 to 3.3, Llama 4 in JSON",
            stopTokens: ["<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|eom|>"],
            thinking: nil, signs: [["<|python_tag|>"], ["\"parameters\": dictionary of argument name"]], BareObjects()),
        ToolSyntax(
            "pythonic", "Llama 3.2 and 4, Gemma 3, ToolACE",
            stopTokens: ["<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|eom|>", "<end_of_turn>"], thinking: nil,
            signs: [["func_name1("], ["[func_name"], ["function_name("]], PythonCalls()),
    ]
}
