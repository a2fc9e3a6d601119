"""Whom is measured: the built-in trial, and larger ones drawn from it with replacement."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mirodash.trial.build import read_trial
from mirodash.trial.store import sample, sample_folder
from mirodash.trial.trial import Trial

TRIAL = "mirocals"
ENDPOINT = "death"
BIOMARKER = "csf_pnfh"
HORIZON = 640
SEED = 20250


@dataclass(frozen=True, eq=False, slots=True)
class People:
    """Columns (participants,): ``time`` in whole days, ``event``, ``treated``, ``biomarker`` in pg/mL."""

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    biomarker: NDArray[np.float64]

    def lines(self, number: int) -> NDArray[np.float64]:
        """Thresholds (number,) from the 10th to the 90th percentile of the biomarker."""
        return np.quantile(self.biomarker, np.linspace(0.1, 0.9, number))

    def write(self, path: Path) -> Path:
        """Write the columns as CSV, for R; 0 and 1 for no and yes."""
        columns = {
            "time": self.time,
            "event": self.event.astype(int),
            "treated": self.treated.astype(int),
            "biomarker": self.biomarker,
        }
        pd.DataFrame(columns).to_csv(path, index=False)
        return path


def builtin() -> Trial:
    """The built-in trial of 220."""
    return sample(TRIAL)


def people_of(trial: Trial) -> People:
    """The columns of a trial that statistics need; everybody in the built-in trial has the biomarker."""
    outcome = trial.outcomes[ENDPOINT]
    treated = trial.arm.codes == trial.arm.names.index(trial.dictionary.treated)
    return People(outcome.time, outcome.event, treated, trial.numbers[BIOMARKER].values)


def crowd(size: int) -> People:
    """People drawn from the built-in trial with replacement, each moved a little in time and biomarker.

    Times stay whole days and within the horizon; those who were followed to it still are.
    """
    rng = np.random.default_rng(SEED)
    source = people_of(builtin())
    drawn = rng.integers(source.time.size, size=size)
    time, biomarker = _moved(source.time[drawn], source.biomarker[drawn], rng)
    return People(time, source.event[drawn], source.treated[drawn], biomarker)


def large_trial(size: int, folder: Path) -> Trial:
    """A trial of that size, written to a folder with the built-in dictionary and read like any other."""
    rng = np.random.default_rng(SEED)
    source = pd.read_csv(sample_folder() / f"{TRIAL}.csv")
    drawn = source.iloc[rng.integers(len(source), size=size)].reset_index(drop=True)
    time, biomarker = _moved(drawn["days"].to_numpy(float), _without_limits(drawn[BIOMARKER]), rng)
    moved = drawn.assign(days=time.astype(int), participant=[f"S-{k + 1:06d}" for k in range(size)])
    moved[BIOMARKER] = np.round(biomarker).astype(int)
    path = folder / f"{TRIAL}-{size}.csv"
    moved.to_csv(path, index=False)
    shutil.copy(sample_folder() / f"{TRIAL}.toml", path.with_suffix(".toml"))
    return read_trial([path])


def _without_limits(reported: pd.Series) -> NDArray[np.float64]:
    """Values as numbers; ``<62.5`` stands at its limit."""
    return reported.astype(str).str.lstrip("<>").to_numpy(float)


def _moved(
    time: NDArray[np.float64], biomarker: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    shifted = np.clip(time + rng.integers(-15, 16, size=time.size), 1, HORIZON)
    spread = np.maximum(biomarker * np.exp(rng.normal(0, 0.1, size=time.size)), 63.0)
    return np.where(time >= HORIZON, HORIZON, shifted), spread
