#!/usr/bin/env bash
# Requests a second on this machine's cores, shared with wrk. Usage: Benchmarks/Serve/run.sh .build/release/assay [seconds]
set -euo pipefail
assay=$1
seconds=${2:-10}
here=$(cd "$(dirname "$0")" && pwd)
"$assay" serve --port 8190 --quiet > /dev/null & server=$!
trap 'kill $server ${peer:-} 2> /dev/null || true' EXIT
until curl -sf http://127.0.0.1:8190/readyz > /dev/null; do sleep 0.1; done

figure() { awk -v name="$1" '/Requests\/sec/ {rate = $2} /99%/ {p99 = $2} /Non-2xx|Socket errors/ {print} END {print name ": " rate " requests/s, p99 " p99}'; }
wrk -t1 -c64 -d2 -s "$here/verify.lua" http://127.0.0.1:8190/v1/verify > /dev/null
wrk -t1 -c64 -d"$seconds" --latency -s "$here/verify.lua" http://127.0.0.1:8190/v1/verify | tee /tmp/assay-one.txt | figure "assay /v1/verify"
wrk -t1 -c4 -d"$seconds" --latency -s "$here/batch.lua" http://127.0.0.1:8190/v1/verify | tee /tmp/assay-batch.txt | figure "assay /v1/verify, 1,000 a batch"
awk '/Requests\/sec/ {print "  = " $2 * 1000 " answers/s"}' /tmp/assay-batch.txt
echo "  memory $(awk '/VmRSS/ {print $2 / 1024 " MB"}' /proc/$server/status)"

if python3 -c 'import fastapi, uvicorn, math_verify' 2> /dev/null; then
  python3 "$here/peer.py" & peer=$!
  until curl -sf http://127.0.0.1:8191/docs > /dev/null; do sleep 0.2; done
  wrk -t1 -c64 -d"$seconds" --latency -s "$here/verify.lua" http://127.0.0.1:8191/v1/verify | tee /tmp/peer-one.txt | figure "FastAPI with Math-Verify"
  awk '/Requests\/sec/ {a[NR] = $2; n++; v[n] = $2} END {print "ratio: " v[1] / v[2]}' /tmp/assay-one.txt /tmp/peer-one.txt
else
  echo "peer left out: pip install fastapi uvicorn math-verify[antlr4_13_2]"
fi
