"""Survival at the horizon and restricted means of both arms, with their differences."""

from __future__ import annotations

from collections.abc import Iterable

from mirodash.disclosure.counts import SUPPRESSED
from mirodash.questions.statistics.group_survival import SurvivalByGroup, at_horizon, reader_scale
from mirodash.questions.statistics.statistic import NO_PARTICIPANTS, ArmColumn, InGroup, Script, Statistic
from mirodash.survival.competing_events import express_share_as_incidence
from mirodash.survival.results import ArmSummary, Difference, NotEstimable, RestrictedMean, SurvivalAt
from mirodash.text.decimals import choose_mean_decimals, choose_percent_decimals
from mirodash.text.facts import Fact, label_lines
from mirodash.text.json_values import (
    Json,
    encode_count,
    encode_difference,
    encode_flags,
    encode_pair,
    json_number,
)
from mirodash.text.labels import ArmNames, capitalise
from mirodash.text.numbers import (
    choose_time_decimals,
    format_difference_in_points,
    format_difference_in_time,
    format_duration,
    format_not_estimable_after,
    format_percent,
    format_percent_with_interval,
    format_span_end,
    format_time_point,
)

NOT_ESTIMABLE = "not estimable"


def choose_survival_decimals(ats: Iterable[SurvivalAt | None]) -> int:
    """The decimals of shares that stand side by side, as many as their intervals need."""
    return choose_percent_decimals(
        (at.estimate, (at.lower, at.upper)) for at in ats if at and at.estimate is not None
    )


def format_shares_of_arms(
    treated: SurvivalAt, control: SurvivalAt, *, decimals: int | None = None
) -> tuple[str, str]:
    """Survival of either arm, both with the same decimals; where one is not known, that it is not."""
    places = choose_survival_decimals((treated, control)) if decimals is None else decimals
    first, second = (
        NOT_ESTIMABLE if at.estimate is None else format_percent(at.estimate, decimals=places)
        for at in (treated, control)
    )
    return first, second


def name_survival_difference(result: SurvivalByGroup) -> str:
    """What survival of both arms at the horizon is called on a card."""
    return f"{capitalise(result.endpoint.state)} at {at_horizon(result)}"


def describe_survival_difference(told: InGroup) -> Fact:
    """Survival of both arms at the horizon with their difference; beyond follow-up, how far it went."""
    result, comparison, names = told.result, told.group.written, told.names
    label = name_survival_difference(result)
    found = comparison.survival_difference
    treated, control = comparison.treated.survival_at, comparison.control.survival_at
    if treated is None or control is None:
        return Fact(label, "not estimable", found.why if isinstance(found, NotEstimable) else "")
    if treated.estimate is None or control.estimate is None:
        return Fact(label, *_describe_beyond_follow_up(result, treated, control, names))
    shares = " v ".join(format_shares_of_arms(treated, control))
    if isinstance(found, NotEstimable):
        return Fact(label, shares, found.why)
    return Fact(
        label,
        shares,
        "difference " + format_difference_in_points(found.estimate, found.ci, result.confidence),
    )


def _describe_beyond_follow_up(
    result: SurvivalByGroup, treated: SurvivalAt, control: SurvivalAt, names: ArmNames
) -> tuple[str, str]:
    """In place of two shares and their difference: after which time, and what is known of the other arm."""
    arms = ((names.treated, treated), (names.control, control))
    ends = {name: at.followed_to * reader_scale(result) for name, at in arms if at.followed_to is not None}
    said = [f"{name} was followed to {format_time_point(end, result.unit)}" for name, end in ends.items()]
    said += [
        f"{name} {format_percent(at.estimate, ends=(at.lower, at.upper))}"
        for name, at in arms
        if at.estimate is not None
    ]
    return format_not_estimable_after(min(ends.values()), result.unit), "; ".join(said)


def describe_mean_difference(told: InGroup) -> Fact:
    """The difference of the restricted means, and up to which time they are taken."""
    result = told.result
    found, scale = told.group.written.rmst_difference, reader_scale(result)
    label = capitalise(result.measures[2])
    if isinstance(found, NotEstimable):
        return Fact(label, "not estimable", found.why)
    shown, _, rest = format_difference_in_time(
        found.estimate * scale, (found.ci[0] * scale, found.ci[1] * scale), result.unit, result.confidence
    ).partition(" (")
    until = f"to {format_span_end(found.time * scale, result.unit)}"
    capped = ", where follow-up ends" if found.capped else ""
    return Fact(label, shown, f"{rest.removesuffix(')')}, {until}{capped}")


def _format_share(result: SurvivalByGroup, at: SurvivalAt, decimals: int) -> str:
    if at.followed_to is not None:
        return format_not_estimable_after(at.followed_to * reader_scale(result), result.unit)
    ends = (at.lower, at.upper)
    return format_percent_with_interval(at.estimate or 0.0, ends, result.confidence, decimals=decimals)


