"""Checks reports of the GSM8K file against numpy and scipy.

    python3 gsm8k.py SCORED.jsonl REPORT.json FIRST SECOND COMPARISON.json

SCORED.jsonl is what 'assay verify' wrote, REPORT.json 'assay report --json' of it, COMPARISON.json 'assay compare
--json' of the models FIRST and SECOND.
"""

import json
import sys

import numpy
import scipy.stats

KNOWN = {"6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458, "175b_verification": 742}


def close(name, ours, theirs):
    if not numpy.isclose(ours, theirs, rtol=1e-9, atol=1e-12):
        sys.exit(f"{name}: numpy {ours}, assay {theirs}")


def main(scored, report_path, first, second, comparison_path):
    right = {}
    for line in open(scored):
        row = json.loads(line)
        right.setdefault(row["model"], {})[row["problem_id"]] = float(row["verdict"]["outcome"] == "correct")
    report = json.load(open(report_path))
    slices = {s["label"]: s for b in report["breakdowns"] if b["by"] == "model" for s in b["slices"]}
    for model, known in KNOWN.items():
        figures, values = slices[model], numpy.array(list(right[model].values()))
        assert figures["correct"] == known == values.sum() and figures["problems"] == 1319, model
        estimate = figures["curve"][0]["pass"]
        close(model, values.mean(), estimate["value"])
        # One completion of each problem: the exact binomial interval.
        ends = scipy.stats.binomtest(known, len(values)).proportion_ci(method="exact")
        close(model + " lower", ends.low, estimate["lower"])
        close(model + " upper", ends.high, estimate["upper"])
        print(f"{model}: {known} of 1,319, {estimate['value']:.4f} [{ends.low:.4f}, {ends.high:.4f}] as scipy says")
    comparison = json.load(open(comparison_path))
    problems = sorted(right[first])
    differences = numpy.array([right[second][p] - right[first][p] for p in problems])
    theirs = comparison["difference"]
    close("difference", differences.mean(), theirs["difference"]["mean"])
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    p = scipy.stats.binomtest(wins, wins + losses).pvalue
    close("sign test", p, theirs["sign_test"])
    close("permutation test", p, theirs["permutation_test"])
    # Student's towards 0; away from it a little wider.
    t = scipy.stats.ttest_1samp(differences, 0).confidence_interval()
    ends = theirs["difference"]["interval"]["lower"], theirs["difference"]["interval"]["upper"]
    near, far = (0, 1) if differences.mean() > 0 else (1, 0)
    close("difference, towards 0", (t.low, t.high)[near], ends[near])
    assert 0 <= abs(ends[far]) - abs((t.low, t.high)[far]) < 0.01, (t, ends)
    print(f"{first} -> {second}: {differences.mean():+.4f} [{ends[0]:+.4f}, {ends[1]:+.4f}], p = {p:.6g} as scipy says")


if __name__ == "__main__":
    main(*sys.argv[1:])
