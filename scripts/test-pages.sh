#!/usr/bin/env bash
# Checks reports and pages from outside: every figure recomputed, GSM8K against numpy and scipy, files and the server's
# pages in Chromium.
#
#   bash scripts/test-pages.sh ASSAY      screenshots go to artifacts/pages
set -euo pipefail
cd "$(dirname "$0")/.."
assay=$1
checks=Tests/ReportsTests/checks
out=artifacts/pages
rm -rf "$out"
mkdir -p "$out"

venv=.venv/pages
[ -x $venv/bin/python ] || python3 -m venv $venv
$venv/bin/python -c 'import axe_playwright_python, numpy, scipy' 2>/dev/null ||
    $venv/bin/pip install --quiet --disable-pip-version-check 'axe-playwright-python==0.1.*' numpy scipy
python="$venv/bin/python -B"

"$assay" demo --simulated --folder "$out/demo" --quiet >/dev/null
store=$out/demo/experience.sqlite
"$assay" report "$store" --json >"$out/report.json"
$python $checks/recompute.py "$store" "$out/report.json"

# A second run of many policy versions with levels, batches, three verifiers and lost groups: every section has figures.
$python $checks/rich_store.py "$store" "$out/rich.sqlite"
"$assay" report "$out/rich.sqlite" --json >"$out/rich.json"
$python $checks/recompute.py "$out/rich.sqlite" "$out/rich.json"

# Episodes of a scripted policy: turns, calls, masks, credit over turns.
$python Benchmarks/Episodes/stub.py --delay 0.001 >"$out/stub.port" &
stub=$!
until [ -s "$out/stub.port" ]; do sleep 0.1; done
$python - "$out" <<'END'
import json, sys
out = sys.argv[1]
with open(f"{out}/episodes.jsonl", "w") as file:
    for i in range(30):
        file.write(json.dumps({"id": str(i), "prompt": f"What is 12*34? ({i})", "answer": "408" if i % 3 else "407"}) + "\n")
json.dump({
    "store": f"{out}/episodes.sqlite", "dataset": {"path": f"{out}/episodes.jsonl"}, "sampling": {"n": 8, "max_tokens": 200},
    "rollout": {"endpoints": [f"http://127.0.0.1:{open(f'{out}/stub.port').readline().strip()}"], "concurrency": 16},
    "environment": {"name": "calculator"}, "verify": {"verifier": "math"},
    "optimize": {"preset": "step_reinforce", "overrides": {"turn_rewards": "outcome"}}}, open(f"{out}/episodes.yaml", "w"))
END
"$assay" run "$out/episodes.yaml" --quiet >/dev/null
kill "$stub"
"$assay" report "$out/episodes.sqlite" --json >"$out/episodes.json"
$python $checks/recompute.py "$out/episodes.sqlite" "$out/episodes.json"

# The same run with some verdicts turned: a difference, its interval and its tests.
$python - "$out/rich.sqlite" "$out/turned.sqlite" <<'END'
import random, sqlite3, sys
random.seed(3)
db = sqlite3.connect(sys.argv[2])
sqlite3.connect(sys.argv[1]).backup(db)
(scoring,) = db.execute("SELECT max(scoring_id) FROM verdicts").fetchone()
wrong = db.execute("SELECT completion_id FROM verdicts WHERE scoring_id = ? AND outcome = 'incorrect'", (scoring,)).fetchall()
for (completion,) in wrong:
    if random.random() < 0.12:
        db.execute("UPDATE verdicts SET outcome = 'correct', score = 1, extracted = 'x' WHERE completion_id = ? AND scoring_id = ?",
                   (completion, scoring))
db.commit()
END
"$assay" compare "$out/rich.sqlite" "$out/turned.sqlite" --json >"$out/turned.json"
$python $checks/recompute_compare.py "$out/rich.sqlite" "$out/turned.sqlite" "$out/turned.json"

# A copy of the demo in which models, answers, reasons and texts all try to be markup.
$python - "$store" "$out/hostile.sqlite" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[2])
sqlite3.connect(sys.argv[1]).backup(db)
bad = "<script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\">\x1b[2J\u202e' onload='x" + "W" * 300
sys.path.insert(0, "Tests/ServeTests/checks")
from payloads import PAYLOADS
for table, columns in {"completions": ["text", "model"], "problems": ["prompt", "answer", "dataset"],
                       "runs": ["name"], "verdicts": ["reason", "extracted", "explanation"]}.items():
    for column in columns:
        db.execute(f"UPDATE {table} SET {column} = {'json_quote(?)' if column == 'prompt' else '?'}", (bad,))
