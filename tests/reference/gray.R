# Computes gray.json: Gray's test of death in pbc beside transplant, and of transplant beside death, by arm, as it is,
# with many ties and in half of the participants; and of 60 small invented trials, which are written out.
# usage, in this folder: Rscript gray.R OUTDIR (needs the package cmprsk)
if (!requireNamespace("cmprsk", quietly = TRUE)) quit()  # the values that are stored stay
suppressMessages({library(cmprsk); library(jsonlite)})
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

test_of <- function(d) {
  found <- suppressWarnings(cuminc(d$time, d$status, d$arm))$Tests
  at <- function(cause) if (cause %in% rownames(found)) arr(found[cause, c("stat", "pv")]) else NA
  list(first = at("1"), second = at("2"))
}

p <- read.csv("pbc.csv")
pbc <- data.frame(time = p$time, status = p$status, arm = p$trt)
months <- transform(pbc, time = floor(time / 91) + 1)

set.seed(31)
small <- lapply(seq_len(60), function(k) {
  n <- sample(6:40, 1)
  d <- data.frame(time = sample(if (k %% 2) 8 else 300, n, replace = TRUE), status = sample(0:2, n, replace = TRUE),
    arm = sample(0:1, n, replace = TRUE))
  list(time = arr(d$time), status = arr(d$status), arm = arr(d$arm), test = test_of(d))
})
write(toJSON(list(days = test_of(pbc), months = test_of(months), half = test_of(pbc[p$bili <= 1.4, ]), small = small),
  digits = NA, na = "null"), file.path(out_dir, "gray.json"))
