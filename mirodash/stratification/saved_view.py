"""Saved views: a selection, one of its pictures, a title, and which subgroup claim two views share."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace

from mirodash.stratification.selection import MAX_QUERY_LENGTH, MAX_THRESHOLDS, Selection
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class Claim:
    """That the effect differs along one biomarker, or between the groups that its thresholds make.

    ``trial`` is the fingerprint; ``population`` the query string of sites and filters, empty for everybody.
    """

    trial: str
    endpoint: str
    biomarker: str
    thresholds: tuple[float, ...]
    treated: str
    control: str
    population: str

    @property
    def key(self) -> str:
        """A short name under which what was said of this claim is kept; 32 hexadecimal digits."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def claim_of(trial: Trial, selection: Selection) -> Claim:
    """The claim that a view makes; horizon, strata, intervals and a declaration do not change it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen, least = resolve(trial, selection), reduce_to_canonical(trial, selection)
    people = replace(Selection(), sites=least.sites, filters=least.filters)
    return Claim(
        trial=trial.fingerprint,
        endpoint=chosen.endpoint,
        biomarker=chosen.biomarker,
        thresholds=chosen.thresholds or (),
        treated=chosen.treated,
        control=chosen.control,
        population=people.to_query(),
    )


EFFECT = "effect"
SEARCH = "search"
FINDING = "finding"
GROUPS = "groups"
"""Survival in all groups that the thresholds make, side by side."""
SURVIVAL = tuple(f"survival-{place}" for place in range(MAX_THRESHOLDS + 2))
"""Survival of all participants (0) and of each group, ascending: the keys of Explore's panels."""
INCIDENCE = tuple(f"incidence-{place}" for place in range(MAX_THRESHOLDS + 2))
"""The same as 1 − S, the share that has had the event; `GROUPS_INCIDENCE` is all groups side by side."""
GROUPS_INCIDENCE = "incidence-groups"
FALLING = dict(zip((*INCIDENCE, GROUPS_INCIDENCE), (*SURVIVAL, GROUPS), strict=True))
"""What each of them is with curves of survival."""
SUBGROUPS = "subgroups"
"""A forest takes several slides: ``subgroups-1`` is the first of them."""
BASELINE = "baseline"
"""So does Table 1."""
PROGRESSION = tuple(f"progression-{place}" for place in range(MAX_THRESHOLDS + 2))
"""A repeated measurement in all participants (0) and in each group, ascending: the keys of its panels."""
SLOPES = "progression-along"
LINES = "progression-lines"
PAIRS = "progression-pairs"
BIOLOGY = "progression-biology"
OF_PROGRESSION = (*PROGRESSION, SLOPES, LINES, PAIRS, BIOLOGY)
_A_PAGE = re.compile(f"({SUBGROUPS}|{BASELINE})-[1-9][0-9]{{0,3}}")
MAX_TITLE_LENGTH = 300
MAX_NOTE_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view on the strip.

    Parameters
    ----------
    query : str
        The selection as its query string, which names the trial as well.
    picture : str
        ``finding``, ``groups``, ``effect``, ``search``, ``survival-0`` to ``survival-4``, as 1 − S
        ``incidence-0`` to ``incidence-4`` and ``incidence-groups``, a page as in
        ``subgroups-1`` or ``baseline-1``, or of repeated measurements ``progression-0`` to ``progression-4``,
        ``progression-along``, ``progression-lines``, ``progression-pairs`` and ``progression-biology``.
    title : str
        What the presenter wrote; empty for the sentence that the data propose.
    note : str
        For the presenter's eyes: it goes into speaker notes.

    Raises
    ------
    ValueError
        When there is no such picture, or a text is longer than anybody would write.
    """

    query: str
    picture: str
    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what no page can have kept."""
        if not is_picture(self.picture):
            raise ValueError(f"'{self.picture[:60]}' is no picture that can be kept")
        for name, text, longest in (
            ("query", self.query, MAX_QUERY_LENGTH),
            ("title", self.title, MAX_TITLE_LENGTH),
            ("note", self.note, MAX_NOTE_LENGTH),
        ):
            if len(text) > longest:
                raise ValueError(f"the {name} is longer than {longest:,} characters")


def is_picture(name: str) -> bool:
    """Whether a view can be shown as this.

    >>> [is_picture(name) for name in ("survival-2", "subgroups-3", "progression-pairs", "survival-9")]
    [True, True, True, False]
    """
    single = (FINDING, EFFECT, SEARCH, GROUPS, *SURVIVAL, *FALLING, *OF_PROGRESSION)
    return name in single or _A_PAGE.fullmatch(name) is not None
