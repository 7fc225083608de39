"""NeMo-Gym's own commands over deploy/nemo-gym: it starts `assay serve`, collects rollouts of a toy model and judges them.

    python scripts/test_nemo_gym.py ASSAY GYM

GYM is the `gym` of a virtual environment with `pip install nemo-gym==0.7.*` (Python 3.13). Its servers run in that same one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVERS = ["resources_servers/assay", "responses_api_agents/simple_agent", "responses_api_models/vllm_model"]
SERVERS += ["environment_servers/legacy_agent"]
ANSWERS = {"2 + 2": "It is \\boxed{4}.", "2 + 3": "It is \\boxed{6}.", "program": "```python\nprint(input()[::-1])\n```"}
ROWS = [
    {"question": "What is 2 + 2?", "expected_answer": "4"},
    {"question": "What is 2 + 3?", "expected_answer": "5"},
    {"question": "Write a program.", "verifier_metadata": {"unit_tests": {"inputs": ["ab\n"], "outputs": ["ba\n"]}}},
    {"question": "What is 2 + 2, without a gold?"},
]


class Model(BaseHTTPRequestHandler):
    """A chat server that knows three answers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply({"object": "list", "data": [{"id": "toy", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        question = body["messages"][-1]["content"]
        answer = next(text for key, text in ANSWERS.items() if key in question)
        message = {"role": "assistant", "content": answer}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        head = {"id": "c", "object": "chat.completion", "created": 0, "model": "toy"}
        self.reply(head | {"choices": [choice], "usage": usage})

    def reply(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    assay, gym = (Path(argument).absolute() for argument in sys.argv[1:])
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as model, tempfile.TemporaryDirectory() as name:
        threading.Thread(target=model.serve_forever, daemon=True).start()
        folder = Path(name)
        for server in SERVERS:
            (folder / "venvs" / server).mkdir(parents=True)
            (folder / "venvs" / server / ".venv").symlink_to(gym.parent.parent)
        rows = [
            {k: v for k, v in row.items() if k != "question"}
            | {"responses_create_params": {"input": [{"role": "user", "content": row["question"]}]}}
            for row in ROWS
        ]
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        environment = os.environ | {"PATH": f"{assay.parent}:{gym.parent}:{os.environ['PATH']}"}
        url = f"http://127.0.0.1:{model.server_address[1]}/v1"
        start = [str(gym), "env", "start", "--search-dir", str(ROOT / "deploy/nemo-gym"), "--resources-server", "assay"]
        start += ["--model-type", "vllm_model", "--model", "toy", "--model-url", url, "--model-api-key", "none"]
        start += ["+skip_venv_if_present=true", f"+uv_venv_dir={folder / 'venvs'}"]
        log = folder / "log"
        with log.open("w") as output:
            servers = subprocess.Popen(start, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            for _ in range(180):
                if "Server Instances" in log.read_text() or servers.poll() is not None:
                    break
                time.sleep(1)
            collect = [str(gym), "eval", "run", "--no-serve", "--agent", "assay_simple_agent"]
            collect += ["--input", "rows.jsonl", "--output", "rollouts.jsonl"]
            done = subprocess.run(collect, cwd=folder, env=environment, capture_output=True, text=True, timeout=180)
            if done.returncode != 0:
                sys.exit(f"{log.read_text()[-3000:]}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
            lines = (folder / "rollouts.jsonl").read_text().splitlines()
            got = sorted((json.loads(line) for line in lines), key=lambda row: row["_ng_task_index"])
        finally:
            servers.terminate()
            servers.wait(30)
    judged = [(row["reward"], row["mask_sample"], row.get("failure_kind")) for row in got]
    wanted = [(1, False, None), (0, False, None), (1, False, None), (0, True, "verifier_error")]
    print(f"{'ok  ' if judged == wanted else 'FAIL'} NeMo-Gym env start, eval run: {judged}")
    sys.exit(judged != wanted)


if __name__ == "__main__":
    main()
