# Computes scan.json: for every case in cases.json with a biomarker, coxph on both sides of every observed value from the
# 10th to the 90th percentile, the martingale residuals of the model in which treatment works alike for everybody, and
# from them the standardised interaction score at each value, summed participant by participant.
# usage, in this folder: Rscript scan.R OUTDIR
suppressMessages({library(survival); library(jsonlite); library(splines)})
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

side <- function(d) {
  fit <- tryCatch(coxph(Surv(time, event) ~ tr, data = d, control = tight), warning = function(w) NULL)
  list(n = unbox(nrow(d)), events = unbox(sum(d$event)), coef = num(if (is.null(fit)) NA else coef(fit)),
    se = num(if (is.null(fit)) NA else sqrt(vcov(fit))))
}

score_at <- function(c, d, centred, residual) {
  expected <- d$event - residual
  above <- as.numeric(d$x > c)
  terms <- centred * (above - sum(expected[d$x > c]) / sum(expected)) * residual
  sum(terms) / sqrt(sum(terms^2))
}

answer <- function(k) {
  raw <- read.csv(k$csv, na.strings = c("", "NA"), check.names = FALSE)
  arm <- as.character(raw[[k$arm]])
  d <- data.frame(time = as.numeric(raw[[k$time]]), event = as.integer(as.character(raw[[k$event]]) == k$event_value),
    tr = ifelse(arm == k$treated, 1, ifelse(arm == k$control, 0, NA)), x = as.numeric(raw[[k$biomarker]]),
    stratum = as.character(raw[[k$strata]]))
  d <- d[!is.na(d$tr) & !is.na(d$x), ]
  z <- if (all(d$x > 0)) log(d$x) else d$x
  knots <- unname(quantile(z, c(.10, .50, .90), type = 7))
  fit <- coxph(Surv(time, event) ~ tr + ns(z, knots = knots[2], Boundary.knots = knots[c(1, 3)]), data = d, control = tight)
  residual <- residuals(fit, type = "martingale")
  shares <- quantile(d$x, c(.1, .9), type = 7)
  lines <- sort(unique(d$x[d$x >= shares[1] & d$x <= shares[2]]))
  d$stratum[is.na(d$stratum)] <- "unknown"
  list(name = unbox(k$name), residual = arr(residual), thresholds = lapply(lines, function(c) list(threshold = num(c),
    below = side(d[d$x <= c, ]), above = side(d[d$x > c, ]),
    score_z = num(score_at(c, d, d$tr - mean(d$tr), residual)),
    score_z_within = num(score_at(c, d, d$tr - ave(d$tr, d$stratum), residual)))))
}

cases <- Filter(function(k) !is.null(k$biomarker), fromJSON("cases.json", simplifyVector = FALSE))
write(toJSON(lapply(cases, answer), digits = NA, na = "null", null = "null", pretty = TRUE), file.path(out_dir, "scan.json"))
