"""The hazard that all participants of a stratum share, before covariates raise or lower it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.observations import distinct_times
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.with_covariates import WithCovariates


@dataclass(frozen=True, eq=False, slots=True)
class BaselineHazard:
    """Cumulative baseline hazards, at time 0 and at every event time up to a horizon.

    Parameters
    ----------
    time : array (times,)
    cumulative : array (strata, times)
    variance : array (strata, times)
        Of ``cumulative`` with the coefficients known.
    pull : array (strata, times, terms)
        Minus the derivative of ``cumulative`` by the coefficients.
    """

    time: Numbers
    cumulative: Numbers
    variance: Numbers
    pull: Numbers

    def at_last(self) -> BaselineHazard:
        """Only the last of the times."""
        return self._only(np.array([-1]))

    def at_most(self, times: int) -> BaselineHazard:
        """The first and the last time, and evenly from those between them as many as are wanted."""
        if self.time.size <= times:
            return self
        return self._only(np.linspace(0, self.time.size - 1, times).round().astype(np.int64))

    def _only(self, which: Counts) -> BaselineHazard:
        return BaselineHazard(
            self.time[which], self.cumulative[:, which], self.variance[:, which], self.pull[:, which]
        )


def baseline_hazards(
    people: WithCovariates, x: Numbers, coef: Numbers, *, horizon: float, most: int
) -> BaselineHazard:
    """Efron's estimate in every stratum, as R's ``survfit(coxph(ties = "efron"))``.

    With f = j / d for the j-th of d events at one time, each adds 1 / (S − f T): S sums the relative
    hazards of those at risk, T of those having the event then.

    Parameters
    ----------
    people : WithCovariates
    x : array (participants, terms)
        Covariates of the model, about some centre, for which the hazard is.
    coef : array (terms,)
    horizon : float
        Later event times are left out.
    most : int
        At how many times the hazards are told, of however many they rise at.

    Source: Therneau & Grambsch (2000), Modeling Survival Data, chapter 10.
    """
    distinct, code = distinct_times(people.time)
    happened = people.event == 1
    slots = np.unique(code[happened & (distinct[code] <= horizon)])
    strata = int(people.stratum.max(initial=0)) + 1
    shape = (strata, slots.size + 1)
    cumulative, variance, pull = np.zeros(shape), np.zeros(shape), np.zeros((*shape, coef.size))
    weight = np.exp(x @ coef)
    for s in range(strata):
        here = people.stratum == s
        values = np.column_stack((weight[here], weight[here, None] * x[here]))
        steps = _steps(code[here], happened[here], values, slots)
        cumulative[s, 1:], variance[s, 1:], pull[s, 1:] = (np.cumsum(step, axis=0) for step in steps)
    time = np.concatenate(([0.0], distinct[slots]))
    return BaselineHazard(time, cumulative, variance, pull).at_most(most)


def _steps(
    code: Counts, event: NDArray[np.bool_], values: Numbers, slots: Counts
) -> tuple[Numbers, Numbers, Numbers]:
    """What each event time of ``slots`` adds in one stratum: hazard, its variance and its pull.

    ``values`` (participants, 1 + terms) are relative hazards, alone and times the covariates.
    """
    tied = np.bincount(code[event], minlength=int(slots.max(initial=0)) + 1)[slots]
    order = np.argsort(code, kind="stable")
    # summed from the last to leave to the first: entry k holds everybody but the first k to leave
    tail = np.concatenate((np.cumsum(values[order][::-1], axis=0)[::-1], np.zeros((1, values.shape[1]))))
    at_risk = tail[np.searchsorted(code[order], slots)]
    failing = np.zeros_like(at_risk)
    mine = event & np.isin(code, slots)
    np.add.at(failing, np.searchsorted(slots, code[mine]), values[mine])
    of = np.repeat(np.arange(slots.size), tied)
    share = (np.arange(of.size) - (np.cumsum(tied) - tied)[of]) / tied[of]
    left = at_risk[of] - share[:, None] * failing[of]
    once = 1 / left[:, 0]
    steps = np.zeros((slots.size, 1 + values.shape[1]))
    np.add.at(steps, of, np.column_stack((once, once**2, left[:, 1:] * (once**2)[:, None])))
    return steps[:, 0], steps[:, 1], steps[:, 2:]
