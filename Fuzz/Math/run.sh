#!/bin/sh
# Fuzzes extraction, parsing and comparison with libFuzzer and AddressSanitizer: Fuzz/Math/run.sh [SECONDS]
# New inputs go to the build folder; the seed corpus beside this script stays as it is.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-600}
out=.build/fuzz-math
checkouts=.build/checkouts
mkdir -p "$out/found"
flags="-O -parse-as-library -package-name assay -sanitize=fuzzer,address -I $out"
house="-swift-version 6 -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
  -enable-upcoming-feature InternalImportsByDefault"
module() { # name, language flags, sources
  name=$1
  language=$2
  shift 2
  swiftc $flags $language -wmo -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
    -c -o "$out/$name.o" "$@"
}
find "$checkouts/BigInt/Sources" -name '*.swift' | sed 's/.*/"&"/' > "$out/BigInt.sources"
module BigInt "-swift-version 5" @"$out/BigInt.sources"
module JSON "$house" Sources/JSON/*.swift
module Experience "$house" Sources/Experience/Verdict.swift Sources/Experience/Problem.swift \
  Sources/Experience/Completion.swift Sources/Experience/NearestWord.swift
module Verifiers "$house" Sources/Verifiers/Verifier.swift Sources/Verifiers/VerifierRegistry.swift \
  $(find Sources/Verifiers/Math -name '*.swift')
swiftc $flags $house -module-name MathFuzz -o "$out/fuzz" Fuzz/Math/MathFuzz.swift "$out"/*.o
SWIFT_BACKTRACE=enable=no exec "$out/fuzz" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=2048 \
  -print_final_stats=1 "$out/found" Fuzz/Math/corpus
