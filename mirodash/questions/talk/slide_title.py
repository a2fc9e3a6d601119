"""Slide title: what a picture shows as one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mirodash.questions.effect_along_biomarker import simultaneous_band
from mirodash.questions.finding import are_few_enough_to_search
from mirodash.questions.group_interaction import EffectPerStep, effect_per_step
from mirodash.questions.statistics.absolute import choose_survival_decimals, format_shares_of_arms
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup, at_horizon
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.progression_words import write_progression_title
from mirodash.questions.talk.slide_data import (
    BaselinePicture,
    EffectPicture,
    FindingPicture,
    ForestPicture,
    GroupsPicture,
    Pictured,
    SearchPicture,
    SurvivalPicture,
)
from mirodash.questions.threshold_evidence import Searched, find_threshold_evidence, most_telling
from mirodash.questions.thresholds.threshold_scan import ALPHA
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import side_words
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.survival.results import (
    ArmComparison,
    Difference,
    EffectCurve,
    HazardRatio,
    NotEstimable,
    SimultaneousBand,
    SurvivalAt,
)
from mirodash.text.labels import ArmNames, format_arm_names, format_list, lower_first, name_ratio, one_line
from mirodash.text.numbers import (
    count,
    format_bare_value,
    format_biomarker_value,
    format_hazard_ratio,
    format_number,
    format_p_value,
    format_threshold,
    format_time_point,
)
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

MAX_ARM_LENGTH = 24
MAX_GROUP_LENGTH = 40
MAX_STATE_LENGTH = 24
MAX_MARKER_LENGTH = 20
MAX_TITLE_LENGTH = 120
NOT_ESTABLISHED = "difference not established"
MAX_GROUPS_LENGTH = 112
"""Letters of a title about all groups that fit on two lines."""
ENDS = (0.1, 0.9)
MAX_CROSSINGS = 2
MIN_CONFIDENCE = 0.95
"""A narrower interval, which a reader can choose, must not make a title bolder."""


def write_slide_title(trial: Trial, selection: Selection, answer: Pictured) -> str:
    """The sentence that stands over a picture unless somebody writes another one.

    It gives what was estimated, and says so where the interval leaves the direction open. It holds for the
    data in view; how they were chosen stands in the footer.

    Parameters
    ----------
    trial, selection
        The view.
    answer : Pictured
        What is shown of it.
    """
    chosen = reduce_to_canonical(trial, selection)
    is_part = bool(chosen.filters) or chosen.sites is not None
    if isinstance(answer, SurvivalPicture):
        whom = _whom(answer, randomised=trial.participants, is_part=is_part)
        judged = survival_by_group(trial, _judging(selection)).groups[answer.place].comparison
        return _describe_survival(answer, judged, shorten_names(trial, selection), whom)
    if isinstance(answer, FindingPicture | NotEstimable):
        return answer.conclusion if isinstance(answer, FindingPicture) else answer.why
    if isinstance(answer, GroupsPicture):
        told = _describe_groups(trial, selection, answer)
    elif isinstance(answer, BaselinePicture):
        told = _describe_baseline(answer)
    elif isinstance(answer, EffectPicture):
        told = _describe_effect(trial, selection, answer)
    elif isinstance(answer, SearchPicture):
        told = _search(answer)
    elif isinstance(answer, ForestPicture):
        told = _describe_forest(answer, name_ratio(answer.found.endpoint))
    else:
        names = shorten_names(trial, selection)
        return write_progression_title(trial, _judging(selection), answer, names, is_part=is_part)
    return f"Among those selected, {lower_first(told)}" if is_part else told


def _judging(selection: Selection) -> Selection:
    """The view by whose intervals a title is judged."""
    return replace(selection, confidence=max(selection.confidence, MIN_CONFIDENCE))


def shorten_names(trial: Trial, selection: Selection) -> ArmNames:
    """The arms as a sentence on a slide has room for them: ``IL-2`` and ``placebo``."""
    names = format_arm_names(trial, selection)
    treated, control = (
        lower_first(one_line(name, MAX_ARM_LENGTH)) for name in (names.treated, names.control)
    )
    return replace(names, treated=treated, control=control)


def _describe_survival(answer: SurvivalPicture, judged: ArmComparison, names: ArmNames, whom: str) -> str:
    compared, result = answer.group.written, answer.result
    treated, control = compared.treated.survival_at, compared.control.survival_at
    if treated is None or control is None:
        only = names.control if treated is None else names.treated
        return f"{whom}, everybody is on {only}: the arms cannot be compared"
    if treated.estimate is None or control.estimate is None:
        return f"{whom}, {_describe_beyond_follow_up(answer.result, treated, control, names)}"
    state = one_line(result.endpoint.state, MAX_STATE_LENGTH)
    # a title that is judged by wider intervals has no more decimals than they need
    places = choose_survival_decimals((judged.treated.survival_at, judged.control.survival_at))
    first, second = format_shares_of_arms(treated, control, decimals=places)
    told = (
        f"{whom}, {first} were {state} at {at_horizon(result)} on {names.treated} "
        f"and {second} on {names.control}"
    )
    if result.endpoint.competing:
        event = one_line(result.endpoint.event_word, MAX_STATE_LENGTH)
        told = (
            f"{whom}, the cumulative incidence of {event} at {at_horizon(result)} was {first} on "
            f"{names.treated} and {second} on {names.control}"
        )
    if _is_established(judged):
        return told
    room = len(told) + len(NOT_ESTABLISHED) < MAX_TITLE_LENGTH
    return f"{told}: {NOT_ESTABLISHED if room else NOT_ESTABLISHED.removeprefix('difference ')}"


def _describe_groups(trial: Trial, selection: Selection, answer: GroupsPicture) -> str:
    """Survival of both arms in every group, and what the difference between the groups is worth."""
    result, names = answer.result, shorten_names(trial, selection)
    shares = [_write_shares(group) for group in answer.groups]
    measured = f"{one_line(result.endpoint.without, MAX_STATE_LENGTH).capitalize()} at {at_horizon(result)}"
    if result.endpoint.competing:
        event = one_line(result.endpoint.event_word, MAX_STATE_LENGTH)
        measured = f"Cumulative incidence of {event} at {at_horizon(result)}"
    told = (
        f"{measured} on {names.treated} v {names.control}: {_join_shares(trial, selection, answer, shares)}"
    )
    worth = _judge_difference(trial, selection)
    room = len(told) + 2 + len(worth) <= MAX_GROUPS_LENGTH
    return f"{told}: {worth if room else worth.removeprefix('difference ')}"


def _write_shares(group: GroupSurvival) -> str:
    """``75 % v 60 %`` at the horizon."""
    treated, control = group.written.treated.survival_at, group.written.control.survival_at
    if treated is None or control is None:
        return "one arm alone"
    shares = format_shares_of_arms(treated, control)
    return " v ".join(dict.fromkeys(shares) if treated.estimate is control.estimate is None else shares)


def _join_shares(trial: Trial, selection: Selection, answer: GroupsPicture, shares: Sequence[str]) -> str:
    """The shares with their groups; of many groups in the order of the biomarker, which names them all."""
    labels = [one_line(group.label, MAX_GROUP_LENGTH) for group in answer.groups]
    if len(shares) == 2 and not answer.skipped:
        _, above = side_words(equal_above=bool(resolve(trial, selection).equal_above))
        return f"{shares[0]} with {labels[0]}, {shares[1]} {above}"
    if len(shares) < 3:
        return ", ".join(f"{share} with {label}" for share, label in zip(shares, labels, strict=True))
    return f"{format_list(list(shares))} from the lowest to the highest group"


def _judge_difference(trial: Trial, selection: Selection) -> str:
    """Whether the groups differ, judged by the declaration or by the search over all thresholds."""
    if not are_few_enough_to_search(trial, selection):
        return NOT_ESTABLISHED
    found = find_threshold_evidence(trial, selection)
    if not isinstance(found, Searched):
        return NOT_ESTABLISHED
    if found.own is not None:
        p = None if isinstance(found.own, NotEstimable) else found.own.p_lr
    else:
        p_values = [one.p for one in found.found.at]
        p = (
            None
            if None in p_values
            else max((value for value in p_values if value is not None), default=None)
        )
    if p is None or p >= ALPHA:
        return NOT_ESTABLISHED
    return "the data suggest a difference"


def _describe_baseline(answer: BaselinePicture) -> str:
    """How far apart the arms are at baseline, among all participants; no characteristic is named."""
    known = [row.differences[0] for row in answer.found.rows]
    apart = [difference for difference in known if difference is not None]
    page = f" ({answer.page} of {answer.pages})" if answer.pages > 1 else ""
    if not apart:
        return f"Baseline characteristics by arm{page}"
    most = format_number(max(apart), 2)
    return f"At baseline the arms differ by at most {most} standard deviations{page}"


def _describe_beyond_follow_up(
    result: SurvivalByGroup, treated: SurvivalAt, control: SurvivalAt, names: ArmNames
) -> str:
    """That the arms cannot be compared at the horizon, and after which time on which arm."""
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    ended = [
        f"on {name} after {format_time_point(at.followed_to * scale, result.unit)}"
        for name, at in ((names.treated, treated), (names.control, control))
        if at.followed_to is not None
    ]
    state = one_line(result.endpoint.state, MAX_STATE_LENGTH)
    return f"the share {state} at {at_horizon(result)} is not estimable {' and '.join(ended)}"


def _whom(answer: SurvivalPicture, *, randomised: int, is_part: bool) -> str:
    group, n = answer.group, answer.group.comparison.n
    people = f"{count(n)} {'participant' if n == 1 else 'participants'}{' selected' if is_part else ''}"
    if group.lower is not None or group.upper is not None:
        which = f"With {one_line(group.label, MAX_GROUP_LENGTH)}"
        return f"{which}, of {people}" if is_part else which
    return f"Of all {people}" if n == randomised > 1 and not is_part else f"Of {people}"


def _is_established(compared: ArmComparison) -> bool:
    """Whether neither the hazard ratio nor the difference that is named may as well point the other way."""
    cox, apart = compared.cox, compared.survival_difference
    if isinstance(apart, Difference) and apart.ci[0] <= 0 <= apart.ci[1]:
        return False
    if isinstance(cox, HazardRatio):
        return not cox.ci[0] <= 1 <= cox.ci[1]
    if cox.firth is None:
        return False
    low, high = cox.firth.ci
    return (low is not None and low > 1) or (high is not None and high < 1)


def _describe_effect(trial: Trial, selection: Selection, answer: EffectPicture) -> str:
    biomarker, curve = answer.effect.biomarker, answer.effect.curve
    quantiles = dict(answer.spread.quantiles)
    if biomarker is None or isinstance(curve, NotEstimable) or not quantiles:
        return curve.why if isinstance(curve, NotEstimable) else "No participant has this biomarker."
    low, high = (quantiles[share] for share in ENDS)
    first, last = (int(np.abs(curve.biomarker - value).argmin()) for value in (low, high))
    start, end = (format_hazard_ratio(float(curve.hazard_ratio[place])) for place in (first, last))
    short, ratio = one_line(biomarker.short, MAX_MARKER_LENGTH), format_arm_names(trial, selection).ratio
    judging = _judging(selection)
    whole = answer.whole if judging == selection else simultaneous_band(trial, judging)
    flatness = _describe_flatness(whole, effect_per_step(trial, judging))
    return (
        f"The {ratio} goes from {start} at {short} {format_bare_value(biomarker, low)} to {end} at "
        f"{_describe_value(biomarker, high)}{_through(biomarker, curve, first, last)}{flatness}"
    )


def _describe_value(biomarker: Biomarker, value: float) -> str:
    return one_line(format_biomarker_value(biomarker, value), MAX_GROUP_LENGTH)


def _through(biomarker: Biomarker, curve: EffectCurve, first: int, last: int) -> str:
    """Where the curve passes 1 between the places named; beyond them hardly anybody is."""
    above = curve.hazard_ratio[first : last + 1] > 1
    changes = (np.flatnonzero(above[1:] != above[:-1]) + 1 + first).tolist()
    if not changes:
        return ""
    if len(changes) > MAX_CROSSINGS:
        return f", passing 1 {count(len(changes))} times"
    return (
        ", passing 1 near "
        f"{format_list([format_bare_value(biomarker, float(curve.biomarker[k])) for k in changes])}"
    )


def _describe_flatness(band: SimultaneousBand | NotEstimable, step: EffectPerStep | NotEstimable) -> str:
    """Whether the effect may as well be the same everywhere.

    The band that holds the whole curve and the change for each step may disagree, as the one allows for any
    shape and the other for a straight one; no more is said then than what the band says.
    """
    flat = isinstance(band, NotEstimable) or float(band.lower.max()) <= float(band.upper.min())
    if flat and (isinstance(step, NotEstimable) or step.ci[0] <= 1 <= step.ci[1]):
        return ": change not established"
    return "; a flat line also fits" if flat else "; a flat line does not fit"


def _search(answer: SearchPicture) -> str:
    found, biomarker = answer.searched.found, answer.searched.biomarker
    short = one_line(biomarker.short, MAX_MARKER_LENGTH)
    if found.p_best is None:
        return f"Too few participants and events to search for a threshold of {short}"
    looked = f"all {count(found.looked_at)} thresholds" if found.looked_at > 1 else "the only threshold"
    allowing = f"Allowing for {looked} of {short}"
    stands = found.p_best < ALPHA
    best = f"{'the best exceeds chance' if stands else 'not even the best exceeds chance'}"
    told = f"{allowing}, {best} ({format_p_value(found.p_best)})"
    return told + _of_those_in_view(answer.searched) if stands else told


def _of_those_in_view(answer: Searched) -> str:
    """What the search leaves of the thresholds in view, lest they pass for the best; never a second p-value.

    A declared threshold was not searched for: its own test stands beside the picture.
    """
    here = most_telling(answer)
    if here is None or here.threshold == answer.best or answer.own is not None:
        return ""
    place = one_line(format_threshold(answer.biomarker, here.threshold), MAX_GROUP_LENGTH)
    if here.p is not None and here.p < ALPHA:
        return f", and so does {place}"
    return "; none in view is established" if len(answer.found.at) > 1 else f"; {place} is not established"


def _describe_forest(answer: ForestPicture, ratio: str) -> str:
    """How many rows there are and how far they spread; no row is named, for one row is no finding."""
    overall = answer.found.overall.cox
    rows = [row for factor in answer.found.factors for row in factor.levels]
    page = f" ({answer.page} of {answer.pages})" if answer.pages > 1 else ""
    if isinstance(overall, NotEstimable):
        return f"{one_line(overall.why).rstrip('.')}{page}"
    ratios = [row.cox for row in rows if isinstance(row.cox, HazardRatio)]
    whole = f"the overall {format_hazard_ratio(overall.hr)}"
    if not ratios:
        return f"No subgroup can be set against {whole.replace('overall', f'overall {ratio}')}{page}"
    reach = [format_hazard_ratio(end(cox.hr for cox in ratios)) for end in (min, max)]
    inside = sum(cox.ci[0] <= overall.hr <= cox.ci[1] for cox in ratios)
    which = "all" if inside == len(ratios) else f"{count(inside)} of {count(len(ratios))}"
    number = f"{count(len(ratios))} {'subgroup' if len(ratios) == 1 else 'subgroups'}"
    return f"In {number} {ratio}s go from {reach[0]} to {reach[1]}; {which} intervals include {whole}{page}"
