#!/usr/bin/env bash
# Coverage-guided fuzzing with libFuzzer and AddressSanitizer: Fuzz/Coverage/run.sh [SECONDS] [TARGET...]
# SECONDS (60) for each target; targets are the Swift files beside this script (Math Rows Replies Datasets Config). Seeds
# are those of Fuzz/Assay/corpus; new inputs and what was found stay under .build/fuzz-coverage/TARGET.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(Math Rows Replies Datasets Config)
out=.build/fuzz-coverage
checkouts=.build/checkouts
mkdir -p "$out"
printf 'module CSpawn [system] { header "%s" export * }\n' "$PWD/$(echo Sources/CSpawn/include/*.h)" > "$out/spawn.modulemap"
for source in Sources/CSpawn/*.c; do
  clang -O2 -D_GNU_SOURCE -I Sources/CSpawn/include -c -o "$out/spawn-$(basename "$source" .c).o" "$source"
done
flags=(-O -parse-as-library -package-name assay "-sanitize=fuzzer,address" -I "$out"
  -Xcc -fmodule-map-file=Sources/CCurl/module.modulemap -Xcc -fmodule-map-file=Sources/CZlib/module.modulemap
  -Xcc "-fmodule-map-file=$out/spawn.modulemap"
  -Xcc "-I$checkouts/Yams/Sources/CYaml/include" -Xcc -DYAML_DECLARE_STATIC)
house=(-swift-version 6 -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature InternalImportsByDefault)

# module NAME FLAG... -- SOURCE...: compiles one, unless it is newer than its sources.
module() {
  local name=$1 language=()
  shift
  while [ "$1" != -- ]; do language+=("$1"); shift; done
  shift
  if [ -f "$out/$name.o" ] && [ -z "$(find "$@" -newer "$out/$name.o")" ]; then return; fi
  echo "compiling $name"
  swiftc "${flags[@]}" "${language[@]}" -wmo -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
    -c -o "$out/$name.o" "$@"
}

mapfile -t bigint < <(find "$checkouts/BigInt/Sources" -name '*.swift')
mapfile -t math < <(find Sources/Verifiers/{Bytes,Contract,Extraction,Math,Waiting} -name '*.swift')
mapfile -t experience < <(find Sources/Experience -name '*.swift' -not -path '*/Store/*')
mapfile -t rollout < <(find Sources/Rollout/{Replies,Dialects,Servers,HTTP} -name "*.swift" \
  -not -name PromptTokenizer.swift)
module BigInt -swift-version 5 -- "${bigint[@]}"
module Numbers "${house[@]}" -- Sources/Numbers/*.swift
module JSON "${house[@]}" -- Sources/JSON/*.swift
module Experience "${house[@]}" -- "${experience[@]}"
module Verifiers "${house[@]}" -- "${math[@]}"
module Mustache -swift-version 6 -- "$checkouts"/swift-mustache/Sources/Mustache/*.swift
mapfile -t datasets < <(find Sources/Datasets -name '*.swift')
module Datasets "${house[@]}" -- "${datasets[@]}"
module Rollout "${house[@]}" -- "${rollout[@]}"
module Yams -swift-version 5 -DSWIFT_PACKAGE -- "$checkouts"/Yams/Sources/Yams/*.swift
for source in "$checkouts"/Yams/Sources/CYaml/src/*.c; do
  object=$out/yaml-$(basename "$source" .c).o
  [ "$object" -nt "$source" ] || clang -O2 -fsanitize=address,fuzzer-no-link -DYAML_DECLARE_STATIC \
    -I "$checkouts/Yams/Sources/CYaml/include" -c -o "$object" "$source"
done
python3 Fuzz/Coverage/seeds.py Fuzz/Assay/corpus "$out/seeds"

failed=0
for target in "${targets[@]}"; do
  own=("Fuzz/Coverage/$target.swift")
  [ "$target" != Config ] || own+=(Sources/AssayCommand/Config/ConfigFile.swift)
  swiftc "${flags[@]}" "${house[@]}" -wmo -module-name "${target}Fuzz" -o "$out/$target" "${own[@]}" \
    "$out"/{BigInt,Numbers,JSON,Experience,Verifiers,Mustache,Datasets,Rollout,Yams}.o "$out"/yaml-*.o "$out"/spawn-*.o -lcurl -lz \
    2> >(grep -v 'Cannot export local symbol' >&2)
  mkdir -p "$out/$target-found"
  echo "fuzzing $target for $seconds s"
  SWIFT_BACKTRACE=enable=no "$out/$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=4096 \
    -print_final_stats=1 -artifact_prefix="$out/$target-" "$out/$target-found" "$out/seeds/$target" \
    > "$out/$target.log" 2>&1 || { failed=1; grep -E 'Fatal|SUMMARY|ERROR|Test unit' "$out/$target.log"; }
  grep -E 'number_of_executed_units|average_exec_per_sec|slowest_unit|peak_rss' "$out/$target.log" || true
done
exit $failed
