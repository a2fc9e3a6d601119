"""Statistics of an R script: curves, medians, means, tests, models and what is printed."""

from __future__ import annotations

from mirodash.questions.statistics.catalogue import list_scripts
from mirodash.survival.further_statistics import Choice

_RISK_SETS = """\
# Who is at risk at a time
is_at_risk <- function(people, t) people$time >= t

# Are hazard ratios between these cells finite? They are when the stretches from the first event to the
# last follow-up of all cells join up.
has_maximum <- function(people, cell) {
  first <- tapply(ifelse(people$event, people$time, Inf), cell, min)
  last <- tapply(people$time, cell, max)
  if (anyNA(first)) return(FALSE)
  order <- order(first)
  all(first[order][-1] <= cummax(last[order])[-length(last)]) && all(is.finite(first))
}

# Times of events while both arms were at risk
shared_times <- function(people) {
  unique(people$time[people$event & people$time <= min(tapply(people$time, people$treated, max))])
}

# Did an event come while both arms were at risk, and somebody at risk did not have it?
comparable <- function(people) {
  if (length(unique(people$treated)) < 2) return(FALSE)
  end <- max(people$time)
  stays <- any(!people$event[people$time == end])
  any(shared_times(people) < end | stays)
}

# The log-rank test, within strata where there are some
logrank_p <- function(people, within = NULL) {
  formula <- Surv(time, event) ~ treated
  if (length(within)) formula <- update(formula, . ~ . + strata(within))
  people$within <- within
  pchisq(survdiff(formula, data = people)$chisq, 1, lower.tail = FALSE)
}

"""
_LATE_RISK_SETS = """\
# Who is at risk at a time: everybody who entered before it and was followed to it
is_at_risk <- function(people, t) people$entry < t & people$time >= t

# Are hazard ratios between these cells finite? They are when a chain leads from every cell to every other,
# in which each has an event while somebody of the next is at risk.
has_maximum <- function(people, cell) {
  cell <- as.factor(cell)
  linked <- diag(nlevels(cell)) > 0
  for (t in unique(people$time[people$event])) {
    now <- unique(as.integer(cell[people$event & people$time == t]))
    linked[now, unique(as.integer(cell[is_at_risk(people, t)]))] <- TRUE
  }
  for (k in seq_len(nlevels(cell))) linked <- linked %*% linked > 0
  all(linked)
}

# Times of events while both arms were at risk
shared_times <- function(people) {
  both <- function(t) length(unique(people$treated[is_at_risk(people, t)])) == 2
  Filter(both, unique(people$time[people$event]))
}

# Did an event come while both arms were at risk, and somebody at risk did not have it?
comparable <- function(people) {
  stays <- function(t) sum(is_at_risk(people, t)) > sum(people$event & people$time == t)
  any(vapply(shared_times(people), stays, NA))
}

# The log-rank test from its risk sets, as survdiff knows no entry times; within strata where there are some
logrank_p <- function(people, within = rep(1, nrow(people))) {
  apart <- spread <- 0
  for (own in split(people, as.character(within))) for (t in unique(own$time[own$event])) {
    arm <- own$treated[is_at_risk(own, t)]
    now <- own$treated[own$event & own$time == t]
    share <- mean(arm)
    apart <- apart + sum(now) - length(now) * share
    rest <- (length(arm) - length(now)) / max(length(arm) - 1, 1)
    spread <- spread + length(now) * share * (1 - share) * rest
  }
  if (spread > 0) pchisq(apart^2 / spread, 1, lower.tail = FALSE) else NA
}

"""
_KAPLAN_MEIER = """\
# Kaplan-Meier curve of an arm, with its error; no interval where it is at 1 or 0
kaplan_meier <- function(arm, event) {
  arm$event <- event
  fit <- survfit(Surv(time, event) ~ 1, data = arm, conf.type = "log-log", conf.int = confidence)
  spread <- fit$n.event / (fit$n.risk * (fit$n.risk - fit$n.event))
  fit$spread <- ifelse(is.finite(spread), spread, 0)
  fit$se <- ifelse(fit$surv > 0, fit$surv * sqrt(cumsum(fit$spread)), NA)
  fit$lower[fit$surv %in% c(0, 1)] <- NA
  fit$upper[fit$surv %in% c(0, 1)] <- NA
  fit$until <- if (min(fit$surv) <= 0) Inf else max(arm$time)
  fit
}

"""
_CURVES = """\
curve_of <- function(arm) kaplan_meier(arm, arm$event)
follow_up_of <- function(arm) kaplan_meier(arm, !arm$event)

# Area under the curve up to tau, and Greenwood's standard error
mean_in <- function(fit, tau) {
  edges <- c(pmin(fit$time, tau), tau)
  area <- fit$surv * diff(edges)
  c(edges[1] + sum(area), sqrt(sum(rev(cumsum(rev(area)))^2 * fit$spread)))
}

"""
_INCIDENCE_CURVES = """\
# The share without the event: one minus Aalen and Johansen's cumulative incidence, with its error
curve_of <- function(arm) {
  arm$status <- factor(arm$event + 2 * arm$competing, 0:2)
  # with the data in its call, so that resid() finds them; a share of 1 has no interval, which is warned of
  asked <- list(Surv(time, status) ~ 1, data = arm, id = seq_along(arm$time), conf.type = "log-log",
                conf.int = confidence)
  both <- suppressWarnings(do.call(survfit, asked))
  fit <- kaplan_meier(arm, arm$event)
  share <- both$pstate[, 2]
  inside <- share > 1e-12 & share < 1 - 1e-12
  fit$surv <- 1 - share
  fit$lower <- ifelse(inside, 1 - both$upper[, 2], NA)
  fit$upper <- ifelse(inside, 1 - both$lower[, 2], NA)
  fit$se <- ifelse(both$std.err[, 2] > 1e-6, both$std.err[, 2], 0)  # less is rounding
  fit$until <- if (min(both$pstate[, 1]) <= 1e-12) Inf else max(arm$time)
  fit$moved <- function(tau) resid(both, times = tau, type = "auc")[, 2]  # the area, by everybody
  fit
}

# Whoever had either event was followed until then
follow_up_of <- function(arm) kaplan_meier(arm, !arm$event & !arm$competing)

# Area under the curve up to tau, with the infinitesimal jackknife's standard error
mean_in <- function(fit, tau) {
  if (tau <= 0) return(c(0, 0))
  edges <- c(pmin(fit$time, tau), tau)
  se <- sqrt(sum(fit$moved(tau)^2))
  c(edges[1] + sum(fit$surv * diff(edges)), if (se > 1e-6 * tau) se else 0)
}

"""
_STATISTICS = """\
exact <- coxph.control(eps = 1e-11, iter.max = 100)

RISKSETSCURVES# Median with its interval, NA where it is not reached; a curve is flat to 12 decimals
median_of <- function(fit) {
  for (line in c("surv", "lower", "upper")) fit[[line]] <- round(fit[[line]], 12)
  found <- quantile(fit, 0.5)
  c(found$quantile[[1]], found$lower[[1]], found$upper[[1]])
}

# Kaplan-Meier survival at the horizon, not estimable beyond the last follow-up unless the curve is at 0
survival_in <- function(arm, fit, name) {
  if (horizon > fit$until)
    message(name, ": survival is not estimable after ", time_unit, " ", format(max(arm$time), digits = 15))
  survival_at(fit, horizon)
}

# Survival at a time with its interval and standard error
survival_at <- function(fit, time) {
  if (time > fit$until) return(c(NA, NA, NA, NA))
  last <- findInterval(time, fit$time)
  if (last == 0) return(c(1, NA, NA, 0))
  c(fit$surv[last], fit$lower[last], fit$upper[last], fit$se[last])
}

# The rows of each arm, and the curves of those with anybody in them
arms_of <- function(people) {
  list(treated = people[people$treated == 1, ], control = people[people$treated == 0, ])
}
curves_of <- function(arms) lapply(Filter(function(arm) nrow(arm) > 0, arms), curve_of)

# Treated minus control with a normal interval; none without a standard error
difference <- function(treated, control) {
  se <- sqrt(treated[2]^2 + control[2]^2)
  if (is.na(se) || se == 0) return(c(NA, NA, NA))
  treated[1] - control[1] + c(0, -1, 1) * qnorm(0.5 + confidence / 2) * se
}

STATISTICS# What is said of one group
numbers <- function(people, label) {
  c(n = nrow(people), events = sum(people$event)CALLS)
}

# Wald's p-value of a term
wald_p <- function(fit, term = 1) {
  pchisq(coef(fit)[[term]]^2 / vcov(fit)[term, term], 1, lower.tail = FALSE)
}

# A Cox model, NULL where a hazard ratio of it is not finite; a term that others fix is left out
fitted_model <- function(formula, people) {
  fit <- tryCatch(suppressWarnings(coxph(formula, people, ties = "efron", control = exact, x = TRUE)),
                  error = function(failed) NULL)
  known <- if (is.null(fit)) FALSE else !is.na(coef(fit))
  if (!known[1]) return(NULL)
  x <- scale(fit$x[, known, drop = FALSE], scale = FALSE)
  spread <- vcov(fit)[known, known, drop = FALSE]
  reach <- sqrt(rowSums((x %*% spread) * x))
  if (all(is.finite(reach)) && max(reach) < 100 && min(diag(spread)) > 0) fit else NULL
}

# Treatment x group: the likelihood-ratio test, and for two groups the ratio of hazard ratios
interaction_of <- function(people) {
  count <- length(labels) - 1
  none <- c(p_lr = NA, if (count == 2) c(ratio = NA, ratio_lower = NA, ratio_upper = NA, ratio_p = NA))
  if (count < 2) return(none)
  people <- people[!is.na(people$group), ]
  # a group without events in one arm has no finite effect: it is left out where two others remain
  with_event_in <- function(k) people$treated[people$group == k & people$event == 1]
  kept <- Filter(function(k) all(0:1 %in% with_event_in(k)), seq_len(count))
  if (count > 2 && length(kept) >= 2) {
    people <- people[people$group %in% kept, ]
    people$group <- match(people$group, kept)
    count <- length(kept)
  }
  cell <- factor(people$treated * count + people$group, levels = seq_len(2 * count))
  if (!has_maximum(people, cell)) return(none)
  main <- coxph(Surv(time, event) ~ treated + factor(group), people, ties = "efron", control = exact)
  crossed <- suppressWarnings(update(main, . ~ treated * factor(group)))
  p <- pchisq(max(0, 2 * (crossed$loglik[2] - main$loglik[2])), count - 1, lower.tail = FALSE)
  if (count > 2) return(c(p_lr = p))
  term <- length(coef(crossed))
  ratio <- exp(c(coef(crossed)[[term]], confint(crossed, level = confidence)[term, ]))
  c(p_lr = p, ratio = ratio[[1]], ratio_lower = ratio[[2]], ratio_upper = ratio[[3]],
    ratio_p = wald_p(crossed, term))
}

MODELS
csv_text <- function(text) ifelse(grepl("[\\",\\r\\n]", text), paste0('"', gsub('"', '""', text), '"'), text)
csv_rows <- function(group, values) {
  shown <- ifelse(is.na(values), "", sprintf("%.17g", values))
  paste(csv_text(group), names(values), shown, sep = ",")
}

people <- participants()
rows <- csv_rows(labels[1], numbers(people, labels[1]))
for (k in seq_along(labels)[-1]) {
  rows <- c(rows, csv_rows(labels[k], numbers(people[people$group %in% (k - 1), ], labels[k])))
}
rows <- c("group,quantity,value", rows, csv_rows("interaction", interaction_of(people))MORE)
writeLines(enc2utf8(rows), useBytes = TRUE)
"""

