"""Calls `assay serve` through the trainers' own code: their settings as docs/trainers.md has them, their clients.

    [SOURCES=FOLDER] python scripts/test_trainers.py ASSAY

`make test-trainers` installs what the parts import, on a CPU. SOURCES holds checkouts of what is on no package index: slime,
open-instruct. What is missing is skipped. Inference engines and kernels for CUDA are not called here: they are stand-ins.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.abc
import importlib.machinery
import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest.mock import MagicMock, patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))
RIGHT, WRONG = "It is \\boxed{4}.", "It is \\boxed{5}."
PROGRAM = "```python\nprint(int(input()) + 1)\n```"
failed = False


def check(name: str, got: object, wanted: object) -> None:
    global failed
    failed |= got != wanted
    print(f"{'ok  ' if got == wanted else 'FAIL'} {name}: {got}", flush=True)


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules that a trainer imports and that nothing here calls."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self.names else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = MagicMock()
        module.__path__, module.__spec__ = [], spec
        return module

    def exec_module(self, module: ModuleType) -> None:
        pass

    def __enter__(self) -> None:
        sys.meta_path.append(self)

    def __exit__(self, *_: object) -> None:
        sys.meta_path.remove(self)
        for name in [name for name in sys.modules if name.split(".")[0] in self.names]:
            del sys.modules[name]


def source(name: str) -> None:
    """Puts a checkout on the module path."""
    folder = Path(os.environ.get("SOURCES", "")) / name
    if "SOURCES" not in os.environ or not folder.is_dir():
        raise ImportError(f"SOURCES has no checkout {name}")
    sys.path.insert(0, str(folder))


def tokenizer():
    """One token per character of the few that are used here."""
    import tokenizers
    import transformers

    words = ["<eos>", "<pad>", "<unk>"] + sorted(set("What is 2 + 2? " + RIGHT + WRONG + PROGRAM))
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({word: i for i, word in enumerate(words)}, "<unk>"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    inner.decoder = tokenizers.decoders.Fuse()
    found = transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<eos>", pad_token="<pad>", unk_token="<unk>"
    )
    found.chat_template = "{% for m in messages %}{{ m.content }}{% endfor %}"
    return found


def verl(url: str) -> None:
    """Its configuration with our settings, its reward manager over a DataProto."""
    import numpy as np
    import torch
    import verl
    from hydra import compose, initialize_config_dir
    from verl import DataProto
    from verl.experimental.reward_loop.reward_loop import migrate_legacy_reward_impl
    from verl.trainer.ppo.reward import load_reward_manager

    words = tokenizer()

    async def rewards(setting: str, data_source: str, answers: list[str], truth: str) -> list[dict[str, object]]:
        with initialize_config_dir(str(Path(verl.__file__).parent / "trainer/config"), version_base=None):
            config = migrate_legacy_reward_impl(compose("ppo_trainer", [setting]))
        manager = load_reward_manager(config, words)
        found = []
        for answer in answers:
            ids = torch.tensor([words.encode(answer)])
            row = {"data_source": data_source, "reward_model": {"ground_truth": truth}, "extra_info": {}}
            data = DataProto.from_dict(
                tensors={"responses": ids, "attention_mask": torch.ones_like(ids)},
                non_tensors={key: np.array([value], dtype=object) for key, value in row.items()},
            )
            found.append(await manager.run_single(data))
        return found

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reward.py"
        file.write_text("from assay.rewards import compute_score\n")
        setting = f"reward.custom_reward_function.path={file}"
        got = asyncio.run(rewards(setting, "gsm8k", [RIGHT, WRONG], "4"))
        check("verl reward.custom_reward_function.path", [r["reward_score"] for r in got], [1, 0])
        os.environ["ASSAY_URL"] = "http://127.0.0.1:9"
        got = asyncio.run(rewards(setting, "gsm8k", [RIGHT], "4"))
        check("verl without a server", got[0]["reward_extra_info"]["assay_error"], 1)
        os.environ["ASSAY_URL"] = url
    setting = f"reward.sandbox_fusion.url={url}/run_code"
    tests = json.dumps({"inputs": ["1\n", "2\n"], "outputs": ["2\n", "9\n"]})
    got = asyncio.run(rewards(setting, "codecontests", [PROGRAM], tests))
    check("verl reward.sandbox_fusion.url", got[0]["reward_score"], 0.5)
    from verl.utils.reward_score.sandbox_fusion.utils import check_correctness

    results, _ = check_correctness(
        sandbox_fusion_url=url + "/run_code", in_outs={"inputs": ["1\n"], "outputs": ["2\n"]},
        generation="while True: pass", timeout=2, memory_limit_mb=512,
    )  # fmt: skip
    check("verl, an endless program", results, [-3])


def openrlhf(url: str) -> None:
    """The arguments that its launcher makes of our flag; then its executor asks the server that these name."""
    flags = ["--actor.model_name_or_path", "model", "--data.prompt_dataset", "rows.jsonl", "--data.label_key", "answer"]
    parsed = {}

    def stop(**_: object) -> None:
        # The launcher starts Ray once it has read its arguments.
        parsed.update(vars(sys._getframe(2).f_locals["args"].reward))
        raise KeyboardInterrupt

    with StandIns("vllm", "flash_attn"):
        import ray

        with (
            patch.object(ray, "init", lambda **options: stop(**options)),
            patch.object(sys, "argv", ["train_ppo_ray", *flags, "--reward.remote_url", f"{url}/get_reward"]),
        ):
            try:
                runpy.run_module("openrlhf.cli.train_ppo_ray", run_name="__main__")
            except KeyboardInterrupt:
                pass
        from openrlhf.utils.agent import SingleTurnAgentExecutor

        executor = SingleTurnAgentExecutor(parsed["remote_url"])
    prompt = "What is 2 + 2? "
    got = [asyncio.run(executor._fetch_rewards_via_http([prompt + r], [prompt], ["4"])) for r in (RIGHT, WRONG)]
    check("OpenRLHF --reward.remote_url", [reply[0]["rewards"] for reply in got], [[1], [0]])


def slime(url: str) -> None:
    """Its parser's flags and its reward hub."""
    source("slime")
    with StandIns("sglang", "sglang_router", "megatron"):
        from slime.rollout import rm_hub
        from slime.utils.arguments import get_slime_extra_args_provider
        from slime.utils.types import Sample

        parser = get_slime_extra_args_provider()(argparse.ArgumentParser(conflict_handler="resolve"))

        async def rewards(*flags: str) -> list[object]:
            required = ["--rollout-batch-size", "8"]
            arguments = parser.parse_args([*required, "--rm-type", "remote_rm", "--rm-url", *flags])
            samples = [Sample(prompt="What is 2 + 2?", response=text, label="4") for text in (RIGHT, WRONG)]
            for sample in samples:
                sample.reward = await rm_hub.async_rm(arguments, sample)
            return [sample.get_reward_value(arguments) for sample in samples]

        async def both() -> list[list[object]]:
            # In one event loop: its session lives as long as the first.
            keyed = "--reward-key", "score"
            found = [await rewards(f"{url}/slime"), await rewards(f"{url}/slime?reply=object", *keyed)]
            await rm_hub._get_shared_session().close()
            return found

        bare, keyed = asyncio.run(both())
        check("slime --rm-type remote_rm --rm-url", bare, [1, 0])
        check("slime --reward-key score", keyed, [1, 0])


