#!/usr/bin/env bash
# Memory of the server under single answers and batches, once a minute. Usage: Benchmarks/Serve/soak.sh ASSAY [seconds]
set -euo pipefail
assay=$1
seconds=${2:-600}
here=$(cd "$(dirname "$0")" && pwd)
"$assay" serve --port 8196 --quiet > /dev/null & server=$!
trap 'kill $server $(jobs -p) 2> /dev/null || true' EXIT
until curl -sf http://127.0.0.1:8196/readyz > /dev/null; do sleep 0.1; done
memory() { awk '/VmRSS/ {printf "%.1f", $2 / 1024}' /proc/$server/status; }
wrk -t1 -c32 -d"$seconds" --latency -s "$here/verify.lua" http://127.0.0.1:8196/v1/verify > /tmp/assay-soak.txt & load=$!
wrk -t1 -c2 -d"$seconds" -s "$here/batch.lua" http://127.0.0.1:8196/v1/verify > /tmp/assay-soak-batch.txt &
step=$((seconds < 600 ? seconds / 10 + 1 : 60))
sleep "$step"
first=$(memory)
echo "after $step s: $first MB"
for ((past = 2 * step; past <= seconds; past += step)); do
  sleep "$step"
  echo "after $past s: $(memory) MB"
done
wait $load
awk '/requests in/ {print $1 " single answers"} /Non-2xx|Socket errors/ {print; bad = 1} END {exit bad}' /tmp/assay-soak.txt
# Flat: no more than a tenth and 4 MB above the first minute.
awk -v a="$first" -v b="$(memory)" 'BEGIN {print "from " a " to " b " MB"; exit !(b <= a * 1.1 + 4)}'
