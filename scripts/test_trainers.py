"""Calls `assay serve` through the trainers' own code: their settings as docs/trainers.md has them, their clients.

    [SOURCES=FOLDER] python scripts/test_trainers.py ASSAY [PART …]

`make test-trainers` installs what the parts import, on a CPU. SOURCES holds checkouts of what is on no package index: slime,
open-instruct, open-r1, NeMo-Skills, LLaMA-Factory, ROLL, SkyRL, tinker-cookbook, Gym, NeMo-RL. What is missing is skipped. Inference engines and kernels for CUDA are not called here: they are stand-ins.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import runpy
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
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


def load(checkout: str, path: str, **stand_ins: object) -> ModuleType:
    """One file of a checkout as a module; `stand_ins` are what it imports of its own package: names with __ for dots."""
    file = Path(os.environ.get("SOURCES", "")) / checkout / path
    if "SOURCES" not in os.environ or not file.is_file():
        raise ImportError(f"SOURCES has no {checkout}/{path}")
    name = path.removesuffix(".py").removeprefix("src/").replace("/", ".")
    modules: dict[str, ModuleType] = {}
    for key, members in stand_ins.items():
        parts = key.split("__")
        for end in range(1, len(parts) + 1):
            module = modules.setdefault(".".join(parts[:end]), ModuleType(".".join(parts[:end])))
            module.__path__ = []
        vars(module).update(members)
    for end in range(1, len(name.split("."))):
        package = modules.setdefault(".".join(name.split(".")[:end]), ModuleType(".".join(name.split(".")[:end])))
        package.__path__ = []
    with patch.dict(sys.modules, modules):
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return module


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
    sleeper = "import time\ntime.sleep(4)\nprint(int(input()) + 1)"
    with ThreadPoolExecutor(24) as pool:
        got = pool.map(
            lambda _: check_correctness(
                sandbox_fusion_url=url + "/run_code", in_outs={"inputs": ["1\n"], "outputs": ["2\n"]},
                generation=sleeper, timeout=5, memory_limit_mb=512,
            )[0],
            range(24),
        )  # fmt: skip
        check("verl, 24 right programs that sleep", list(got), [[True]] * 24)


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


def open_r1(url: str) -> None:
    """Its clients of a router, E2B's and Morph's."""
    address = url.removeprefix("http://")
    scripts = ["rate = 1 / 2\nrate", "print('hello')", "1 / 0", "while True: pass"]
    morph = load("open-r1", "src/open_r1/utils/routed_morph.py").RoutedMorphSandbox(router_url=address)
    got = morph.run_code(scripts[:2], timeout=5, request_timeout=60)
    check("open-r1, Morph's router", [(result.text, result.exception_str) for result in got], [("0.5", None), ("hello\n", None)])
    import e2b_code_interpreter  # noqa: F401

    routed = load("open-r1", "src/open_r1/utils/routed_sandbox.py").RoutedSandbox(router_url=address)
    got = routed.run_code(scripts, timeout=2, request_timeout=60)
    check("open-r1, E2B's router", [result.text for result in got], ["0.5", None, None, None])
    check("open-r1, what a script raised", got[2].error.name, "ZeroDivisionError")


def nemo_skills(url: str) -> None:
    """Its client of a sandbox on this machine."""
    module = load(
        "NeMo-Skills", "nemo_skills/code_execution/sandbox.py",
        nemo_skills__code_execution__proof_utils=dict.fromkeys(("ProofBuildConfig", "determine_proof_status", "prepare_predicted_proof_from_line_dict")),
        nemo_skills__utils={
            "get_logger_name": lambda name: name, "python_doc_to_cmd_help": None, "unroll_files": None,
        },
    )  # fmt: skip

    async def outputs() -> list[tuple[str, str]]:
        host, port = url.removeprefix("http://").split(":")
        sandbox, found = module.LocalSandbox(host=host, port=port), []
        for code, language in (
            ("print(input())", "python"), ("1 / 0", "python"), ("while True: pass", "python"), ("echo a", "shell"),
            ("x = 3\nx + 1", "ipython"),
        ):  # fmt: skip
            output, _ = await sandbox.execute_code(code, std_input="a\n", language=language, timeout=2)
            found.append((output["process_status"], output["stdout"]))
        await sandbox.close()
        return found

    wanted = [("completed", "a\n"), ("error", ""), ("timeout", ""), ("completed", "a\n"), ("completed", "4\n")]
    check("NeMo-Skills LocalSandbox", asyncio.run(outputs()), wanted)


def llama_factory(url: str) -> None:
    """Its request for scores; a server of its own, because it needs a verifier without golds."""
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as missing:
        raise ImportError(f"llama_factory: {missing}") from None
    module = load(
        "LLaMA-Factory", "src/llamafactory/train/ppo/ppo_utils.py",
        llamafactory__extras__packages={"is_requests_available": lambda: True},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text("serve: {verifiers: {tags: format}, protocols: {llama_factory: tags}}\n")
        with Server(str(config)) as address:
            texts = ["<think>two</think><answer>4</answer>", "4"]
            check("LLaMA-Factory reward_model_type: api", module.get_rewards_from_server(address + "/llama_factory", texts).tolist(), [1, 0])


def roll(url: str) -> None:
    """Its handler of a remote reward system."""
    nothing = lambda *_, **__: lambda body: body
    module = load(
        "ROLL", "roll/pipeline/rlvr/rewards/remote_reward_system_worker.py",
        roll__configs__worker_config={"WorkerConfig": object}, roll__distributed__executor__worker={"Worker": object},
        roll__distributed__scheduler__decorator={"Dispatch": MagicMock(), "register": nothing},
        roll__distributed__scheduler__protocol={"DataProto": object},
        roll__models__model_providers={"default_tokenizer_provider": None}, roll__utils__logging={"get_logger": lambda: MagicMock()},
    )  # fmt: skip
    handler = module.RewardSystemHandler(
        {"submit_url": f"{url}/roll/submit_task", "get_result_url": f"{url}/roll/task_result"}, {}, 20
    )
    got = [handler.get_reward("2 + 2", text, {"ground_truth": "4"}, "d", "r")[0] for text in (RIGHT, WRONG)]
    check("ROLL submit_task, task_result", got, [1, 0])


def skyrl(url: str) -> None:
    """The sandbox client of its coder1 verifier, whose port is fixed."""
    import requests

    folder = "skyrl-agent/skyrl_agent/tasks/verifiers/coder1/"
    module = load(
        "SkyRL", folder + "sandboxfusion_exec.py",
        **{(folder + "utils").replace("/", "__"): vars(load("SkyRL", folder + "utils.py"))},
    )  # fmt: skip
    post = requests.post
    with patch.object(requests, "post", lambda _, **options: post(f"{url}/run_code", **options)):
        got = [module.code_exec_sandboxfusion(code, timeout=2, sandbox_servers=["localhost"]) for code in ("print(1)", "1/0", "while 1: pass")]
    check("SkyRL coder1", [done for done, _ in got], [True, False, False])
    check("SkyRL coder1, an endless program is a time limit", "All sandbox servers" in got[2][1], False)


def tinker(url: str) -> None:
    """tinker-cookbook's client."""
    module = load("tinker-cookbook", "tinker_cookbook/sandbox/sandboxfusion.py")

    async def outputs() -> list[object]:
        client = module.SandboxFusionClient(url=f"{url}/run_code")
        right = await client.run("print(open('a.txt').read())", {"a.txt": "hello"}, 5)
        wrong = await client.run("import sys; sys.exit(3)", {}, 5)
        await client.close()
        return [right[0], right[1]["run_result"]["stdout"], wrong[0]]

    check("tinker-cookbook SandboxFusionClient", asyncio.run(outputs()), [True, "hello\n", False])


