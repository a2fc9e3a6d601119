# Computes adjusted.json: Cox models with treatment, covariates and strata, and survival standardised to the
# covariates of everybody (predictions of survfit for every participant in either arm, averaged).
# usage, in this folder: Rscript adjusted.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
options(warn = 2)
source("effects.R")
out_dir <- commandArgs(TRUE)[1]
roles <- fromJSON("cases.json", simplifyVector = FALSE)
names(roles) <- sapply(roles, function(k) k$name)

# complete cases only; categories in the order of their sorted values
prepare <- function(raw, k, covariates, strata) {
  arm <- as.character(raw[[k$arm]])
  d <- data.frame(time = as.numeric(raw[[k$time]]), event = as.integer(as.character(raw[[k$event]]) == k$event_value),
    tr = ifelse(arm == k$treated, 1, ifelse(arm == k$control, 0, NA)))
  for (name in names(covariates)) d[[paste0("z_", name)]] <- switch(covariates[[name]],
    linear = as.numeric(raw[[name]]), log = log(as.numeric(raw[[name]])), category = factor(raw[[name]]))
  d$stratum <- if (length(strata)) do.call(paste, raw[unlist(strata)]) else "all"
  if (length(strata)) d$stratum[!complete.cases(raw[unlist(strata)])] <- NA
  droplevels(d[complete.cases(d), ])
}
formula_of <- function(d) {
  z <- grep("^z_", names(d), value = TRUE)
  terms <- c("tr", sprintf("`%s`", z), if (length(unique(d$stratum)) > 1) "strata(stratum)")
  as.formula(paste("Surv(time, event) ~", paste(terms, collapse = " + ")))
}
cox_part <- function(f, d) {
  sm <- summary(f)
  list(n = unbox(nrow(d)), events = unbox(sum(d$event)), coef = num(coef(f)[["tr"]]), se = num(sqrt(vcov(f)["tr", "tr"])),
    hr = num(exp(coef(f)[["tr"]])), ci = arr(exp(confint(f)["tr", ])), p_wald = num(sm$coefficients["tr", 5]))
}
standardised <- function(f, d, grid) lapply(0:1, function(a) {
  nd <- d; nd$tr <- a
  parts <- lapply(split(nd, nd$stratum), function(same)
    matrix(summary(survfit(f, newdata = same, se.fit = FALSE), times = grid, extend = TRUE)$surv, nrow = length(grid)))
  arr(rowMeans(do.call(cbind, parts)))
})
answer <- function(d, horizon, curves) {
  f <- coxph(formula_of(d), data = d, control = tight)
  grid <- horizon * c(.1, .25, .5, .75, 1)
  c(cox_part(f, d), list(grid = arr(grid), standardised = if (curves) standardised(f, d, grid) else NULL))
}

# the same averages from the baseline hazard of each stratum, quick enough to repeat on bootstrap samples
averages <- function(d, times) {
  f <- coxph(formula_of(d), data = d, control = tight)
  x <- model.matrix(f); b <- coef(f)
  sf <- survfit(f, newdata = data.frame(d[match(sort(unique(d$stratum)), d$stratum), ]), se.fit = FALSE)
  at <- match(sort(unique(d$stratum)), d$stratum)
  lp <- as.vector(x %*% b)
  base <- sapply(seq_along(at), function(s) {
    one <- if (length(at) > 1) sf[s] else sf
    stepfun(one$time, c(0, one$cumhaz))(times) / exp(lp[at[s]])
  })
  # cumhaz is that of the person the curve is for, whose own linear predictor was divided out
  sapply(0:1, function(a) {
    r <- exp(lp + b[["tr"]] * (a - x[, "tr"]))
    rowMeans(exp(-base[, match(d$stratum, sort(unique(d$stratum)))] * rep(r, each = length(times))))
  })
}
bootstrap <- function(d, times, samples) {
  draws <- replicate(samples, averages(d[sample(nrow(d), replace = TRUE), ], times))
  point <- averages(d, times)
  list(times = arr(times), samples = unbox(samples), point = list(arr(point[, 1]), arr(point[, 2])),
    se = list(arr(apply(draws[, 1, ], 1, sd)), arr(apply(draws[, 2, ], 1, sd))),
    difference_se = arr(apply(draws[, 2, ] - draws[, 1, ], 1, sd)))
}

