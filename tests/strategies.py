"""Made-up trials for Hypothesis: small, with ties, empty arms and everything else that real files hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class MadeUpTrial:
    """Arrays (participants,); times are whole numbers, so that they tie and scale exactly."""

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    biomarker: NDArray[np.float64]

    def __repr__(self) -> str:
        columns = (self.time, self.event.astype(int), self.treated.astype(int), self.biomarker)
        return "MadeUpTrial({})".format(", ".join(str(column.tolist()) for column in columns))

    def taking(self, rows: NDArray[np.intp]) -> MadeUpTrial:
        """The given participants, in the given order."""
        return MadeUpTrial(self.time[rows], self.event[rows], self.treated[rows], self.biomarker[rows])


@st.composite
def trials(draw: st.DrawFn, *, smallest: int = 0, largest: int = 30, ties: bool = True) -> MadeUpTrial:
    """Trials of ``smallest`` to ``largest`` participants; without ties all times differ."""
    size = draw(st.integers(smallest, largest))
    whole = st.integers(0 if ties else 1, 12 if ties else 10_000)
    times = draw(st.lists(whole, min_size=size, max_size=size, unique=not ties))
    flags = st.lists(st.booleans(), min_size=size, max_size=size)
    markers = st.lists(st.one_of(st.integers(1, 20), st.just(None)), min_size=size, max_size=size)
    return MadeUpTrial(
        time=np.array(times, dtype=np.float64),
        event=np.array(draw(flags), dtype=np.bool_),
        treated=np.array(draw(flags), dtype=np.bool_),
        biomarker=np.array([np.nan if x is None else x for x in draw(markers)], dtype=np.float64),
    )


@st.composite
def comparable_trials(draw: st.DrawFn, *, largest: int = 30, ties: bool = True) -> MadeUpTrial:
    """Trials with a finite hazard ratio.

    Two participants of either arm have the event while two of either arm are still to leave.
    """
    trial = draw(trials(smallest=0, largest=largest, ties=ties))
    late = 20.0 if ties else 20_000.0
    early = np.array([2.0, 3.0, 4.0, 5.0]) if ties else np.array([0.25, 0.5, 0.75, 0.9])
    return MadeUpTrial(
        time=np.concatenate((trial.time, early, late + np.arange(4))),
        event=np.concatenate((trial.event, np.ones(4, dtype=np.bool_), np.zeros(4, dtype=np.bool_))),
        treated=np.concatenate((trial.treated, np.array([0, 1, 0, 1, 0, 1, 0, 1], dtype=np.bool_))),
        biomarker=np.concatenate((trial.biomarker, np.arange(1.0, 9.0))),
    )
