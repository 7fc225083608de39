#!/bin/bash
# threats.sh BINARY FOLDER: every threat contained and every control passed, as this user and, for root, as an ordinary
# one too.
set -u
binary=$1 folder=$2 failed=0
"$binary" threats "$folder" || failed=1
if [ "$(id -u)" = 0 ]; then
    # The ordinary user cannot enter root's folders: what it needs is copied where it can.
    place=$(mktemp -d) && trap 'rm -rf "$place"' EXIT
    cp "$binary" "$place/benchmark" && cp -r "$folder" "$place/threats" && chmod -R a+rX "$place" || exit 1
    if ! command -v setpriv >/dev/null; then
        echo "skipped as an ordinary user: setpriv (util-linux) is missing"
    else
        (cd "$place" && env -i PATH=/usr/local/bin:/usr/bin:/bin LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" \
            setpriv --reuid 12345 --regid 12345 --clear-groups ./benchmark threats ./threats) || failed=1
    fi
fi
exit $failed
