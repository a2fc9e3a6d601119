"""Delayed entry: participants who came under observation after the origin, and those who cannot have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.dictionary import EndpointDraft
from mirodash.trial.problems import CORRECT, Findings, Problem
from mirodash.trial.table import Table

Times = NDArray[np.float64]


def find_late_entries(
    table: Table, draft: EndpointDraft, times: Times, entry: Times, found: Findings
) -> NDArray[np.bool_]:
    """Whose entry is not before the end of their follow-up, (participants,): a problem, or left out."""
    # who enters and leaves at the origin is at risk there, as without entry times
    late = (entry >= times) & (entry > 0)
    name, positions = draft.entry or "", np.flatnonzero(late).tolist()
    column = table.columns[name]
    problem = Problem(
        f"Column '{name}': the entry is not before the end of follow-up ('{draft.time}') in "
        f"{column.where(positions)}.",
        chosen=CORRECT,
        columns=(name,),
        part="entry",
    )
    found.impossible(problem, column, positions, why="not before the end of follow-up", whole="participant")
    return late
