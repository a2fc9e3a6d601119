"""Progression as JSON: every number at full precision, null or a reason where none exists."""

from __future__ import annotations

from typing import Any

from mirodash.export.analysis_json import encode_disclosure
from mirodash.longitudinal.death_then_function import DeathThenFunction, WinRatio
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.longitudinal.slopes import Lines, Slowing
from mirodash.longitudinal.visits import VisitSummary
from mirodash.questions.progression.measured import ArmSlopes, GroupProgression, Progression, VisitsOfArms
from mirodash.questions.progression.slope_search import SlopesSearched
from mirodash.questions.progression.words import list_directions
from mirodash.questions.thresholds.threshold_scan import SEED
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.json_values import Json, encode_count, json_number
from mirodash.text.small_counts import describe_participants
from mirodash.trial.trial import Trial


def progression_json(
    trial: Trial, selection: Selection, answer: Progression, searched: SlopesSearched | NotEstimable | None
) -> Json:
    """The answer as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    Slopes are in the measurement's unit per month or year (``per``), visits in days. An estimate that does
    not exist is ``{"not_estimable": why}``. Only ``search`` has p-values, which allow for having looked.
    """
    measure = answer.measure
    return {
        "trial": {
            "name": trial.title,
            "participants": encode_count(describe_participants(trial)),
            "fingerprint": trial.fingerprint,
            "measurements": trial.measured,
            "synthetic": trial.dictionary.synthetic,
        },
        **encode_disclosure(trial.min_cell),
        "selection": {"query": reduce_to_canonical(trial, selection).to_query()},
        "measure": {
            "key": measure.key,
            "label": measure.label,
            "unit": measure.unit,
            "direction": measure.direction or None,
            "kind": measure.kind,
        },
        "per": answer.per.removesuffix("s"),
        "death": {"endpoint": answer.endpoint.key, "horizon_days": answer.horizon},
        "confidence": answer.confidence,
        "groups": [_encode_group(answer, group) for group in answer.groups],
        "interaction": None if answer.interaction is None else encode_contrast(answer.interaction),
        "models": {"overall": _encode_model(answer.overall_lines), "groups": _encode_model(answer.lines)},
        "search": _encode_search(searched),
        # they count single participants
        "notices": [] if trial.min_cell else list(trial.notices),
    }


def _encode_group(answer: Progression, group: GroupProgression) -> Json:
    return {
        "label": group.label,
        "lower": json_number(group.lower),
        "upper": json_number(group.upper),
        "participants": {
            name: encode_count(number)
            for name, number in zip(("control", "treated"), group.participants, strict=True)
        },
        "had_nobody_died": _encode_slopes(group.slopes),
        "death_as_worst_outcome": _encode_pairs(answer, group.pairs),
        "while_alive": _encode_visits(group.visits),
        "death_alone": _encode_death(group.death),
        "directions": dict(list_directions(answer, group)),
    }


def encode_contrast(found: Contrast | NotEstimable) -> Json:
    """Estimate, standard error and interval; an uncorrected p-value stands beside no threshold."""
    if isinstance(found, NotEstimable):
        return {"not_estimable": found.why}
    return {"estimate": found.estimate, "se": found.se, "ci": list(found.ci)}


def _encode_slopes(slopes: ArmSlopes) -> Json:
    slower = slopes.slowing
    return {
        "method": "mixed model, random intercept and slope, REML, normal interval",
        "slope": {"control": encode_contrast(slopes.control), "treated": encode_contrast(slopes.treated)},
        "difference": encode_contrast(slopes.difference),
        "slower_by": {"share": slower.share, "ci": list(slower.ci), "method": "Fieller"}
        if isinstance(slower, Slowing)
        else {"not_estimable": slower.why},
    }


def _encode_pairs(answer: Progression, pairs: DeathThenFunction | NotEstimable) -> Json:
    if isinstance(pairs, NotEstimable):
        return {"not_estimable": pairs.why}
    ratio = pairs.win_ratio
    counts: dict[str, Any] = {
        "wins": pairs.wins,
        "losses": pairs.losses,
        "ties": pairs.ties,
        "by_death": pairs.by_death,
        "by_function": pairs.by_function,
        "left_out": {"control": pairs.unknown[0], "treated": pairs.unknown[1]},
    }
    return {
        "rule": pairs.rule,
        **({} if answer.min_cell else counts),
        "mean_rank": {"control": pairs.mean_rank[0], "treated": pairs.mean_rank[1]},
        "probability": pairs.probability,
        "net_benefit": {"estimate": pairs.net_benefit, "ci": list(pairs.net_benefit_ci)},
        "win_odds": json_number(pairs.win_odds),
        "win_ratio": {"estimate": ratio.ratio, "ci": list(ratio.ci)}
        if isinstance(ratio, WinRatio)
        else {"not_estimable": ratio.why},
    }


def _encode_visits(visits: tuple[VisitsOfArms, ...] | NotEstimable) -> Json:
    if isinstance(visits, NotEstimable):
        return {"not_estimable": visits.why}
    return {"visits": [_encode_phase(each) for each in visits]}


def _encode_phase(visits: VisitsOfArms) -> Json:
    arms = {"control": _encode_arm(visits.control), "treated": _encode_arm(visits.treated)}
    return {"phase": visits.phase or None, **arms}


def _encode_arm(arm: VisitSummary) -> Json:
    numbers = {name: getattr(arm, name) for name in ("mean", "sd", "lower", "upper")}
    counts = {name: getattr(arm, name) for name in ("measured", "not_measured", "dead", "not_followed")}
    return {
        "participants": arm.participants,
        "day": arm.visits.tolist(),
        **{name: [json_number(value) for value in values.tolist()] for name, values in numbers.items()},
        **{name: [encode_count(number) for number in values.tolist()] for name, values in counts.items()},
    }


def _encode_death(death: HazardRatio | NotEstimable) -> Json:
    if isinstance(death, NotEstimable):
        return {"not_estimable": death.why}
    return {"hazard_ratio": death.hr, "ci": list(death.ci)}


def _encode_model(lines: Lines | NotEstimable) -> Json:
    if isinstance(lines, NotEstimable):
        return {"not_estimable": lines.why}
    model = lines.model
    return {
        "participants": model.participants,
        "measurements": model.measurements,
        "log_likelihood": model.log_likelihood,
        "variance": {
            "intercept": model.variance_intercept,
            "intercept_slope": model.covariance_random,
            "slope": model.variance_slope,
            "residual": model.variance_residual,
        },
    }


def _encode_search(searched: SlopesSearched | NotEstimable | None) -> Json | None:
    if searched is None:
        return None
    if isinstance(searched, NotEstimable):
        return {"not_estimable": searched.why}
    return {
        "thresholds_searched": searched.found.looked_at,
        "best_threshold": json_number(searched.best),
        "p_value_adjusted": json_number(searched.found.p_best),
        "at": [
            {"threshold": one.threshold, "p_value_adjusted": json_number(one.p)} for one in searched.found.at
        ],
        "n_resamples": searched.found.n_resamples,
        "seed": SEED,
    }