def gym_metrics(url: str) -> None:
    """NeMo-Gym's own aggregation over made answers, and ours."""
    import random

    import pandas  # noqa: F401
    import requests

    class Model:
        def __init__(self, **members: object) -> None:
            vars(self).update(members)

    module = load(
        "Gym", "nemo_gym/reward_profile.py", wandb={"Histogram": lambda data: None},
        nemo_gym__config_types={"AggregateMetrics": Model, "BaseNeMoGymCLIConfig": Model},
        nemo_gym__global_config={
            "AGENT_REF_KEY_NAME": "agent_ref", "ROLLOUT_INDEX_KEY_NAME": "_ng_rollout_index", "TASK_INDEX_KEY_NAME": "_ng_task_index"
        },
        nemo_gym__cli___compat={"moved_attr_getter": lambda *_: None},
    )  # fmt: skip
    dice = random.Random(0)
    for round in range(20):
        rows = [
            {"_ng_task_index": task, "_ng_rollout_index": rollout, "reward": dice.choice([0.0, 1.0, 1.0] + [0.5] * (round % 2)),
             "extracted_answer": dice.choice(["4", "5", None]), "mask_sample": False, "response": {"usage": {"total_tokens": dice.randrange(99)}}}
            for task in range(dice.randrange(1, 5)) for rollout in range(dice.randrange(1, 6))
        ]  # fmt: skip
        wanted = module.compute_aggregate_metrics(
            rows, lambda tasks: module.compute_pass_majority_metrics(tasks, answer_key="extracted_answer")[0]
        )
        got = requests.post(f"{url}/aggregate_metrics", json={"verify_responses": rows}).json()
        for part in ("group_level_metrics", "agent_metrics", "key_metrics"):
            if not alike(got[part], getattr(wanted, part)):
                return check(f"NeMo-Gym {part}", got[part], getattr(wanted, part))
    check("NeMo-Gym compute_aggregate_metrics, 20 times", True, True)


