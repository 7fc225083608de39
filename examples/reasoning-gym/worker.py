"""reasoning-gym's own scorers as an assay verifier: pip install reasoning-gym. Rows come from make_rows.py."""

import json
import sys

import reasoning_gym

datasets = {}


def score(response, entry, task):
    if task not in datasets:
        datasets[task] = reasoning_gym.create_dataset(task, size=1, seed=0)
    return float(datasets[task].score_answer(answer=reasoning_gym.utils.extract_answer(response), entry=entry))


out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    message = json.loads(line)
    if "hello" in message:
        print(
            json.dumps({"ready": 1, "name": "reasoning-gym", "version": reasoning_gym.__version__}),
            file=out,
            flush=True,
        )
    for item in message.get("verify", []):
        try:
            reply = {"score": score(item["response"], item["fields"]["entry"], item["fields"]["task"])}
        except Exception as error:
            reply = {"error": repr(error)}
        print(json.dumps({"id": item["id"], **reply}), file=out, flush=True)
