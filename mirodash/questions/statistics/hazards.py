"""Hazard ratio, log-rank test and proportional hazards: how much more often the event comes in one arm."""

from __future__ import annotations

from mirodash.questions.statistics.group_survival import describe_ratio_span
from mirodash.questions.statistics.statistic import InGroup, Script, Statistic
from mirodash.survival.results import GrayTest, HazardRatio, LogRank, NotEstimable, ProportionalHazardsTest
from mirodash.survival.schoenfeld import EVENTS_FOR_A_CURVE
from mirodash.text.facts import Fact, label_lines
from mirodash.text.json_values import encode_hazard_ratio, encode_test
from mirodash.text.labels import capitalise
from mirodash.text.methods import DOUBT_BELOW, note_proportional_hazards
from mirodash.text.numbers import (
    PENALISED,
    WALD,
    estimate_with_interval,
    format_hazard_ratio,
    format_interval,
    format_named_p_value,
    format_p_value,
    format_percent,
)

FEW_EVENTS = 5
"""Below this many events in an arm a hazard ratio is shown, but greyed."""
OVER_TIME = "over-time"
"""The panel behind the quiet word beside a hazard ratio."""


def describe_hazard_ratio_in_group(told: InGroup) -> Fact:
    """The hazard ratio with its interval and over what time it is, or why there is none."""
    result, comparison = told.result, told.group.comparison
    cox, label = comparison.cox, capitalise(result.measures[0])
    events = (comparison.control.events, comparison.treated.events)
    fewest = min(events)
    if isinstance(cox, HazardRatio):
        few = fewest < FEW_EVENTS
        detail = format_interval(cox.ci, result.confidence)
        if few:
            # a count below 0 is not told: it is the limit it is below
            most = FEW_EVENTS if fewest >= 0 else min(-number for number in events if number < 0)
            detail += f"; fewer than {most} {result.endpoint.plural} in an arm"
        if span := describe_ratio_span(result):
            detail += f", {span}"
        word = note_proportional_hazards(comparison)
        return Fact(
            label,
            format_hazard_ratio(cox.hr, cox.ci),
            detail,
            uncertain=few,
            word=word,
            behind=OVER_TIME,
        )
    if cox.firth is None:
        return Fact(label, "not estimable", cox.why)
    firth = estimate_with_interval(cox.firth.hr, cox.firth.ci, result.confidence)
    instead = f"{cox.why} Firth's estimate: {firth}, profile interval"
    return Fact(label, "not estimable", instead, uncertain=True)


def describe_hazard_ratio(cox: HazardRatio | NotEstimable, confidence: float) -> str:
    """A hazard ratio with its Wald interval and p-value, or why there is none."""
    if isinstance(cox, HazardRatio):
        shown = estimate_with_interval(cox.hr, cox.ci, confidence)
        return f"{shown}, {format_named_p_value(cox.p_wald, WALD)}"
    if cox.firth is None:
        return f"not estimable. {cox.why}"
    firth = estimate_with_interval(cox.firth.hr, cox.firth.ci, confidence)
    p = format_named_p_value(cox.firth.p, PENALISED)
    return f"not estimable. {cox.why} Firth's estimate: {firth}, profile interval, {p}"


def describe_chi_square(test: LogRank | GrayTest | ProportionalHazardsTest | NotEstimable) -> str:
    """A chi-square test on one degree of freedom, or why there is none."""
    if isinstance(test, NotEstimable):
        return f"not estimable. {test.why}"
    return f"chi-square {test.statistic:.2f}, {format_p_value(test.p)}"


def _list_hazard_ratio(told: InGroup) -> list[str]:
    ratio = told.result.measures[0]
    found = describe_hazard_ratio(told.group.comparison.cox, told.result.confidence)
    return label_lines(capitalise(ratio), found)


def _list_logrank(told: InGroup) -> list[str]:
    return label_lines("Log-rank test", describe_chi_square(told.group.comparison.logrank))


def _list_proportional_hazards(told: InGroup) -> list[str]:
    """The test of proportional hazards; a reason that was given just above is not given again."""
    test, cox = told.group.comparison.ph_test, told.group.comparison.cox
    if isinstance(test, NotEstimable) and isinstance(cox, NotEstimable) and test.why == cox.why:
        return label_lines("Proportional hazards", "not estimable, as there is no hazard ratio.")
    return label_lines("Proportional hazards", describe_chi_square(test))


