"""A trial comes back from its bytes as it was; other bytes are refused, and no fingerprint is believed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Dictionary
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.table import Source
from mirodash.trial.trial import Trial
from mirodash.uploads.serialisation import from_plain, sealed, to_plain, trial_bytes, trial_from, unsealed

TRIAL = sample("gbsg2")
ABOUT = b"mirodash-trial-1"


def arrays(trial: Trial) -> list[np.ndarray]:
    """Every array of a trial, in one order."""
    measured = [
        getattr(x, n) for x in trial.numbers.values() for n in ("values", "below_limit", "above_limit")
    ]
    outcomes = [getattr(x, n) for x in trial.outcomes.values() for n in ("time", "event", "usable")]
    return [*measured, *outcomes, *(levels.codes for levels in trial.categories.values()), trial.arm.codes]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_trial_comes_back_as_it_was(name: str):
    trial = sample(name)
    kept = trial_from(trial_bytes(trial, "revision"))
    assert kept.revision == "revision"
    assert kept.trial == trial
    for part in ("id", "fingerprint", "dictionary", "source", "notices", "title"):
        assert getattr(kept.trial, part) == getattr(trial, part)
    assert (kept.trial.site is None, kept.trial.country is None) == (
        trial.site is None,
        trial.country is None,
    )
    for before, after in zip(arrays(trial), arrays(kept.trial), strict=True):
        assert before.dtype == after.dtype
        assert not after.flags.writeable
        np.testing.assert_array_equal(before, after)


def changed(**about: object) -> bytes:
    """The bytes of the trial, where what is said about its arrays is something else."""
    with pa.ipc.open_stream(unsealed(trial_bytes(TRIAL, "r"))) as reader:
        said = json.loads(reader.schema.metadata[ABOUT])
        content = reader.read_all()
    sink = pa.BufferOutputStream()
    schema = content.schema.with_metadata({ABOUT: json.dumps({**said, **about}).encode()})
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(pa.table(content.columns, schema=schema))
    return sealed(sink.getvalue().to_pybytes())


def without_levels() -> list[object]:
    return [[name, levels.names[:1]] for name, levels in TRIAL.categories.items()]


@pytest.mark.parametrize(
    "about",
    [
        {"dictionary": None},
        {"dictionary": {**to_plain(TRIAL.dictionary), "title": 7}},
        {"dictionary": {**to_plain(TRIAL.dictionary), "more": 7}},
        {"dictionary": to_plain(replace(TRIAL.dictionary, endpoints=()))},
        {"dictionary": to_plain(replace(TRIAL.dictionary, randomised_within=("nothing",)))},
        {"categories": without_levels()},
        {"categories": []},
        {"numbers": []},
        {"numbers": ["a"] * 99},
        {"outcomes": ["another"]},
        {"arm": "nothing"},
        {"arm": []},
        {"source": {"files": 3}},
        {"notices": 3},
    ],
)
def test_what_is_no_trial_is_refused(about: dict[str, object]):
    assert trial_from(changed()).trial == TRIAL
    with pytest.raises(UnusableDataError, match="upload the file again"):
        trial_from(changed(**about))


def test_times_that_cannot_be_are_refused():
    (key, outcome), *_ = TRIAL.outcomes.items()
    for time in (-1.0, np.nan, np.inf):
        wrong = replace(TRIAL, outcomes={key: replace(outcome, time=np.full_like(outcome.time, time))})
        with pytest.raises(UnusableDataError):
            trial_from(trial_bytes(wrong, "r"))


def test_a_fingerprint_that_is_said_is_not_believed():
    stolen = replace(TRIAL, fingerprint=sample("mirocals").fingerprint)
    assert trial_from(trial_bytes(stolen, "r")).trial.fingerprint == TRIAL.fingerprint


@given(st.binary(max_size=300) | st.sampled_from((b"", sealed(b""), sealed(b"ARROW1"))))
def test_other_bytes_are_refused(content: bytes):
    with pytest.raises(UnusableDataError):
        trial_from(content)


def test_what_was_kept_before_a_field_existed_is_read_with_its_default():
    written = sample("mirocals").dictionary
    plain = to_plain(written)
    for biomarker in plain["biomarkers"]:
        for preset in biomarker["presets"]:
            del preset["source"]
    read = from_plain(Dictionary, json.loads(json.dumps(plain)))
    assert any(preset.source for biomarker in written.biomarkers for preset in biomarker.presets)
    assert read == replace(
        written,
        biomarkers=tuple(
            replace(biomarker, presets=tuple(replace(preset, source="") for preset in biomarker.presets))
            for biomarker in written.biomarkers
        ),
    )


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*asdict(TRIAL.dictionary), "files", "arm"]), inner, max_size=4)
    ),
)


@given(PLAIN)
def test_what_is_no_dataclass_is_a_value_error(plain: object):
    for kind in (Dictionary, Source):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong
            from_plain(kind, plain)
