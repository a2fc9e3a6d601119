# Computes weighted_logrank.json: Fleming and Harrington's weighted log-rank test of the cases in cases.json. With
# gamma = 0 it is survdiff(rho =); otherwise a weighted score in base R, which is checked against survdiff as well.
# usage, in this folder: Rscript weighted_logrank.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
out_dir <- commandArgs(TRUE)[1]
pairs <- list(c(0, 0), c(1, 0), c(0.5, 0), c(2, 0), c(0, 1), c(1, 1), c(0.5, 0.5), c(0, 0.5), c(0, 2))

by_hand <- function(d, rho, gamma) {
  fit <- survfit(Surv(time, event) ~ 1, d)
  times <- sort(unique(d$time[d$event]))
  before <- vapply(times, function(t) min(1, fit$surv[fit$time < t]), 0)
  weight <- before^rho * (1 - before)^gamma
  n <- vapply(times, function(t) sum(d$time >= t), 0)
  n1 <- vapply(times, function(t) sum(d$time >= t & d$treated), 0)
  dead <- vapply(times, function(t) sum(d$event & d$time == t), 0)
  dead1 <- vapply(times, function(t) sum(d$event & d$time == t & d$treated), 0)
  spread <- ifelse(n > 1, dead * n1 / n * (1 - n1 / n) * (n - dead) / (n - 1), 0)
  sum(weight * (dead1 - dead * n1 / n))^2 / sum(weight^2 * spread)
}

answer <- function(case) {
  d <- read.csv(case$csv, colClasses = "character")
  d <- d[d[[case$arm]] %in% c(case$control, case$treated), ]
  d <- data.frame(time = as.numeric(d[[case$time]]), event = d[[case$event]] == case$event_value,
                  treated = d[[case$arm]] == case$treated)
  tests <- lapply(pairs, function(pair) {
    statistic <- by_hand(d, pair[1], pair[2])
    if (pair[2] == 0) {
      own <- survdiff(Surv(time, event) ~ treated, data = d, rho = pair[1])$chisq
      stopifnot(abs(own - statistic) < 1e-10)
      statistic <- own
    }
    list(rho = unbox(pair[1]), gamma = unbox(pair[2]), statistic = unbox(statistic),
      p = unbox(pchisq(statistic, 1, lower.tail = FALSE)))
  })
  list(name = unbox(case$name), tests = tests)
}

cases <- fromJSON("cases.json", simplifyVector = FALSE)
writeLines(toJSON(lapply(cases, answer), digits = NA, pretty = TRUE), file.path(out_dir, "weighted_logrank.json"))
