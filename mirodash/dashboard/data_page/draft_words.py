"""Everything the Data page says of one upload and its mapping, as plain data for the browser to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mirodash.dashboard.data_page.columns import (
    Columns,
    columns_of,
    cut,
    described,
    events,
    identifying,
    levels_to_choose,
    preview,
    unnamed,
)
from mirodash.dashboard.data_page.mapping import draft_from, field_problems, form_from
from mirodash.text.data_sentences import (
    all_left_out,
    event_question,
    left_out,
    left_out_facts,
    option,
    preview_caption,
    rows_and_columns,
    says_death,
    usable,
    verdict,
)
from mirodash.text.numbers import chosen_time
from mirodash.trial.build import Checked, check
from mirodash.trial.dictionary import Draft
from mirodash.trial.infer.infer_dictionary import Guess
from mirodash.trial.problems import Problem
from mirodash.trial.table import Table

Data = dict[str, Any]
CELLS = ("biomarker", "factor")
"""Parts whose impossible cells count as missing, while the participants stay."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """An upload, what was guessed of it, and how its reader maps it at the moment.

    ``given`` is what came from the browser; None stands for the proposal itself.
    """

    tables: tuple[Table, ...]
    proposal: Guess
    given: object

    @property
    def draft(self) -> Draft:
        """The dictionary that the mapping stands for."""
        return self.proposal.draft if self.given is None else draft_from(self.given, self.proposal)

    def problems_of_fields(self) -> tuple[Problem, ...]:
        """What stands in a field for numbers and is none."""
        return () if self.given is None else field_problems(self.given)


def mapped(tables: Sequence[Table], given: object, proposal: Guess, confirmed: Draft | None) -> Mapped:
    """An upload with its proposal; the dictionary that was confirmed before is proposed again."""
    if confirmed is not None:
        proposal = replace(proposal, draft=confirmed)
    return Mapped(tuple(tables), proposal, given)


def opened(upload: Mapped) -> Data:
    """What does not change while the reader maps: the columns, the reasons, and the fields as they open."""
    draft = upload.draft
    columns = columns_of(upload.tables, draft.roles.param)
    masked = _masked(columns, draft, upload.proposal)
    rows = max((len(table) for table in upload.tables), default=0)
    return {
        "file": " and ".join(cut(table.name) for table in upload.tables),
        "size": rows_and_columns(rows, len(columns)),
        "form": form_from(draft),
        "columns": described(columns, masked),
        "parameters": [list(pair) for pair in upload.proposal.parameters],
        "reasons": dict(upload.proposal.reasons),
    }


def checked(upload: Mapped) -> tuple[Data, Checked]:
    """What is said of the mapping as it stands, and the trial it makes if it makes one."""
    draft = upload.draft
    result = check(upload.tables, draft)
    problems = (*upload.problems_of_fields(), *result.problems)
    columns = columns_of(upload.tables, draft.roles.param)
    masked = _masked(columns, draft, upload.proposal)
    words = {
        "levels": {part: _levels(columns, masked, name) for part, name in _chosen_from(draft).items()},
        "found": _found(result),
        "question": _question(_one_row_each(upload.tables, columns, draft), draft),
        "problems": [
            {**each, "said": unnamed(each["said"], masked & {*each["columns"]}, columns)}
            for each in _ticked_once([*map(_problem, problems), *_agreed(upload.tables, draft)])
        ],
        "notices": list(result.notices),
        "verdict": verdict(len(problems)),
        "usable": not problems and result.trial is not None,
        "flow": _flow(result),
        "preview": _preview(columns, masked, draft),
    }
    return words, result


def _masked(columns: Columns, draft: Draft, proposal: Guess) -> frozenset[str]:
    return identifying(columns, (draft.roles.id, proposal.draft.roles.id))


def _chosen_from(draft: Draft) -> dict[str, str | None]:
    return {"event": _event_column(draft), "arm": draft.roles.arm}


def _event_column(draft: Draft) -> str | None:
    return draft.endpoints[0].event if draft.endpoints else draft.roles.event


def _levels(columns: Columns, masked: frozenset[str], name: str | None) -> Data:
    found = levels_to_choose(columns.get(name or ""), masked, name)
    options = [[level, option(cut(level), number)] for level, number in found["options"]]
    return {"options": options, "said": found["said"]}


def _one_row_each(tables: Sequence[Table], columns: Columns, draft: Draft) -> Columns:
    """The columns without rows that the reader agreed to leave out: their events would count twice."""
    who = draft.roles.id
    if len(tables) > 1 or who is None or who not in columns or who not in draft.leave_out:
        return columns
    first: dict[str, int] = {}
    for row, cell in enumerate(columns[who].cells):
        first.setdefault(cell, row)
    first.pop("", None)
    return {name: column.take(list(first.values())) for name, column in columns.items()}


def _question(columns: Columns, draft: Draft) -> str:
    """``85 of 220 died, right?``, empty as long as nobody said what the event is."""
    endpoint = next(iter(draft.endpoints), None)
    if endpoint is None or endpoint.event not in columns:
        return ""
    column = columns[endpoint.event]
    value = endpoint.event_value or ("0" if endpoint.event.upper() == "CNSR" else "1")
    number, known, missing = events(column, value)
    if not number and endpoint.event_value is None:
        return ""
    died = says_death(endpoint.event, column.label, value, endpoint.label or "", endpoint.singular)
    return event_question(number, known, missing, died=died)


def _found(result: Checked) -> dict[str, str]:
    """What the data say where the reader chose nothing; nothing as long as they make no trial."""
    if result.trial is None:
        return {}
    words = result.trial.dictionary
    endpoint = words.endpoints[0]
    return {
        "treated": words.treated,
        "control": words.control,
        "event_value": endpoint.event_value,
        "unit": endpoint.unit,
        "horizon": chosen_time(endpoint.horizon),
        "title": words.title,
    }


def _problem(problem: Problem) -> Data:
    return {
        "said": problem.shown,
        "part": problem.part,
        "columns": list(problem.columns),
        "leaves_out": problem.leaves_out,
        "tick": left_out(problem.count, cells=problem.part in CELLS) if problem.leaves_out else "",
        "agreed": False,
    }


def _ticked_once(problems: Sequence[Data]) -> list[Data]:
    """The problems, with one tick for all of a column: it cannot be left out for one of them alone."""
    told: list[Data] = []
    for place, each in enumerate(problems):
        column = each["leaves_out"]
        if column and any(later["leaves_out"] == column for later in problems[place + 1 :]):
            told.append({**each, "tick": ""})
        elif column and any(before["leaves_out"] == column for before in told):
            told.append({**each, "tick": all_left_out(cells=each["part"] in CELLS)})
        else:
            told.append(each)
    return told


def _agreed(tables: Sequence[Table], draft: Draft) -> list[Data]:
    """What the reader agreed to leave out, as it was asked, so that it can be taken back."""
    if not draft.leave_out:
        return []
    asked = check(tables, replace(draft, leave_out=())).problems
    return [
        {**_problem(problem), "agreed": True} for problem in asked if problem.leaves_out in draft.leave_out
    ]


def _flow(result: Checked) -> list[Mapping[str, str]]:
    trial = result.trial
    if trial is None:
        return []
    return [
        {"label": fact.label, "value": fact.value, "detail": fact.detail}
        for fact in (
            *left_out_facts(result.left_out, trial.min_cell),
            *usable(trial, trial.dictionary.endpoints[0]),
        )
    ]


def _preview(columns: Columns, masked: frozenset[str], draft: Draft) -> Data:
    roles = draft.roles
    endpoint = next(iter(draft.endpoints), None)
    outcome = (endpoint.time, endpoint.event) if endpoint else (roles.time, roles.event)
    baseline = (*(b.column for b in draft.biomarkers), *(f.column for f in draft.factors))
    shown = preview(columns, masked, (roles.id, *outcome, roles.arm, roles.site, roles.country, *baseline))
    return {**shown, "caption": preview_caption(len(shown["header"]), shown["columns"])}
