#!/usr/bin/env bash
# dist.sh   makes dist/: a wheel, a tarball and their checksums, from this commit. Same commit, toolchain and Package.resolved, same bytes, whatever
# the folder. Objects and libraries are kept in .build-dist; a second run only links.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD here=$PWD/scripts/dist work=.build-dist
export LC_ALL=C TZ=UTC
stop() { echo "assay: $*" >&2; exit 1; }

[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] ||
    stop "$(uname -s) on $(uname -m): the wheel and the tarball are made for Linux on x86_64 alone; elsewhere build from source: make build"
version=$(sed -n 's/.*static let number = "\(.*\)".*/\1/p' Sources/AssayCommand/Version.swift)
[ "$version" = "$(sed -n 's/^NUMBER = "\(.*\)"/\1/p' python/assay/_version.py)" ] ||
    stop "Sources/AssayCommand/Version.swift and python/assay/_version.py differ; make release VERSION=… sets both"
commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || stop "not a git checkout: the artefacts name their commit"
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
    [ -n "${DIRTY:-}" ] || stop "uncommitted changes: commit them, or 'make dist DIRTY=1', which says so in the version"
    commit=$commit.dirty
fi
command -v swift >/dev/null || stop "needs a Swift 6 toolchain on PATH: https://www.swift.org/install/linux"
for tool in curl dpkg-deb make perl python3 tclsh xz; do
    command -v $tool >/dev/null || missing="${missing:-} $tool"
done
[ -z "${missing:-}" ] || stop "needs$missing; on Debian: apt-get install curl dpkg make perl python3 tcl xz-utils"

python3 scripts/progress.py "building what is linked in" --expect 300 --log "$work/libraries.log" -- bash "$here/libraries.sh" "$work/libraries"
# RELINK=1 takes the objects that are there, for work on this folder: nobody checks that they are of these sources.
# shellcheck disable=SC2086
[ -n "${RELINK:-}" ] || env -u ASSAY_COMMIT python3 scripts/progress.py "building assay" --expect 450 --log $work/build.log -- \
    swift build -c release ${SWIFT_FLAGS:-} --scratch-path $work --static-swift-stdlib --product assay -debug-info-format none \
    -Xswiftc -file-prefix-map -Xswiftc "$root=." -Xcc "-ffile-prefix-map=$root=."
objects=$work/x86_64-unknown-linux-gnu/release
bash "$here/link.sh" $objects $work/libraries $work/assay "$commit"
python3 "$here/check.py" $work/assay "$version+$commit"
rm -rf dist
python3 "$here/wheel.py" $work/assay $objects $work/libraries dist "$version" "$commit"
sed "s/@VERSION@/$version/g" deploy/container/Containerfile > dist/Containerfile
sed "s/@VERSION@/$version/g" deploy/container/assay.def > dist/assay.def
