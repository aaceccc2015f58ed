#!/bin/sh
# merge.sh - makes one file of the shards that array.sh left, judges the claims, and prints the table.
# Usage: sbatch --dependency=afterany:JOB scenarios/cluster/merge.sh OUT [OPTIONS of dtsim merge] (or without Slurm, by hand)
#SBATCH --job-name=dtsim-merge
#SBATCH --output=%x-%j.log
out=$1
shift
exec "${DTSIM:-dtsim}" merge "$out".*of*.h5 -o "$out.h5" "$@"