EFFECT = Script(
    r="""\
# Score test of a hazard ratio that changes as survival falls; none with events at a single time
changing_p <- function(fit, people) {
  if (length(shared_times(people)) < 2) return(NA)
  tryCatch(cox.zph(fit, transform = "km", global = FALSE)$table[1, "p"], error = function(failed) NA)
}

# Hazard ratio, log-rank test, and test of a constant hazard ratio
effect_of <- function(people) {
  hr <- c(NA, NA, NA)
  p <- hr_p <- changing <- NA
  if (comparable(people)) {
    p <- logrank_p(people)
    if (has_maximum(people, people$treated)) {
      fit <- suppressWarnings(coxph(Surv(time, event) ~ treated, people, ties = "efron", control = exact))
      hr <- exp(c(coef(fit), confint(fit, level = confidence)))
      hr_p <- wald_p(fit)
      changing <- changing_p(fit, people)
    }
  }
  c(hr = hr[[1]], hr_lower = hr[[2]], hr_upper = hr[[3]], hr_p = hr_p, logrank_p = p,
    constant_hr_p = changing)
}

""",
    r_call="effect_of(people)",
    python='''\
def changing_p(people, ratio):
    """Score test of a hazard ratio that changes as survival falls (R's cox.zph); none at a single time."""
    rows, left = [], 1.0
    for r0, r1, d0, d1 in risk_sets(people):
        shares = [ratio * (r1 - k / (d0 + d1) * d1) for k in range(d0 + d1)]
        shares = [x / (x + r0 - k / (d0 + d1) * d0) for k, x in enumerate(shares)]
        information = sum(x * (1 - x) for x in shares)
        rows.append((1 - left, d0 + d1, d1 - sum(shares), information))
        left *= 1 - (d0 + d1) / (r0 + r1)
    moment, events, score, information = map(np.array, zip(*rows))
    moment = moment - (moment * events).sum() / events.sum()
    curvature = (moment**2 * information).sum()
    remaining = curvature - (moment * information).sum() ** 2 / information.sum()
    if not remaining > 1e-12 * curvature:
        return None
    return chi2.sf((moment * score).sum() ** 2 / remaining, 1)


def effect(people):
    """Hazard ratio, log-rank test, and test of a constant hazard ratio."""
    hr = low = high = hr_p = p = changing = None
    if comparable(people):
        p = logrank_p(people)
        if has_maximum(people, people.treated, 2):
            fit = cox(people[["time", "event", "treated"]])
            hr, (low, high) = fit.hazard_ratios_["treated"], fit.confidence_intervals_.loc["treated"].map(exp)
            hr_p, changing = fit.summary.loc["treated", "p"], changing_p(people, hr)
    return dict(
        hr=hr, hr_lower=low, hr_upper=high, hr_p=hr_p, logrank_p=p, constant_hr_p=changing
    )


''',
    python_call="effect(people)",
)

HAZARD_RATIO = Statistic(
    key="cox",
    methods=(
        ("Hazard ratio", "Cox model, treated versus control, Efron's ties, Wald interval and test", "coxph"),
    ),
    fact=describe_hazard_ratio_in_group,
    lines=_list_hazard_ratio,
    encode=lambda told: {"cox": encode_hazard_ratio(told.group.comparison.cox)},
    script=EFFECT,
)
LOGRANK = Statistic(
    key="logrank",
    methods=(
        (
            "Log-rank test",
            "Events in the treated arm against those expected at each event time, hypergeometric variance",
            "survdiff",
        ),
    ),
    lines=_list_logrank,
    encode=lambda told: {"logrank": encode_test(told.group.comparison.logrank)},
    script=EFFECT,
)
PROPORTIONAL_HAZARDS = Statistic(
    key="ph_test",
    methods=(
        (
            "Proportional hazards",
            "Score test of a hazard ratio that changes as survival falls, over all of follow-up: doubtful "
            f"where it rejects at the level of {format_percent(DOUBT_BELOW)}, otherwise unclear with fewer "
            f"than {EVENTS_FOR_A_CURVE} events and plausible with more",
            "cox.zph",
        ),
    ),
    lines=_list_proportional_hazards,
    encode=lambda told: {"ph_test": encode_test(told.group.comparison.ph_test)},
    script=EFFECT,
)
