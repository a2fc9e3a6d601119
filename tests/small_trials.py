"""Small trials made up on the spot, for tests that count by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mirodash.trial.dictionary import Biomarker, Dictionary, Endpoint, Factor
from mirodash.trial.trial import Levels, Measurements, Outcome, Trial

MARKER = Biomarker("pnfh", "CSF pNFH", "pNFH", unit="pg/mL", scale="log", default_thresholds=(3700.0,))
SECOND_MARKER = Biomarker("nfl", "Serum NfL", "NfL", unit="pg/mL", decimals=1)
DEATH = Endpoint(
    "death", "Death", "days", "died", "1", 640.0, singular="death", plural="deaths", event_free="alive"
)
RELAPSE = Endpoint("relapse", "Relapse", "weeks", "relapsed", "yes", 90.0, unit="weeks")
SEX = Factor("sex", "Sex", "category", levels=(("f", "female"), ("m", "male")))
AGE = Factor("age", "Age", "numeric", unit="years")


def levels(names: Sequence[str | None], order: Sequence[str] | None = None) -> Levels:
    """A categorical column from its values; None is missing."""
    known = tuple(order or sorted({name for name in names if name is not None}))
    return Levels(np.array([-1 if n is None else known.index(n) for n in names], dtype=np.int32), known)


def measurements(values: Sequence[float]) -> Measurements:
    """A numeric column from its values; NaN is missing."""
    array = np.array(values, dtype=np.float64)
    no = np.zeros(array.size, dtype=np.bool_)
    return Measurements(array, no, no)


def outcome(times: Sequence[float], events: Sequence[float]) -> Outcome:
    """An endpoint from times and events (1, 0, or NaN for missing)."""
    time, event = np.array(times, dtype=np.float64), np.array(events, dtype=np.float64)
    return Outcome(time, event == 1, np.isfinite(time) & np.isfinite(event))


def small_trial(
    *,
    arm: Sequence[str | None],
    time: Sequence[float],
    event: Sequence[float],
    biomarker: Sequence[float] | None = None,
    site: Sequence[str | None] | None = None,
    categories: Mapping[str, Sequence[str | None]] | None = None,
    numbers: Mapping[str, Sequence[float]] | None = None,
    endpoints: tuple[Endpoint, ...] = (DEATH,),
    **dictionary: Any,
) -> Trial:
    """A trial of Placebo and IL-2 with the columns given; its fingerprint follows from what is given."""
    given = repr((arm, time, event, biomarker, site, categories, numbers, endpoints, dictionary))
    columns = {"pnfh": biomarker, **(numbers or {})} if biomarker is not None else dict(numbers or {})
    markers = tuple(marker for marker in (MARKER, SECOND_MARKER) if marker.column in columns)
    settings: dict[str, Any] = {"title": "Small trial", "control": "Placebo", "treated": "IL-2"}
    settings |= {"biomarkers": markers, "factors": (SEX, AGE)} | dictionary
    known = {"Placebo", "IL-2", *(name for name in arm if name is not None)}
    sites = None if site is None else levels(site)
    grouped = {name: levels(values) for name, values in (categories or {}).items()}
    return Trial(
        id="small",
        dictionary=Dictionary(endpoints=endpoints, **settings),
        fingerprint=f"sha256:{hashlib.sha256(given.encode()).hexdigest()}",
        arm=levels(arm, sorted(known)),
        outcomes={endpoint.key: outcome(time, event) for endpoint in endpoints},
        site=sites,
        numbers={name: measurements(values) for name, values in columns.items()},
        categories=grouped if sites is None else {**grouped, "site": sites},
    )


def eight_people(**changes: Any) -> Trial:
    """Eight participants, one for every way to be in a group or left out."""
    nan = float("nan")
    columns: dict[str, Any] = {
        "arm": ["IL-2", "Placebo", "IL-2", "Placebo", "IL-2", None, "Placebo", "High dose"],
        "time": [100, 200, 640, 300, nan, 50, 640, 10],
        "event": [1, 1, 0, 1, 0, 1, 0, 1],
        "biomarker": [3700, 3700.5, 900, nan, 1000, 1000, 12000, 1000],
        "site": ["UK-01", "UK-01", "FR-01", "FR-01", "FR-01", "UK-01", None, "UK-01"],
        "categories": {"sex": ["f", "m", "f", "m", None, "f", "m", "f"]},
        "numbers": {"age": [40, 50, 60, 70, 41, 51, 61, nan], "nfl": [10, 20, 30, 40, 50, 60, 70, 80]},
    }
    return small_trial(**(columns | changes))
