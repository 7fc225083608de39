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


def same_draws(count, resamples=2000):
    """The resamples of assay's documented generator, SplitMix64 seeded with 0, as an index array."""
    with numpy.errstate(over="ignore"):
        z = numpy.arange(1, count * resamples + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> numpy.uint64(31))) % numpy.uint64(count)).astype(int).reshape(resamples, count)


def main(scored, report_path, first, second, comparison_path):
    right = {}
    for line in open(scored):
        row = json.loads(line)
        right.setdefault(row["model"], {})[row["problem_id"]] = float(row["verdict"]["outcome"] == "correct")
    report = json.load(open(report_path))
    slices = {s["label"]: s for b in report["breakdowns"] if b["by"] == "model" for s in b["slices"]}
    generator = numpy.random.default_rng(1)
    for model, known in KNOWN.items():
        figures, values = slices[model], numpy.array(list(right[model].values()))
        assert figures["correct"] == known == values.sum() and figures["problems"] == 1319, model
        estimate = figures["curve"][0]["pass"]
        close(model, values.mean(), estimate["value"])
        ends = numpy.quantile(values[same_draws(len(values))].mean(axis=1), [0.025, 0.975])
        close(model + " lower", ends[0], estimate["lower"])
        close(model + " upper", ends[1], estimate["upper"])
        # numpy's own generator: the same interval up to the noise of 2,000 resamples, about 0.002.
        own = numpy.quantile(generator.choice(values, (2000, len(values))).mean(axis=1), [0.025, 0.975])
        wilson = scipy.stats.binomtest(known, len(values)).proportion_ci(method="wilson")
        assert numpy.allclose(own, ends, atol=0.006) and numpy.allclose(wilson, ends, atol=0.006), (model, own, wilson)
        print(f"{model}: {known} of 1,319, {estimate['value']:.4f} [{ends[0]:.4f}, {ends[1]:.4f}] "
              f"numpy's own draws [{own[0]:.4f}, {own[1]:.4f}], Wilson [{wilson[0]:.4f}, {wilson[1]:.4f}]")
    comparison = json.load(open(comparison_path))
    problems = sorted(right[first])
    differences = numpy.array([right[second][p] - right[first][p] for p in problems])
    theirs = comparison["difference"]
    close("difference", differences.mean(), theirs["difference"]["mean"])
    ends = numpy.quantile(differences[same_draws(len(differences))].mean(axis=1), [0.025, 0.975])
    close("difference lower", ends[0], theirs["difference"]["interval"]["lower"])
    close("difference upper", ends[1], theirs["difference"]["interval"]["upper"])
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    p = scipy.stats.binomtest(wins, wins + losses).pvalue
    close("sign test", p, theirs["sign_test"])
    t = scipy.stats.ttest_1samp(differences, 0).confidence_interval()
    assert numpy.allclose([t.low, t.high], ends, atol=0.006), (t, ends)
    print(f"{first} -> {second}: {differences.mean():+.4f} [{ends[0]:+.4f}, {ends[1]:+.4f}], p = {p:.6g} as scipy says")


if __name__ == "__main__":
    main(*sys.argv[1:])