def open_instruct(url: str) -> None:
    """Its code verifier."""
    source("open-instruct")
    with StandIns(
        "vllm", "litellm", "tiktoken", "beaker", "langdetect", "nltk", "immutabledict", "syllapy", "emoji", "absl", "backoff",
        "openenv", "docker", "olmo_core",
    ):
        from open_instruct.data_loader import StreamingDataLoaderConfig
        from open_instruct.ground_truth_utils import CodeVerifier, build_all_verifiers

        config = StreamingDataLoaderConfig(code_api_url=f"{url}/test_program")
        verifiers = build_all_verifiers(SimpleNamespace(seed=0), config)
        assert isinstance(verifiers["code"], CodeVerifier)
        got = verifiers["code"]([], "```python\ndef f(x):\n    return x + 1\n```", ["assert f(1) == 2", "assert f(1) == 3"])
        check("open-instruct --code_api_url", got.score, 0.5)
        got = verifiers["code_stdio"]([], PROGRAM, [{"input": "1\n", "output": "2\n"}])
        check("open-instruct, standard input", got.score, 1)


def areal(url: str) -> None:
    """Its workflow draws from an engine of ours and asks its reward function by name."""
    from areal.api.cli_args import GenerationHyperparameters
    from areal.api.io_struct import ModelResponse
    from areal.infra import workflow_context
    from areal.utils.dynamic_import import import_from_string
    from areal.workflow.rlvr import RLVRWorkflow

    words = tokenizer()

    class Engine:
        async def agenerate(self, request):
            ids = words.encode(self.text)
            return ModelResponse(request.input_ids, ids, [-0.5] * len(ids), [0] * len(ids), tokenizer=words)

    async def episodes() -> list[dict[str, object]]:
        workflow = RLVRWorkflow(
            reward_fn="assay.rewards.areal_reward", gconfig=GenerationHyperparameters(), tokenizer=words
        )
        row = {"messages": [{"role": "user", "content": "What is 2 + 2?"}], "answer": "4"}
        engine, found = Engine(), []
        for engine.text, answer in ((RIGHT, "4"), (WRONG, "4"), (RIGHT, None)):
            found.append(await workflow.arun_episode(engine, row | {"answer": answer}))
        return found

    accepts = import_from_string("assay.rewards.areal_accepts")
    got = asyncio.run(episodes())
    check("AReaL reward_fn", [float(t["rewards"]) for t in got[:2]], [1, 0])
    check("AReaL dynamic_filter_fn, the last without a gold", [accepts(t) for t in got], [True, True, False])


