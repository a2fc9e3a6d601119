"""What makes two views the same subgroup claim: outcome, modifier, thresholds, arms, people and trial."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import minimal, settled
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
    chosen, least = settled(trial, selection), minimal(trial, selection)
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
