"""Analysis, threshold scan and view as JSON: every number at full precision, null where none exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mirodash import __version__
from mirodash.questions.covariate_adjustment import AdjustedEffect, AdjustedGroup
from mirodash.questions.finding import Finding, explain_finding, list_evidence
from mirodash.questions.report import Analysis, analyze
from mirodash.questions.statistics.catalogue import encode_arm_statistics, encode_statistics
from mirodash.questions.statistics.statistic import InGroup
from mirodash.questions.subgroup_credibility import ViewHistory
from mirodash.questions.survival_cards import EffectWithinStrata
from mirodash.questions.threshold_evidence import Searched
from mirodash.questions.thresholds.threshold_scan import SEED
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.validation import find_active_declaration
from mirodash.survival.adjusted import AdjustedHazardRatio
from mirodash.survival.results import (
    ArmSummary,
    AtRiskTable,
    ContinuousInteraction,
    InteractionTest,
    NotEstimable,
    RatioOfHazardRatios,
    ThresholdScan,
)
from mirodash.text.json_values import (
    Json,
    encode_count,
    encode_counts,
    encode_flags,
    encode_hazard_ratio,
    encode_not_estimable,
    encode_pair,
    encode_test,
    encode_values,
    json_number,
)
from mirodash.text.labels import format_arm_names, name_ratio
from mirodash.text.numbers import unify_spaces
from mirodash.text.small_counts import describe_participants, describe_suppression
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial


def encode_disclosure(min_cell: int) -> Json:
    """What belongs at the top of a file in which counts are hidden; nothing where none is.

    >>> encode_disclosure(0)
    {}
    """
    return {"disclosure": {"min_cell": min_cell, "curves": "rounded"}} if min_cell else {}


def encode_declaration(declared: Declaration, *, stands: bool) -> Json:
    """Where and when which thresholds were fixed, and whether the view still stands at them."""
    return {
        "thresholds": list(declared.thresholds),
        "document": declared.document,
        "date": declared.date,
        "still_there": stands,
    }


def search_json(answer: Searched | NotEstimable) -> Json:
    """The p-values that allow for the search; of a threshold outside it, why there is none."""
    if isinstance(answer, NotEstimable):
        return {"not_estimable": answer.why}
    found = answer.found
    return {
        "thresholds_searched": found.looked_at,
        "p_value_adjusted": found.p_best,
        "at": [
            {
                "threshold": one.threshold,
                "p_value_adjusted": one.p,
                **({"why_not": one.why_not} if one.why_not else {}),
            }
            for one in found.at
        ],
        "within": list(found.within),
        "n_resamples": found.n_resamples,
        "seed": SEED,
    }


def encode_looks(seen: ViewHistory) -> Json:
    """How much was looked at in the browser that exports."""
    return {
        "selections": seen.selections,
        "thresholds": seen.thresholds,
        "every_threshold": seen.every_threshold,
        "every_factor": seen.every_factor,
        "modifiers": [*seen.biomarkers, *seen.factors],
    }


def analysis_json(analysis: Analysis) -> Json:
    """The analysis as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    Times are in the endpoint's unit, survival is a share between 0 and 1. A test or difference that does
    not exist keeps its keys, with null in them; a hazard ratio that does not exist says why. Intervals
    are always pairs, with null for an end that does not exist. Every estimate has ``flags``: see
    `mirodash.text.json_values.encode_flags`.
    """
    names = format_arm_names(analysis.trial, analysis.selection)
    answer: Json = {
        "trial": {
            "name": analysis.trial.title,
            "participants": encode_count(describe_participants(analysis.trial)),
            "fingerprint": analysis.trial.fingerprint,
            "synthetic": analysis.trial.dictionary.synthetic,
        },
        **encode_disclosure(analysis.trial.min_cell),
        "selection": {"query": analysis.query},
        "question": _encode_question(analysis),
        "excluded": [{"reason": reason, "participants": encode_count(n)} for reason, n in analysis.excluded],
        "groups": [
            _encode_group(InGroup(analysis.survival, group, names)) for group in analysis.survival.groups
        ],
        "interaction": _encode_interaction(
            analysis.interaction, [group.label for group in analysis.survival.groups[1:]]
        ),
        "continuous": _encode_continuous(analysis.continuous),
        "notices": list(describe_suppression(analysis.trial)),
        "finding": _encode_finding(analysis.finding),
    }
    if analysis.stratified is not None:
        answer["stratified"] = _encode_stratified(analysis.stratified)
    if analysis.selection.declared is not None:
        stands = find_active_declaration(analysis.trial, analysis.selection) is not None
        answer["declared"] = encode_declaration(analysis.selection.declared, stands=stands)
    if analysis.searched is not None:
        answer["search"] = search_json(analysis.searched)
    if analysis.adjusted is not None:
        answer["adjusted"] = _encode_adjusted(analysis.adjusted)
    return answer


def _encode_question(analysis: Analysis) -> Json:
    """What the numbers are about: without their unit, event and arms they would be none."""
    chosen, dictionary = analysis.selection, analysis.trial.dictionary
    endpoint, marker = analysis.survival.endpoint, analysis.trial.dictionary.biomarker(chosen.biomarker)
    return {
        "endpoint": endpoint.key,
        "endpoint_label": endpoint.label,
        "time": endpoint.time,
        "event": endpoint.event,
        "event_value": endpoint.event_value,
        "unit": endpoint.unit,
        "time_origin": endpoint.origin,
        "horizon": json_number(analysis.survival.horizon),
        "up_to_horizon": analysis.selection.up_to_horizon,
        "confidence": analysis.survival.confidence,
        "arms": [
            {"arm": arm, "label": dictionary.arm_label(arm), "role": role}
            for arm, role in ((analysis.survival.control, "control"), (analysis.survival.treated, "treated"))
        ],
        "biomarker": None
        if marker is None
        else {"column": marker.column, "label": marker.label, "unit": marker.unit, "scale": marker.scale},
        "thresholds": list(chosen.thresholds or ()),
        "landmarks": list(analysis.survival.landmarks),
        "statistics": [choice.text for choice in analysis.survival.further],
        "equal_above": bool(chosen.equal_above),
        **_encode_parts(endpoint),
    }


def _encode_finding(found: Finding) -> Json:
    """The two sentences, the verdict with its reasons, and the ledger; p-values at full precision."""
    told, evidence = explain_finding(found), found.evidence
    p_values: Json = {}
    if evidence is not None:
        p_values = {
            "whole_range": json_number(evidence.whole_range),
            "threshold": json_number(evidence.threshold),
            "confirmed_by": evidence.confirmed_by,
            "constant_effect_fits": evidence.constant_fits,
        }
    return {
        "happened": unify_spaces(told.title),
        "belief": unify_spaces(told.subtitle),
        "overall": found.overall,
        "effect_modification": found.verdict.level if found.verdict else None,
        "reasons": list(found.verdict.reasons) if found.verdict else [],
        **p_values,
        "evidence": [
            {
                "name": unify_spaces(item.name),
                "result": unify_spaces(item.result),
                "says": unify_spaces(item.says),
                "cannot": unify_spaces(item.cannot),
                "supports": item.supports,
            }
            for item in list_evidence(found)
        ],
    }


def _encode_parts(endpoint: Endpoint) -> Json:
    """The entry times and the competing events of an endpoint, where it has any."""
    entry = {"entry": endpoint.entry} if endpoint.entry else {}
    other = {
        "competing": list(endpoint.competing),
        "competing_event": endpoint.other_event,
        "hazard_ratio": name_ratio(endpoint),
    }
    return entry | (other if endpoint.competing else {})


def _encode_group(told: InGroup) -> Json:
    compared, survival = told.group.comparison, told.result
    arms = ((survival.control, compared.control), (survival.treated, compared.treated))
    return {
        "label": told.group.label,
        "n": encode_count(compared.n),
        "events": encode_count(compared.events),
        "arms": [_encode_arm(name, arm, told) for name, arm in arms],
        **encode_statistics(told),
    }


def _encode_arm(name: str, arm: ArmSummary, told: InGroup) -> Json:
    return {
        "arm": name,
        "n": encode_count(arm.n),
        "events": encode_count(arm.events),
        **encode_arm_statistics(told, arm),
        "curve": {
            "time": encode_values(arm.curve.time),
            "estimate": encode_values(arm.curve.estimate),
            "lower": encode_values(arm.curve.lower),
            "upper": encode_values(arm.curve.upper),
        },
        "at_risk": {
            "time": encode_values(arm.at_risk.time),
            "at_risk": encode_counts(arm.at_risk.at_risk),
            "censored": encode_counts(arm.at_risk.censored),
            "events": encode_counts(arm.at_risk.events),
            **_encode_entered(arm.at_risk),
        },
    }


def _encode_entered(table: AtRiskTable) -> Json:
    """How many had entered by each tick, and had a competing event before it, where either can be."""
    rows = {"entered": table.entered, "competing": table.competing}
    return {name: encode_counts(row) for name, row in rows.items() if row is not None}


def _encode_interaction(
    test: RatioOfHazardRatios | InteractionTest | NotEstimable, labels: Sequence[str]
) -> Json:
    if isinstance(test, NotEstimable):
        return encode_not_estimable(test)
    if isinstance(test, InteractionTest):
        told: Json = {"p_lr": json_number(test.p_lr), "df": test.df, "flags": encode_flags()}
        if test.left_out:
            told["left_out"] = [labels[place] for place in test.left_out]
        return told if test.ratio is None else _encode_interaction(test.ratio, labels) | told
    return {
        "ratio_of_hazard_ratios": json_number(test.ratio),
        "ci": encode_pair(test.ci),
        "p_lr": json_number(test.p_lr),
        "p_wald": json_number(test.p_wald),
        "flags": encode_flags(),
    }


def _encode_continuous(effect: ContinuousInteraction | NotEstimable) -> Json:
    if isinstance(effect, NotEstimable):
        return {"scale": None, "coef": None, "se": None, "p_lr": None, "flags": encode_flags(reason=effect)}
    return {
        "scale": effect.scale,
        "coef": json_number(effect.coef),
        "se": json_number(effect.se),
        "p_lr": json_number(effect.p_lr),
        "flags": encode_flags(),
    }


def _encode_stratified(within: EffectWithinStrata) -> Json:
    cox = within.effect.cox
    return {
        "by": list(within.by),
        "logrank": encode_test(within.effect.logrank),
        "cox": encode_not_estimable(cox) if isinstance(cox, NotEstimable) else encode_hazard_ratio(cox),
        "missing": encode_count(within.missing),
    }


def _encode_adjusted(found: AdjustedEffect) -> Json:
    """All participants, and every group under ``groups``; ``missing`` counts those without each column."""
    asked = found.adjustment
    return {
        "covariates": [covariate.column for covariate in asked.covariates],
        "scales": {covariate.column: covariate.scale for covariate in asked.covariates},
        "strata": list(asked.strata),
        "strata_named_by": ("dictionary" if asked.is_default else "reader") if asked.strata else None,
        **_adjusted_group(found.overall),
        "groups": [{"label": group.label, **_adjusted_group(group)} for group in found.groups[1:]],
    }


def _adjusted_group(group: AdjustedGroup) -> Json:
    return {
        **_adjusted_ratio(group.adjusted),
        "n": encode_count(group.participants),
        "events": encode_count(group.events),
        "left_out": encode_count(group.left_out),
        "missing": {column: encode_count(n) for column, n in group.missing},
        # asked for, but the same for everybody here, so not in the model
        **({"constant": list(group.constant)} if group.constant else {}),
        # fixed by treatment and the covariates before them: R's coefficient is NA
        "collinear": [name.removeprefix("covariate ").strip("'") for name in group.dropped],
        "without_events": encode_count(group.idle),
    }


def _adjusted_ratio(ratio: AdjustedHazardRatio | NotEstimable) -> Json:
    if isinstance(ratio, NotEstimable):
        return encode_not_estimable(ratio)
    numbers = {"hr": ratio.hr, "coef": ratio.coef, "se": ratio.se, "p": ratio.p}
    shown = {name: json_number(value) for name, value in numbers.items()}
    return {**shown, "ci": encode_pair(ratio.ci), "flags": encode_flags()}


def encode_numbers(trial: Trial, selection: Selection, *, looked: ViewHistory, on: date) -> Json:
    """The analysis as `analysis_json` has it, and what belongs to the browser and the day.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return {
        **analysis_json(analyze(trial, selection)),
        "looks": encode_looks(looked),
        "made": {"program": "MiroDash", "version": __version__, "date": on.isoformat()},
    }


