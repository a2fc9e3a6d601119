"""Statistics of an R script: curves, medians, means, tests, models and what is printed."""

from __future__ import annotations

from mirodash.questions.statistics.catalogue import list_scripts
from mirodash.survival.further_statistics import Choice

_STATISTICS = """\
exact <- coxph.control(eps = 1e-11, iter.max = 100)

# Are hazard ratios between these cells finite? They are when the stretches from the first event to the
# last follow-up of all cells join up.
has_maximum <- function(people, cell) {
  first <- tapply(ifelse(people$event, people$time, Inf), cell, min)
  last <- tapply(people$time, cell, max)
  if (anyNA(first)) return(FALSE)
  order <- order(first)
  all(first[order][-1] <= cummax(last[order])[-length(last)]) && all(is.finite(first))
}

# Did an event come while both arms were at risk, and somebody at risk did not have it?
comparable <- function(people) {
  if (length(unique(people$treated)) < 2) return(FALSE)
  end <- max(people$time)
  stays <- any(!people$event[people$time == end])
  shared <- people$time <= min(tapply(people$time, people$treated, max))
  any(people$event & shared & (people$time < end | stays))
}

# Kaplan-Meier curve of an arm; no interval where it is at 1 or 0
curve_of <- function(arm, event = arm$event) {
  fit <- survfit(Surv(time, event) ~ 1, data = data.frame(time = arm$time, event = event),
                 conf.type = "log-log", conf.int = confidence)
  spread <- fit$n.event / (fit$n.risk * (fit$n.risk - fit$n.event))
  fit$spread <- ifelse(is.finite(spread), spread, 0)
  fit$lower[fit$surv %in% c(0, 1)] <- NA
  fit$upper[fit$surv %in% c(0, 1)] <- NA
  fit$until <- if (min(fit$surv) <= 0) Inf else max(arm$time)
  fit
}

# Median with its interval, NA where it is not reached
median_of <- function(fit) {
  found <- quantile(fit, 0.5)
  c(found$quantile[[1]], found$lower[[1]], found$upper[[1]])
}

# Kaplan-Meier survival at the horizon, not estimable beyond the last follow-up unless the curve is at 0
survival_in <- function(arm, fit, name) {
  if (horizon > fit$until)
    message(name, ": survival is not estimable after ", time_unit, " ", format(max(arm$time), digits = 15))
  survival_at(fit, horizon)
}

# Survival at a time with its interval and Greenwood's standard error
survival_at <- function(fit, time) {
  if (time > fit$until) return(c(NA, NA, NA, NA))
  last <- findInterval(time, fit$time)
  if (last == 0) return(c(1, NA, NA, 0))
  se <- if (fit$surv[last] > 0) fit$surv[last] * sqrt(cumsum(fit$spread)[last]) else NA
  c(fit$surv[last], fit$lower[last], fit$upper[last], se)
}

# Area under the curve up to tau, and Greenwood's standard error
mean_in <- function(fit, tau) {
  edges <- c(pmin(fit$time, tau), tau)
  area <- fit$surv * diff(edges)
  c(edges[1] + sum(area), sqrt(sum(rev(cumsum(rev(area)))^2 * fit$spread)))
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
  reach <- sqrt(rowSums((x %*% vcov(fit)[known, known, drop = FALSE]) * x))
  if (all(is.finite(reach)) && max(reach) < 100) fit else NULL
}

# Treatment x group: the likelihood-ratio test, and for two groups the ratio of hazard ratios
interaction_of <- function(people) {
  count <- length(labels) - 1
  none <- c(p_lr = NA, if (count == 2) c(ratio = NA, ratio_lower = NA, ratio_upper = NA, ratio_p = NA))
  if (count < 2) return(none)
  people <- people[!is.na(people$group), ]
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
  test <- survdiff(Surv(time, event) ~ treated + strata(stratum), data = people)
  c(hr = hr[[1]], hr_lower = hr[[2]], hr_upper = hr[[3]], hr_p = wald_p(fit),
    logrank_p = pchisq(test$chisq, 1, lower.tail = FALSE))
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
    *, further: tuple[Choice, ...], has_marker: bool, is_stratified: bool, is_adjusted: bool
) -> str:
    """Everything after the participants: the functions this view needs, and what it prints."""
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
    scripts = list_scripts(further)
    functions = "".join(dict.fromkeys(script.r for script in scripts))
    calls = [script.r_call for script in scripts] + (["adjusted_of(people)"] if is_adjusted else [])
    text = _STATISTICS.replace("STATISTICS", functions).replace("MODELS", models)
    text = text.replace("CALLS", "".join(f",\n    {call}" for call in calls))
    return text.replace("MORE)", f"{more})")