def trl(url: str) -> None:
    """Its reward function's form, and one step of GRPO on a tiny model with random weights, on the CPU."""
    import datasets
    import transformers
    import trl

    from assay import rewards

    chat = [[{"role": "assistant", "content": RIGHT}]] * 3
    got = rewards.trl_reward(prompts=[""] * 3, completions=chat, completion_ids=[[1]] * 3, answer=["4", "5", None])
    check("TRL reward, the last without a gold", got, [1, 0, None])
    words = tokenizer()
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
            eos_token_id=0, pad_token_id=1, bos_token_id=0,
        )
    )  # fmt: skip
    seen: list[float | None] = []

    def reward(**columns: object) -> list[float | None]:
        seen.extend(rewards.trl_reward(**columns))
        return seen[-len(columns["completions"]) :]

    trl.GRPOTrainer(
        model=model, processing_class=words, reward_funcs=reward,
        train_dataset=datasets.Dataset.from_list([{"prompt": "What is 2 + 2?", "answer": "4"}] * 4),
        args=trl.GRPOConfig(
            output_dir=tempfile.mkdtemp(), max_steps=1, per_device_train_batch_size=4, num_generations=4,
            max_completion_length=4, use_cpu=True, report_to=[], bf16=False, save_strategy="no", logging_steps=1),
    ).train()  # fmt: skip
    check("TRL GRPOTrainer, one step", len(seen) >= 4 and all(value in (0, 1) for value in seen), True)


def main() -> None:
    server = subprocess.Popen([sys.argv[1], "serve", "--port", "0", "--json"], stdout=subprocess.PIPE)
    try:
        url = os.environ["ASSAY_URL"] = json.loads(server.stdout.readline())["url"]
        for part in (verl, trl, areal, openrlhf, slime, open_instruct):
            try:
                part(url)
            except ImportError as missing:
                print(f"skip {part.__name__}: {missing}")
    finally:
        server.terminate()
        server.wait(30)
    sys.exit(failed)


if __name__ == "__main__":
    main()
