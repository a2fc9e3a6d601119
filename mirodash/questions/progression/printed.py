"""Progression as plain text for a terminal: the four estimands of every group, and the tables behind them."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.questions.progression.measured import Progression
from mirodash.questions.progression.slope_search import SlopesSearched, explain_search
from mirodash.questions.progression.words import (
    describe_agreement,
    describe_interaction,
    list_estimands,
    list_visit_tables,
)
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Fact, Table, align_columns, label_lines, underline, wrap_text
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import count, unify_spaces
from mirodash.trial.trial import Trial


def progression_tables(
    trial: Trial, answer: Progression, searched: SlopesSearched | NotEstimable | None, names: ArmNames
) -> str:
    """All of it, with a line break at the end."""
    return unify_spaces("\n".join(_write(trial, answer, searched, names))) + "\n"


def _write(
    trial: Trial, answer: Progression, searched: SlopesSearched | NotEstimable | None, names: ArmNames
) -> Iterator[str]:
    unit = f", {answer.measure.unit}" if answer.measure.unit else ""
    yield from underline(f"{trial.title}: {answer.measure.label}{unit}", "=")
    for group in answer.groups:
        control, treated = group.participants
        yield ""
        sizes = f"{names.treated} {count(treated)}, {names.control} {count(control)}"
        yield from underline(f"{group.label}: {sizes}", "-")
        for fact in list_estimands(answer, group, names):
            yield from _write_fact(fact)
        yield from wrap_text(describe_agreement(answer, group, names))
        for table in list_visit_tables(answer, group, names):
            yield ""
            yield from _write_table(table)
    interaction = describe_interaction(answer)
    if interaction is not None:
        yield ""
        yield from _write_fact(interaction)
    if searched is not None:
        told = explain_search(searched)
        yield ""
        yield from underline(told.title, "-")
        for fact in told.facts:
            yield from _write_fact(fact)
        yield from wrap_text(told.sentence)


def _write_fact(fact: Fact) -> list[str]:
    return label_lines(fact.label, ", ".join(part for part in (fact.value, fact.detail) if part))


def _write_table(table: Table) -> Iterator[str]:
    yield f"  {table.caption}"
    yield from align_columns([table.header, *table.rows])
