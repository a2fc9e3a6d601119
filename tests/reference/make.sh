#!/bin/sh
# Remakes everything in this folder, or in the folder given, with R's survival and jsonlite.
# usage: tests/reference/make.sh [OUTDIR]
set -eu
out=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
Rscript export.R "$out"
Rscript make.R "$out"
Rscript degenerate.R "$out"
Rscript book.R "$out"
Rscript schoenfeld.R "$out"
Rscript subgroups.R "$out"
Rscript adjusted.R "$out"
Rscript scan.R "$out"
Rscript windows.R "$out"
