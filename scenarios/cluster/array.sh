#!/bin/sh
# array.sh - a sweep as a Slurm job array: every task carries out one shard, and may be stopped and started again.
# Usage: sbatch --array=1-8 scenarios/cluster/array.sh SCENARIO.lua OUT [OPTIONS of dtsim run]
# leaves OUT.1of8.h5 to OUT.8of8.h5, which merge.sh makes into OUT.h5.  DTSIM names the program, SHARDS the number of
# shards where the array is not all of them (--array=3,5 to repeat two).
#SBATCH --job-name=dtsim
#SBATCH --cpus-per-task=2
#SBATCH --output=%x-%A_%a.log
#SBATCH --signal=B:TERM@30
#SBATCH --requeue
set -e
scenario=$1 out=$2
shift 2
of=${SHARDS:-$SLURM_ARRAY_TASK_COUNT} index=$SLURM_ARRAY_TASK_ID
exec "${DTSIM:-dtsim}" run "$scenario" --shard "$index/$of" -o "$out.${index}of$of.h5" -j "${SLURM_CPUS_PER_TASK:-1}" \
    --threads 1 --resume "$@"