def scan_json(scan: ThresholdScan, *, min_cell: int = 0) -> Json:
    """The scan as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    ``candidate`` tells where the search looked, ``p_value_adjusted`` of a threshold allows for all of
    them, ``envelope`` is what the largest ``|score_z|`` exceeds by chance alone in 5 % of trials.
    ``min_cell`` is that of the trial, whose scan hides counts below it.
    """
    return {
        **encode_disclosure(min_cell),
        "thresholds": [_threshold(scan, k) for k in range(scan.thresholds.size)],
        "equal_above": scan.equal_above,
        "best_threshold": json_number(scan.best_threshold),
        "p_value_adjusted": json_number(scan.p_value_adjusted),
        "n_resamples": scan.n_resamples,
        "seed": scan.seed,
        "envelope": json_number(scan.envelope),
    }


def _threshold(scan: ThresholdScan, k: int) -> Json:
    p = scan.p_value_adjusted_at
    return {
        "threshold": float(scan.thresholds[k]),
        "below": {
            "n": encode_count(int(scan.n_below[k])),
            "events": encode_count(int(scan.events_below[k])),
            "hr": json_number(scan.hazard_ratio_below[k]),
            "se": json_number(scan.standard_error_below[k]),
        },
        "above": {
            "n": encode_count(int(scan.n_above[k])),
            "events": encode_count(int(scan.events_above[k])),
            "hr": json_number(scan.hazard_ratio_above[k]),
            "se": json_number(scan.standard_error_above[k]),
        },
        "interaction_z": json_number(scan.interaction_z[k]),
        "candidate": bool(scan.candidate[k]),
        "score_z": json_number(scan.score_z[k]),
        "p_value_adjusted": None if p is None else json_number(p[k]),
    }