def nemo_rl(url: str) -> None:
    """NeMo-RL's reading of the mark by which a sample is left out of its loss; the file around it needs its engines."""
    import ast

    import requests
    import torch

    file = Path(os.environ.get("SOURCES", "")) / "NeMo-RL/nemo_rl/experience/rollouts.py"
    if "SOURCES" not in os.environ or not file.is_file():
        raise ImportError(f"SOURCES has no {file.name} of NeMo-RL")
    name = "_extract_mask_sample_flags"
    found = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef) and node.name == name]
    names = {"torch": torch, "Any": object}
    exec(compile(ast.Module(found, []), str(file), "exec"), names)

    def row(**gold: str) -> dict[str, object]:
        text = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": RIGHT}]}
        body = {"responses_create_params": {"input": "2 + 2?"}, "response": {"output": [text]}, **gold}
        return {"full_result": requests.post(f"{url}/verify", json=body).json()}

    check("NeMo-RL leaves out what was not judged", names[name]([row(expected_answer="4"), row()]).tolist(), [False, True])


def alike(one: object, other: object) -> bool:
    """Equal but for the last digits of numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-9 * max(1, abs(other))
    return one == other


class Server:
    """An `assay serve` of its own; its address."""

    def __init__(self, *arguments: str) -> None:
        self.command = [sys.argv[1], "serve", *arguments, "--port", "0", "--json"]

    def __enter__(self) -> str:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        return json.loads(self.process.stdout.readline())["url"]

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def main() -> None:
    server = subprocess.Popen([sys.argv[1], "serve", "--port", "0", "--json"], stdout=subprocess.PIPE)
    try:
        url = os.environ["ASSAY_URL"] = json.loads(server.stdout.readline())["url"]
        parts = (verl, trl, areal, openrlhf, slime, open_instruct, open_r1, nemo_skills, llama_factory, roll, skyrl, tinker, gym_metrics, nemo_rl)
        for part in [part for part in parts if len(sys.argv) < 3 or part.__name__ in sys.argv[2:]]:
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
