"""Writes a report's figures as TensorBoard scalars.

    pip install tensorboard
    assay report runs/experience.sqlite --json | python3 tensorboard_log.py LOGDIR [STEP]

Needs no TensorFlow. Run it once per training step, or with 'assay report --watch --json' in between.
"""

import json
import sys

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


def main(logdir, step=0):
    report = json.load(sys.stdin)
    writer = EventFileWriter(logdir)
    seconds = report["source"]["created_at"] / 1000

    def scalar(tag, value, step):
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        writer.add_event(Event(wall_time=seconds, step=step, summary=summary))

    for name, value in report["overall"]["metrics"].items():
        scalar(f"all/{name}", value, step)
    for breakdown in report["breakdowns"]:
        for part in breakdown["slices"]:
            for name, value in part["metrics"].items():
                scalar(f"{breakdown['by']}/{part['label']}/{name}", value, step)
    for kind in ("steps", "versions"):
        for stage in report.get("entropy", {}).get(kind, []):
            scalar(f"entropy/by_{kind}", stage["entropy"], stage["number"])
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
