# Computes cdisc_pilot.expected.json from the CDISC pilot study with R's survival and jsonlite: placebo against the
# high dose, groups by baseline MMSE at 18, horizon 180 days, stratified by site. Only aggregates are stored.
# The two ADaM files as CSV: python -c "import pyreadstat as p; [p.read_xport(f + '.xpt')[0].to_csv(f + '.csv', index=False) for f in ('adsl', 'adtte')]"
# usage, in this folder: Rscript cdisc_pilot.R ADSL.csv ADTTE.csv > cdisc_pilot.expected.json
suppressMessages({library(survival); library(jsonlite)})
options(warn = 2)
source("../reference/effects.R")
files <- commandArgs(TRUE)
people <- read.csv(files[1]); tte <- read.csv(files[2])
both <- merge(people[, c("USUBJID", "TRT01P", "SITEID", "MMSETOT")], tte[, c("USUBJID", "AVAL", "CNSR")], by = "USUBJID")
both <- both[both$TRT01P %in% c("Placebo", "Xanomeline High Dose"), ]
d <- data.frame(time = both$AVAL, event = 1L - as.integer(both$CNSR), tr = as.integer(both$TRT01P != "Placebo"),
  x = both$MMSETOT, site = both$SITEID)
m <- d[!is.na(d$x), ]; m$hi <- as.integer(m$x > 18); m$z <- log(m$x)

# a curve's steps are participants' own times, so curves are left out
without_curves <- function(e) { e$arms <- lapply(e$arms, function(a) { a$curve <- NULL; a$last_follow_up <- NULL; a }); e }
term <- function(fit, name) c(coef(fit)[[name]], sqrt(vcov(fit)[name, name]))

binary <- coxph(Surv(time, event) ~ tr * hi, data = m, control = tight)
logs <- coxph(Surv(time, event) ~ tr * z, data = m, control = tight)
within <- coxph(Surv(time, event) ~ tr + strata(site), data = d, control = tight)
test <- logrank_of(Surv(time, event) ~ tr + strata(site), d)
out <- list(randomised = unbox(nrow(people)), selected = unbox(nrow(d)),
  groups = lapply(list(d, m[m$hi == 0, ], m[m$hi == 1, ]), function(g) without_curves(effect(g, 180))),
  interaction = list(ratio_of_hazard_ratios = num(exp(coef(binary)[["tr:hi"]])), ci = arr(exp(confint(binary)["tr:hi", ])),
    p_lr = lr_test(Surv(time, event) ~ tr * hi, Surv(time, event) ~ tr + hi, m)$p_lr,
    p_wald = num(summary(binary)$coefficients["tr:hi", 5])),
  continuous = list(scale = unbox("log"), coef = num(term(logs, "tr:z")[1]), se = num(term(logs, "tr:z")[2]),
    p_lr = lr_test(Surv(time, event) ~ tr * z, Surv(time, event) ~ tr + z, m)$p_lr),
  stratified = list(by = "SITEID", logrank = test[c("statistic", "p")],
    cox = list(hr = num(exp(coef(within))), ci = arr(summary(within)$conf.int[, 3:4]))))
cat(toJSON(out, digits = NA, na = "null", null = "null", pretty = TRUE), "\n")
