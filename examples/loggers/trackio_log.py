"""Logs a report's figures to trackio, which keeps them in a file of its own and shows them in a browser.

    pip install trackio
    assay report runs/experience.sqlite --json | python3 trackio_log.py PROJECT [STEP]
    trackio show --project PROJECT
"""

import json
import sys

import trackio


def main(project, step=0):
    report = json.load(sys.stdin)
    source = report["source"]
    config = {key: source.get(key) for key in ("path", "run", "verifier", "is_simulated")}
    trackio.init(project=project, name=source.get("run"), config=config)
    trackio.log(report["overall"]["metrics"], step=step)
    trackio.finish()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
