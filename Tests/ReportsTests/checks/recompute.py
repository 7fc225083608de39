"""Recomputes a report's figures from the raw rows of its store, with nothing of assay's: plain Python and SQL.

    python3 recompute.py STORE REPORT.json      REPORT.json is what 'assay report STORE --json' printed

Every figure of the report is recomputed and must agree to 1e-9; a number that nothing was compared with is an error too.
Formulas: pass@k 1 - C(n-c,k)/C(n,k) in rationals; majority votes by enumerating all k-subsets; intervals over
problems; numpy's default quantile.
"""

import itertools
import json
import math
import re
import sqlite3
import struct
import sys
from collections import Counter, defaultdict
from fractions import Fraction

checks = 0
checked = set()
# What is no figure: the form's number, the clock, keys of rows to open, places of bars.
FREE = re.compile(r"version|source\.created_at|(.*\.)?(start|width)$")


class Whole(int):
    """An integer of the report that knows where it stands."""


class Real(float):
    """Another number of it."""


def placed(value, path=""):
    """The document with numbers that know their place."""
    if isinstance(value, dict):
        return {key: placed(inner, f"{path}.{key}" if path else key) for key, inner in value.items()}
    if isinstance(value, list):
        return [placed(inner, f"{path}.{index}") for index, inner in enumerate(value)]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = Whole(value) if isinstance(value, int) else Real(value)
    number.path = path
    return number


def leaves(value):
    if isinstance(value, (Whole, Real)):
        yield value.path
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)


def check(name, ours, theirs):
    global checks
    checks += 1
    checked.update(leaves(theirs))
    if isinstance(theirs, (dict, list)):
        if ours != theirs:
            sys.exit(f"{name}: recomputed {ours}, report says {theirs}")
        return
    same = ours == theirs if ours is None or theirs is None or (isinstance(ours, (str, int)) and isinstance(theirs, (str, int))) \
        else math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    if not same:
        sys.exit(f"{name}: recomputed {ours}, report says {theirs}")


def beta_cumulative(x, a, b):
    """I_x(a, b) by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cumulative(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 20_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        fraction *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return front * fraction


def beta_quantile(p, a, b):
    lower, upper = 0.0, 1.0
    for _ in range(200):
        middle = (lower + upper) / 2
        if beta_cumulative(middle, a, b) < p:
            lower = middle
        else:
            upper = middle
    return (lower + upper) / 2


def student(freedom, level=0.95):
    share = beta_quantile(level, 0.5, freedom / 2)
    return math.sqrt(freedom * share / (1 - share))


def effective_binomial(values):
    """Clopper and Pearson's interval on the effective number of problems."""
    n = len(values)
    share = math.fsum(values) / n
    binomial = share * (1 - share)
    spread = 0.0 if len(set(values)) == 1 else math.fsum((v - share) ** 2 for v in values) / n
    rare = [1 - v if share > 0.5 else v for v in values]
    squares = math.fsum(u * u for u in rare)
    taking_part = math.fsum(rare) ** 2 / squares if squares else 0.0
    effect = (taking_part * min(1.0, spread / binomial if binomial else 1.0) + 1) / (taking_part + 1)
    effective = n / effect
    effective = max(n, effective * (student(max(1, effective - 1)) / student(n - 1)) ** 2)
    if all(v in (0, 1) for v in values):
        effective, effect = n, 1.0
    right, shift = effective * share, 0.25 * (1 - effect)
    wrong = effective - right
    return (beta_quantile(0.025, right + shift, wrong + 1 - shift) if right > 1e-12 else 0.0,
            beta_quantile(0.975, right + 1 - shift, wrong + shift) if wrong > 1e-12 else 1.0)


def quantile(ordered, level):
    position = level * (len(ordered) - 1)
    below = int(position)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (position - below)


def check_estimate(name, values, estimate, low=0.0, high=1.0):
    if not values:
        check(name + " problems", 0, estimate.get("problems", 0))
        return check(name, None, estimate["value"])
    n = len(values)
    center = math.fsum(values) / n
    check(name, center, estimate["value"])
    check(name + " problems", n, estimate["problems"])
    size = max(abs(v) for v in values) or 1  # squares of scores near 1e300 would overflow
    error = size * math.sqrt(math.fsum((v / size - center / size) ** 2 for v in values) / (n - 1) / n) if n > 1 else None
    check(name + " standard error", error, estimate.get("standard_error"))
    lower = upper = None
    if n >= 5:
        shares = [(v - low) / (high - low) for v in values]
        shares = [round(s) if abs(s - round(s)) < 1e-9 else s for s in shares]
        lower, upper = (low + (high - low) * end for end in effective_binomial(shares))
    check(name + " lower", lower, estimate["lower"])
    check(name + " upper", upper, estimate["upper"])
    check(name + " gap", None if n >= 5 else "tooFewProblems", estimate.get("gap"))


def pass_at(n, c, k):
    return float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))


def at_least(n, c, k, wanted):
    return float(sum(Fraction(math.comb(c, j) * math.comb(n - c, k - j), math.comb(n, k)) for j in range(wanted, k + 1)))


