# Computes entry.json: the statistics of three public trials with entry times made up by a rule, so that participants
# come under observation late (left truncation): Surv(entry, time, event) everywhere.
# usage, in this folder: Rscript entry.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

# Every fourth is there from the origin on; the others enter after up to three quarters of their follow-up.
late <- function(time) {
  k <- seq_along(time) - 1
  ifelse(k %% 4 == 0, 0, floor(time * ((k * 7) %% 10) / 12))
}

curve_of <- function(d) {
  f <- survfit(Surv(entry, time, event) ~ 1, data = d, conf.type = "log-log")
  list(time = arr(f$time), at_risk = arr(f$n.risk), events = arr(f$n.event), estimate = arr(f$surv),
    std_err = arr(f$std.err * f$surv), lower = arr(f$lower), upper = arr(f$upper),
    median = arr(unlist(quantile(f, 0.5))))
}

rmst_of <- function(d, tau) {
  f <- survfit(Surv(entry, time, event) ~ 1, data = d)
  arr(summary(f, rmean = tau)$table[c("rmean", "se(rmean)")])
}

group_of <- function(d, horizon) {
  y <- with(d, Surv(entry, time, event))
  fit <- coxph(y ~ tr, d, ties = "efron", control = tight)
  # R's survdiff knows no entry times; the score test of the exact partial likelihood is the log-rank test
  exact <- coxph(y ~ tr, d, ties = "exact", control = coxph.control(iter.max = 0))
  z <- cox.zph(fit, transform = "km")
  list(n = num(nrow(d)), events = num(sum(d$event)), control = curve_of(d[d$tr == 0, ]), treated = curve_of(d[d$tr == 1, ]),
    rmst = lapply(0:1, function(a) rmst_of(d[d$tr == a, ], horizon)),
    coef = num(coef(fit)), se = num(sqrt(vcov(fit))), loglik = arr(fit$loglik), score = num(fit$score),
    logrank = num(exact$score), ph = num(z$table[1, "chisq"]), residual = arr(z$y[, 1]), fallen = arr(z$x))
}

answer <- function(k) {
  raw <- read.csv(k$csv, na.strings = c("", "NA"), check.names = FALSE)
  arm <- as.character(raw[[k$arm]])
  d <- data.frame(time = as.numeric(raw[[k$time]]), event = as.integer(as.character(raw[[k$event]]) == k$event_value),
    tr = ifelse(arm == k$treated, 1, ifelse(arm == k$control, 0, NA)), x = as.numeric(raw[[k$biomarker]]),
    stratum = raw[[k$strata]])
  d <- d[!is.na(d$tr), ]
  d$entry <- late(d$time)
  known <- d[!is.na(d$x) & !is.na(d$stratum), ]
  known$high <- as.integer(known$x > k$threshold)
  y <- with(known, Surv(entry, time, event))
  crossed <- coxph(y ~ tr * high, known, control = tight)
  linear <- coxph(y ~ tr * x, known, control = tight)
  without <- coxph(y ~ tr + x, known, control = tight)
  within <- coxph(y ~ tr + strata(stratum), known, control = tight)
  exact <- coxph(y ~ tr + strata(stratum), known, ties = "exact", control = coxph.control(iter.max = 0))
  adjusted <- coxph(y ~ tr + x + strata(stratum), known, control = tight)
  plain <- coxph(y ~ tr + x, known, control = tight)
  predicted <- vapply(0:1, function(a) {
    people <- known; people$tr <- a
    f <- survfit(plain, newdata = people, se.fit = FALSE)
    mean(summary(f, times = k$horizon)$surv)
  }, 0)
  sides <- lapply(sort(unique(known$x))[c(FALSE, FALSE, TRUE)], function(c) {
    lapply(list(known[known$x <= c, ], known[known$x > c, ]), function(side) {
      if (nrow(side) < 40) return(NULL)
      fit <- coxph(Surv(entry, time, event) ~ tr, side, control = tight)
      list(coef = num(coef(fit)), se = num(sqrt(vcov(fit))))
    }) |> setNames(c("below", "above")) |> c(list(threshold = num(c)))
  })
  list(overall = group_of(d, k$horizon), low = group_of(known[known$high == 0, ], k$horizon),
    interaction = list(coef = num(coef(crossed)[3]), se = num(sqrt(vcov(crossed)[3, 3])),
      loglik = num(crossed$loglik[2]),
      without = num(coxph(y ~ tr + high, known, control = tight)$loglik[2])),
    linear = list(coef = num(coef(linear)[3]), se = num(sqrt(vcov(linear)[3, 3])), loglik = num(linear$loglik[2]),
      without = num(without$loglik[2])),
    stratified = list(coef = num(coef(within)), se = num(sqrt(vcov(within))), logrank = num(exact$score)),
    adjusted = list(coef = num(coef(adjusted)[1]), se = num(sqrt(vcov(adjusted)[1, 1]))),
    martingale = arr(residuals(plain, type = "martingale")), predicted = arr(predicted), sides = sides)
}

cases <- Filter(function(k) k$name %in% c("veteran", "pbc", "lung"), fromJSON("cases.json", simplifyVector = FALSE))
names(cases) <- vapply(cases, function(k) k$name, "")
write(toJSON(lapply(cases, answer), digits = NA, na = "null", null = "null"), file.path(out_dir, "entry.json"))
