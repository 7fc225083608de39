"""Logs a report's figures to Weights & Biases.

    pip install wandb
    assay report runs/experience.sqlite --json | python3 wandb_log.py PROJECT [STEP]

Offline: WANDB_MODE=offline.
"""

import json
import sys

import wandb


def main(project, step=0):
    report = json.load(sys.stdin)
    source = report["source"]
    config = {key: source.get(key) for key in ("path", "run", "verifier", "is_simulated")}
    with wandb.init(project=project, name=source.get("run"), config=config) as run:
        run.log(report["overall"]["metrics"], step=step)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
