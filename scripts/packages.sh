#!/usr/bin/env bash
# Installs the named Debian packages that are missing, or says in one line what to install and stops.
set -euo pipefail

if ! command -v swift >/dev/null; then
    echo "assay: needs a Swift 6 toolchain on PATH: https://www.swift.org/install/linux" >&2
    exit 1
fi

missing=()
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "assay: missing packages; run: sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    sudo=(sudo -n)
fi
if ! command -v apt-get >/dev/null; then
    echo "assay: missing packages; install what your system calls: ${missing[*]}" >&2
    exit 1
fi
echo "assay: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# Another installation may be under way.
patience=(-o DPkg::Lock::Timeout=300)
"${sudo[@]}" apt-get install "${patience[@]}" -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" apt-get install "${patience[@]}" -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
