"""Calls a running server through the trainers' own code. Usage: python scripts/test_trainers.py http://127.0.0.1:8080

Needs `pip install --no-deps verl openrlhf` and requests, numpy, aiohttp. verl's client of SandboxFusion and OpenRLHF's of
remote reward models are imported from the packages themselves, without their `__init__`, which would load torch and ray.
"""

import asyncio
import importlib.util
import logging
import os
import sys
import types

url = sys.argv[1]
os.environ["ASSAY_URL"] = url
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "python"))


def bare_module(name):
    """A module of an installed package with bare packages as its parents."""
    root = importlib.util.find_spec(name.split(".")[0]).submodule_search_locations[0]
    parts = name.split(".")
    for end in range(1, len(parts)):
        package = ".".join(parts[:end])
        if package not in sys.modules:
            module = types.ModuleType(package)
            module.__path__ = [os.path.join(root, *parts[1:end])]
            sys.modules[package] = module
    return importlib.import_module(name)


def check(name, got, wanted):
    print(f"{'ok  ' if got == wanted else 'FAIL'} {name}: {got}")
    if got != wanted:
        check.failed = True


check.failed = False
from assay import rewards

check("verl compute_score, right", rewards.compute_score("gsm8k", "It is \\boxed{4}.", "4", {})["score"], 1)
check("verl compute_score, wrong", rewards.compute_score("gsm8k", "It is \\boxed{5}.", "4", None)["score"], 0)
chat = [[{"role": "assistant", "content": "\\boxed{4}"}]] * 2
check("TRL reward", rewards.trl_reward(prompts=["", ""], completions=chat, completion_ids=[[1], [1]], answer=["4", "5"]), [1, 0])
check("TRL reward without a gold", rewards.trl_reward(prompts=[""], completions=["4"], answer=[None]), [None])
check("AReaL reward", rewards.areal_reward("", "\\boxed{4}", [], [], answer="4"), 1)

fusion = bare_module("verl.utils.reward_score.sandbox_fusion.utils")
reply, error = fusion.call_sandbox_api(
    sandbox_fusion_url=url + "/run_code", code="print(int(input()) + 1)", stdin="1\n", compile_timeout=10,
    run_timeout=10, memory_limit_mb=512, language="python")
check("verl call_sandbox_api", (error, (reply or {}).get("run_result", {}).get("stdout")), (None, "2\n"))
results, metadata = fusion.check_correctness(
    sandbox_fusion_url=url + "/run_code", in_outs={"inputs": ["1\n", "2\n"], "outputs": ["2\n", "9\n"]},
    generation="print(int(input()) + 1)", timeout=10, memory_limit_mb=512)
check("verl check_correctness", results, [True, False])
results, _ = fusion.check_correctness(
    sandbox_fusion_url=url + "/run_code", in_outs={"inputs": ["1\n"], "outputs": ["2\n"]},
    generation="while True: pass", timeout=2, memory_limit_mb=512)
check("verl check_correctness, endless", results, [-3])


if importlib.util.find_spec("openrlhf"):
    logs = types.ModuleType("openrlhf.utils.logging_utils")
    logs.init_logger = logging.getLogger
    sys.modules[logs.__name__] = logs
    agent = bare_module("openrlhf.utils.agent")
    executor = next(value for value in vars(agent).values() if hasattr(value, "_fetch_rewards_via_http"))(url + "/get_reward")
    prompt = "What is 2 + 2? "
    for response, wanted in (("It is \\boxed{4}.", [1]), ("It is \\boxed{5}.", [0])):
        got = asyncio.run(executor._fetch_rewards_via_http([prompt + response], [prompt], ["4"]))
        check("OpenRLHF reward", got[0]["rewards"], wanted)
else:
    print("skip OpenRLHF: not installed")


def trl_step():
    """One step of GRPO on a tiny model with random weights, on the CPU: TRL calls the server for its rewards."""
    import tempfile

    import datasets
    import tokenizers
    import transformers
    import trl

    words = ["<eos>", "<pad>", "<unk>", "2+2?"] + [str(digit) for digit in range(10)]
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({word: i for i, word in enumerate(words)}, "<unk>"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<eos>", pad_token="<pad>", unk_token="<unk>")
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        eos_token_id=0, pad_token_id=1, bos_token_id=0))
    seen = []

    def reward(**columns):
        seen.extend(rewards.trl_reward(**columns))
        return seen[-len(columns["completions"]):]

    trainer = trl.GRPOTrainer(
        model=model, processing_class=tokenizer, reward_funcs=reward,
        train_dataset=datasets.Dataset.from_list([{"prompt": "2+2?", "answer": "4"}] * 4),
        args=trl.GRPOConfig(
            output_dir=tempfile.mkdtemp(), max_steps=1, per_device_train_batch_size=4, num_generations=4,
            max_completion_length=4, use_cpu=True, report_to=[], bf16=False, save_strategy="no", logging_steps=1))
    trainer.train()
    check("TRL GRPOTrainer, one step", len(seen) >= 4 and all(value in (0, 1) for value in seen), True)


try:
    import torch, trl
except ImportError as missing:
    print(f"skip TRL GRPOTrainer: {missing}")
else:
    trl_step()
sys.exit(check.failed)
