"""Made-up mappings for Hypothesis: every key that a dictionary has, with the names that files have."""

from __future__ import annotations

from hypothesis import strategies as st

from mirodash.trial.dictionary import BiomarkerDraft, Draft, EndpointDraft, FactorDraft, Preset, Roles
from mirodash.trial.table import level_name

HOSTILE = (
    "<script>alert(1)</script>", "x" * 10_000, '"', "'''", "\\u0041", "a.b", "[columns]", "# no comment",
    "=1+1", "two\nlines", "\u202eright to left", "été", "{0}", "%s", "\x00", "\x7f", "\u2028", "😀",
)  # fmt: skip

_unit = st.sampled_from((None, "days", "weeks", "months", "years"))
_decimals = st.none() | st.integers(0, 8)
_numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-10, 10_000).map(float)


def _texts() -> st.SearchStrategy[str]:
    """Texts as a dictionary keeps them: without blanks around them, and not empty."""
    written = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(HOSTILE)
    return written.map(str.strip).filter(bool)


def _levels() -> st.SearchStrategy[str]:
    return (_texts() | st.sampled_from(("0", "1", "0.5", "true"))).map(level_name).filter(bool)


def _labels() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    return st.dictionaries(_levels(), _texts(), max_size=3).map(lambda labels: tuple(labels.items()))


def _thresholds() -> st.SearchStrategy[tuple[float, ...]]:
    return st.sets(_numbers, max_size=3).map(lambda chosen: tuple(sorted(chosen)))


def _endpoints() -> st.SearchStrategy[EndpointDraft]:
    return st.builds(
        EndpointDraft,
        key=_texts(),
        time=_texts(),
        event=_texts(),
        label=st.none() | _texts(),
        event_value=st.none() | _levels(),
        unit=_unit,
        horizon=st.none() | _numbers.filter(lambda horizon: horizon > 0),
        origin=_texts(),
        singular=_texts(),
        plural=_texts(),
        event_free=_texts(),
    )


@st.composite
def _biomarkers(draw: st.DrawFn) -> BiomarkerDraft:
    low, high = sorted(draw(st.lists(_numbers, min_size=2, max_size=2, unique=True)))
    return BiomarkerDraft(
        column=draw(_texts()),
        label=draw(st.none() | _texts()),
        short=draw(st.none() | _texts()),
        unit=draw(st.just("") | _texts()),
        scale=draw(st.sampled_from((None, "log", "linear"))),
        decimals=draw(_decimals),
        lower_limit=draw(st.sampled_from((None, low))),
        upper_limit=draw(st.sampled_from((None, high))),
        note=draw(st.just("") | _texts()),
        presets=tuple(
            draw(st.lists(st.builds(Preset, _texts(), _thresholds(), st.just("") | _texts()), max_size=2))
        ),
        default_thresholds=draw(_thresholds()),
    )


def _factors() -> st.SearchStrategy[FactorDraft]:
    return st.builds(
        FactorDraft,
        column=_texts(),
        kind=st.sampled_from((None, "numeric", "category")),
        label=st.none() | _texts(),
        unit=st.just("") | _texts(),
        decimals=_decimals,
        levels=_labels(),
        cut=st.none() | _numbers,
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Drafts as a dictionary can say them."""
    columns = st.none() | _texts()
    within = tuple(draw(st.lists(_texts(), max_size=2)))
    endpoints = st.lists(_endpoints(), max_size=2, unique_by=lambda endpoint: endpoint.key)
    biomarkers = st.lists(_biomarkers(), max_size=2, unique_by=lambda biomarker: biomarker.column)
    factors = st.lists(_factors(), max_size=2, unique_by=lambda factor: factor.column)
    return Draft(
        file=draw(_texts()),
        title=draw(st.none() | _texts()),
        synthetic=draw(st.booleans()),
        description=draw(st.just("") | _texts()),
        source=draw(st.just("") | _texts()),
        population=draw(_texts()),
        roles=Roles(
            id=draw(columns),
            arm=draw(columns),
            site=draw(columns),
            country=draw(columns),
            control=draw(st.none() | _levels()),
            treated=draw(st.none() | _levels()),
            param=draw(columns),
        ),
        arm_labels=draw(_labels()),
        endpoints=tuple(draw(endpoints)),
        biomarkers=tuple(draw(biomarkers)),
        factors=tuple(draw(factors)),
        randomised_within=within,
        default_strata=tuple(draw(st.lists(_texts(), min_size=1, max_size=2) | st.just(list(within)))),
        french=draw(_labels()),
        leave_out=tuple(draw(st.lists(_texts(), max_size=2))),
    )
