#!/usr/bin/env bash
# Watches the page of a run in progress: how late it is, and what browser and server grow by.
#
#   bash scripts/pages-live.sh ASSAY [MINUTES]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" demo --simulated --folder "$folder" --quiet >/dev/null
.venv/pages/bin/python -B Tests/ServeTests/checks/long_run.py "$1" "$folder/experience.sqlite" "${2:-10}"
