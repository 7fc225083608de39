#!/usr/bin/env bash
# A job over 200,000 rows, the server killed with SIGKILL again and again: each row once, in order. Usage: kill.sh ASSAY
set -euo pipefail
assay=$1
folder=$(mktemp -d)
seq 200000 | awk '{print "{\"id\":" $1 ",\"response\":\"" $1 "\",\"answer\":\"" $1 "\"}"}' > "$folder/rows.jsonl"
start() {
  "$assay" serve --port 8192 --jobs "$folder/jobs.sqlite" --quiet > /dev/null & server=$!
  until curl -sf http://127.0.0.1:8192/readyz > /dev/null; do sleep 0.05; done
}
start
job=$(curl -sf -H 'Content-Type: application/x-ndjson' -T "$folder/rows.jsonl" -X POST http://127.0.0.1:8192/v1/jobs | sed 's/.*"id":"\([^"]*\)".*/\1/')
kills=0
while curl -s "http://127.0.0.1:8192/v1/jobs/$job" | grep -q '"state":"\(queued\|running\)"'; do
  sleep 0.3
  kill -9 $server
  kills=$((kills + 1))
  start
done
curl -s "http://127.0.0.1:8192/v1/jobs/$job/results" | sed 's/.*"id":\([0-9]*\).*/\1/' | cmp - <(seq 200000)
echo "200,000 rows, each once, over $kills kills"
kill $server
rm -r "$folder"