# One payload a row where there are many rows.
for number, (key,) in enumerate(db.execute("SELECT completion_id FROM completions").fetchall()):
    text = PAYLOADS[number % len(PAYLOADS)].replace("\0", "")
    db.execute("UPDATE completions SET text = ?, model = ?, endpoint = ?, request_id = ?, stop_reason = ?, reasoning = ?, tool_calls = ? "
               "WHERE completion_id = ?", (text, text, text, text, text, text, text, key))
    db.execute("UPDATE verdicts SET reason = ?, extracted = ?, explanation = ?, details = json_object('status', ?1, 'tests', "
               "json_array(json_object('status', ?1, 'input', ?1, 'expected', ?1, 'got', ?1, 'stderr', ?1))), "
               "components = json_object(?1, 1) WHERE completion_id = ?4", (text, text, text, key))
db.execute("UPDATE scorings SET verifier = ?, version = ?, options = json_object(?1, ?1)", (bad, bad))
db.execute("UPDATE groups SET sampling = json_object(?1, ?1)", (bad,))
db.commit()
END
"$assay" report "$store" --quiet --html "$out/report.html"
"$assay" report "$out/rich.sqlite" --quiet --html "$out/rich.html"
"$assay" report "$store" "$out/rich.sqlite" --quiet --html "$out/several.html"
"$assay" report "$out/hostile.sqlite" --quiet --html "$out/hostile-report.html"
"$assay" browse "$store" --quiet --html "$out/samples.html"
"$assay" browse "$out/rich.sqlite" --quiet --html "$out/rich-samples.html" --filter 'disputed=1'
"$assay" browse "$out/hostile.sqlite" --quiet --html "$out/hostile-samples.html" --filter 'shade=advantage'
"$assay" compare "$store" "$store" --quiet --html "$out/compare.html" >"$out/compare.txt"
grep -q "no difference" "$out/compare.txt"
pages=("$out"/*.html)

gsm8k=../shared/data/gsm8k_model_solutions.jsonl
if [ -f $gsm8k ]; then
    "$assay" verify $gsm8k --verifier math --group-field problem_id -o "$out/scored.jsonl" --quiet >/dev/null
    "$assay" report "$out/scored.jsonl" --json >"$out/gsm8k.json"
    first=6b_verification second=175b_finetuning
    "$assay" compare "$out/scored.jsonl@model=$first" "$out/scored.jsonl@model=$second" --json >"$out/gsm8k-compare.json"
    $python $checks/gsm8k.py "$out/scored.jsonl" "$out/gsm8k.json" $first $second "$out/gsm8k-compare.json"
    "$assay" report "$out/scored.jsonl" --quiet --html "$out/gsm8k.html"
    "$assay" compare "$out/scored.jsonl@model=$first" "$out/scored.jsonl@model=$second" --quiet \
        --html "$out/gsm8k-compare.html" >/dev/null
    pages+=("$out/gsm8k.html" "$out/gsm8k-compare.html")
else
    echo "skipped: $gsm8k is absent"
fi
# Files and the server's pages at the same time: each browser is one core's work.
$python $checks/pages.py "$out" "${pages[@]}" >"$out/files.txt" 2>&1 &
files=$!

# The server's pages, of the rich store and of the hostile one.
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true' EXIT
serve() {
    "$assay" serve --port 0 --store "$1" --jobs "$2" --json >"$2.url" &
    servers+=($!)
    until [ -s "$2.url" ]; do sleep 0.1; done
}
url() { $python -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$1.url"; }
serve "$out/rich.sqlite" "$out/jobs.sqlite"
serve "$out/hostile.sqlite" "$out/hostile-jobs.sqlite"
# Programs that fail in every way and an online run: clicks, keys, a run that moves, payloads.
$python $checks/code_store.py "$store" "$assay" "$out/code.sqlite"
serve "$out/code.sqlite" "$out/code-jobs.sqlite"
# Episodes, plain and with payloads for texts, and many samples; as many as the pages promise where everything is looked at.
$python $checks/episode_store.py "$store" "$out/episodes.sqlite"
$python $checks/episode_store.py "$store" "$out/hostile-episodes.sqlite" hostile
$python $checks/large_store.py make "$store" "$out/large.sqlite" "$([ -n "${EVERY:-}" ] && echo 100000 || echo 24000)"
for name in hostile-episodes episodes large; do serve "$out/$name.sqlite" "$out/$name-jobs.sqlite"; done
$python Tests/ServeTests/checks/instrument.py "$out" "$(url "$out/code-jobs.sqlite")" "$out/code.sqlite" \
    "$(url "$out/hostile-jobs.sqlite")" "$(url "$out/hostile-episodes-jobs.sqlite")" \
    "episodes=$(url "$out/episodes-jobs.sqlite")" "large=$(url "$out/large-jobs.sqlite")"
$python Tests/ServeTests/checks/live.py "$out" "$(url "$out/jobs.sqlite")" "$(url "$out/hostile-jobs.sqlite")"
# Some seconds of `make pages-live`.
$python Tests/ServeTests/checks/long_run.py "$assay" "$store" 0.3
code=0
wait $files || code=$?
cat "$out/files.txt"
exit $code
