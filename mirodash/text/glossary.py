"""Glossary: every term of the pages with its definition, for the tooltips and a page of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A term, what it means, and how the labels begin beside which it is explained (in lower case)."""

    name: str
    definition: str
    labels: tuple[str, ...] = ()


TERMS: tuple[Term, ...] = (
    Term(
        "Hazard ratio",
        "How many times as often the event happens per unit of time on the treated arm as on the control "
        "arm. Below 1 favours the treated arm, above 1 the control arm, and 1 is no difference. It compares "
        "rates, not the share of participants who live longer.",
        ("hazard ratio", "overall"),
    ),
    Term(
        "Cause-specific hazard ratio",
        "The hazard ratio of this event alone, where another one can come first: how often it happens among "
        "those who have had neither. It does not tell how many ever have it; the cumulative incidence does.",
        ("cause-specific hazard ratio",),
    ),
    Term(
        "Cumulative incidence",
        "The share of participants who have had the event by a time, where another event can come first "
        "(Aalen–Johansen). The time lost is the area under it: how much time the event takes "
        "on average up to the horizon.",
        ("with the event at", "time lost"),
    ),
    Term(
        "Gray's test",
        "Whether the cumulative incidences of the arms differ, over all follow-up. The log-rank test "
        "compares cause-specific hazards instead, and the two can disagree.",
        ("gray's test",),
    ),
    Term(
        "Confidence interval (CI)",
        "The values that are compatible with the data. A 95 % CI that includes 1 (for a ratio) or 0 (for "
        "a difference) leaves open which arm did better.",
    ),
    Term(
        "Survival at the horizon",
        "The estimated share of participants without the event at that time (Kaplan–Meier). Those whose "
        "follow-up ended earlier count for as long as they were followed.",
        ("alive at", "recurrence-free at", "event-free at"),
    ),
    Term(
        "Number needed to treat",
        "How many participants would be treated, instead of given the control, for one more to be without "
        "the event at the horizon: 1 divided by the difference in survival. Given only where the interval of "
        "the difference leaves out 0.",
        ("number needed to treat",),
    ),
    Term(
        "Restricted mean",
        "The mean time without the event up to the horizon: the area under the survival curve. The "
        "difference of two arms is the time gained on average by then.",
        ("restricted mean",),
    ),
    Term(
        "Median",
        "The time by which half of the participants had the event; not reached where fewer than half had it.",
        ("median",),
    ),
    Term(
        "Threshold",
        "A value of the biomarker that splits participants into a lower and a higher group. A threshold "
        "that was chosen by looking at the results exaggerates what it shows.",
    ),
    Term(
        "Interaction",
        "Whether the effect of treatment differs with the biomarker. It compares effects; the p-values of "
        "two groups never do.",
    ),
    Term(
        "Ratio of hazard ratios",
        "The hazard ratio in the higher group divided by that in the lower. At 1 both groups have the "
        "same effect; above 1 the treatment did relatively worse in the higher group.",
        ("ratio of hazard ratios", "ratio of cause-specific hazard ratios"),
    ),
    Term(
        "Interaction over the whole range",
        "A test of whether the effect changes anywhere along the biomarker, from the curve of the effect. "
        "It needs no threshold, so none can be chosen to make it look good.",
        ("whole range", "per doubling", "per "),
    ),
    Term(
        "Search-corrected p-value",
        "The probability that the best of all thresholds would look this good if the effect did not "
        "depend on the biomarker, found by permuting the arms. It allows for having looked at every "
        "threshold.",
        ("after searching", "after the search", "searching over thresholds", "the best of them"),
    ),
    Term(
        "Simultaneous band",
        "A band that holds the whole curve of the effect with 95 % confidence. Where one constant hazard "
        "ratio fits into it, the effect may as well be the same for all.",
        ("constant effect",),
    ),
    Term(
        "Suggestive",
        "The whole range and a test of a threshold that allows for the search both have p < 0.05. In "
        "trials without an interaction that happens in fewer than 5 %. Another trial has to confirm it.",
    ),
    Term(
        "Win probability",
        "The probability that a participant on the treated arm does better than one on the control arm, "
        "ties counted half: an earlier death is worse than a later one, any death worse than none, and "
        "among survivors the measurement decides. 50 % is no difference.",
        ("death as the worst outcome",),
    ),
    Term(
        "Horizon",
        "The time up to which survival and restricted means are read. Hazard ratios are over all "
        "follow-up, unless everything is analysed up to the horizon.",
        ("horizon",),
    ),
    Term(
        "Stratified hazard ratio",
        "The hazard ratio from comparing the arms only within strata, such as country or site of onset.",
        ("stratified",),
    ),
    Term(
        "Standardised survival",
        "What survival would be if all participants, with their own baseline, had been on one arm or on "
        "the other.",
        ("standardised",),
    ),
    Term(
        "Proportional hazards",
        "That the hazard ratio is the same at all times. Where it changes, one hazard ratio is an average.",
    ),
    Term(
        "Pre-specified",
        "Written down before the data were seen. Only then does a threshold's own p-value mean what it says.",
    ),
    Term(
        "STEPP",
        "Subpopulation treatment effect pattern plot: the effect in overlapping windows along the biomarker.",
    ),
)
