#!/usr/bin/env bash
# link.sh OBJECTS LIBRARIES OUT COMMIT   links the objects of `swift build -c release --static-swift-stdlib` (OBJECTS is its folder) with
# what libraries.sh built, into one program that needs nothing but a C library from glibc 2.28 on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
objects=$1 libraries=$(cd "$2" && pwd) out=$3 commit=$4
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
runtime=$toolchain/lib/swift_static/linux
export PATH=$libraries/bin:$PATH
work=$libraries/link
mkdir -p "$work"

if [ ! -f "$work/icu.dat" ]; then python3 "$here/icu.py" "$runtime/lib_FoundationICU.a" "$work/icu.dat"; fi
printf '.section .rodata\n.globl icudt76_dat\n.balign 16\nicudt76_dat:\n.incbin "icu.dat"\n.section .note.GNU-stack,"",@progbits\n' > "$work/icu.s"
(cd "$work" && dist-cc -c icu.s -o icu.o)
dist-cc -O2 -fPIC -c "$here/shim.c" -o "$work/shim.o"
# The commit is put in here: objects of an earlier one, of the same sources, will do.
sources=$here/../../Sources/CBuild
dist-cc -O2 -fPIC "-DASSAY_COMMIT=\"$commit\"" -I "$sources/include" -c "$sources/build.c" -o "$work/build.o"
grep -v '/CBuild\.build/' "$objects/assay.product/Objects.LinkFileList" > "$work/objects"
# Of an archive is taken what is asked for. The first definition of ICU's data is ours; what nothing uses is left out; no date, path or build's number goes in.
dist-cc -pie -Wl,--build-id=none -Wl,-Map="$work/map" -Wl,--gc-sections -Wl,--icf=safe -Wl,--defsym,main=assay_main -Wl,--exclude-libs,ALL \
    -Wl,--as-needed -Wl,-z,muldefs -Wl,-z,relro -Wl,-z,now -Wl,-O2 -s -L"$libraries/lib" \
    "$work/icu.o" "$runtime/x86_64/swiftrt.o" @"$work/objects" "$work/build.o" "$work/shim.o" \
    -Wl,--start-group "$runtime"/*.a -Wl,--end-group \
    -lcurl -lssl -lcrypto -lsqlite3 -lz "$libraries/lib/libstdc++.a" -lpthread -ldl -lm -o "$out"
python3 "$here/normalize.py" "$out" "$work/map"
