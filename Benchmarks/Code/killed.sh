#!/bin/bash
# killed.sh BINARY FILE.jsonl [TIMES]: kill -9 at random moments leaves no process, no mount and no folder behind.
set -u
binary=$1 file=$2 times=${3:-5} failed=0
tree() { for child in $(pgrep -P "$1"); do echo "$child"; tree "$child"; done; }
for _ in $(seq "$times"); do
    mounts=$(wc -l < /proc/self/mountinfo)
    "$binary" labels "$file" > /dev/null 2>&1 &
    host=$!
    sleep "1.$((RANDOM % 9))$((RANDOM % 9))"
    below=$(tree $host)
    kill -9 $host
    wait $host 2> /dev/null
    sleep 2
    left=0
    for pid in $below; do [ -d "/proc/$pid" ] && left=$((left + 1)); done
    [ "$left" = 0 ] || failed=1
    [ "$(wc -l < /proc/self/mountinfo)" = "$mounts" ] || { echo "mounts changed"; failed=1; }
    echo "killed with $(echo "$below" | wc -w) processes below, $left left"
done
exit $failed
