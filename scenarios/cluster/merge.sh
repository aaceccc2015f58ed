#!/bin/sh
# merge.sh - makes one file of the shards that array.sh left, judges the claims, and prints the table.
# Usage: sbatch --dependency=afterany:JOB scenarios/cluster/merge.sh OUT (or without Slurm, by hand)
#SBATCH --job-name=dtsim-merge
#SBATCH --output=%x-%j.log
exec "${DTSIM:-dtsim}" merge "$1".*of*.h5 -o "$1.h5"
