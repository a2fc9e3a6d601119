"""What the biomarker tells before and after allowing for prognosis, in words and numbers."""

from __future__ import annotations

from mirodash.analysis.prognosis import BiomarkerAndPrognosis
from mirodash.survival.adjusted import PrognosisAdjusted, Ratio
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.adjusted import covariate_name, missing_values
from mirodash.wording.differing import step_in_words
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.labels import listed
from mirodash.wording.numbers import count, estimate_with_interval, hazard_ratio, interval

SAME_PEOPLE = "Both are of the same people, and their intervals are not corrected for any search."
NAMED = 4
"""As many factors are named in a line; of more the table names the rest."""


def prognosis_in_words(trial: Trial, answer: BiomarkerAndPrognosis, treated: str) -> Explanation:
    """Everything said about one biomarker as prognosis and as modifier of the effect of treatment."""
    short = answer.biomarker.short
    title = f"{short} and prognosis"
    if isinstance(answer.found, NotEstimable):
        return Explanation(title, "", f"{answer.found.why} {_left_out(trial, answer)}".strip())
    found, step = answer.found, f"per {step_in_words(answer.step, answer.biomarker)} of {short}"
    names, level = _factors(trial, answer), answer.confidence
    rows = (
        (f"Hazard {step}", found.alone, found.adjusted),
        (f"Hazard ratio of {treated} {step}", found.predictive_alone, found.predictive_adjusted),
    )
    said = (_as_prognosis(found, short), _as_modifier(found, short), SAME_PEOPLE, _left_out(trial, answer))
    return Explanation(
        title=title,
        subtitle=f"{count(found.participants)} participants · prognosis from {_some(names)}",
        sentence=" ".join(filter(None, said)),
        facts=tuple(_fact(label, before, after, level) for label, before, after in rows),
        tables=(
            Table(
                f"{short} before and after allowing for prognosis: {listed(names)}",
                ("Ratio", "Alone", "After prognosis"),
                tuple((label, _cell(before, level), _cell(after, level)) for label, before, after in rows),
            ),
        ),
    )


def _some(names: list[str]) -> str:
    """All of a few names, or the first of many; the table names every one."""
    if len(names) <= NAMED:
        return listed(names)
    return f"{', '.join(names[: NAMED - 1])} and {count(len(names) - NAMED + 1)} more"


def _factors(trial: Trial, answer: BiomarkerAndPrognosis) -> list[str]:
    used = [item for item in answer.factors if item.column not in answer.constant]
    return [covariate_name(trial, item.column, item.scale) for item in used]


def _as_prognosis(found: PrognosisAdjusted, short: str) -> str:
    """Whether it says something of its own; what is not shown is not denied."""
    if isinstance(found.alone, NotEstimable) or isinstance(found.adjusted, NotEstimable):
        return ""
    if _excludes_one(found.adjusted):
        return (
            f"Also among people alike in these factors {short} goes with survival: it tells what they do not."
        )
    if _excludes_one(found.alone):
        return f"Among people alike in these factors that is not established: {short} may stand in for them."
    return f"That {short} goes with survival is not established, alone or beside these factors."


def _as_modifier(found: PrognosisAdjusted, short: str) -> str:
    before, after = found.predictive_alone, found.predictive_adjusted
    if isinstance(before, NotEstimable) or isinstance(after, NotEstimable):
        return ""
    if _excludes_one(before) and not _excludes_one(after):
        return f"With prognosis allowed for, the data no longer show that the effect changes with {short}."
    if _excludes_one(before):
        return f"Allowing for prognosis leaves the difference by {short} standing."
    return f"The data show neither that the effect changes with {short} nor that it does not."


def _excludes_one(ratio: Ratio) -> bool:
    return ratio.ci[0] > 1 or ratio.ci[1] < 1


def _cell(ratio: Ratio | NotEstimable, confidence: float) -> str:
    if isinstance(ratio, NotEstimable):
        return "not estimable"
    return f"× {estimate_with_interval(ratio.ratio, ratio.ci, confidence)}"


def _fact(label: str, before: Ratio | NotEstimable, after: Ratio | NotEstimable, confidence: float) -> Fact:
    """Before and after in one line: the change is what it is about."""
    value = " → ".join(
        "not estimable" if isinstance(ratio, NotEstimable) else f"× {hazard_ratio(ratio.ratio)}"
        for ratio in (before, after)
    )
    details = [
        f"{when}: {ratio.why}"
        if isinstance(ratio, NotEstimable)
        else f"{when} {interval(ratio.ci, confidence)}"
        for when, ratio in (("alone", before), ("after prognosis", after))
    ]
    return Fact(label, value, "; ".join(details))


def _left_out(trial: Trial, answer: BiomarkerAndPrognosis) -> str:
    if not answer.left_out:
        return ""
    lack = "lacks a value and is" if answer.left_out == 1 else "lack a value and are"
    return f"{count(answer.left_out)} {lack} left out: {missing_values(trial, answer.missing)}."
