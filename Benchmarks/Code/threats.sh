#!/bin/bash
# threats.sh BINARY FOLDER...: every threat contained and every control passed, as this user and, for root, as an ordinary
# one too, at the same time.
set -u
binary=$1 failed=0 folders=()
shift
for folder in "$@"; do
    if [ -f "$folder/manifest.json" ]; then folders+=("$folder"); else echo "skipped: no $folder/manifest.json"; fi
done
missing=()
for pair in gcc:gcc g++:g++ node:nodejs python3:python3 setpriv:util-linux; do
    command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
[ ${#missing[@]} = 0 ] || bash "$(dirname "$0")/../../scripts/packages.sh" "${missing[@]}" || exit 1

# The ordinary user cannot enter root's folders: what it needs is copied where it can.
as_ordinary_user() {
    local id=12345 place=$1 folder failed=0
    mkdir "$place/home" && cp "$binary" "$place/benchmark" && chmod 755 "$place" && chown "$id:$id" "$place/home" || return 1
    for folder in "${folders[@]}"; do
        rm -rf "$place/threats" && cp -r "$folder" "$place/threats" && chmod -R a+rX "$place/threats" || return 1
        (cd "$place/home" && env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$place/home" \
            LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" \
            setpriv --reuid $id --regid $id --clear-groups ../benchmark threats ../threats) || failed=1
    done
    return $failed
}

if [ "$(id -u)" = 0 ]; then
    place=$(mktemp -d) && trap 'rm -rf "$place"' EXIT
    as_ordinary_user "$place" > "$place/log" 2>&1 &
    ordinary=$!
fi
for folder in "${folders[@]}"; do "$binary" threats "$folder" || failed=1; done
if [ -n "${ordinary:-}" ]; then
    wait "$ordinary" || failed=1
    cat "$place/log"
fi
exit $failed
