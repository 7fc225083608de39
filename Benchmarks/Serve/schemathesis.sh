#!/usr/bin/env bash
# schemathesis invents requests from the server's OpenAPI document and holds the answers against it; it must find nothing.
# Usage: Benchmarks/Serve/schemathesis.sh ASSAY [examples per operation]
set -euo pipefail
assay=$1
examples=${2:-100}
venv=${SCHEMATHESIS_VENV:-.venv/schemathesis}
[ -x "$venv/bin/schemathesis" ] || { python3 -m venv "$venv"; "$venv/bin/pip" install -q schemathesis; }
folder=$(mktemp -d)
trap 'kill $server 2> /dev/null || true; rm -r "$folder"' EXIT
"$assay" demo --simulated --quiet --folder "$folder" > /dev/null
"$assay" serve --port 8195 --store "$folder/experience.sqlite" --jobs "$folder/jobs.sqlite" --quiet > /dev/null 2> "$folder/log" & server=$!
until curl -sf http://127.0.0.1:8195/readyz > /dev/null; do sleep 0.1; done
# A stream without end is not a thing to wait for.
"$venv/bin/schemathesis" run http://127.0.0.1:8195/openapi.json --checks all --max-examples "$examples" \
  --exclude-path /v1/events --request-timeout 20 --exclude-checks unsupported_method
kill -0 $server