R_CONTINUOUS = """\
# Treatment x biomarker, on the log scale unless a value is 0 or less
continuous_of <- function(people) {
  none <- c(coef = NA, se = NA, p_lr = NA)
  people <- people[!is.na(people$marker), ]
  if (!nrow(people) || length(unique(people$treated)) < 2) return(none)
  if (min(people$marker) > 0) people$marker <- log(people$marker)
  people$marker <- people$marker - mean(people$marker)
  crossed <- fitted_model(Surv(time, event) ~ treated + marker + treated:marker, people)
  main <- fitted_model(Surv(time, event) ~ treated + marker, people)
  if (is.null(crossed) || anyNA(coef(crossed)) || is.null(main)) return(none)
  p <- pchisq(max(0, 2 * (crossed$loglik[2] - main$loglik[2])), 1, lower.tail = FALSE)
  c(coef = coef(crossed)[[3]], se = sqrt(vcov(crossed)[3, 3]), p_lr = p)
}

"""
R_STRATIFIED = """\
# Hazard ratio and log-rank test within strata, of all who belong to one
stratified_of <- function(people) {
  people <- people[!is.na(people$stratum), ]
  fit <- fitted_model(Surv(time, event) ~ treated + strata(stratum), people)
  if (is.null(fit)) return(c(hr = NA, hr_lower = NA, hr_upper = NA, hr_p = NA, logrank_p = NA))
  hr <- exp(c(coef(fit), confint(fit, level = confidence)))
  c(hr = hr[[1]], hr_lower = hr[[2]], hr_upper = hr[[3]], hr_p = wald_p(fit),
    logrank_p = logrank_p(people, people$stratum))
}

"""
R_ADJUSTED = """\
# Hazard ratio adjusted for covariates, of all whose values are known
adjusted_of <- function(people) {
  none <- c(adjusted_hr = NA, adjusted_lower = NA, adjusted_upper = NA, adjusted_p = NA)
  people <- people[complete.cases(people[c(covariates, if (is_within) "within")]), ]
  for (name in covariates) if (is.factor(people[[name]])) {  # a level without events weighs nothing
    people <- droplevels(people[people[[name]] %in% people[[name]][people$event], ])
  }
  varying <- Filter(function(name) length(unique(people[[name]])) > 1, covariates)
  terms <- c("treated", varying, if (is_within) "strata(within)")
  fit <- fitted_model(reformulate(terms, "Surv(time, event)"), people)
  if (is.null(fit)) return(none)
  hr <- exp(c(coef(fit)[[1]], confint(fit, "treated", level = confidence)))
  c(adjusted_hr = hr[[1]], adjusted_lower = hr[[2]], adjusted_upper = hr[[3]], adjusted_p = wald_p(fit))
}

"""


