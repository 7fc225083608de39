#!/usr/bin/env bash
# libraries.sh WORK   builds WORK/sysroot and WORK/lib: what the shipped program is linked with, from scripts/dist/sources.lock.
# What is there already and of the same recipe is kept. Same inputs, same bytes: no path of this machine, no date.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
jobs=$(nproc)
export SOURCE_DATE_EPOCH=0 LC_ALL=C TZ=UTC
say() { printf 'assay: %s\n' "$*" >&2; }

recipe=$(cat "$here/sources.lock" "$here/libraries.sh" "$here/stubs.py" | sha256sum | cut -c1-16)
if [ "$(cat "$work/recipe" 2>/dev/null)" = "$recipe" ]; then exit 0; fi
rm -rf "${work:?}"/{sysroot,lib,include,source,bin,recipe}
mkdir -p "$work/files" "$work/sysroot" "$work/lib" "$work/include" "$work/source" "$work/bin"

# A mirror keeps what is current, snapshot.debian.org everything.
fetch() {  # SHA256 NAME PATH
    local file=$work/files/$2
    if [ -f "$file" ] && echo "$1  $file" | sha256sum --quiet -c - 2>/dev/null; then return; fi
    local mirror
    for mirror in ${ASSAY_DEBIAN_MIRROR:-https://deb.debian.org http://deb.debian.org http://security.debian.org}; do
        curl -fsSL --retry 2 -o "$file.part" "$mirror/$3" 2>/dev/null || continue
        if echo "$1  $file.part" | sha256sum --quiet -c - 2>/dev/null; then
            mv "$file.part" "$file"
            return
        fi
    done
    rm -f "$file.part"
    say "cannot fetch $2 ($3) with sha256 $1: check the network, name a mirror that has it with ASSAY_DEBIAN_MIRROR, or put it at $file"
    exit 1
}
say "fetching what is linked in (30 MB, once)"
while read -r sum name path; do
    case $sum in '#'*|'') continue;; esac
    fetch "$sum" "$name" "$path"
done < "$here/sources.lock"

for package in libc6 libc6-dev linux-libc-dev libgcc-10-dev libstdc++-12-dev gcc-12-base; do
    dpkg-deb -x "$work/files/$package.deb" "$work/sysroot"
done
sys=$work/sysroot
# GCC 10's lacks a symbol that Swift's runtime wants.
mv "$sys/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.a" "$work/lib/"
rm -rf "$sys/usr/lib/gcc/x86_64-linux-gnu/12"

clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
[ -x "$clang" ] || { say "no clang beside $(command -v swiftc): the toolchain of https://www.swift.org/install/linux has one"; exit 1; }
# One name on the path for the compiler and its archiver: a configuration that a library keeps has no path of ours.
printf '#!/bin/sh\nexec "%s" --target=x86_64-unknown-linux-gnu --sysroot="%s" -fuse-ld=lld -static-libgcc -Wno-unused-command-line-argument "$@"\n' "$clang" "$sys" > "$work/bin/dist-cc"
ln -sf "$(dirname "$clang")/llvm-ar" "$work/bin/dist-ar"
ln -sf "$(dirname "$clang")/llvm-ranlib" "$work/bin/dist-ranlib"
chmod +x "$work/bin/dist-cc"
export PATH=$work/bin:$PATH CC=dist-cc AR=dist-ar RANLIB=dist-ranlib
export CFLAGS="-O2 -fPIC -g0 -ffunction-sections -fdata-sections"

python3 "$here/stubs.py" "$sys" "$work/sysroot/usr/lib/x86_64-linux-gnu" 2.28

unpack() { mkdir "$work/source/$1" && tar -xf "$work/files/$2" -C "$work/source/$1" --strip-components=1; }
run() {  # NAME COMMAND...: quietly, with its last lines when it fails
    local name=$1 log=$work/$1.log
    shift
    "$@" > "$log" 2>&1 || { tail -20 "$log" >&2; say "$name could not be built; all of it: $log"; exit 1; }
}

