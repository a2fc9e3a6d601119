#!/bin/sh
# Remakes everything in this folder, or in the folder given, with R's survival and jsonlite; with names of
# scripts only what these make.
# usage: tests/reference/make.sh [OUTDIR [SCRIPT...]]
set -eu
out=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- export make degenerate book schoenfeld subgroups adjusted scan windows entry competing gray longitudinal baseline weighted_logrank
for script; do
  Rscript "$script.R" "$out"
done
