#!/usr/bin/env bash
# One task of an array: shard $SLURM_ARRAY_TASK_ID of N. A task that is re-queued goes on where it stopped.
#
#   sbatch --array=1-4 deploy/slurm/verify.sh answers.jsonl out/ --verifier math
#   assay merge out/part-*.jsonl -o scored.jsonl       (after the array: sbatch --dependency=afterok:JOB)
#
#SBATCH --job-name=assay-verify
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
input=$1
folder=$2
shift 2
count=${SLURM_ARRAY_TASK_COUNT:?submit it with --array=1-N}
number=$SLURM_ARRAY_TASK_ID
mkdir -p "$folder"
exec "${ASSAY:-assay}" verify "$input" --shard "$number/$count" --resume -o "$folder/part-$number.jsonl" \
  --jobs "${SLURM_CPUS_PER_TASK:-1}" --quiet "$@"
