# Computes subgroups.json: what R says of the subgroups of the synthetic trial in sample_data/mirocals.csv.
# Hazard ratios, interactions and leave-one-out are coxph's. Spread and shrinkage are written out anew with uniroot and
# integrate, after the formulas of metafor (PM, Q-profile) and bayesmeta (half-normal prior), which are not needed here.
# usage, in this folder: Rscript subgroups.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
options(warn = 2)
source("effects.R")
out_dir <- commandArgs(TRUE)[1]
d <- read.csv("../../sample_data/mirocals.csv", na.strings = c("", "NA"))
d$csf_pnfh <- as.numeric(sub("^<", "", d$csf_pnfh))   # one value below the assay's limit stands at the limit
d$time <- d$days; d$event <- d$died; d$tr <- as.integer(d$arm == "IL-2")
at <- function(x, cut) ifelse(is.na(x), NA, ifelse(x <= cut, "low", "high"))
factors <- list(sex = d$sex, age = at(d$age, 60), onset = d$onset, el_escorial = d$el_escorial,
  onset_months = at(d$onset_months, 14), alsfrs_r = at(d$alsfrs_r, 40), alsfrs_slope = at(d$alsfrs_slope, 0.5),
  svc = at(d$svc, 95), serum_nfl = at(d$serum_nfl, 65), tregs = at(d$tregs, 7.5), csf_pnfh = at(d$csf_pnfh, 3700),
  country = d$country, site = d$site)

events_in_both <- function(x) all(tapply(x$event, factor(x$tr, 0:1), sum, default = 0) > 0)
level_of <- function(x) {
  e <- effect(x, 640)
  both <- events_in_both(x) && as.numeric(e$cox$se) < 10   # else no event of one arm came while both were at risk
  arm <- function(a) list(n = a$n, events = a$events)
  list(n = unbox(nrow(x)), control = arm(e$arms[[1]]), treated = arm(e$arms[[2]]),
    cox = if (both) e$cox[c("hr", "ci", "coef", "se")] else NULL, survival_difference = e$survival_difference)
}
rows <- lapply(factors, function(f) lapply(split(d, f), level_of))

# likelihood ratio of treatment x factor over the levels with events in both arms
interactions <- lapply(factors, function(f) {
  m <- d; m$f <- f; m <- m[!is.na(m$f), ]
  usable <- names(Filter(events_in_both, split(m, m$f)))
  out <- sum(!m$f %in% usable); m <- m[m$f %in% usable, ]
  c(list(levels = unbox(length(usable)), left_out = unbox(out)),
    lr_test(Surv(time, event) ~ tr * f, Surv(time, event) ~ tr + f, m)[c("df", "p_lr")])
})
p <- sapply(interactions, function(x) as.numeric(x$p_lr))

without <- lapply(split(seq_len(nrow(d)), d$site), function(i) num(exp(coef(coxph(Surv(time, event) ~ tr, d[-i, ], control = tight)))))

spread_of <- function(y, s) {
  k <- length(y)
  q <- function(v) { w <- 1 / (s^2 + v); sum(w * (y - sum(w * y) / sum(w))^2) }
  falls_to <- function(t) if (q(0) <= t) 0 else uniroot(function(v) q(v) - t, c(0, 1e4), tol = 1e-15, maxiter = 1e4)$root
  ends <- if (q(0) < qchisq(.025, k - 1)) NULL else sqrt(c(falls_to(qchisq(.975, k - 1)), falls_to(qchisq(.025, k - 1))))
  list(q = num(q(0)), p = num(pchisq(q(0), k - 1, lower.tail = FALSE)), i_squared = num(max(0, 1 - (k - 1) / q(0))),
    tau = num(sqrt(falls_to(k - 1))), tau_ci = if (is.null(ends)) NULL else arr(ends))
}

shrunken <- function(y, s, scale = 0.5) {
  centre <- function(t) { w <- 1 / (s^2 + t^2); sum(w * y) / sum(w) }
  kernel1 <- function(t) { w <- 1 / (s^2 + t^2); prod(sqrt(w)) / sqrt(sum(w)) * exp(-sum(w * (y - centre(t))^2) / 2) * exp(-(t / scale)^2 / 2) }
  kernel <- Vectorize(kernel1)
  over <- function(g) { part <- function(a, b) integrate(function(t) kernel(t) * Vectorize(g)(t), a, b, rel.tol = 1e-11, subdivisions = 2000)$value
    sum(mapply(part, c(0, .1, .3, .6, 1, 2), c(.1, .3, .6, 1, 2, 6))) }
  total <- over(function(t) 1)
  mean_over <- function(g) over(g) / total
  one <- function(i) {
    own <- function(t) t^2 / (s[i]^2 + t^2)
    m <- function(t) own(t) * y[i] + (1 - own(t)) * centre(t)
    v <- function(t) own(t) * s[i]^2 + (1 - own(t))^2 / sum(1 / (s^2 + t^2))
    estimate <- mean_over(m)
    end <- function(share) uniroot(function(x) mean_over(function(t) pnorm((x - m(t)) / sqrt(v(t)))) - share,
      estimate + c(-4, 4), tol = 1e-10)$root
    c(estimate, sqrt(mean_over(function(t) v(t) + m(t)^2) - estimate^2), end(.025), end(.975), mean_over(own))
  }
  r <- sapply(seq_along(y), one)
  list(estimate = arr(r[1, ]), se = arr(r[2, ]), lower = arr(r[3, ]), upper = arr(r[4, ]), weight = arr(r[5, ]),
    mean = num(mean_over(centre)), tau = num(mean_over(function(t) t)))
}
estimates_of <- function(name) {
  there <- Filter(function(x) !is.null(x$cox), rows[[name]])
  list(y = sapply(there, function(x) as.numeric(x$cox$coef)), s = sapply(there, function(x) as.numeric(x$cox$se)))
}
spread_cases <- list(sex = estimates_of("sex"), csf_pnfh = estimates_of("csf_pnfh"), el_escorial = estimates_of("el_escorial"),
  site = estimates_of("site"), far_apart = list(y = c(-0.9, 0.8, 0.1, 1.5), s = c(0.1, 0.15, 0.2, 0.12)))
spreads <- lapply(spread_cases, function(x) list(effect = arr(x$y), se = arr(x$s), heterogeneity = spread_of(x$y, x$s),
  shrinkage = shrunken(x$y, x$s)))

write_json(list(rows = rows, interactions = interactions, holm = as.list(p.adjust(p, "holm")), without_site = without,
  spreads = spreads), file.path(out_dir, "subgroups.json"), digits = NA, pretty = TRUE, null = "null", na = "null", auto_unbox = TRUE)