def majority(answers, k):
    """The mean over all k-subsets of the chance that a vote is right; ties are shared."""
    total = Fraction(0)
    subsets = 0
    for subset in itertools.combinations(answers, k):
        subsets += 1
        votes = Counter(a for a in subset if a is not None)
        if votes:
            top = max(votes.values())
            winners = [a for a, v in votes.items() if v == top]
            total += Fraction(sum(a == "right" for a in winners), len(winners))
    return float(total / subsets)


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values) if values else None


def check_slice(name, groups, figures):
    """`groups`: lists of row dictionaries, one list per group."""
    rows = [row for group in groups for row in group]
    check(name + " completions", len(rows), figures["completions"])
    check(name + " problems", len(groups), figures["problems"])
    scored = [[r for r in group if r["score"] is not None] for group in groups]
    scored = [group for group in scored if group]
    check(name + " scored", sum(map(len, scored)), figures["scored"])
    check(name + " correct", sum(r["outcome"] == "correct" for r in rows), figures["correct"])
    every = [r["score"] for g in scored for r in g]
    check_estimate(name + " mean score", [mean(r["score"] for r in g) for g in scored], figures["mean_score"],
                   min([0, *every]), max([1, *every]))
    counts = [(len(g), sum(r["outcome"] == "correct" for r in g)) for g in scored]
    has_answers = not any(r["outcome"] == "correct" and r["extracted"] is None for r in rows)
    check_estimate(name + " pass@1", [c / n for n, c in counts], figures["pass_at1"])
    models = len({r["model"] for r in rows})
    check(name + " models", models, figures["models"])
    sizes = sorted(n for n, _ in counts)
    most = (1 if models > 1 else sizes[len(sizes) // 20]) if sizes else 0
    ks = [1 << i for i in range(most.bit_length()) if 1 << i < most] + [most] if most else []
    check(name + " ks", str(ks), str([point["k"] for point in figures["curve"]]))
    check(name + " left out", sum(n < most for n in sizes), figures["left_out"])
    able = [(n, c) for n, c in counts if n >= most]
    for point in figures["curve"]:
        k = point["k"]
        check(f"{name} k", ks[figures["curve"].index(point)], k)
        check_estimate(f"{name} pass@{k}", [pass_at(n, c, k) for n, c in able], point["pass"])
        half = max(1, math.ceil(k / 2))
        check_estimate(f"{name} g-pass@{k} 0.5", [at_least(n, c, k, half) for n, c in able], point["g_pass_half"])
        check_estimate(f"{name} g-pass@{k} 1", [at_least(n, c, k, k) for n, c in able], point["g_pass_all"])
        if k > 1:
            start = math.ceil(k / 2) + 1
            values = [2 / k * sum(at_least(n, c, k, i) for i in range(start, k + 1)) for n, c in able]
            check_estimate(f"{name} mg-pass@{k}", values, point["mg_pass"])
        else:
            check(f"{name} mg-pass@1 of", 0, point["mg_pass"]["problems"])
        if has_answers:
            answers = [["right" if r["outcome"] == "correct" else r["extracted"] if r["outcome"] == "incorrect" else None
                        for r in g] for g in scored if len(g) >= most]
            check_estimate(f"{name} majority@{k}", [majority(a, k) for a in answers], point["majority"])
        else:
            check_estimate(f"{name} majority@{k}", [], point["majority"])
            check(f"{name} majority@{k} of", 0, point["majority"]["problems"])
    rates = figures["rates"]
    verified = sum(r["outcome"] is not None for r in rows)
    for key, outcome in (("no_answer", "noAnswer"), ("timeout", "timeout"), ("verifier_error", "verifierError")):
        check(f"{name} {key}", sum(r["outcome"] == outcome for r in rows), rates[key]["count"])
        check(f"{name} {key} of", verified, rates[key]["of"])
    check(name + " undecided of", verified, rates["undecided"]["of"])
    check(name + " unverified", len(rows) - verified, rates["unverified"]["count"])
    check(name + " unverified of", len(rows), rates["unverified"]["of"])
    check(name + " unusable of", len(rows), rates["unusable"]["of"])
    check(name + " truncated of", sum(r["finish"] is not None for r in rows), rates["truncated"]["of"])
    check(name + " undecided", sum(r["outcome"] == "incorrect" and r.get("reason") in ("undecided", "budget") for r in rows),
          rates["undecided"]["count"])
    check(name + " truncated", sum(r["finish"] == "length" for r in rows), rates["truncated"]["count"])
    check(name + " unusable", sum(r["unusable"] is not None for r in rows), rates["unusable"]["count"])
    wrong = ("incorrect", "noAnswer")
    selections = {"all": rows, "right": [r for r in rows if r["outcome"] == "correct"],
                  "wrong": [r for r in rows if r["outcome"] in wrong]}
    for key, selected in selections.items():
        lengths = sorted(r["n_tokens"] for r in selected if r["n_tokens"] is not None)
        if lengths:
            length = figures["length"][key]
            check(f"{name} length {key}", mean(lengths), length["mean"])
            check(f"{name} length {key} count", len(lengths), length["count"])
            if key == "all":
                check(f"{name} length total", sum(lengths), figures["length"]["total"])
            for level, figure in ((0.1, "p10"), (0.5, "p50"), (0.9, "p90"), (1, "max")):
                check(f"{name} length {key} {figure}", quantile(lengths, level), length[figure])
        entropies = [r["entropy"] for r in selected if r["entropy"] is not None]
        if entropies:
            check(f"{name} entropy {key}", mean(entropies), figures["entropy"]["mean" if key == "all" else key])
            if key == "all":
                check(f"{name} entropy count", len(entropies), figures["entropy"]["count"])
    bounded = [r for r in rows if r["entropy"] is not None]
    if bounded and all(r["kind"] == "interval" for r in bounded):
        for end in ("lower", "upper"):
            check(f"{name} entropy {end}", mean(r[end] for r in bounded), figures["entropy"][end])
    times = [r["milliseconds"] for r in rows if r["milliseconds"] is not None]
    if times:
        cost = figures["verification"]
        check(name + " verification", math.fsum(times) / 1000, cost["seconds"])
        check(name + " verification mean", mean(times), cost["mean_milliseconds"])
        check(name + " verification longest", max(times), cost["max_milliseconds"])
    if len(rows) > len(groups):
        counts = figures["groups"]
        sets = [{r["score"] for r in g} for g in scored]
        check(name + " all good", sum(len(s) == 1 and min(s) >= 1 for s in sets), counts["all_good"])
        check(name + " all bad", sum(len(s) == 1 and min(s) < 1 for s in sets), counts["all_bad"])
        check(name + " mixed", sum(len(s) > 1 for s in sets), counts["mixed"])
        check(name + " unscored", len(groups) - len(scored), counts["unscored"])
        check(name + " no signal", sum(len(s) == 1 and len(g) > 1 for s, g in zip(sets, scored)), counts["zero_variance"])
    check_metrics(name, figures, scored if len(scored) == len(groups) and models < 2 else [])


def check_metrics(name, figures, scored):
    """The map for loggers says the same as the figures that were checked."""
    wanted = {}
    if scored and len(scored[0]) > 1 and len({len(group) for group in scored}) == 1:
        k = len(scored[0])
        passes = [mean(group[i]["outcome"] == "correct" for group in scored) for i in range(k)]
        error = math.sqrt(math.fsum((p - mean(passes)) ** 2 for p in passes) / (k - 1) / k)
        check(name + " error across runs", error, figures["metrics"].pop(f"pass@1[avg-of-{k}]/std_err_across_runs"))
    for point in figures["curve"]:
        k = point["k"]
        wanted |= {f"pass@{k}": point["pass"], f"majority@{k}": point["majority"], f"g-pass@{k}[0.5]": point["g_pass_half"],
                   f"g-pass@{k}[1.0]": point["g_pass_all"], f"mg-pass@{k}": point["mg_pass"]}
    wanted = {key: estimate["value"] for key, estimate in wanted.items()} | {"mean_score": figures["mean_score"]["value"]}
    if figures["curve"]:
        first, most = figures["pass_at1"], figures["curve"][-1]["k"]
        wanted["pass@1"] = first["value"]
        wanted |= {f"pass@1[avg-of-{most}]": first["value"], "pass@1/lower": first["lower"], "pass@1/upper": first["upper"]}
    for key in ("no_answer", "undecided", "truncated", "timeout", "verifier_error", "unverified", "unusable"):
        rate = figures["rates"][key]
        wanted[key] = rate["count"] / rate["of"] if rate["of"] else None
    if figures.get("groups"):
        counts = figures["groups"]
        total = counts["all_good"] + counts["mixed"] + counts["all_bad"]
        if total:
            wanted |= {f"by_group/frac_{key}": counts[key] / total for key in ("all_good", "mixed", "all_bad")}
    if figures.get("length"):
        wanted["mean_" + figures["length"]["unit"]] = figures["length"]["all"]["mean"]
    if figures.get("entropy"):
        entropy = figures["entropy"]
        wanted |= {"entropy": entropy["mean"], "entropy/right": entropy.get("right"), "entropy/wrong": entropy.get("wrong")}
    wanted = {key: value for key, value in wanted.items() if value is not None}
    check(name + " names of metrics", " ".join(sorted(wanted)), " ".join(sorted(figures["metrics"])))
    for key, value in wanted.items():
        check(f"{name} metric {key}", value, figures["metrics"][key])


def histogram(values, figures, name):
    counts = [0] * len(figures["counts"])
    for value in values:
        bin_ = math.floor((value - figures["start"]) / figures["width"]) if figures["width"] > 0 else 0
        counts[min(max(bin_, 0), len(counts) - 1)] += 1
    check(name + " total", sum(counts), sum(figures["counts"]))
    for bin_, (ours, theirs) in enumerate(zip(counts, figures["counts"])):
        check(f"{name} bin {bin_}", ours, theirs)


def check_groups(db, run, groups, figures):
    scores = [[r["score"] for r in g if r["score"] is not None] for g in groups]
    constant = [s for s in scores if s and len(set(s)) == 1]
    check("all good", sum(s[0] >= 1 for s in constant), figures["mix"]["all_good"])
    check("all bad", sum(s[0] < 1 for s in constant), figures["mix"]["all_bad"])
    check("mixed", sum(len(set(s)) > 1 for s in scores), figures["mix"]["mixed"])
    check("unscored groups", sum(not s for s in scores), figures["mix"]["unscored"])
    check("zero variance", sum(len(s) > 1 and len(set(s)) == 1 for s in scores), figures["zero_variance"])
    known = [s for group in scores for s in group]
    if known or "scores" in figures:
        histogram(known, figures["scores"], "scores")
    advantages = [x for g in groups for r in g for x in (
        struct.unpack(f"<{len(r['token_advantages']) // 4}f", r["token_advantages"]) if r["token_advantages"]
        else [] if r["advantage"] is None else [r["advantage"]])]
    if advantages:
        histogram(advantages, figures["advantages"], "advantages")
    rates = [sum(r["outcome"] == "correct" for r in g) / sum(r["score"] is not None for r in g)
             for g in groups if any(r["score"] is not None for r in g)]
    if rates or "difficulty" in figures:
        histogram([rate + 1e-9 for rate in rates], figures["difficulty"], "difficulty")
    estimator = db.execute(
        "SELECT estimator FROM advantage_sets WHERE run_id = ? ORDER BY set_id DESC LIMIT 1", (run,)).fetchone()
    check("estimator", estimator[0] if estimator else None, figures.get("estimator"))
    rows = [r for g in groups for r in g]
    timed = [r for r in rows if r["started_at"] > 0 and r["finished_at"] >= r["started_at"]]
    tokens = sum(r["n_tokens"] or 0 for r in rows)
    if timed and tokens:
        wall = (max(r["finished_at"] for r in timed) - min(r["started_at"] for r in timed)) / 1000
        if wall > 0:
            check("tokens per second", tokens / wall, figures["tokens_per_second"])
    for key, sql in {
            "filtered": "SELECT filter_reason, count(*) FROM groups WHERE run_id = ? AND filter_reason NOT NULL GROUP BY 1",
            "sample_failures": "SELECT reason, count(*) FROM sample_failures JOIN groups USING(group_id) WHERE run_id = ? "
                               "GROUP BY 1"}.items():
        check(key, dict(db.execute(sql, (run,))), figures[key])
    undefined = Counter(r["undefined"] for r in rows if r["undefined"])
    check("undefined advantages", dict(undefined), figures["undefined_advantages"])


def token_entropies(logprobs, top, width, vocabulary):
    """-logprob of the sampled token; with top candidates the smallest entropy that they allow, or with the vocabulary's
    size the middle between that and the largest, where the rest is spread evenly."""
    if not width:
        return [-x for x in logprobs]
    values = []
    for position in range(len(logprobs)):
        row = [x for x in top[position * width:(position + 1) * width] if math.isfinite(x)]
        reported = math.fsum(-math.exp(x) * x for x in row)
        missing = max(0.0, 1 - math.fsum(math.exp(x) for x in row))
        smallest = min(row)
        if missing == 0:
            values.append(max(0.0, reported))
            continue
        atoms = math.floor(missing / math.exp(smallest))
        rest = max(0.0, missing - atoms * math.exp(smallest))
        lower = reported - atoms * math.exp(smallest) * smallest - (rest * math.log(rest) if rest > 0 else 0)
        if vocabulary is None:
            values.append(lower)
        else:
            upper = reported - missing * math.log(missing / (vocabulary - len(row)))
            values.append((min(lower, upper) + upper) / 2)
    return values


def check_entropy(db, run, rows, figures):
    check_stages(db, run, rows, figures)
    config = json.loads(db.execute("SELECT config FROM runs WHERE run_id = ?", (run,)).fetchone()[0])
    vocabulary = config.get("optimize", {}).get("vocabulary_size")
    arrays = defaultdict(dict)
    for completion, kind, cols, data in db.execute(
            "SELECT completion_id, kind, cols, data FROM tokens JOIN completions USING(completion_id) "
            "JOIN groups USING(group_id) WHERE run_id = ? AND source = 'sampler'", (run,)):
        code = {"ids": "i", "top_ids": "i", "mask": "B"}.get(kind, "f")
        arrays[completion][kind] = (struct.unpack(f"<{len(data) // struct.calcsize('<' + code)}{code}", data), cols)
    by_id = {r["completion_id"]: r for r in rows}
    everything, ids, positions, weighed, used = [], [], defaultdict(lambda: defaultdict(list)), [], set()
    for completion in sorted(arrays):
        if "logprob" not in arrays[completion]:
            continue
        logprobs = arrays[completion]["logprob"][0]
        listed_ids = arrays[completion].get("ids", ((-1,) * len(logprobs), 1))[0]
        token_advantages = by_id[completion]["token_advantages"]
        advantages = (struct.unpack(f"<{len(logprobs)}f", token_advantages) if token_advantages
                      else [by_id[completion]["advantage"]] * len(logprobs))
        # Of an episode what was sampled alone.
        if "mask" in arrays[completion]:
            keep = [place for place, own in enumerate(arrays[completion]["mask"][0]) if own]
            logprobs, listed_ids, advantages = ([x[i] for i in keep] for x in (logprobs, listed_ids, advantages))
        if not logprobs:
            continue
        used.add(completion)
        top, width = arrays[completion].get("top_logprob", ((), 0))
        values = token_entropies(logprobs, top, width, vocabulary)
        row = by_id[completion]
        everything += values
        ids += listed_ids
        side = {"correct": "right", "incorrect": "wrong", "noAnswer": "wrong"}.get(row["outcome"])
        for position, value in enumerate(values):
            positions["all"][position].append(value)
            if side:
                positions[side][position].append(value)
        if advantages[0] is not None:
            weighed += zip(advantages, logprobs)
    check("completions with tokens", len(used), figures["completions"])
    check("completions with log-probs", sum("logprob" in kinds for kinds in arrays.values()), figures["of"])
    check("tokens", len(everything), figures["tokens"])
    check("token mean", mean(everything), figures["mean"])
    threshold = quantile(sorted(everything), 0.8)
    check("forking threshold", threshold, figures["forking_threshold"])
    forking = Counter(i for i, h in zip(ids, everything) if h >= figures["forking_threshold"] - 1e-9 and i >= 0)
    for token in figures["forking_tokens"]:
        check(f"forking token {token['id']}", forking[token["id"]], token["count"])
        check(f"forking token {token['id']} key", True, token["id"] in forking)
        checked.add(token["id"].path)
        check(f"forking token {token['id']} entropy", mean(
            h for i, h in zip(ids, everything) if i == token["id"] and h >= figures["forking_threshold"] - 1e-9), token["entropy"])
    listed = [-token["count"] for token in figures["forking_tokens"]]
    check("order of forking tokens", str(sorted(listed)), str(listed))
    check("number of forking tokens", min(20, len(forking)), len(listed))
    bins = figures["histogram"]
    # A value within rounding of a bin's end may lie on either side.
    near = sum(abs(v / bins["width"] - round(v / bins["width"])) < 1e-8 for v in everything)
    counts = Counter(min(int(v / bins["width"]), len(bins["counts"]) - 1) for v in everything)
    off = sum(abs(counts[bin_] - count) for bin_, count in enumerate(bins["counts"]))
    check("histogram of entropies", True, off <= 2 * near)
    checked.update(leaves(bins["counts"]))
    width = figures["positions"]["width"]
    for bin_, theirs in enumerate(figures["positions"]["counts"]):
        check(f"position count {bin_}", sum(len(positions["all"][p]) for p in range(bin_ * width, (bin_ + 1) * width)), theirs)
    for side in ("all", "right", "wrong"):
        for bin_, theirs in enumerate(figures["positions"][side]):
            values = [v for p in range(bin_ * width, (bin_ + 1) * width) for v in positions[side][p]]
            check(f"position {side} {bin_}", mean(values), theirs)
    if weighed:
        first, second = mean(x for x, _ in weighed), mean(x for _, x in weighed)
        check("covariance", mean((x - first) * (y - second) for x, y in weighed), figures["covariance"])


def check_stages(db, run, rows, figures):
    """Policy versions, training steps, and the fit R = -a e^H + b over whichever has three."""
    versions = defaultdict(list)
    for row in rows:
        if row["weight_spans"] and row["entropy"] is not None:
            versions[json.loads(row["weight_spans"])[0][0]].append(row)
    stages = [(number, mean(r["entropy"] for r in some), mean(r["score"] for r in some if r["score"] is not None), len(some))
              for number, some in sorted(versions.items())]
    steps = [tuple(row) for row in db.execute(
        """SELECT b.step, avg(e.mean), avg(v.score), count(*) FROM batches b JOIN batch_items i USING(batch_id)
               JOIN entropies e USING(completion_id) JOIN advantage_sets s USING(set_id)
               LEFT JOIN verdicts v ON v.completion_id = i.completion_id AND v.scoring_id = s.scoring_id
           WHERE b.run_id = ? GROUP BY b.step ORDER BY b.step""", (run,))]
    for key, ours in (("versions", stages), ("steps", steps)):
        check("number of " + key, len(ours), len(figures[key]))
        for (number, entropy, score, count), theirs in zip(ours, figures[key]):
            check(f"{key} {number}", number, theirs["number"])
            check(f"{key} {number} entropy", entropy, theirs["entropy"])
            check(f"{key} {number} score", score, theirs.get("score"))
            check(f"{key} {number} completions", count, theirs["completions"])
    chosen = [(math.exp(h), r) for _, h, r, _ in (steps if len(steps) >= 3 else stages) if r is not None]
    fit = figures.get("fit")
    if len(chosen) >= 3 and fit:
        x, y = mean(a for a, _ in chosen), mean(b for _, b in chosen)
        slope = math.fsum((a - x) * (b - y) for a, b in chosen) / math.fsum((a - x) ** 2 for a, _ in chosen)
        check("fit a", -slope, fit["a"])
        check("fit b", y - slope * x, fit["b"])
        errors = math.fsum((b - slope * a - (y - slope * x)) ** 2 for a, b in chosen)
        spread = math.fsum((b - y) ** 2 for _, b in chosen)
        check("fit r2", 1 - errors / spread if spread else None, fit.get("r2"))
        check("fit residual", math.sqrt(errors / (len(chosen) - 2)), fit.get("residual"))


def check_verifiers(db, run, section):
    figures = section
    scorings = db.execute(
        "SELECT DISTINCT scoring_id, verifier, version FROM scorings JOIN verdicts USING(scoring_id) "
        "JOIN completions USING(completion_id) JOIN groups USING(group_id) WHERE run_id = ? ORDER BY 1", (run,)).fetchall()
    verdicts = {scoring: {row[0]: row[1:] for row in db.execute(
        "SELECT completion_id, outcome, score, substr(reason, 1, 80), milliseconds FROM verdicts "
        "JOIN completions USING(completion_id) JOIN groups USING(group_id) WHERE run_id = ? AND scoring_id = ?",
        (run, scoring))} for scoring, _, _ in scorings}
    check("verifiers", len(scorings), len(section["verifiers"]))
    for (scoring, name, _), health in zip(scorings, section["verifiers"]):
        given = verdicts[scoring].values()
        check(name + " mean time", mean(v[3] for v in given), health["mean_milliseconds"])
        slowest = sorted(((c, v[3]) for c, v in verdicts[scoring].items()), key=lambda pair: (-pair[1], pair[0]))[:5]
        for (completion, time), theirs in zip(slowest, health["slowest"], strict=True):
            check(name + " slowest", completion, theirs["completion"])
            check(name + " slowest time", time, theirs["milliseconds"])
        reasons = Counter(v[2] for v in given if v[0] != "correct")
        for reason in health["reasons"]:
            check(f"{name} reason {reason['name']}", reasons[reason["name"]], reason["count"])
        check(name + " most frequent reason", max(reasons.values(), default=0),
              max((r["count"] for r in health["reasons"]), default=0))
    pairs = itertools.combinations([s for s, _, _ in scorings[-8:]], 2)
    for (one, other), pair in zip(pairs, section["agreements"]):
        both = [(verdicts[one][c][0] == "correct", verdicts[other][c][0] == "correct") for c in verdicts[one]
                if c in verdicts[other] and verdicts[one][c][1] is not None and verdicts[other][c][1] is not None]
        agree = sum(a == b for a, b in both)
        check("both scored", len(both), pair["both"])
        check("agree", agree, pair["agree"])
        if both:
            a, b = mean(x for x, _ in both), mean(y for _, y in both)
            chance = a * b + (1 - a) * (1 - b)
            if chance < 1:
                check("kappa", (agree / len(both) - chance) / (1 - chance), pair["kappa"])
        apart = [c for c in verdicts[one] if c in verdicts[other] and verdicts[one][c][1] is not None
                 and verdicts[other][c][1] is not None
                 and (verdicts[one][c][0] == "correct") != (verdicts[other][c][0] == "correct")]
        places = {c: place for place, (c,) in enumerate(db.execute(
            "SELECT completion_id FROM completions JOIN groups USING(group_id) WHERE run_id = ? ORDER BY ordinal, idx", (run,)))}
        check("disagreements", sorted(apart, key=places.get)[:10], [d["completion"] for d in pair["disagreements"]])
    for health in figures["verifiers"]:
        name, version = health["name"].split(" ")[:2]
        outcomes = dict(db.execute(
            "SELECT outcome, count(*) FROM verdicts JOIN scorings USING(scoring_id) JOIN completions USING(completion_id) "
            "JOIN groups USING(group_id) WHERE run_id = ? AND verifier = ? AND version = ? GROUP BY 1",
            (run, name, version)))
        check(name + " verdicts", sum(outcomes.values()), health["verdicts"])
        for outcome, count in outcomes.items():
            check(f"{name} {outcome}", count, health["outcomes"][outcome])


def value(row, key):
    """What a row is broken down by."""
    if key in row:
        return row[key]
    if key == "policy_version":
        return str(json.loads(row["weight_spans"])[0][0]) if row["weight_spans"] else "(none)"
    fields = json.loads(row["fields"])
    names = {"level": ["level", "difficulty"], "domain": ["domain", "subject", "category", "type", "task"]}.get(key, [key])
    found = next((fields[name] for name in names if fields.get(name) is not None), None)
    return "(none)" if found is None else str(found)


def check_mismatch(db, run, figures):
    """Trainer's newest log-probs beside the sampler's."""
    sql = """SELECT c.completion_id, t.data, l.data, m.data FROM groups g JOIN completions c USING(group_id)
        JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'logprob' AND t.source = 'trainer'
        JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
        LEFT JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask' AND m.source = 'sampler'
        WHERE g.run_id = ? AND t.policy_version = (SELECT max(policy_version) FROM tokens x
            WHERE x.completion_id = c.completion_id AND x.kind = 'logprob' AND x.source = 'trainer')"""
    places = []
    for completion, trainer, sampler, mask in db.execute(sql, (run,)):
        pairs = list(zip(*(struct.unpack(f"<{len(d) // 4}f", d) for d in (trainer, sampler))))
        if mask:
            pairs = [pair for pair, own in zip(pairs, mask) if own]
        places += [(a - b, completion, place) for place, (a, b) in enumerate(pairs)]
    check("mismatch", bool(places), figures is not None)
    if not places:
        return
    differences = [place[0] for place in places]
    n = len(differences)
    check("mismatch completions", len({place[1] for place in places}), figures["completions"])
    check("mismatch tokens", n, figures["tokens"])
    check("mismatch absolute", math.fsum(map(abs, differences)) / n, figures["mean_absolute"])
    check("mismatch k1", -math.fsum(differences) / n, figures["k1"])
    check("mismatch k3", math.fsum(math.exp(d) - 1 - d for d in differences) / n, figures["k3"])
    squares = math.fsum(math.exp(2 * d) for d in differences)
    check("mismatch chi square", squares / n - 1, figures["chi_square"])
    check("mismatch ESS", math.fsum(map(math.exp, differences)) ** 2 / n / squares, figures["effective_sample_share"])
    worst = sorted(places, key=lambda place: (-abs(place[0]), place[1], place[2]))[:10]
    for (difference, completion, place), theirs in zip(worst, figures["worst"], strict=True):
        check("mismatch worst", difference, theirs["difference"])
        check("mismatch worst completion", completion, theirs["completion"])
        check("mismatch worst position", place, theirs["position"])


def check_problems(groups, figures):
    """Problems from the hardest to the easiest, with the verdict of each sample."""
    letters = {"correct": "c", "incorrect": "i", "noAnswer": "n", "timeout": "t", "verifierError": "e", None: "-"}

    def share(group):
        judged = [r for r in group if r["score"] is not None]
        return sum(r["outcome"] == "correct" for r in judged) / len(judged) if judged else 2
    check("number of problems", len(groups), figures["total"])
    order = [group for _, _, group in sorted((share(g), place, g) for place, g in enumerate(groups))]
    most = max(1, min(200, 2000 // max(1, min(64, max(map(len, order))))))
    if len(order) > most:
        order = [order[place * (len(order) - 1) // max(most - 1, 1)] for place in range(most)]
    for group, theirs in zip(order, figures["problems"], strict=True):
        name = f"problem {theirs['problem']}"
        check(name, "".join(letters[r["outcome"]] for r in group[:64]), theirs["verdicts"])
        check(name + " completions", [r["completion_id"] for r in group[:64]], theirs["completions"])
        check(name + " judged", sum(r["score"] is not None for r in group), theirs["judged"])
        check(name + " right", sum(r["outcome"] == "correct" for r in group), theirs["right"])
        check(name + " answers", len({r["extracted"] for r in group if r["extracted"] is not None}), theirs["answers"])
        check(name + " tokens", mean(r["n_tokens"] for r in group if r["n_tokens"] is not None), theirs.get("tokens"))
        check(name + " entropy", mean(r["entropy"] for r in group if r["entropy"] is not None), theirs.get("entropy"))


def check_steps(db, run, figures):
    """What the store and the trainer say of each step that was taken, name by name."""
    curves = defaultdict(list)
    for step, version, oldest, tokens, held, metrics in db.execute(
            """SELECT b.step, b.policy_version, (SELECT min(policy_version) FROM batch_items i WHERE i.batch_id = b.batch_id),
                   b.n_tokens, l.ended_at - l.leased_at, l.metrics
               FROM batches b LEFT JOIN leases l ON l.batch_id = b.batch_id AND l.outcome = 'done'
               WHERE b.run_id = ? AND b.state = 'done' ORDER BY b.step""", (run,)):
        ours = {"staleness": None if oldest is None else version - oldest, "tokens": tokens,
                "seconds": None if held is None else held / 1000} | json.loads(metrics or "{}")
        for name, value in ours.items():
            if isinstance(value, (int, float)) and math.isfinite(value):
                curves[name].append((step, value))
    check("steps", bool(curves), figures is not None)
    for curve in figures["curves"] if figures else []:
        check(curve["name"] + " steps", [step for step, _ in curves[curve["name"]]], curve["steps"])
        for (_, value), theirs in zip(curves[curve["name"]], curve["values"], strict=True):
            check(curve["name"], value, theirs)


def check_episodes(db, run, rows, figures):
    """Episodes by environment from their turns, calls, segments and masks."""
    by_id = {r["completion_id"]: r for r in rows}
    episodes = defaultdict(list)
    for row in db.execute("""SELECT e.completion_id, environment, version, stop, turns, calls, call_errors, sampled_tokens,
            context_tokens, env_reward FROM episodes e JOIN completions USING(completion_id) JOIN groups USING(group_id)
            WHERE run_id = ?""", (run,)):
        episodes[row[1:3]].append(row)
    check("episodes", bool(episodes), figures is not None)
    if not figures:
        return
    for theirs in figures["environments"]:
        name = theirs["name"]
        own = episodes.pop((name, theirs["version"]))
        keys, n = [row[0] for row in own], len(own)
        check(name + " episodes", n, theirs["episodes"])
        judged = [by_id[key] for key in keys if by_id[key]["score"] is not None]
        check(name + " judged", len(judged), theirs["success"]["of"])
        check(name + " success", sum(r["outcome"] == "correct" for r in judged), theirs["success"]["count"])
        check(name + " stops", dict(Counter(row[3] for row in own)), theirs["stops"])
        for column, key, each in ((4, "mean_turns", n), (5, "calls", 1), (6, "call_errors", 1), (7, "sampled_tokens", 1),
                                  (8, "context_tokens", 1)):
            check(f"{name} {key}", sum(row[column] for row in own) / each, theirs[key])
        check(name + " reward", mean(row[9] for row in own if row[9] is not None), theirs.get("mean_reward"))
        for column, key in (("sampled_ms", "mean_model_seconds"), ("env_ms", "mean_environment_seconds")):
            total = math.fsum(x for key_ in keys for (x,) in db.execute(
                f"SELECT {column} FROM turns WHERE completion_id = ?", (key_,)))
            check(f"{name} {key}", total / 1000 / n, theirs[key])
        tools, faults = Counter(), defaultdict(Counter)
        for key in keys:
            for tool, outcome, reason in db.execute(
                    "SELECT name, outcome, reason FROM tool_calls WHERE completion_id = ?", (key,)):
                tools[tool] += 1
                if reason or outcome != "ok":
                    faults[tool][reason or outcome] += 1
        check(name + " tools", min(20, len(tools)), len(theirs["tools"]))
        for tool in theirs["tools"]:
            check(f"{name} {tool['name']}", tools[tool["name"]], tool["calls"])
            check(f"{name} {tool['name']} faults", dict(faults[tool["name"]]), tool["faults"])
        turns = defaultdict(lambda: [set(), []])
        for key in keys:
            arrays = dict(db.execute("SELECT kind, data FROM tokens WHERE completion_id = ? AND source = 'sampler' "
                                     "AND kind IN ('logprob', 'mask')", (key,)))
            if len(arrays) < 2:
                continue
            logprobs = struct.unpack(f"<{len(arrays['mask'])}f", arrays["logprob"])
            for turn, first, last in db.execute("SELECT turn, first, last FROM segments WHERE completion_id = ? "
                                                "AND origin = 'policy' AND piece = 0", (key,)):
                turns[turn][0].add(key)
                turns[turn][1] += [-logprobs[t] for t in range(first, last) if arrays["mask"][t]]
        check(name + " turns", sorted(turns)[:64], [turn["turn"] for turn in theirs["turns"]])
        checked.update(turn["turn"].path for turn in theirs["turns"])
        for turn in theirs["turns"]:
            seen, values = turns[turn["turn"]]
            check(f"{name} turn {turn['turn']}", len(seen), turn["episodes"])
            check(f"{name} turn {turn['turn']} tokens", len(values) / len(seen), turn["mean_tokens"])
            check(f"{name} turn {turn['turn']} entropy", mean(values), turn.get("entropy"))
    check("environments left out", 0, len(episodes))


def main(store, report_path):
    report = placed(json.load(open(report_path)))
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    run = db.execute("SELECT run_id, simulated FROM runs WHERE name = ?", (report["source"]["run"],)).fetchone()
    check("simulated", run["simulated"], int(report["source"]["is_simulated"]))
    scoring = db.execute("SELECT max(scoring_id) FROM verdicts").fetchone()[0]
    chosen = db.execute("SELECT max(set_id) FROM advantage_sets WHERE run_id = ?", (run["run_id"],)).fetchone()[0]
    rows = [dict(row) for row in db.execute(
        """SELECT c.completion_id, g.group_id, g.ordinal, c.finish, c.n_tokens, c.unusable, c.model, p.dataset,
               p.fields, c.weight_spans, c.started_at, c.finished_at, v.outcome, v.score, v.reason, v.extracted, v.milliseconds,
               e.kind, e.mean AS entropy, e.lower, e.upper, a.advantage, a.token_advantages, a.reason AS undefined
           FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
               LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
               LEFT JOIN entropies e ON e.completion_id = c.completion_id
               LEFT JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = ?
           WHERE g.run_id = ? ORDER BY g.ordinal, c.idx""", (scoring, chosen, run["run_id"]))]

    def grouped(selected):
        return [list(group) for _, group in itertools.groupby(selected, key=lambda r: r["group_id"])]

    db.row_factory = None
    check_slice("all", grouped(rows), report["overall"])
    for breakdown in report["breakdowns"]:
        for figures in breakdown["slices"]:
            selected = [r for r in rows if value(r, breakdown["by"]) == figures["label"]]
            check_slice(figures["label"], grouped(selected), figures)
    check_groups(db, run["run_id"], grouped(rows), report["groups"])
    if report.get("entropy"):
        check_entropy(db, run["run_id"], rows, report["entropy"])
    check_verifiers(db, run["run_id"], report["verifiers"])
    check_mismatch(db, run["run_id"], report.get("mismatch"))
    check_problems(grouped(rows), report["problems"])
    check_steps(db, run["run_id"], report.get("steps"))
    check_episodes(db, run["run_id"], rows, report.get("episodes"))
    check("made", db.execute("SELECT created_at FROM runs WHERE run_id = ?", (run["run_id"],)).fetchone()[0],
          report["settings"]["created_at"])
    keys = {r["completion_id"]: r for r in rows}
    for example in report["examples"]:
        check("example", example["outcome"], keys[example["completion"]]["outcome"])
        checked.add(example["completion"].path)
    missed = [path for path in leaves(report) if path not in checked and not FREE.fullmatch(path)]
    if missed:
        sys.exit(f"{len(missed)} figures are compared with nothing, such as {missed[:12]}")
    print(f"recomputed {checks} figures of {store}: all agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
