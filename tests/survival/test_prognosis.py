"""A biomarker's ratios before and after prognosis are R's, and a mere stand-in is seen as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.survival.adjusted import PrognosisAdjusted, Ratio, biomarker_and_prognosis
from mirodash.survival.results import NotEstimable
from tests.adjusted_reference import load_adjusted

FIELDS = ("alone", "adjusted", "predictive_alone", "predictive_adjusted")


def ratios(*columns: Any, **options: Any) -> dict[str, Ratio]:
    found = biomarker_and_prognosis(*columns, **options)
    assert isinstance(found, PrognosisAdjusted), found
    made = {name: getattr(found, name) for name in FIELDS}
    assert all(isinstance(ratio, Ratio) for ratio in made.values())
    return made


def simulated(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Severity drives survival and shrinks the effect of treatment; the marker only follows severity."""
    severity, arm = rng.normal(size=n), rng.permutation(n) % 2
    marker = severity + 0.8 * rng.normal(size=n)
    hazard = 0.002 * np.exp(0.9 * severity + arm * (-0.8 + 0.7 * severity))
    death, censored = rng.exponential(1 / hazard), rng.uniform(300, 900, n)
    return {
        "time": np.minimum(death, censored),
        "event": death <= censored,
        "treated": arm,
        "biomarker": marker,
        "factors": severity[:, None],
    }


def test_a_stand_in_for_severity_is_seen_as_one() -> None:
    told = ratios(**simulated(np.random.default_rng(11), 3000))
    assert told["alone"].ci[0] > 1.3
    assert told["adjusted"].ci[0] < 1 < told["adjusted"].ci[1]
    assert told["predictive_alone"].ci[0] > 1.1
    assert told["predictive_adjusted"].ci[0] < 1 < told["predictive_adjusted"].ci[1]


def test_a_marker_with_an_effect_of_its_own_keeps_it() -> None:
    rng = np.random.default_rng(12)
    drawn = simulated(rng, 3000)
    own = rng.normal(size=3000)
    told = ratios(**(drawn | {"biomarker": own}))
    assert told["alone"].ci[0] < 1 < told["alone"].ci[1]
    hazard = 0.002 * np.exp(0.9 * drawn["factors"][:, 0] + own * (0.4 + 0.6 * drawn["treated"]))
    death = rng.exponential(1 / hazard)
    told = ratios(**(drawn | {"biomarker": own, "time": death, "event": np.ones(3000)}))
    assert told["adjusted"].ci[0] > 1.5
    assert told["predictive_adjusted"].ci[0] > 1.3


def test_ratios_are_per_step() -> None:
    case = load_adjusted("veteran")
    columns = (case.time, case.event, case.treated, case.covariates[:, 1], case.covariates[:, :1])
    one, ten = ratios(*columns), ratios(*columns, step=10.0)
    for name in FIELDS:
        assert ten[name].ratio == pytest.approx(one[name].ratio ** 10, rel=1e-9)
        assert ten[name].ci == pytest.approx([end**10 for end in one[name].ci], rel=1e-9)


def test_what_the_factors_already_say_cannot_be_told_from_them() -> None:
    case = load_adjusted("veteran")
    found = biomarker_and_prognosis(
        case.time, case.event, case.treated, 2 * case.covariates[:, 0], case.covariates[:, :1], names=["age"]
    )
    assert isinstance(found, PrognosisAdjusted)
    assert isinstance(found.alone, Ratio)
    assert found.adjusted == NotEstimable(
        "The age is fixed by treatment and biomarker: their effects cannot be separated."
    )


def test_a_marker_that_never_differs_is_said() -> None:
    case = load_adjusted("veteran")
    found = biomarker_and_prognosis(
        case.time, case.event, case.treated, np.full(case.time.size, 7.0), case.covariates
    )
    assert isinstance(found, NotEstimable)
    assert found.why.startswith("The biomarker has the same value in all participants")


def test_too_few_events_are_said_for_the_model_that_lacks_them() -> None:
    found = biomarker_and_prognosis(
        [5, 8, 9, 12, 15, 20, 22, 25],
        [1, 1, 0, 1, 1, 0, 0, 0],
        [0, 1, 0, 1, 0, 1, 0, 1],
        [3, 1, 2, 4, 1, 5, 2, 6],
        np.column_stack(([50, 61, 47, 70, 55, 66, 41, 58],)),
    )
    assert isinstance(found, PrognosisAdjusted)
    assert found.predictive_adjusted == NotEstimable("Too few events for the 5 terms of the model.")


def test_a_step_too_far_has_no_ratio() -> None:
    case = load_adjusted("veteran")
    found = biomarker_and_prognosis(
        case.time, case.event, case.treated, case.covariates[:, 1], case.covariates[:, :1], step=1e6
    )
    assert isinstance(found, PrognosisAdjusted)
    assert found.alone == NotEstimable(
        "The hazard changes too steeply along the biomarker to be given as a ratio."
    )


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="biomarker has shape"):
        biomarker_and_prognosis([1, 2], [1, 1], [0, 1], [1.0], [[1.0], [2.0]])
