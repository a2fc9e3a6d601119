"""An analysis as JSON: every number at full precision, and null for what does not exist."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import NOT_TOLD
from mirodash.export.disclosure_json import disclosure_json, json_count
from mirodash.export.json_numbers import json_number
from mirodash.export.search_json import declaration_json, search_json
from mirodash.questions.covariate_adjustment import AdjustedEffect, AdjustedGroup
from mirodash.questions.report import Analysis
from mirodash.questions.survival_cards import EffectWithinStrata
from mirodash.questions.survival_curves import GroupSurvival, SurvivalByGroup
from mirodash.stratification.validation import standing_declaration
from mirodash.survival.adjusted import AdjustedHazardRatio
from mirodash.survival.results import (
    ArmSummary,
    ContinuousInteraction,
    Counts,
    Difference,
    FirthEstimate,
    HazardRatio,
    InteractionTest,
    LogRank,
    NotEstimable,
    ProportionalHazardsTest,
    RatioOfHazardRatios,
)
from mirodash.text.small_counts import participants_of

Json = dict[str, Any]


def analysis_json(analysis: Analysis) -> Json:
    """The analysis as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    Times are in the endpoint's unit, survival is a share between 0 and 1. A test or difference that does
    not exist keeps its keys, with null in them; a hazard ratio that does not exist says why. Intervals
    are always pairs, with null for an end that does not exist.
    """
    answer: Json = {
        "trial": {
            "name": analysis.trial.title,
            "participants": json_count(participants_of(analysis.trial)),
            "fingerprint": analysis.trial.fingerprint,
        },
        **disclosure_json(analysis.trial.min_cell),
        "selection": {"query": analysis.query},
        "excluded": [{"reason": reason, "participants": json_count(n)} for reason, n in analysis.excluded],
        "groups": [_group(group, analysis.survival) for group in analysis.survival.groups],
        "interaction": _interaction(analysis.interaction),
        "continuous": _continuous(analysis.continuous),
    }
    if analysis.stratified is not None:
        answer["stratified"] = _stratified(analysis.stratified)
    if analysis.selection.declared is not None:
        stands = standing_declaration(analysis.trial, analysis.selection) is not None
        answer["declared"] = declaration_json(analysis.selection.declared, stands=stands)
    if analysis.searched is not None:
        answer["search"] = search_json(analysis.searched)
    if analysis.adjusted is not None:
        answer["adjusted"] = _adjusted(analysis.adjusted)
    return answer


def _group(group: GroupSurvival, survival: SurvivalByGroup) -> Json:
    compared = group.comparison
    horizon = survival.horizon
    return {
        "label": group.label,
        "n": json_count(compared.n),
        "events": json_count(compared.events),
        "arms": [
            _arm(survival.control, compared.control, horizon),
            _arm(survival.treated, compared.treated, horizon),
        ],
        "logrank": _test(compared.logrank),
        "cox": _cox(compared.cox),
        "ph_test": _test(compared.ph_test),
        "rmst_difference": _difference("tau", compared.rmst_difference),
        "survival_difference": _difference("time", compared.survival_difference),
    }


def _arm(name: str, arm: ArmSummary, horizon: float) -> Json:
    at, mean = arm.survival_at, arm.rmst
    return {
        "arm": name,
        "n": json_count(arm.n),
        "events": json_count(arm.events),
        "median": json_number(arm.median),
        "median_ci": _pair(arm.median_ci),
        "survival_at": {
            "time": float(at.time if at else horizon),
            "estimate": json_number(at.estimate if at else None),
            "ci": _pair((at.lower, at.upper) if at else (None, None)),
            "at_risk": json_count(at.at_risk if at else NOT_TOLD if arm.events < 0 else 0),
        },
        "rmst": {
            "tau": json_number(mean.tau if mean else None),
            "estimate": json_number(mean.estimate if mean else None),
            "se": json_number(mean.se if mean else None),
        },
        "curve": {
            "time": _numbers(arm.curve.time),
            "estimate": _numbers(arm.curve.estimate),
            "lower": _numbers(arm.curve.lower),
            "upper": _numbers(arm.curve.upper),
        },
        "at_risk": {
            "time": _numbers(arm.at_risk.time),
            "at_risk": _counts(arm.at_risk.at_risk),
            "censored": _counts(arm.at_risk.censored),
            "events": _counts(arm.at_risk.events),
        },
    }


def _test(test: LogRank | ProportionalHazardsTest | NotEstimable) -> Json:
    if isinstance(test, NotEstimable):
        return {"statistic": None, "p": None}
    return {"statistic": json_number(test.statistic), "p": json_number(test.p)}


def _cox(cox: HazardRatio | NotEstimable) -> Json:
    if isinstance(cox, NotEstimable):
        return _not_estimable(cox)
    return {
        "hr": json_number(cox.hr),
        "ci": _pair(cox.ci),
        "coef": json_number(cox.coef),
        "se": json_number(cox.se),
        "p_wald": json_number(cox.p_wald),
        "p_lr": json_number(cox.p_lr),
        "p_score": json_number(cox.p_score),
    }


def _not_estimable(reason: NotEstimable) -> Json:
    said: Json = {"not_estimable": reason.why}
    return said if reason.firth is None else {**said, "firth": _firth(reason.firth)}


def _firth(firth: FirthEstimate) -> Json:
    return {"hr": json_number(firth.hr), "ci": _pair(firth.ci), "p": json_number(firth.p)}


def _difference(time: str, difference: Difference | NotEstimable) -> Json:
    if isinstance(difference, NotEstimable):
        return {time: None, "estimate": None, "se": None, "ci": [None, None]}
    return {
        time: json_number(difference.time),
        "estimate": json_number(difference.estimate),
        "se": json_number(difference.se),
        "ci": _pair(difference.ci),
    }


def _interaction(test: RatioOfHazardRatios | InteractionTest | NotEstimable) -> Json:
    if isinstance(test, NotEstimable):
        return {"not_estimable": test.why}
    if isinstance(test, InteractionTest):
        return {"p_lr": json_number(test.p_lr), "df": test.df}
    return {
        "ratio_of_hazard_ratios": json_number(test.ratio),
        "ci": _pair(test.ci),
        "p_lr": json_number(test.p_lr),
        "p_wald": json_number(test.p_wald),
    }


def _continuous(effect: ContinuousInteraction | NotEstimable) -> Json:
    if isinstance(effect, NotEstimable):
        return {"scale": None, "coef": None, "se": None, "p_lr": None}
    return {
        "scale": effect.scale,
        "coef": json_number(effect.coef),
        "se": json_number(effect.se),
        "p_lr": json_number(effect.p_lr),
    }


def _stratified(within: EffectWithinStrata) -> Json:
    cox = within.effect.cox
    return {
        "by": list(within.by),
        "logrank": _test(within.effect.logrank),
        "cox": _not_estimable(cox)
        if isinstance(cox, NotEstimable)
        else {"hr": json_number(cox.hr), "ci": _pair(cox.ci)},
    }


def _adjusted(found: AdjustedEffect) -> Json:
    """All participants, and every group under ``groups``; ``missing`` counts those without each column."""
    asked = found.adjustment
    return {
        "covariates": [covariate.column for covariate in asked.covariates],
        "scales": {covariate.column: covariate.scale for covariate in asked.covariates},
        "strata": list(asked.strata),
        **_adjusted_group(found.overall),
        "groups": [{"label": group.label, **_adjusted_group(group)} for group in found.groups[1:]],
    }


def _adjusted_group(group: AdjustedGroup) -> Json:
    return {
        **_adjusted_ratio(group.adjusted),
        "n": json_count(group.participants),
        "events": json_count(group.events),
        "left_out": json_count(group.left_out),
        "missing": {column: json_count(n) for column, n in group.missing},
        # asked for, but the same for everybody here, so not in the model
        **({"constant": list(group.constant)} if group.constant else {}),
    }


def _adjusted_ratio(ratio: AdjustedHazardRatio | NotEstimable) -> Json:
    if isinstance(ratio, NotEstimable):
        return {"not_estimable": ratio.why}
    numbers = {"hr": ratio.hr, "coef": ratio.coef, "se": ratio.se, "p": ratio.p}
    return {**{name: json_number(value) for name, value in numbers.items()}, "ci": _pair(ratio.ci)}


def _pair(ends: tuple[float | None, float | None]) -> list[float | None]:
    return [json_number(end) for end in ends]


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [json_number(value) for value in values.tolist()]


def _counts(numbers: Counts) -> list[int | str]:
    return [json_count(number) for number in numbers.tolist()]
