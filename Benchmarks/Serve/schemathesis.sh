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
# Paths with a run are tried with the one that there is.
printf '[parameters]\n"path.run" = "demo"\n' > "$folder/schemathesis.toml"
"$venv/bin/schemathesis" --config-file "$folder/schemathesis.toml" run http://127.0.0.1:8195/openapi.json --checks all \
  --max-examples "$examples" --request-timeout 20
kill -0 $server
