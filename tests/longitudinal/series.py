"""The series of ``tests/reference/longitudinal.R``, made again from the same whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mirodash.longitudinal.death_then_function import Courses, gather_courses
from mirodash.longitudinal.person_sums import PersonSums, sum_by_person

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REAL_DATA = Path(__file__).resolve().parents[3].joinpath("shared/data/longitudinal")
"""Public trials, for those who have them; they are not part of the project."""
MONTHS = np.array([0.0, 1, 2, 3, 6, 9, 12, 15, 18])
PARTICIPANTS, HORIZON = 80, 20.0


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Participants (participants,) and their measurements (measurements,) in long form."""

    arm: Ints
    group: Ints
    marker: Floats
    stratum: Ints
    days: Floats
    died: Ints
    person: Ints
    visit: Ints
    time: Floats
    value: Floats

    @property
    def sums(self) -> PersonSums:
        return sum_by_person(self.person, self.time, self.value, self.arm.size)

    @property
    def courses(self) -> Courses:
        first = self.value[self.visit == 0]
        after = self.visit > 0
        return gather_courses(
            self.days,
            self.died,
            self.arm,
            person=self.person[after],
            measured_at=self.time[after],
            change=np.round(self.value - first[self.person])[after],
            horizon=HORIZON,
        )


def series() -> Series:
    """Return 80 participants with 3 to 9 visits each."""
    i = np.arange(PARTICIPANTS)
    visits = [np.arange(3 + (p * 3) % 7) for p in i]
    p, k = np.repeat(i, [len(each) for each in visits]), np.concatenate(visits)
    time = MONTHS[k] + np.where(k > 0, ((p * 5 + k * 11) % 9 - 4) / 10, 0)
    value = (
        36
        + (p * 37) % 11
        - time * (0.5 + ((p * 29) % 13) / 13)
        + 0.3 * (p % 2) * time
        - 0.2 * ((p // 2) % 2) * time
        + ((p * 53 + k * k * 17 + k * 31) % 23 - 11) / 5
    )
    return Series(
        arm=i % 2,
        group=(i // 2) % 2,
        marker=5.0 + (i * 31) % 67,
        stratum=(i // 4) % 2,
        days=1.0 + (i * 89) % 24,
        died=((i * 53) % 10 < 5).astype(np.int64),
        person=p,
        visit=k,
        time=time,
        value=value,
    )