say "building zlib"
unpack zlib zlib-1.3.1.tar.gz
(cd "$work/source/zlib" && run zlib sh -c "./configure --static --prefix=/usr && make -j$jobs libz.a")
cp "$work/source/zlib/libz.a" "$work/lib/"
cp "$work/source/zlib/zlib.h" "$work/source/zlib/zconf.h" "$work/include/"

say "building SQLite"
unpack sqlite sqlite-3.46.1.tar.xz
(cd "$work/source/sqlite" && run sqlite sh -c "./configure --disable-tcl --disable-shared --disable-readline && make -j1 sqlite3.c")
# The switches of Debian's package, which the ordinary build is tested with.
# shellcheck disable=SC2086
(cd "$work/source/sqlite" && run sqlite-compile dist-cc $CFLAGS -c sqlite3.c -o sqlite3.o \
    -DSQLITE_THREADSAFE=1 -DSQLITE_SECURE_DELETE -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_FTS3 \
    -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS3_TOKENIZER -DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS5 \
    -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_SESSION \
    -DSQLITE_ENABLE_PREUPDATE_HOOK -DSQLITE_ENABLE_UNLOCK_NOTIFY -DSQLITE_ENABLE_STMTVTAB -DSQLITE_ENABLE_LOAD_EXTENSION \
    -DSQLITE_SOUNDEX -DSQLITE_USE_URI -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_MAX_SCHEMA_RETRY=25 -DHAVE_ISNAN=1 \
    -DHAVE_USLEEP=1 -DHAVE_FDATASYNC=1 -DHAVE_LOCALTIME_R=1 -DHAVE_GMTIME_R=1 -DHAVE_STRERROR_R=1)
dist-ar rcs "$work/lib/libsqlite3.a" "$work/source/sqlite/sqlite3.o"

say "building OpenSSL (2 minutes on two cores)"
unpack openssl openssl-3.0.22.tar.gz
(cd "$work/source/openssl" && run openssl sh -c "perl Configure linux-x86_64-clang --prefix=/usr --openssldir=/etc/ssl \
    --libdir=lib no-shared no-dso no-module no-engine no-tests no-comp no-ssl3 no-legacy $CFLAGS && make -j$jobs build_libs")
cp "$work/source/openssl/libssl.a" "$work/source/openssl/libcrypto.a" "$work/lib/"

say "building curl"
unpack curl curl-8.14.1.tar.gz
mkdir -p "$work/ssl/lib"
cp "$work/lib/libssl.a" "$work/lib/libcrypto.a" "$work/ssl/lib/"
cp -r "$work/source/openssl/include" "$work/ssl/"
off="manual docs ldap ldaps rtsp dict telnet tftp pop3 imap smb smtp gopher mqtt ftp file ipfs websockets ntlm kerberos-auth
    negotiate-auth aws tls-srp alt-svc hsts doh shared"
without="libpsl libidn2 nghttp2 brotli zstd zlib libssh2 librtmp ca-bundle ca-path"
# shellcheck disable=SC2046,SC2086
(cd "$work/source/curl" && run curl ./configure --host=x86_64-linux-gnu --prefix=/usr --enable-static --with-openssl="$work/ssl" \
    --enable-threaded-resolver $(printf -- '--disable-%s ' $off) $(printf -- '--without-%s ' $without))
(cd "$work/source/curl" && run curl-make make -j"$jobs" -C lib libcurl.la)
cp "$work/source/curl/lib/.libs/libcurl.a" "$work/lib/"

# The licences go into the wheel; the sources are not needed again.
mkdir -p "$work/licenses"
cp "$work/source/zlib/LICENSE" "$work/licenses/zlib.txt"
cp "$work/source/openssl/LICENSE.txt" "$work/licenses/openssl.txt"
cp "$work/source/curl/COPYING" "$work/licenses/curl.txt"
sed -n '1,/^\*\*\*\*/p' "$work/source/sqlite/src/sqlite.h.in" | head -12 > "$work/licenses/sqlite.txt"
cp "$sys/usr/share/doc/gcc-12-base/copyright" "$work/licenses/gcc-runtime.txt"
cp "$sys/usr/share/doc/libc6/copyright" "$work/licenses/glibc.txt"
rm -rf "$work/source" "$work/ssl"
echo "$recipe" > "$work/recipe"
