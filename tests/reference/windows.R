# The effect in overlapping windows of participants (STEPP), for test_stepp.py: windows by their definition, one value
# at a time, and in each window R's coxph and survfit. Writes windows.json.
# usage, in this folder: Rscript windows.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
options(warn = 2)
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

read_case <- function(k) {
  raw <- read.csv(k$csv, na.strings = c("", "NA"), check.names = FALSE)
  arm <- as.character(raw[[k$arm]])
  d <- data.frame(time = as.numeric(raw[[k$time]]), event = as.integer(as.character(raw[[k$event]]) == k$event_value),
    tr = ifelse(arm == k$treated, 1, ifelse(arm == k$control, 0, NA)), x = as.numeric(raw[[k$biomarker]]))
  d[!is.na(d$tr) & !is.na(d$x), ]
}

# sliding: take values in from below until r2 participants are in; give up the lowest until at most r1 are left
sliding <- function(x, r1, r2) {
  values <- sort(unique(x)); inside <- function(lo, hi) sum(x >= lo & x <= hi)
  windows <- list(); i <- 1; top <- max(values)
  repeat {
    if (inside(values[i], top) < r2) break
    j <- i; while (inside(values[i], values[j]) < r2) j <- j + 1
    windows <- c(windows, list(c(values[i], values[j])))
    if (values[j] == top) return(windows)
    while (i <= j && inside(values[i], values[j]) > r1) i <- i + 1
  }
  i <- length(values); while (inside(values[i], top) < r2) i <- i - 1
  c(windows, list(c(values[i], top)))
}

# tail-oriented: the lowest r2 and more, in ten equal steps up to everybody, then everybody without the lowest
tails <- function(x, r2) {
  values <- sort(unique(x)); sizes <- ceiling(seq(r2, length(x), length.out = 11))
  up <- unique(sapply(sizes, function(s) { j <- 1; while (sum(x <= values[j]) < s) j <- j + 1; values[j] }))
  down <- unique(rev(sapply(sizes, function(s) { i <- length(values); while (sum(x >= values[i]) < s) i <- i - 1; values[i] })))
  c(lapply(setdiff(up, max(values)), function(v) c(min(values), v)), list(range(values)),
    lapply(setdiff(down, min(values)), function(v) c(v, max(values))))
}

in_window <- function(d, w, horizon) {
  m <- d[d$x >= w[1] & d$x <= w[2], ]
  fit <- tryCatch(coxph(Surv(time, event) ~ tr, data = m, control = tight), warning = wrong)
  at <- lapply(0:1, function(a) summary(survfit(Surv(time, event) ~ 1, data = m[m$tr == a, ]), times = horizon, extend = TRUE))
  if (any(horizon > sapply(0:1, function(a) known_until(m[m$tr == a, ])))) at[[1]]$surv <- at[[1]]$std.err <- NA
  list(low = num(w[1]), high = num(w[2]), median = num(median(m$x)), n = unbox(nrow(m)), events = unbox(sum(m$event)),
    hr = num(if (is.null(fit)) NA else exp(coef(fit))), se = num(if (is.null(fit)) NA else sqrt(vcov(fit))),
    difference = num(at[[2]]$surv - at[[1]]$surv), difference_se = num(sqrt(at[[1]]$std.err^2 + at[[2]]$std.err^2)))
}

cases <- Filter(function(k) k$name %in% c("veteran", "pbc", "colon"), fromJSON("cases.json", simplifyVector = FALSE))
designs <- lapply(cases, function(k) {
  d <- read_case(k); r2 <- ceiling(nrow(d) / 4); r1 <- floor(0.7 * r2)
  list(name = unbox(k$name), size = num(r2), overlap = num(r1), horizon = num(k$horizon),
    sliding = lapply(sliding(d$x, r1, r2), in_window, d = d, horizon = k$horizon),
    tail = lapply(tails(d$x, r2), in_window, d = d, horizon = k$horizon))
})
write(toJSON(designs, digits = NA, na = "null", pretty = TRUE), file.path(out_dir, "windows.json"))
