"""Logs a report's figures to MLflow; its names allow no '@' or brackets, so pass@8 becomes pass_at_8.

pip install mlflow
assay report runs/experience.sqlite --json | python3 mlflow_log.py EXPERIMENT [STEP]
"""

import json
import re
import sys

import mlflow


def main(experiment, step=0):
    report = json.load(sys.stdin)
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name=report["source"].get("run")):
        mlflow.set_tag("simulated", report["source"]["is_simulated"])
        mlflow.set_tag("verifier", report["source"].get("verifier", ""))
        metrics = {}
        for name, value in report["overall"]["metrics"].items():
            metrics[re.sub(r"[^\w./ -]", "_", name.replace("@", "_at_"))] = value
        mlflow.log_metrics(metrics, step=step)
        mlflow.log_dict(report, "assay-report.json")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
