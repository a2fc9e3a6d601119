# Computes baseline.json: means, standard deviations, quartiles, counts and standardised differences of the baseline
# columns of sample_data/mirocals.csv by arm, among all participants and on both sides of 3,700 pg/mL. The differences
# follow Austin (2009) and Yang & Dalton (2012), written out with R's var, table and solve.
# usage, in this folder: Rscript baseline.R OUTDIR
suppressMessages(library(jsonlite))
options(warn = 2)
out_dir <- commandArgs(TRUE)[1]
d <- read.csv("../../sample_data/mirocals.csv", na.strings = c("", "NA"))
d$csf_pnfh <- as.numeric(sub("^<", "", d$csf_pnfh))
arms <- c("IL-2", "Placebo")
num <- function(x) unbox(as.numeric(x))

number <- function(x, logs) {
  v <- lapply(arms, function(a) { y <- x[[1]][x$arm == a]; y[!is.na(y)] })
  w <- if (logs) lapply(v, log) else v
  list(arms = lapply(v, function(y) list(n = num(length(y)), mean = num(mean(y)), sd = num(sd(y)),
      quartiles = as.numeric(quantile(y, c(0.25, 0.5, 0.75))))),
    smd = num(abs(mean(w[[1]]) - mean(w[[2]])) / sqrt((var(w[[1]]) + var(w[[2]])) / 2)))
}
level <- function(x) {
  t <- table(factor(x$arm, arms), x[[1]]); t <- t[, colSums(t) > 0]
  p <- prop.table(t, 1)[, -1, drop = FALSE]
  s <- Reduce(`+`, lapply(1:2, function(k) diag(p[k, ], ncol(p)) - p[k, ] %o% p[k, ])) / 2
  a <- p[1, ] - p[2, ]
  list(levels = colnames(t), counts = lapply(1:2, function(k) as.numeric(t[k, ])), smd = num(sqrt(a %*% solve(s, a))))
}
columns <- c("age", "onset_months", "alsfrs_r", "alsfrs_slope", "svc", "serum_nfl", "tregs", "csf_pnfh", "sex", "onset",
  "el_escorial", "country")
logs <- c("alsfrs_slope", "serum_nfl", "csf_pnfh")
rows <- function(m) sapply(columns, function(c) {
  x <- m[, c(c, "arm")]
  if (is.numeric(x[[1]])) number(x, c %in% logs) else level(x)
}, simplify = FALSE)
below <- !is.na(d$csf_pnfh) & d$csf_pnfh <= 3700
above <- !is.na(d$csf_pnfh) & d$csf_pnfh > 3700
write_json(list(rows(d), rows(d[below, ]), rows(d[above, ])), file.path(out_dir, "baseline.json"), digits = NA, pretty = FALSE)
