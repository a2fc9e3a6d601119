"""Compares a proposal with what a file is known to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mirodash.trial.infer.infer_dictionary import InferredDictionary, infer_dictionary
from mirodash.trial.table import Column, Table, clean
from tests.trial.guessing.truths import Truth

PARTS = ("time", "event", "value", "arm", "control", "unit", "id")


def table_of(columns: Mapping[str, Sequence[str]], name: str = "trial.csv") -> Table:
    """A table as a reader of files makes it."""
    return Table(
        name,
        {
            key: Column(tuple(clean(cell) for cell in cells), tuple(range(2, len(cells) + 2)))
            for key, cells in columns.items()
        },
    )


def guessed(columns: Mapping[str, Sequence[str]], name: str = "trial.csv") -> InferredDictionary:
    """The proposal for columns of cells."""
    return infer_dictionary([table_of(columns, name)])


def proposed(guess_of_file: InferredDictionary) -> dict[str, str | None]:
    """The parts of a proposal that a `Truth` tells of."""
    draft = guess_of_file.draft
    endpoint = draft.endpoints[0] if draft.endpoints else None
    return {
        "time": endpoint.time if endpoint else draft.roles.time,
        "event": endpoint.event if endpoint else draft.roles.event,
        "value": endpoint.event_value if endpoint else None,
        "unit": endpoint.unit if endpoint else None,
        "arm": draft.roles.arm,
        "control": draft.roles.control,
        "id": draft.roles.id,
    }


def misses(truth: Truth, answer: InferredDictionary) -> dict[str, str | None]:
    """What is proposed wrongly, by part.

    A control is wrong when another arm is proposed; asking is right where the file has codes only. A
    value and a unit count where the documentation says them and the columns were found.
    """
    said = proposed(answer)
    wrong = {part: said[part] for part in ("time", "event", "arm") if said[part] != getattr(truth, part)}
    for part in ("value", "unit", "id"):
        wanted = getattr(truth, part)
        if wanted is not None and said[part] != wanted:
            wrong[part] = said[part]
    if said["control"] not in (None, truth.control):
        wrong["control"] = said["control"]
    return wrong
