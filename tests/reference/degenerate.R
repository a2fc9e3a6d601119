# Computes degenerate.json for every data set in degenerate_cases.json: what R says where data are hardly enough.
# A Cox fit that R warns about ("coefficient may be infinite", "Ran out of iterations") is stored as null,
# with the warning under cox_refused, and Firth's estimate beside it.
# usage, in this folder: Rscript degenerate.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
source("effects.R"); source("firth.R")
out_dir <- commandArgs(TRUE)[1]

refusal <- function(formula, d) {
  said <- character()
  fit <- withCallingHandlers(tryCatch(coxph(formula, data = d, control = tight), error = function(e) { said <<- conditionMessage(e); NULL }),
    warning = function(w) { said <<- c(said, conditionMessage(w)); invokeRestart("muffleWarning") })
  if (length(said) == 0 && anyNA(coef(fit))) said <- "coefficient is NA"
  if (length(said)) unbox(trimws(said[1])) else NULL
}

honest_effect <- function(d, horizon) {
  out <- suppressWarnings(effect(d, horizon))
  if (length(unique(d$tr)) < 2) return(out)
  if (sum(d$event) == 0) out["logrank"] <- list(NULL)   # R: chi-square 0 with a warning, of nothing
  why <- refusal(Surv(time, event) ~ tr, d)
  if (!is.null(why)) { out["cox"] <- list(NULL); out["ph_test"] <- list(NULL); out$cox_refused <- why }
  out$firth <- firth_of(d)
  out
}

tested <- function(full, reduced, term, d) {
  why <- refusal(full, d)
  if (!is.null(why)) return(list(refused = why))
  fit <- coxph(full, data = d, control = tight)
  b <- coef(fit)[[term]]; se <- sqrt(vcov(fit)[term, term])
  c(list(coef = num(b), se = num(se), ratio_of_hrs = num(exp(b)), ci = arr(exp(b + c(-1, 1) * qnorm(0.975) * se)),
    p_wald = num(2 * pnorm(-abs(b / se)))), lr_test(full, reduced, d))
}

answer <- function(k) {
  d <- data.frame(time = k$time, event = k$event, tr = k$treated)
  if (!is.null(k$biomarker)) d$x <- k$biomarker
  if (!is.null(k$stratum)) d$stratum <- k$stratum
  if (!is.null(k$repeat_)) d <- d[rep(seq_len(nrow(d)), k$repeat_), , drop = FALSE]
  out <- list(name = unbox(k$name), overall = honest_effect(d, k$horizon))
  if (!is.null(k$stratum)) {
    cx <- coxph(Surv(time, event) ~ tr + strata(stratum), data = d, control = tight)
    out$stratified <- list(logrank = logrank_of(Surv(time, event) ~ tr + strata(stratum), d),
      cox = list(coef = num(coef(cx)), se = num(sqrt(vcov(cx)))),
      strata = unbox(sum(tapply(d$tr, d$stratum, function(x) length(unique(x))) == 2)))
  }
  if (is.null(k$biomarker)) return(out)
  m <- d[!is.na(d$x), ]; m$hi <- as.integer(m$x > k$threshold)
  m$z <- if (all(m$x > 0)) log(m$x) else m$x
  out$low <- honest_effect(m[m$hi == 0, ], k$horizon); out$high <- honest_effect(m[m$hi == 1, ], k$horizon)
  # centred: the interaction stays what it is, and R does not lose a large biomarker with a tiny spread
  scale <- if (all(m$x > 0)) "log" else "linear"
  m$z <- m$z - mean(m$z); m$x <- m$x - mean(m$x)
  out$interaction <- list(
    binary = tested(Surv(time, event) ~ tr * hi, Surv(time, event) ~ tr + hi, "tr:hi", m),
    continuous = c(list(scale = unbox(scale)),
      tested(Surv(time, event) ~ tr * z, Surv(time, event) ~ tr + z, "tr:z", m)),
    linear = tested(Surv(time, event) ~ tr * x, Surv(time, event) ~ tr + x, "tr:x", m))
  out
}

cases <- fromJSON("degenerate_cases.json", simplifyVector = TRUE, simplifyDataFrame = FALSE)
for (i in seq_along(cases)) names(cases[[i]])[names(cases[[i]]) == "repeat"] <- "repeat_"
write(toJSON(lapply(cases, answer), digits = NA, na = "null", null = "null", pretty = TRUE), file.path(out_dir, "degenerate.json"))
