#!/usr/bin/env bash
# How fast the pages of large stores are; fails where one takes longer than it may.
#
#   bash scripts/pages-speed.sh ASSAY [SAMPLES] [SECONDS-A-PAGE]
set -euo pipefail
cd "$(dirname "$0")/.."
assay=$1 samples=${2:-100000} most=${3:-0.2}
checks=Tests/ReportsTests/checks
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT

"$assay" demo --simulated --folder "$folder/demo" --quiet >/dev/null
serve() {
    "$assay" serve --port 0 --store "$1" --json >"$folder/url" &
    server=$!
    until [ -s "$folder/url" ]; do sleep 0.1; done
    url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$folder/url")
}

echo "== $samples samples"
python3 $checks/large_store.py make "$folder/demo/experience.sqlite" "$folder/large.sqlite" "$samples"
serve "$folder/large.sqlite"
python3 $checks/large_store.py time "$url" large "$most"
kill "$server"
server=

echo "== $((samples * 10)) samples"
python3 $checks/large_store.py make "$folder/demo/experience.sqlite" "$folder/larger.sqlite" $((samples * 10))
serve "$folder/larger.sqlite"
for part in "first" "second"; do
    seconds=$(curl -sf -o /dev/null -w '%{time_total}' "$url")
    echo "$seconds s  the list of runs, the $part time"
    python3 -c 'import sys; sys.exit(float(sys.argv[1]) >= 1)' "$seconds" || { echo "FAIL: more than 1 s"; exit 1; }
done
