"""What a search over thresholds is worth, in sentences that never turn no evidence into evidence of none."""

from __future__ import annotations

from mirodash.analysis.threshold_scan import SHARES
from mirodash.survival.max_statistic import LEAST_EVENTS, LEAST_PARTICIPANTS, SHARE_SIZE
from mirodash.survival.results import ThresholdScan
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.numbers import count, p_value, percent

RESAMPLES = SHARES * SHARE_SIZE
SURPRISING = 0.05
"""The search stands out when luck does as well in fewer trials than this; the envelope has the same level."""
LABEL = "Searching over thresholds"
INSIDE = "95 % of trials without dependence stay inside"
NOT_WHERE = "Where a line should be drawn they say less well."
NOTHING_TO_SEARCH = (
    f"No threshold leaves at least {LEAST_PARTICIPANTS} participants and {LEAST_EVENTS} events on each side, "
    "so there is nothing to search."
)


def progress(resamples: int) -> str:
    """How far the resampling is.

    >>> progress(4500), progress(10_000)
    ('4,500 of 10,000 resamples so far', '10,000 resamples')
    """
    if resamples < RESAMPLES:
        return f"{count(resamples)} of {count(RESAMPLES)} resamples so far"
    return f"{count(resamples)} resamples"


def verdict(p: float, biomarker: Biomarker) -> str:
    """What a search is worth as a whole, as a sentence."""
    if p >= SURPRISING:
        return (
            f"The search finds no threshold that stands out from luck: the data do not show that the effect "
            f"depends on {biomarker.short}, nor that it does not."
        )
    return (
        f"Even allowing for the search, this is more than luck would easily do: the data suggest that the "
        f"effect depends on {biomarker.short}. {NOT_WHERE}"
    )


def luck(p: float, looked_at: int) -> str:
    """A search-corrected p-value as what it means.

    >>> luck(0.999, 176)
    'By luck alone one of 176 thresholds looks at least this good in nearly all trials.'
    """
    share = "fewer than 1 in 100 trials" if p < 0.01 else f"{percent(p)} of trials"
    if p > 0.99:
        share = "nearly all trials"
    return f"By luck alone one of {count(looked_at)} thresholds looks at least this good in {share}."


def p_at(scan: ThresholdScan, place: int) -> list[str]:
    """The corrected p-value of one threshold, if there is one."""
    if scan.p_value_adjusted_at is None:
        return []
    return [f"{LABEL.lower()}, {p_value(float(scan.p_value_adjusted_at[place]))}"]