def write_r_statistics(
    *,
    further: tuple[Choice, ...],
    has_marker: bool,
    is_stratified: bool,
    is_adjusted: bool,
    has_entry: bool,
    has_competing: bool,
) -> str:
    """Everything after the participants: the functions this view needs, and what it prints.

    ``has_entry`` tells that participants enter late, ``has_competing`` that another event competes.
    """
    models = "".join(
        text
        for text, wanted in (
            (R_CONTINUOUS, has_marker),
            (R_STRATIFIED, is_stratified),
            (R_ADJUSTED, is_adjusted),
        )
        if wanted
    )
    more = "".join(
        f',\n          csv_rows("{name}", {name}_of(people))'
        for name, wanted in (("continuous", has_marker), ("stratified", is_stratified))
        if wanted
    )
    scripts = list_scripts(further, competing=has_competing)
    functions = "".join(dict.fromkeys(script.r for script in scripts))
    calls = [script.r_call for script in scripts] + (["adjusted_of(people)"] if is_adjusted else [])
    text = _STATISTICS.replace("STATISTICS", functions).replace("MODELS", models)
    text = text.replace("CALLS", "".join(f",\n    {call}" for call in calls))
    curves = _KAPLAN_MEIER + (_INCIDENCE_CURVES if has_competing else _CURVES)
    text = text.replace("RISKSETS", _LATE_RISK_SETS if has_entry else _RISK_SETS).replace("CURVES", curves)
    text = text.replace("MORE)", f"{more})")
    return text.replace("Surv(time, ", "Surv(entry, time, ") if has_entry else text
