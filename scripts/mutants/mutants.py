#!/usr/bin/env python3
"""mutants.py [--count N] [--seed S] [--only REGEX] [--judge REGEX]   do the tests notice when the code is wrong?

Mutates N places of Sources (operators, bounds, signs, guards, calls left out, SQL, the sandbox's steps), all compiled at once into a
copy of the tree under .build-mutants and switched on one at a time by ASSAY_MUTANT. Every suite runs once to see which mutants it
passes; then each mutant runs with those suites, fastest first, until a test fails. Survivors are listed beside what survivors.tsv says of
them; exit code 1 when one has no explanation or fewer than 92 of 100 were killed.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

from sites import rewritten, sites

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build-mutants"
TREE = WORK / "tree"
BUNDLE = TREE / ".build/debug/assayPackageTests.xctest"
EXPLAINED = Path(__file__).with_name("survivors.tsv")
LEAST_KILLED = 0.92
MOST = 65536  # as in gate.c
MOST_SECONDS = 60  # of tests for a mutant that none of them kills
PARALLEL = max(1, os.cpu_count() or 1)


def say(text):
    print(text, flush=True)


# -- which

def candidates():
    """{module: sites}, of the C targets and the Swift ones but for the executable and what stands in a file of data."""
    found = defaultdict(list)
    for path in sorted([*ROOT.glob("Sources/**/*.swift"), *ROOT.glob("Sources/**/*.c")]):
        name = str(path.relative_to(ROOT))
        found[name.split("/")[1]] += sites(name, path.read_text())
    return {module: places for module, places in found.items() if places}


def chosen(count, seed, only):
    """So many sites over all modules, by the square root of what each has, every kind in turn; the same for the same seed."""
    places = {m: [s for s in p if re.search(only, s.path)] for m, p in candidates().items()}
    weights = {m: len(p) ** 0.5 for m, p in places.items() if p}
    picked = []
    for module, weight in weights.items():
        kinds = defaultdict(list)
        for site in sorted(places[module], key=lambda s: hashlib.sha256(f"{seed} {s.key}".encode()).digest()):
            kinds[site.kind].append(site)
        turns = [s for row in zip_longest(*(kinds[k] for k in sorted(kinds))) for s in row if s]
        picked += turns[:max(1, round(count * weight / sum(weights.values())))]
    # The number is the site's own, so that a file is written anew only when its own sites change.
    return {int(s.key, 16) % MOST: s for s in sorted(picked, key=lambda s: (s.path, s.start))}


# -- build

def build(picked, refused):
    """Writes the mutated tree and builds it, leaving out what does not compile; returns {number: site}."""
    WORK.mkdir(exist_ok=True)
    shared = WORK / "shared"
    if (ROOT.parent / "shared").exists() and not shared.is_symlink():
        shared.symlink_to(ROOT.parent / "shared")
    while True:
        numbered = {number: site for number, site in picked.items() if site.key not in refused}
        write_tree(numbered)
        began = time.time()
        done = subprocess.run(["swift", "build", "--build-tests", "-j", str(PARALLEL), *os.environ.get("SWIFT_FLAGS", "").split()],
                              cwd=TREE, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            say(f"built with {len(numbered)} mutants in {time.time() - began:.0f} s")
            return numbered
        log = done.stdout + done.stderr
        dropped = unfit(numbered, log)
        if not dropped:
            sys.exit(f"assay: the mutated tree does not build, and no mutant is near the error:\n{log[-4000:]}")
        refused |= {numbered[n].key for n in dropped}
        (WORK / "refused.json").write_text(json.dumps(sorted(refused)))
        say(f"{len(dropped)} do not compile and are left out ({time.time() - began:.0f} s)")


def unfit(numbered, log):
    """The mutants on the lines of the errors, else those nearest in that file."""
    dropped = set()
    for path, line in set(re.findall(r"^(?:\S*?/)?(Sources/\S+?):(\d+):\d+: error:", log, re.M)):
        of_file = {n: abs(site.line - int(line)) for n, site in numbered.items() if site.path == path}
        dropped |= {n for n, away in of_file.items() if away == min(of_file.values())}
        # The operators stand below the file's own text and name their number.
        if int(line) > len((ROOT / path).read_text().splitlines()):
            text = (TREE / path).read_text().splitlines()[int(line) - 1]
            dropped |= {int(n) for n in re.findall(r"assayMutant\((\d+)\)", text)}
    return dropped


def write_tree(numbered):
    by_path = defaultdict(dict)
    for number, site in numbered.items():
        by_path[site.path][number] = site
    tracked = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    kept = set(tracked.stdout.splitlines())
    for name in sorted(kept):
        source, target = ROOT / name, TREE / name
        if source.is_symlink():
            put_link(os.readlink(source), target)
        elif source.exists():
            data = source.read_bytes()
            if name in by_path:
                data = rewritten(data.decode(), by_path[name]).encode()
            elif name == "Package.swift":
                data = with_gate(data.decode()).encode()
            put(data, target, source.stat().st_mode)
    for old in [*TREE.glob("Sources/**/*.swift"), *TREE.glob("Tests/**/*.swift")]:
        if str(old.relative_to(TREE)) not in kept:
            old.unlink()
    put((Path(__file__).with_name("gate.c")).read_bytes(), TREE / "Sources/CMutants/gate.c", 0o644)
    put(b"_Bool assay_mutant(int number);\n", TREE / "Sources/CMutants/include/gate.h", 0o644)


def with_gate(package):
    wanted = '.target(name: "Numbers", swiftSettings: settings)'
    if wanted not in package:
        sys.exit(f"assay: Package.swift has no '{wanted}' that the gate could be put under")
    return package.replace(wanted, '.target(name: "CMutants"), .target(name: "Numbers", dependencies: ["CMutants"], swiftSettings: settings)')


def put(data, target, mode):
    if not target.exists() or target.read_bytes() != data:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    target.chmod(mode & 0o777)


def put_link(to, target):
    if not target.is_symlink() or os.readlink(target) != to:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(to)


# -- run

def run(suites, seconds, **environment):
    """Runs these suites; (passed, seconds, last words). A time-out and a crash are failures."""
    pattern = "^(" + "|".join(re.escape(s) for s in suites) + ")"
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="assay-mutant-") as folder, (Path(folder) / "log").open("w+") as log:
        process = subprocess.Popen([BUNDLE, "--testing-library", "swift-testing", "--filter", pattern], cwd=TREE, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                                   env={**os.environ, **environment, "TMPDIR": folder})
        try:
            passed = process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            passed = False
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        log.seek(0)
        return passed, time.time() - began, log.read()[-2_000_000:]


def all_suites():
    listed = subprocess.run([BUNDLE, "--testing-library", "swift-testing", "--list-tests"], cwd=TREE, capture_output=True, text=True, check=True)
    names = [line.strip() for line in listed.stdout.splitlines() if re.match(r"\w+Tests\.\w+", line.strip())]
    return sorted({n.rsplit("/", 1)[0] + "/" if "/" in n else n.split("(")[0] + "(" for n in names})


def reach(suites, numbered):
    """{suite: (seconds, numbers it passes)}, kept for as long as the build is; a suite that fails unmutated tells nothing and is left out."""
    kept = WORK / "reached.json"
    stamp = BUNDLE.stat().st_mtime_ns
    if kept.exists() and (old := json.loads(kept.read_text()))["stamp"] == stamp:
        return {suite: (seconds, set(numbers)) for suite, (seconds, numbers) in old["reached"].items()}
    def one(suite):
        with tempfile.NamedTemporaryFile() as file:
            passed, seconds, _ = run([suite], 600, ASSAY_MUTANT_REACHED=file.name)
            marks = Path(file.name).read_bytes()
            return suite, passed, seconds, {n for n in numbered if n < len(marks) and marks[n]}

    found = {}
    with ThreadPoolExecutor(PARALLEL) as pool:
        for suite, passed, seconds, numbers in pool.map(one, suites):
            if passed:
                found[suite] = (seconds, numbers)
            else:
                say(f"  {suite} fails as it is ({seconds:.0f} s) and is left out")
    kept.write_text(json.dumps({"stamp": stamp, "reached": {s: (seconds, sorted(n)) for s, (seconds, n) in found.items()}}))
    return found


def judge(number, site, reached):
    """Who killed this mutant, and None where nobody did: the suites of its module first, then others, for so many seconds in all."""
    module = site.path.split("/")[1] + "Tests."
    suites = sorted((not suite.startswith(module), seconds, suite) for suite, (seconds, numbers) in reached.items() if number in numbers)
    spent = 0.0
    while suites and spent < MOST_SECONDS:
        batch, total = [], 0.0
        while suites and (not batch or total + suites[0][1] <= 8):
            total += suites[0][1]
            batch.append(suites.pop(0)[2])
        spent += total
        passed, _, words = run(batch, 60 + 8 * total, ASSAY_MUTANT=str(number))
        if not passed:
            failed = re.search(r"Test (\S+) (?:recorded an issue|failed)", words)
            return failed.group(1) if failed else "a crash or a time-out in " + batch[-1]
    return None


def explanations():
    """{key: reason}: what survivors.tsv says, one survivor a line."""
    if not EXPLAINED.exists():
        return {}
    rows = (line.split("\t") for line in EXPLAINED.read_text().splitlines() if line and not line.startswith("#"))
    return {row[0]: row[-1] for row in rows}


def pattern(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no regular expression: {error}") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=260)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", default="", type=pattern, help="a regular expression for the sources' paths")
    parser.add_argument("--judge", default="", type=pattern, metavar="REGEX", help="of all that were built in, run only those of these sources")
    parser.add_argument("--list", action="store_true", help="only show which places would be mutated")
    arguments = parser.parse_args()
    refused = set(json.loads((WORK / "refused.json").read_text())) if (WORK / "refused.json").exists() else set()
    picked = chosen(arguments.count, arguments.seed, arguments.only)
    if arguments.list:
        for site in picked.values():
            say(f"{site.key}  {site.path}:{site.line}  {site.kind:9}  {site.text}")
        return
    numbered = build(picked, refused)
    began = time.time()
    reached = reach(all_suites(), numbered)
    say(f"{len(reached)} suites ran in {time.time() - began:.0f} s")
    numbered = {number: site for number, site in numbered.items() if re.search(arguments.judge, site.path)}
    known, killed, survived = explanations(), 0, []
    with ThreadPoolExecutor(PARALLEL) as pool:
        for (_, site), by in zip(numbered.items(), pool.map(lambda pair: judge(*pair, reached), numbered.items()), strict=True):
            place = f"{site.path}:{site.line}  {site.kind}  {site.text}"
            if by:
                killed += 1
                say(f"killed    {place}  by {by}")
            else:
                survived.append(site)
                say(f"SURVIVED  {site.key}  {place}" + (f"  ({known[site.key]})" if site.key in known else ""))
    unexplained = [s for s in survived if s.key not in known]
    share = killed / max(1, len(numbered))
    say(f"{killed} of {len(numbered)} killed ({share:.1%}), {len(survived)} survived, {len(unexplained)} of them unexplained, "
        f"in {(time.time() - began) / 60:.0f} minutes")
    shutil.rmtree(WORK / "tmp", ignore_errors=True)
    sys.exit(1 if unexplained or share < LEAST_KILLED else 0)


main()
