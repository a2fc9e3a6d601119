"""Whether the effect differs by any factor: the tests a reader asked for, with how many there were."""

from __future__ import annotations

from mirodash.analysis.factor_interactions import FactorInteractions, TestedFactor
from mirodash.survival.results import NotEstimable
from mirodash.wording.explanation import Explanation, Table
from mirodash.wording.numbers import count, p_value, percent, quantity

TITLE = "Does the effect differ by any factor?"
LEVEL = 0.05
HEADER = ("Factor", "df", "Interaction", "Holm-adjusted")


def interactions_in_words(found: FactorInteractions) -> Explanation:
    """One test for each factor, what luck alone would find among so many, and which is not here."""
    return Explanation(
        title=TITLE,
        subtitle=_how_many(found.tested),
        sentence=" ".join(part for part in (_luck(found), _not_here(found)) if part),
        tables=(Table("Likelihood-ratio test of treatment × factor", HEADER, _rows(found)),),
    )


def _how_many(tested: int) -> str:
    return f"{count(tested)} {'factor' if tested == 1 else 'factors'} tested"


def _luck(found: FactorInteractions) -> str:
    if not found.tested:
        return "No factor has two levels with events in both arms."
    if found.tested == 1:
        return f"If nothing differs, the smallest p falls below {LEVEL} in {percent(found.chance)} of trials."
    told = (
        f"Among {count(found.tested)} factors at least one p falls below {LEVEL} by luck in "
        f"{percent(found.chance)} of trials in which nothing differs (1 − 0.95 to the power of "
        f"{count(found.tested)}, as if they were independent). "
    )
    adjusted = [item.p_adjusted for item in found.factors if item.p_adjusted is not None]
    if min(adjusted) >= LEVEL:
        return f"{told}Adjusted for their number, no difference is established; small trials miss real ones."
    return f"{told}Read the adjusted column."


def _not_here(found: FactorInteractions) -> str:
    if not found.searched:
        return ""
    return (
        f"{found.searched} is not among them: its threshold can be dragged, which is a search with a test of "
        "its own on the Thresholds page. Declare where it was fixed beforehand, and it is tested here."
    )


def _rows(found: FactorInteractions) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(item) for item in found.factors)


def _row(item: TestedFactor) -> tuple[str, ...]:
    test = item.found.test
    if isinstance(test, NotEstimable):
        return (item.label, "", test.why, "")
    adjusted = p_value(item.p_adjusted) if item.p_adjusted is not None else ""
    return (_named(item), quantity(test.df, 0), p_value(test.p), adjusted)


def _named(item: TestedFactor) -> str:
    """The factor, and how many people stand in levels that cannot be compared."""
    left = item.found.left_out
    if not left:
        return item.label
    return f"{item.label} (without {count(left)} in levels with no events in an arm)"
