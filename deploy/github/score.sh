#!/usr/bin/env bash
# score.sh OUTPUTS.jsonl BASE [ASSAY-OPTIONS...]   scores a file of model outputs as it is here and as it is at the git revision
# BASE, prints both tables and the paired comparison, and ends with 1 when it got worse beyond chance (sign test, 5 %).
set -euo pipefail
outputs=$1 base=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git show "$base:./$outputs" > "$folder/base.jsonl"
assay verify "$outputs" "$@" --quiet -o "$folder/new.scored.jsonl"
assay verify "$folder/base.jsonl" "$@" --quiet -o "$folder/base.scored.jsonl" > /dev/null
echo
assay compare "$folder/base.scored.jsonl" "$folder/new.scored.jsonl"
assay compare "$folder/base.scored.jsonl" "$folder/new.scored.jsonl" --json > "$folder/compared.json"
python3 - "$folder/compared.json" <<'END'
import json, sys
difference = json.load(open(sys.argv[1]))["difference"]
worse = difference["difference"]["mean"] < 0 and difference["sign_test"] < 0.05
sys.exit("accuracy got worse" if worse else 0)
END
