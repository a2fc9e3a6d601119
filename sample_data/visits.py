"""Repeated measurements of the invented participants: function, breath, and two markers that IL-2 acts on.

Published of MIROCALS are that decline was 23 % slower on IL-2 where pNFH was low, and that regulatory T cells
rose and plasma CCL2 fell at every visit. How fast people decline, how much that varies and how noisy a score
is follow other cohorts, and how much cells rise at a peak follows a smaller trial of IL-2 (``README.md`` says
which). INVENTED is everything else: each value and day, slow vital capacity over time, by how much CCL2 falls
and from where, what is left of a rise at a trough, and who missed a visit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from baseline import PARTICIPANTS, Floats, Table, normals
from numpy.typing import NDArray

MONTH = 30.4375
MONTHS = (0, 1, 2, 3, 6, 9, 12, 15, 18)
BREATH_MONTHS = (0, 3, 6, 9, 12, 15, 18)
CYCLES = (1, 3, 6, 12, 18)
CYCLE_DAYS, PEAK_DAY = 28, 8
HEADER = "participant,measure,day,phase,value"
PACE, PACE_SD, NOISE = 0.89, 0.49, 1.6
"""Points of ALSFRS-R lost a month, how much that differs between people, and the noise of one score."""
MISSED = 0.04


@dataclass(frozen=True)
class Course:
    """What is true of a trial: how pNFH goes with pace, and by how much IL-2 slows it.

    ``slower`` is the share by which the pace is less per unit of ln(pNFH) below 3,700 pg/mL, and more above.
    """

    pnfh: float = 0.0
    slower: float = 0.0


PREDICTIVE = Course(pnfh=0.35, slower=0.31)
PROGNOSTIC = Course(pnfh=0.35)
NOTHING = Course()


def draw_visits(seed: int, table: Table, days: Floats, course: Course) -> str:
    """The text of a file of visits, for the participants of a trial and their days to death or the end."""
    rng = np.random.default_rng(seed)
    pace = draw_pace(rng, table, days, course)
    lines = [HEADER]
    for rows in zip(
        draw_function(rng, table, days, pace),
        draw_breath(rng, table, days, pace),
        draw_markers(rng, table, days),
        strict=True,
    ):
        lines += [line for part in rows for line in part]
    return "\n".join(lines) + "\n"


def draw_pace(rng: np.random.Generator, table: Table, days: Floats, course: Course) -> Floats:
    """Points lost a month (participants,): more in those who die soon, and as pNFH and treatment have it."""
    z = (np.log(table["csf_pnfh"]) - 7.617) / 0.743
    soon = -np.log(days / days.mean())
    spread = math.sqrt(1 - course.pnfh**2 - 0.16)
    pace = PACE + PACE_SD * (course.pnfh * z + 0.4 * soon + spread * normals(rng, PARTICIPANTS))
    below = np.clip(math.log(3700) - np.log(table["csf_pnfh"]), -0.7, 0.9)
    treated = table["arm"] == "IL-2"
    return np.maximum(pace, 0.05) * np.where(treated, 1 - course.slower * below, 1.0)


def plan_days(rng: np.random.Generator, months: tuple[int, ...]) -> NDArray[np.int64]:
    """The day of every visit (participants, visits): up to a week off, the first at randomisation."""
    late = np.floor(15 * rng.random((PARTICIPANTS, len(months)))).astype(np.int64) - 7
    late[:, [k for k, month in enumerate(months) if month == 0]] = 0
    return np.array([round(month * MONTH) for month in months]) + late


def write_rows(
    measure: str, day: NDArray[np.int64], value: NDArray[np.str_], shown: NDArray[np.bool_], phase: list[str]
) -> list[list[str]]:
    """The lines of every participant."""
    return [
        [
            f"S-{k + 1:03d},{measure},{day[k, j]},{phase[j]},{value[k, j]}"
            for j in range(day.shape[1])
            if shown[k, j]
        ]
        for k in range(PARTICIPANTS)
    ]


def choose_shown(
    rng: np.random.Generator, day: NDArray[np.int64], days: Floats, missed: Floats | float
) -> NDArray[np.bool_]:
    """Who was measured when: alive, and not one of the visits that were missed."""
    shown = (day < days[:, None]) & (rng.random(day.shape) >= missed)
    shown[:, 0] = True
    return shown


def draw_function(rng: np.random.Generator, table: Table, days: Floats, pace: Floats) -> list[list[str]]:
    """ALSFRS-R in whole points; those who score low miss visits more often."""
    day = plan_days(rng, MONTHS)
    noise = NOISE * normals(rng, day.size).reshape(day.shape)
    start = table["alsfrs_r"]
    truth = (start - noise[:, 0])[:, None] - pace[:, None] * day / MONTH
    score = np.clip(np.round(truth + noise), 0, 48)
    score[:, 0] = start
    shown = choose_shown(rng, day, days, np.where(score < 20, 0.15, MISSED))
    return write_rows("alsfrs_r", day, score.astype(np.int64).astype(str), shown, [""] * len(MONTHS))


def draw_breath(rng: np.random.Generator, table: Table, days: Floats, pace: Floats) -> list[list[str]]:
    """Slow vital capacity in % of the predicted value; INVENTED: 2.4 points lost for each of function."""
    day = plan_days(rng, BREATH_MONTHS)
    noise = 4.5 * normals(rng, day.size).reshape(day.shape)
    start = table["svc"]
    value = np.maximum(np.round(start[:, None] - 2.4 * pace[:, None] * day / MONTH + noise), 8)
    value[:, 0] = start
    shown = choose_shown(rng, day, days, 2 * MISSED)
    return write_rows("svc", day, value.astype(np.int64).astype(str), shown, [""] * len(BREATH_MONTHS))


def draw_markers(rng: np.random.Generator, table: Table, days: Floats) -> list[list[str]]:
    """Regulatory T cells and CCL2 at baseline, and at peak and trough of some cycles."""
    planned = [0, *(CYCLE_DAYS * (c - 1) + d for c in CYCLES for d in (PEAK_DAY, CYCLE_DAYS))]
    phase = ["", *(name for _ in CYCLES for name in ("peak", "trough"))]
    day = np.tile(np.array(planned), (PARTICIPANTS, 1))
    # how much somebody responds: low, moderate or high, and whether they die has no part in it
    response = np.exp(0.385 * normals(rng, PARTICIPANTS) - 0.074)
    treated = table["arm"] == "IL-2"
    peak = np.array([name == "peak" for name in phase])
    later = np.array(planned) > CYCLE_DAYS * 6
    first = np.array(planned) == 0
    rise = np.where(peak, 6.2, 0.9) * np.where(later, 0.9, 1.0) * ~first
    change = np.where(treated[:, None], response[:, None] * rise, -0.5 * ~first)
    cells = table["tregs"][:, None] + change + 1.1 * normals(rng, day.size).reshape(day.shape)
    cells = np.maximum(cells, 0.5)
    cells[:, 0] = table["tregs"]
    fall = np.where(peak, 0.26, 0.12) * ~first
    level = 5.2 + 0.33 * normals(rng, PARTICIPANTS)
    noise = 0.16 * normals(rng, day.size).reshape(day.shape)
    ccl2 = np.exp(level[:, None] - np.where(treated[:, None], response[:, None] * fall, 0.0) + noise)
    shown = choose_shown(rng, day, days, MISSED)
    texts = (np.char.mod("%.1f", cells), np.char.mod("%.0f", ccl2))
    both = [
        write_rows(name, day, text, shown, phase) for name, text in zip(("tregs", "ccl2"), texts, strict=True)
    ]
    return [[*one, *other] for one, other in zip(*both, strict=True)]
