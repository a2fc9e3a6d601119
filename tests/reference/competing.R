# Computes competing.json: cumulative incidence of death in pbc, with transplant as the competing event, by arm: as it
# is, with time in months (many ties), and with entry times made up by a rule; cause-specific Cox models beside.
# usage, in this folder: Rscript competing.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

# resid() looks for the data where it is called from
arm_of <- function(d, tau) {
  people <<- d
  f <- survfit(Surv(entry, time, status) ~ 1, data = people, id = id, conf.type = "log-log")
  if (all(d$entry == 0)) f <- survfit(Surv(time, status) ~ 1, data = people, id = id, conf.type = "log-log")
  area <- resid(f, times = tau, type = "auc")[, 3]
  mean <- summary(f, rmean = tau)$table[3, "rmean"]
  list(time = arr(f$time), estimate = arr(f$pstate[, 3]), event_free = arr(f$pstate[, 1]), std_err = arr(f$std.err[, 3]),
    lower = arr(f$lower[, 3]), upper = arr(f$upper[, 3]), time_lost = num(mean), time_lost_se = num(sqrt(sum(area^2))))
}

answer <- function(d, tau) {
  d$tr <- as.integer(d$trt == 1); d$id <- seq_along(d$time); d$status <- factor(d$status, 0:2)
  fit <- coxph(Surv(entry, time, status == 2) ~ tr, d, control = tight)
  list(tau = num(tau), control = arm_of(d[d$tr == 0, ], tau), treated = arm_of(d[d$tr == 1, ], tau),
    coef = num(coef(fit)), se = num(sqrt(vcov(fit))))
}

p <- read.csv("pbc.csv")
k <- seq_along(p$time) - 1
days <- transform(p, entry = 0)
months <- transform(days, time = floor(time / 91) + 1)
late <- transform(p, entry = ifelse(k %% 4 == 0, 0, floor(time * ((k * 7) %% 10) / 12)))
write(toJSON(list(days = answer(days, 1826), months = answer(months, 20), late = answer(late, 1826)), digits = NA, na = "null"),
  file.path(out_dir, "competing.json"))
