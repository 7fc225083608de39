#!/usr/bin/env bash
# Starts a server and runs scripts/test_trainers.py against it. Usage: test_trainers.sh ASSAY PYTHON
set -euo pipefail
"$1" serve --port 8194 --quiet > /dev/null & server=$!
trap 'kill $server' EXIT
until curl -sf http://127.0.0.1:8194/readyz > /dev/null; do sleep 0.1; done
"$2" "$(dirname "$0")/test_trainers.py" http://127.0.0.1:8194
