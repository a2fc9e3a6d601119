# What R's survival says of one group of participants: read by make.R and degenerate.R.
# Every function takes a data frame d with time, event (0/1) and tr (0 control, 1 treated).
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
num <- function(x) { x <- unname(as.numeric(x)); x[!is.finite(x)] <- NA; if (length(x) == 1) unbox(x) else x }
arr <- function(x) { x <- unname(as.numeric(x)); x[!is.finite(x)] <- NA; x }
wrong <- function(e) NULL   # a fit that R refuses is stored as null

# Kaplan-Meier with log-log interval; std_err is Greenwood's, of the survival itself
curve_of <- function(f) list(time = arr(f$time), estimate = arr(f$surv), lower = arr(f$lower), upper = arr(f$upper),
  std_err = arr(f$surv * f$std.err), at_risk = arr(f$n.risk), events = arr(f$n.event), censored = arr(f$n.censor))

# Last time at which a curve is known: the last follow-up, unless it has come down to 0
known_until <- function(d) {
  if (nrow(d) == 0) return(Inf)
  f <- survfit(Surv(time, event) ~ 1, data = d)
  if (min(f$surv) == 0) Inf else max(d$time)
}

arm_summary <- function(d, label, horizon, tau) {
  if (nrow(d) == 0) return(list(arm = unbox(label), n = unbox(0L), events = unbox(0L)))
  f <- survfit(Surv(time, event) ~ 1, data = d, conf.type = "log-log")
  q <- quantile(f, 0.5)
  followed <- quantile(survfit(Surv(time, 1 - event) ~ 1, data = d, conf.type = "log-log"), 0.5)
  s <- summary(f, times = horizon, extend = TRUE)
  # without extend R gives nothing beyond the last follow-up, not even the 0 of a curve that is there
  if (horizon > known_until(d)) s$surv <- s$lower <- s$upper <- s$std.err <- NA
  # R refuses a tau at or before the first time; survival is 1 until then
  rm <- if (tau <= min(f$time)) c(rmean = tau, `se(rmean)` = 0) else summary(f, rmean = tau)$table
  list(arm = unbox(label), n = unbox(nrow(d)), events = unbox(sum(d$event)), last_follow_up = num(max(d$time)),
    median = num(q$quantile), median_ci = arr(c(q$lower, q$upper)),
    follow_up = num(followed$quantile), follow_up_ci = arr(c(followed$lower, followed$upper)),
    survival_at = list(time = num(horizon), estimate = num(s$surv), ci = arr(c(s$lower, s$upper)), std_err = num(s$std.err),
      at_risk = num(s$n.risk)),
    rmst = list(tau = num(tau), estimate = num(rm[["rmean"]]), se = num(rm[["se(rmean)"]])),
    curve = curve_of(f))
}

difference <- function(time, treated, control) {
  estimate <- treated[1] - control[1]; se <- sqrt(treated[2]^2 + control[2]^2); z <- qnorm(0.975)
  list(time = num(time), estimate = num(estimate), se = num(se), ci = arr(estimate + c(-z, z) * se))
}
pair <- function(x, se) c(as.numeric(x$estimate), as.numeric(x[[se]]))

logrank_of <- function(formula, d) tryCatch({
  s <- survdiff(formula, data = d)
  total <- function(x) if (is.matrix(x)) sum(x[2, ]) else x[2]
  list(statistic = num(s$chisq), p = num(pchisq(s$chisq, 1, lower.tail = FALSE)),
    observed = num(total(s$obs)), expected = num(total(s$exp)), variance = num(s$var[2, 2]))
}, error = wrong)

cox_of <- function(formula, d) tryCatch({
  cx <- suppressWarnings(coxph(formula, data = d, ties = "efron", control = tight)); sm <- summary(cx)
  if (is.na(coef(cx)[1])) return(NULL)
  z <- suppressWarnings(tryCatch(cox.zph(cx, transform = "km")$table[1, ], error = function(e) c(NA, NA, NA)))
  list(cox = list(hr = num(exp(coef(cx))), ci = arr(sm$conf.int[, 3:4]), coef = num(coef(cx)), se = num(sqrt(vcov(cx))),
      p_wald = num(sm$coefficients[, 5]), p_lr = num(sm$logtest[["pvalue"]]), p_score = num(sm$sctest[["pvalue"]]),
      score_statistic = num(sm$sctest[["test"]]), lr_statistic = num(sm$logtest[["test"]]), loglik = arr(cx$loglik)),
    ph_test = list(statistic = num(z[1]), p = num(z[3])))
}, error = wrong)

# tau: the horizon, or the earlier end of the arms' curves when that comes first
effect <- function(d, horizon) {
  d0 <- d[d$tr == 0, ]; d1 <- d[d$tr == 1, ]; both <- nrow(d0) > 0 && nrow(d1) > 0
  tau <- min(horizon, known_until(d0), known_until(d1))
  a0 <- arm_summary(d0, "control", horizon, tau); a1 <- arm_summary(d1, "treated", horizon, tau)
  out <- list(n = unbox(nrow(d)), events = unbox(sum(d$event)), tau = num(tau), arms = list(a0, a1))
  if (!both) return(out)
  fit <- cox_of(Surv(time, event) ~ tr, d)
  at <- function(a) c(as.numeric(a$survival_at$estimate), as.numeric(a$survival_at$std_err))
  c(out, list(logrank = logrank_of(Surv(time, event) ~ tr, d), cox = fit$cox, ph_test = fit$ph_test,
    rmst_difference = difference(tau, pair(a1$rmst, "se"), pair(a0$rmst, "se")),
    survival_difference = difference(horizon, at(a1), at(a0))))
}

# One Cox model in full; se and covariance in the order of `terms`
model_of <- function(formula, d) {
  cx <- coxph(formula, data = d, ties = "efron", control = tight)
  list(terms = names(coef(cx)), coef = arr(coef(cx)), se = arr(sqrt(diag(vcov(cx)))), covariance = unname(vcov(cx)),
    loglik = arr(cx$loglik), score_statistic = num(cx$score), wald_statistic = num(cx$wald.test))
}
lr_test <- function(full, reduced, d) {
  f1 <- coxph(full, data = d, ties = "efron", control = tight); f0 <- coxph(reduced, data = d, ties = "efron", control = tight)
  statistic <- 2 * (f1$loglik[2] - f0$loglik[2]); df <- length(coef(f1)) - length(coef(f0))
  list(statistic = num(statistic), df = unbox(df), p_lr = num(pchisq(statistic, df, lower.tail = FALSE)))
}
