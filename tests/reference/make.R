# Computes <name>.expected.json for every case in cases.json with R's survival and jsonlite.
# usage, in this folder: Rscript make.R OUTDIR
suppressMessages({library(survival); library(jsonlite); library(splines)})
options(warn = 2)   # no expected value may come from a fit that R warns about
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

read_case <- function(k) {
  raw <- read.csv(k$csv, na.strings = c("", "NA"), check.names = FALSE)
  arm <- as.character(raw[[k$arm]])
  d <- data.frame(time = as.numeric(raw[[k$time]]), event = as.integer(as.character(raw[[k$event]]) == k$event_value),
    tr = ifelse(arm == k$treated, 1, ifelse(arm == k$control, 0, NA)))
  d$x <- if (is.null(k$biomarker)) NA else as.numeric(raw[[k$biomarker]])
  d$stratum <- if (is.null(k$strata)) NA else as.character(raw[[k$strata]])
  d[!is.na(d$tr) & !is.na(d$time) & !is.na(d$event), ]
}

# groups are half-open upwards: (-Inf, c1], (c1, c2], (c2, Inf)
group_of <- function(x, cuts) factor(findInterval(x, unlist(cuts), left.open = TRUE))

binary_interaction <- function(m, threshold) {
  m$hi <- as.integer(m$x > threshold)
  fit <- coxph(Surv(time, event) ~ tr * hi, data = m, control = tight)
  c(list(ratio_of_hrs = num(exp(coef(fit)[["tr:hi"]])), ci = arr(exp(confint(fit)["tr:hi", ])),
    p_wald = num(summary(fit)$coefficients["tr:hi", 5])),
    lr_test(Surv(time, event) ~ tr * hi, Surv(time, event) ~ tr + hi, m))
}
group_interaction <- function(m, cuts) {
  if (is.null(cuts)) return(NULL)
  m$g <- group_of(m$x, cuts)
  c(list(thresholds = arr(unlist(cuts))), lr_test(Surv(time, event) ~ tr * g, Surv(time, event) ~ tr + g, m))
}
continuous_interaction <- function(m) {
  fit <- coxph(Surv(time, event) ~ tr * z, data = m, control = tight)
  c(list(coef = num(coef(fit)[["tr:z"]]), se = num(sqrt(vcov(fit)["tr:z", "tr:z"]))),
    lr_test(Surv(time, event) ~ tr * z, Surv(time, event) ~ tr + z, m))
}

# treatment x restricted cubic spline. The natural spline of the splines package with the same knots spans the
# same space as Harrell's truncated power basis, so the fitted log hazard ratios and the test are the same.
percentiles <- list(`3` = c(.10, .50, .90), `4` = c(.05, .35, .65, .95))
spline_effect <- function(m, n_knots) {
  knots <- unname(quantile(m$z, percentiles[[as.character(n_knots)]], type = 7))
  basis <- function(z) unclass(ns(z, knots = knots[-c(1, n_knots)], Boundary.knots = knots[c(1, n_knots)]))[, , drop = FALSE]
  m$S <- basis(m$z)
  fit <- coxph(Surv(time, event) ~ tr * S, data = m, control = tight)
  grid <- seq(min(m$z), max(m$z), length.out = 15)
  inter <- grep("^tr", names(coef(fit)))
  L <- cbind(1, basis(grid))
  c(list(knots = arr(knots), grid = arr(grid), log_hr = arr(L %*% coef(fit)[inter]),
    se = arr(sqrt(rowSums((L %*% vcov(fit)[inter, inter]) * L))), loglik = arr(fit$loglik)),
    lr_test(Surv(time, event) ~ tr * S, Surv(time, event) ~ tr + S, m))
}

sweep_of <- function(m) lapply(unique(quantile(m$x, seq(.1, .9, .05), type = 1)), function(c) {
  side <- function(d) {
    f <- tryCatch(coxph(Surv(time, event) ~ tr, data = d, control = tight), warning = function(w) NULL)
    list(n = unbox(nrow(d)), events = unbox(sum(d$event)), coef = num(if (is.null(f)) NA else coef(f)),
      hr = num(if (is.null(f)) NA else exp(coef(f))), se = num(if (is.null(f)) NA else sqrt(vcov(f))))
  }
  list(threshold = num(c), low = side(m[m$x <= c, ]), high = side(m[m$x > c, ]))
})

stratified_of <- function(d) {
  formula <- Surv(time, event) ~ tr + strata(stratum)
  fit <- coxph(formula, data = d, control = tight); sm <- summary(fit)
  arms <- tapply(d$tr, d$stratum, function(x) length(unique(x)))
  list(logrank = logrank_of(formula, d),
    cox = list(hr = num(exp(coef(fit))), ci = arr(sm$conf.int[, 3:4]), coef = num(coef(fit)), se = num(sqrt(vcov(fit))),
      p_wald = num(sm$coefficients[, 5]), p_lr = num(sm$logtest[["pvalue"]]), p_score = num(sm$sctest[["pvalue"]]),
      loglik = arr(fit$loglik)),
    strata = unbox(sum(arms == 2)))
}

with_biomarker <- function(k, d) {
  m <- d[!is.na(d$x), ]
  logs <- all(m$x > 0)
  scale <- if (logs) "log" else "linear"
  m$z <- if (logs) log(m$x) else m$x
  at_x <- m; at_x$z <- m$x
  list(threshold = num(k$threshold), low = effect(m[m$x <= k$threshold, ], k$horizon), high = effect(m[m$x > k$threshold, ], k$horizon),
    interaction = list(binary = binary_interaction(m, k$threshold), three_groups = group_interaction(m, k$three_groups),
      four_groups = group_interaction(m, k$four_groups),
      linear = continuous_interaction(at_x), log = if (logs) continuous_interaction(m) else NULL),
    spline = list(scale = unbox(scale), three_knots = spline_effect(m, 3),
      four_knots = if (sum(m$event) > 40) spline_effect(m, 4) else NULL),
    models = list(interaction = model_of(Surv(time, event) ~ tr * x, m), additive = model_of(Surv(time, event) ~ tr + x, m),
      stratified = model_of(Surv(time, event) ~ tr * x + strata(stratum), m)),
    sweep = sweep_of(m), stratified = stratified_of(d))
}

# the same two curves are already told under `overall`
without_curves <- function(e) { e$arms <- lapply(e$arms, function(a) { a$curve <- NULL; a }); e }

for (k in fromJSON("cases.json", simplifyVector = FALSE)) {
  d <- read_case(k)
  out <- list(name = unbox(k$name), horizon = num(k$horizon), overall = effect(d, k$horizon), beyond = without_curves(effect(d, 2 * max(d$time))))
  if (!is.null(k$biomarker)) out <- c(out, with_biomarker(k, d))
  write(toJSON(out, digits = NA, na = "null", null = "null", pretty = TRUE), file.path(out_dir, paste0(k$name, ".expected.json")))
}
