#!/usr/bin/env bash
# Tries the array on this machine: private munge and Slurm daemons, 4 tasks, one killed and re-queued, and the merged
# result compared with the unsharded one. Needs root and the Debian packages slurm-wlm and munge.
#
#   deploy/slurm/try.sh answers.jsonl [verify options]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
input=$(realpath "$1")
shift
export ASSAY=${ASSAY:-$(command -v assay)}
work=$(mktemp -d)
chmod 755 "$work"
daemons=()
stop() {
  for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

host=$(hostname -s)
mkdir -p "$work/state" "$work/spool" "$work/munge"
dd if=/dev/urandom of="$work/munge/key" bs=1 count=1024 status=none
chmod 700 "$work/munge"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" \
  --pid-file="$work/munged.pid" --log-file="$work/munged.log" --seed-file="$work/munged.seed" > "$work/munged.out" 2>&1 &
daemons+=($!)
cat > "$work/slurm.conf" <<CONF
ClusterName=try
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MinJobAge=300
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld -D -f "$SLURM_CONF" > "$work/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" > "$work/slurmd.log" 2>&1 &
daemons+=($!)
for _ in $(seq 100); do sinfo -h -o %t 2>/dev/null | grep -q idle && break; sleep 0.2; done

job=$(sbatch --parsable --array=1-4 --chdir="$work" "$here/verify.sh" "$input" "$work/out" "$@")
# A task that has begun is sent back to the queue, which kills it.
for _ in $(seq 200); do [ -s "$work/out/part-2.jsonl.part" ] && break; sleep 0.05; done
scontrol requeue "${job}_2"
# Slurm holds what it re-queues back for two minutes, unless told otherwise.
for _ in $(seq 50); do scontrol update JobId="${job}_2" StartTime=now 2>/dev/null && break; sleep 0.2; done
for _ in $(seq 600); do [ -z "$(squeue -h -j "$job" 2>/dev/null)" ] && break; sleep 0.5; done
restarts=$(scontrol show job "${job}_2" | grep -o 'Restarts=[0-9]*' | head -1)
"$ASSAY" merge "$work"/out/part-*.jsonl -o "$work/merged.jsonl"
"$ASSAY" verify "$input" -o "$work/whole.jsonl" --quiet "$@" > /dev/null
# The time that a verdict took differs from run to run; everything else must not.
same='s/"milliseconds":[0-9.e-]*/"milliseconds":0/'
cmp <(sed -E "$same" "$work/merged.jsonl") <(sed -E "$same" "$work/whole.jsonl")
echo "array of 4, task 2 $restarts: merged equals unsharded, $(wc -l < "$work/merged.jsonl") rows"