out <- lapply(fromJSON("adjusted_cases.json", simplifyVector = FALSE), function(k) {
  role <- roles[[k$name]]
  d <- prepare(read.csv(role$csv, na.strings = c("", "NA"), check.names = FALSE), role, k$covariates, k$strata)
  c(list(name = unbox(k$name)), answer(d, role$horizon, k$name != "colon"))
})

# the built-in synthetic trial, as the dashboard adjusts it: log scale of biomarkers, country x onset as strata
raw <- read.csv("../../sample_data/mirocals.csv", na.strings = "")
raw$csf_pnfh <- as.numeric(sub("^<", "", raw$csf_pnfh))   # below the limit of the assay the limit stands
raw$el_escorial <- factor(raw$el_escorial, levels = c("possible", "lab-supported probable", "probable", "definite"))
raw$sex <- factor(raw$sex, levels = c("F", "M"))
role <- list(time = "days", event = "died", event_value = "1", arm = "arm", control = "Placebo", treated = "IL-2")
chosen <- list(age = "linear", csf_pnfh = "log", svc = "linear", sex = "category", el_escorial = "category")
both <- c("country", "onset")
mirocals <- prepare(raw, role, chosen, both)
low <- prepare(raw[raw$csf_pnfh <= 3700, ], role, chosen, both)
few <- prepare(raw, role, list(age = "linear", csf_pnfh = "log"), both)
alone <- prepare(raw, role, list(), both)
unstratified <- prepare(raw, role, list(), list())
direct <- survfit(coxph(Surv(time, event) ~ tr, data = unstratified, control = tight), newdata = data.frame(tr = 0:1), conf.type = "log-log")
direct <- summary(direct, times = c(160, 320, 640))
set.seed(3700)
trial <- list(name = unbox("mirocals"), all = answer(mirocals, 640, TRUE), low = answer(low, 640, FALSE),
  strata_alone = answer(alone, 640, TRUE), bootstrap = bootstrap(few, c(160, 320, 480, 640), 200),
  treatment_alone = list(times = arr(c(160, 320, 640)), estimate = t(direct$surv), se = t(direct$std.err),
    lower = t(direct$lower), upper = t(direct$upper)))

# the biomarker before and after prognosis, per doubling; the score has no part of the biomarker in it
factors <- list(sex = "category", age = "linear", onset = "category", el_escorial = "category", onset_months = "linear",
  alsfrs_r = "linear", alsfrs_slope = "log", svc = "linear", serum_nfl = "log", tregs = "linear")
whole <- prepare(raw, role, c(list(csf_pnfh = "log"), factors), list())
z <- paste(paste0("z_", names(factors)), collapse = " + ")
cox <- function(terms) coxph(as.formula(paste("Surv(time, event) ~", terms)), data = whole, control = tight)
risk <- cox(paste("tr +", z))
whole$score <- as.vector(model.matrix(risk)[, -1] %*% coef(risk)[-1])
doubling <- function(f, term) list(ratio = num(2^coef(f)[[term]]), ci = arr(2^confint(f)[term, ]))
trial$prognosis <- list(n = unbox(nrow(whole)), events = unbox(sum(whole$event)),
  alone = doubling(cox("tr + z_csf_pnfh"), "z_csf_pnfh"), adjusted = doubling(cox(paste("tr + z_csf_pnfh +", z)), "z_csf_pnfh"),
  predictive_alone = doubling(cox("tr * z_csf_pnfh"), "tr:z_csf_pnfh"),
  predictive_adjusted = doubling(cox("tr * z_csf_pnfh + tr * score"), "tr:z_csf_pnfh"))
write(toJSON(list(cases = out, mirocals = trial), digits = NA, na = "null", null = "null", pretty = TRUE), file.path(out_dir, "adjusted.json"))
