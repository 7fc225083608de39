#!/bin/bash
# labels.sh BINARY [TIMES] [BUSY] [FILE...]: every label of the files, TIMES (5) runs in a row, beside BUSY (0) busy processes.
set -u
binary=$1 times=${2:-5} busy=${3:-0} failed=0 spinners=()
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- ../shared/data/code/*.jsonl
for _ in $(seq "$busy"); do
    (while :; do :; done) &
    spinners+=($!)
done
trap '[ ${#spinners[@]} = 0 ] || kill "${spinners[@]}"' EXIT
for run in $(seq "$times"); do
    "$binary" labels "$@" | sed "s/^/run $run: /"
    [ "${PIPESTATUS[0]}" = 0 ] || failed=1
done
exit $failed