def choose_means_decimals(means: Iterable[RestrictedMean | None], unit: str, scale: float = 1.0) -> int:
    """The decimals of restricted means that stand side by side, as many as their errors need."""
    least = choose_time_decimals(unit)
    return max((choose_mean_decimals(mean.se * scale, least) for mean in means if mean), default=least)


def _list_survival_difference(told: InGroup) -> list[str]:
    result = told.result
    label = f"{'Incidence' if result.endpoint.competing else 'Survival'} difference at horizon"
    found = told.group.written.survival_difference
    return label_lines(label, _write_survival_difference(found, result.endpoint.unit, result.confidence))


def _write_survival_difference(difference: Difference | NotEstimable, unit: str, confidence: float) -> str:
    if isinstance(difference, NotEstimable) and difference.followed_to is not None:
        return f"{format_not_estimable_after(difference.followed_to, unit)}. {difference.why}"
    if isinstance(difference, NotEstimable):
        return f"not estimable. {difference.why}"
    return format_difference_in_points(difference.estimate, difference.ci, confidence)


def _list_mean_difference(told: InGroup) -> list[str]:
    result = told.result
    label = "Difference in time lost" if result.endpoint.competing else "Restricted mean difference"
    found = told.group.written.rmst_difference
    return label_lines(label, _write_mean_difference(found, result.endpoint.unit, result.confidence))


def _write_mean_difference(difference: Difference | NotEstimable, unit: str, confidence: float) -> str:
    if isinstance(difference, NotEstimable):
        return f"not estimable. {difference.why}"
    shown = format_difference_in_time(difference.estimate, difference.ci, unit, confidence)
    if not difference.capped:
        return shown
    tau = format_duration(difference.time, unit)
    return f"{shown}, up to {tau}, where follow-up of an arm ends"


def _sum_survival_up(told: InGroup) -> ArmColumn:
    result, arms = told.result, (told.group.written.treated, told.group.written.control)
    places = choose_survival_decimals(arm.survival_at for arm in arms)
    treated, control = (
        _format_share(result, arm.survival_at, places) if arm.survival_at else "–" for arm in arms
    )
    return ArmColumn(f"{capitalise(result.endpoint.state)} at {at_horizon(result)}", treated, control)


def _sum_means_up(told: InGroup) -> ArmColumn:
    result, arms = told.result, (told.group.written.treated, told.group.written.control)
    scale = reader_scale(result)
    places = choose_means_decimals((arm.rmst for arm in arms), result.unit, scale)
    treated, control = (
        format_duration(arm.rmst.estimate * scale, result.unit, decimals=places) if arm.rmst else "–"
        for arm in arms
    )
    return ArmColumn(capitalise(result.measures[2]), treated, control)


def encode_survival_at(
    at: SurvivalAt | None, arm: ArmSummary, time: float, *, missing: object, unit: str
) -> Json:
    """Survival of one arm at one time; without anyone, the reason in its flags."""
    absent = missing if isinstance(missing, NotEstimable) else NO_PARTICIPANTS
    return {
        "time": float(time),
        "estimate": json_number(at.estimate if at else None),
        "ci": encode_pair((at.lower, at.upper) if at else (None, None)),
        "at_risk": encode_count(at.at_risk if at else SUPPRESSED if arm.events < 0 else 0),
        "flags": encode_flags(followed_to=at.followed_to, unit=unit) if at else encode_flags(reason=absent),
    }


def encode_incidence_at(at: SurvivalAt) -> Json:
    """The cumulative incidence beside a competing event, of the share that has not had the event."""
    turned = express_share_as_incidence(at) or at
    return {
        "cumulative_incidence": {
            "time": float(at.time),
            "estimate": turned.estimate,
            "ci": encode_pair((turned.lower, turned.upper)),
            "method": "Aalen–Johansen",
        }
    }


def _encode_survival_of_arm(told: InGroup, arm: ArmSummary) -> Json:
    result, at = told.result, arm.survival_at
    time, unit = at.time if at else result.horizon, result.endpoint.unit
    return {"survival_at": encode_survival_at(at, arm, time, missing=told.why_absent, unit=unit)}


def _encode_mean_of_arm(told: InGroup, arm: ArmSummary) -> Json:
    mean, horizon = arm.rmst, told.result.horizon
    if mean is None:
        numbers = dict.fromkeys(("tau", "estimate", "se"))
        return {"rmst": {**numbers, "flags": encode_flags(reason=told.why_absent)}}
    numbers = {name: json_number(getattr(mean, name)) for name in ("tau", "estimate", "se")}
    return {"rmst": {**numbers, "flags": encode_flags(capped_at=mean.tau if mean.tau < horizon else None)}}


def _encode_survival_difference(told: InGroup) -> Json:
    found, unit = told.group.comparison.survival_difference, told.result.endpoint.unit
    return {"survival_difference": encode_difference("time", found, unit)}


def _encode_mean_difference(told: InGroup) -> Json:
    found, unit = told.group.comparison.rmst_difference, told.result.endpoint.unit
    return {"rmst_difference": encode_difference("tau", found, unit)}


ABSOLUTE = Script(
    r="""\
# Survival, medians, follow-up and restricted means of both arms, and their differences
absolute <- function(people, label) {
  arms <- arms_of(people)
  fits <- curves_of(arms)
  tau <- if (length(fits)) min(horizon, vapply(fits, function(fit) fit$until, 0)) else NA
  at <- means <- list(treated = rep(NA, 4), control = rep(NA, 4))
  answer <- c()
  for (name in names(arms)) {
    middle <- follow_up <- c(NA, NA, NA)
    if (!is.null(fits[[name]])) {
      at[[name]] <- survival_in(arms[[name]], fits[[name]], paste0(label, ", ", name, " arm"))
      middle <- median_of(fits[[name]])
      follow_up <- median_of(follow_up_of(arms[[name]]))
      means[[name]] <- mean_in(fits[[name]], tau)
    }
    told <- c(at[[name]][1:3], middle, follow_up, means[[name]][1:2])
    quantities <- c("survival", "survival_lower", "survival_upper", "median", "median_lower", "median_upper",
                    "follow_up", "follow_up_lower", "follow_up_upper", "mean", "mean_se")
    answer <- c(answer, setNames(told, paste0(quantities, "_", name)))
  }
  apart <- difference(at$treated[c(1, 4)], at$control[c(1, 4)])
  means_apart <- if (length(fits) == 2 && tau > 0) difference(means$treated, means$control) else c(NA, NA, NA)
  ends <- c("", "_lower", "_upper")
  c(answer, setNames(apart, paste0("survival_difference", ends)), mean_until = tau,
    setNames(means_apart, paste0("mean_difference", ends)))
}

""",
    r_call="absolute(people, label)",
    python='''\
def absolute(people, label):
    """Survival, medians, follow-up and restricted means of both arms, and their differences."""
    arms, fits = arms_of(people)
    tau = min([HORIZON, *(fit["until"] for fit in fits.values())]) if fits else None
    at = {name: [None] * 4 for name in arms}
    means = {name: [None] * 2 for name in arms}
    ends, answer = ("", "_lower", "_upper"), {}
    for name, arm in arms.items():
        middle = follow_up = [None] * 3
        if name in fits:
            at[name] = survival_in(arm, fits[name], f"{label}, {name} arm")
            middle, follow_up = medians(fits[name]), medians(follow_up_of(arm))
            means[name] = mean_in(fits[name], tau)
        for what, values in (("survival", at[name]), ("median", middle), ("follow_up", follow_up)):
            answer |= {f"{what}{end}_{name}": value for end, value in zip(ends, values)}
        answer |= {f"mean_{name}": means[name][0], f"mean_se_{name}": means[name][1]}
    apart = difference(at["treated"][::3], at["control"][::3])
    answer |= {f"survival_difference{end}": value for end, value in zip(ends, apart)}
    answer["mean_until"] = tau
    apart = difference(means["treated"], means["control"]) if len(fits) == 2 and tau > 0 else [None] * 3
    answer |= {f"mean_difference{end}": value for end, value in zip(ends, apart)}
    return answer


''',
    python_call="absolute(people, label)",
)

SURVIVAL_DIFFERENCE = Statistic(
    key="survival_difference",
    methods=(
        (
            "Survival at the horizon",
            "Read off the curve; not estimable beyond the last follow-up of an arm, unless its curve is at 0",
            "summary.survfit",
        ),
        (
            "Survival difference",
            "Treated minus control, normal interval from Greenwood's variances",
            "survfit",
        ),
    ),
    fact=describe_survival_difference,
    lines=_list_survival_difference,
    encode=_encode_survival_difference,
    encode_arm=_encode_survival_of_arm,
    arm_column=_sum_survival_up,
    script=ABSOLUTE,
)
RESTRICTED_MEAN = Statistic(
    key="rmst_difference",
    methods=(
        (
            "Restricted mean difference",
            "Areas under both curves up to the horizon, or up to where follow-up of an arm ends before it "
            "with its curve above 0",
            "survfit(rmean =)",
        ),
    ),
    fact=describe_mean_difference,
    lines=_list_mean_difference,
    encode=_encode_mean_difference,
    encode_arm=_encode_mean_of_arm,
    arm_column=_sum_means_up,
    script=ABSOLUTE,
)
