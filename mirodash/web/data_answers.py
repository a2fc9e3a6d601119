"""What an upload holds and whether its mapping is a valid dictionary, as plain data for the Data page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.text.data_sentences import (
    describe_all_excluded,
    describe_further_endpoint,
    describe_measure_source,
    describe_measured,
    describe_rows_and_columns,
    describe_usable,
    describe_verdict,
    format_option,
    left_out,
    left_out_facts,
    preview_caption,
    says_death,
    write_event_question,
)
from mirodash.text.numbers import chosen_time
from mirodash.trial.build import Checked, check
from mirodash.trial.dictionary import Draft
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.infer.infer_dictionary import InferredDictionary, infer_dictionary
from mirodash.trial.problems import Problem
from mirodash.trial.repeated_measurements import part_tables
from mirodash.trial.repeated_rows import IDENTIFIER_SIGN, split_identifier
from mirodash.trial.table import Table
from mirodash.uploads import reader_process
from mirodash.uploads.intake import FILE, TABLES, whole
from mirodash.uploads.reader_process import Allowance, Work
from mirodash.uploads.serialisation import from_plain, sealed, table_from, to_plain, unsealed
from mirodash.uploads.uploads import Uploads
from mirodash.web.data_mapping import (
    Columns,
    chosen_param,
    cut,
    describe_columns,
    describe_events,
    describe_levels_to_choose,
    describe_upload_columns,
    draft_from,
    drop_identifying,
    field_problems,
    find_identifying,
    form_from,
    preview,
)
from mirodash.web.first_pictures import describe_first_pictures

Data = dict[str, Any]
CELLS = ("biomarker", "factor")
"""Parts whose impossible cells count as missing, while the participants stay."""


@dataclass(frozen=True, slots=True)
class MappingState:
    """An upload, what was guessed of it, and how its reader maps it at the moment.

    ``given`` is what came from the browser; None stands for the proposal itself.
    """

    tables: tuple[Table, ...]
    proposal: InferredDictionary
    given: object
    min_cell: int = 0

    @property
    def draft(self) -> Draft:
        """The dictionary that the mapping stands for."""
        return self.proposal.draft if self.given is None else draft_from(self.given, self.proposal)

    def problems_of_fields(self) -> tuple[Problem, ...]:
        """What stands in a field for numbers and is none."""
        return () if self.given is None else field_problems(self.given)


def describe_mapping(
    tables: Sequence[Table],
    given: object,
    proposal: InferredDictionary,
    confirmed: Draft | None,
    *,
    min_cell: int = 0,
) -> MappingState:
    """An upload with its proposal; the dictionary that was confirmed before is proposed again."""
    if confirmed is not None:
        proposal = replace(proposal, draft=confirmed)
    return MappingState(tuple(tables), proposal, given, min_cell)


def describe_upload(upload: MappingState) -> Data:
    """What does not change while the reader maps: the columns, the reasons, and the fields as they open."""
    draft = upload.draft
    columns = describe_upload_columns(upload.tables, draft.roles.param)
    masked = _mask_levels(columns, draft, upload.proposal)
    people, _ = part_tables(upload.tables)
    rows = max((len(table) for table in people), default=0)
    wanted = {endpoint.key for endpoint in draft.endpoints}
    further = _describe_further(columns, masked, upload.proposal.draft, draft)
    unwanted = [each["key"] for each in further if each["key"] not in wanted]
    return {
        "file": " and ".join(cut(table.name) for table in upload.tables),
        "size": describe_rows_and_columns(rows, len(columns)),
        "form": form_from(draft) | {"unwanted_endpoints": unwanted},
        "columns": describe_columns(columns, masked),
        "sheets": [sheet for table in upload.tables for file in table.files for sheet in file.sheets],
        "sheet": next((file.sheet for table in upload.tables for file in table.files if file.sheets), ""),
        "parameters": [list(pair) for pair in upload.proposal.parameters],
        "identifiers": _list_identifiers(draft, columns),
        "reasons": dict(upload.proposal.reasons),
    }


def _list_identifiers(draft: Draft, columns: Columns) -> list[str]:
    """Columns that may identify participants together: a number that restarts, behind site or country."""
    who = draft.roles.id
    if not who:
        return []
    own = split_identifier(who)[-1]
    others = [name for name in (draft.roles.site, draft.roles.country) if name and name != own]
    together = [f"{name} {IDENTIFIER_SIGN} {own}" for name in others if own in columns]
    return list(dict.fromkeys([*together, *([who] if who not in columns else [])]))


def describe_validation(upload: MappingState) -> tuple[Data, Checked]:
    """What is said of the mapping as it stands, and the trial it makes if it makes one."""
    draft = upload.draft
    result = check(upload.tables, draft)
    if result.trial is not None:
        result = replace(result, trial=replace(result.trial, min_cell=upload.min_cell))
    problems = (*upload.problems_of_fields(), *result.problems)
    columns = describe_upload_columns(upload.tables, draft.roles.param)
    masked = _mask_levels(columns, draft, upload.proposal)
    words = {
        "levels": {
            part: _describe_levels(columns, masked, name) for part, name in _chosen_from(draft).items()
        },
        "found": _describe_columns(result),
        "question": _describe_question(_one_row_each(upload.tables, columns, draft), draft),
        "problems": [
            {**each, "said": drop_identifying(each["said"], masked & {*each["columns"]}, columns)}
            for each in _ticked_once([*map(_find_problem, problems), *_has_consent(upload.tables, draft)])
        ],
        "notices": list(result.notices),
        "verdict": describe_verdict(len(problems)),
        "usable": not problems and result.trial is not None,
        "flow": _describe_flow(result),
        "measured": _describe_measured(result, upload.min_cell),
        "preview": _preview(columns, masked, draft),
        "endpoints": _describe_further(columns, masked, upload.proposal.draft, draft),
        "pictures": [] if result.trial is None else describe_first_pictures(result.trial),
    }
    return words, result


def _mask_levels(columns: Columns, draft: Draft, proposal: InferredDictionary) -> frozenset[str]:
    return find_identifying(columns, (draft.roles.id, proposal.draft.roles.id))


def _chosen_from(draft: Draft) -> dict[str, str | None]:
    return {"event": _describe_event_column(draft), "arm": draft.roles.arm}


def _describe_event_column(draft: Draft) -> str | None:
    return draft.endpoints[0].event if draft.endpoints else draft.roles.event


def _describe_levels(columns: Columns, masked: frozenset[str], name: str | None) -> Data:
    found = describe_levels_to_choose(columns.get(name or ""), masked, name)
    options = [[level, format_option(cut(level), number)] for level, number in found["options"]]
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


def _describe_question(columns: Columns, draft: Draft) -> str:
    """``85 of 220 died, right?``, empty as long as nobody said what the event is."""
    endpoint = next(iter(draft.endpoints), None)
    if endpoint is None or endpoint.event not in columns:
        return ""
    column = columns[endpoint.event]
    value = endpoint.event_value or ("0" if endpoint.event.upper() == "CNSR" else "1")
    number, known, missing = describe_events(column, (value, *endpoint.other_event_values))
    if not number and endpoint.event_value is None:
        return ""
    died = says_death(endpoint.event, column.label, value, endpoint.label or "", endpoint.singular)
    return write_event_question(number, known, missing, died=died)


def _describe_further(columns: Columns, masked: frozenset[str], proposed: Draft, draft: Draft) -> list[Data]:
    """The endpoints of the proposal beside the one in the fields; whoever maps may leave some out."""
    own = next(iter(draft.endpoints), None)
    taken = {own.time, own.event} if own else set[str]()
    # one that is coded as the endpoint in the fields waits for its answer
    asked = own.event_value if own else None
    return [
        {
            "key": each.key,
            "columns": [each.time, each.event],
            "said": describe_further_endpoint(
                each, *describe_events(columns[each.event], (each.event_value or asked or "1",))[:2]
            ),
        }
        for each in proposed.endpoints
        if each != own
        and each.event in columns
        and taken.isdisjoint({each.time, each.event})
        and masked.isdisjoint({each.time, each.event})
        and (each in draft.endpoints or each in proposed.endpoints[1:])
    ]


def _describe_columns(result: Checked) -> dict[str, str]:
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


def _find_problem(problem: Problem) -> Data:
    return {
        "said": problem.shown,
        "part": problem.part,
        "columns": list(problem.columns),
        "leaves_out": problem.leaves_out,
        "tick": left_out(problem.count, cells=problem.part in CELLS) if problem.leaves_out else "",
        "choices": [[choice.answers, choice.entry, choice.said] for choice in problem.choices],
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
            told.append({**each, "tick": describe_all_excluded(cells=each["part"] in CELLS)})
        else:
            told.append(each)
    return told


def _has_consent(tables: Sequence[Table], draft: Draft) -> list[Data]:
    """What the reader agreed to leave out, as it was asked, so that it can be taken back."""
    unanswered = _without_answers(draft)
    if unanswered == draft:
        return []
    asked = check(tables, unanswered).problems
    given = set(_list_given(draft))
    return [
        {**_find_problem(problem), "agreed": True}
        for problem in asked
        if problem.leaves_out in draft.leave_out
        or any((choice.answers, choice.entry) in given for choice in problem.choices)
    ]


def _without_answers(draft: Draft) -> Draft:
    """The draft as if nothing had been ticked."""
    endpoints = tuple(
        replace(e, other_event_values=(), competing=(), censored_values=()) for e in draft.endpoints
    )
    return replace(draft, leave_out=(), ignore=(), missing=(), keep=(), endpoints=endpoints)


def _list_given(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every answer that was ticked, as the mapping holds it."""
    form = form_from(draft)
    for answers in ("ignore", "missing", "keep", "other_event_values", "competing", "censored_values"):
        for entry in form[answers]:
            yield answers, entry


def _describe_flow(result: Checked) -> list[Mapping[str, str]]:
    trial = result.trial
    if trial is None:
        return []
    return [
        {"label": fact.label, "value": fact.value, "detail": fact.detail}
        for fact in (
            *left_out_facts(result.left_out, trial.min_cell),
            *describe_usable(trial, trial.dictionary.endpoints[0]),
        )
    ]


def _describe_measured(result: Checked, min_cell: int) -> Data:
    """Of each repeated measurement what was read and what was left out; ``rows`` are of no one of them."""
    shown: Mapping[str, Sequence[str]] = {} if min_cell else result.measured_left_out
    return {
        "rows": list(shown.get("", ())),
        "measures": {
            each.key: {
                "source": describe_measure_source(cut(each.source), [cut(name) for name in each.columns]),
                "said": describe_measured(each.values, each.participants, each.days, min_cell, each.phases),
                "left": list(shown.get(each.key, ())),
                "timed": each.timed,
            }
            for each in result.measured
        },
    }


def _preview(columns: Columns, masked: frozenset[str], draft: Draft) -> Data:
    roles = draft.roles
    endpoint = next(iter(draft.endpoints), None)
    outcome = (endpoint.time, endpoint.event) if endpoint else (roles.time, roles.event)
    outcome = (*outcome, endpoint.entry if endpoint else roles.entry)
    baseline = (*(b.column for b in draft.biomarkers), *(f.column for f in draft.factors))
    shown = preview(columns, masked, (roles.id, *outcome, roles.arm, roles.site, roles.country, *baseline))
    return {**shown, "caption": preview_caption(len(shown["header"]), shown["columns"])}


CONFIRMED = "dictionary.toml"
_WORDS, _PROPOSAL = "words", "proposal"
MAX_WORDS = 20_000_000
"""In bytes; of two thousand columns it is half a million."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of an upload: the words of the page, and the dictionary that its mapping stands for."""

    words: Data
    dictionary: str
    name: str


class Looking:
    """Looks at uploads for their readers.

    Parameters
    ----------
    uploads : Uploads
        Where they are kept.
    allowed : Allowance
        What a look may take.
    min_cell : int
        Fewer participants than this are not told apart.
    """

    def __init__(self, uploads: Uploads, allowed: Allowance, *, min_cell: int = 0) -> None:
        self._uploads = uploads
        self._allowed = allowed
        self._min_cell = min_cell

    def look(self, who: str, upload: str, form: object, *, opens: bool = False) -> Looked:
        """Look at an upload as it is mapped.

        Parameters
        ----------
        who, upload : str
            The reader, and the name of the upload.
        form : object
            What the browser sent as the mapping; None is the proposal itself.
        opens : bool
            Whether what does not change while a reader maps is wanted as well.

        Raises
        ------
        GoneError
            When there is no such upload of this reader.
        UnusableDataError
            When the child could not look at it.
        """
        contents = self._uploads.contents(who, upload)
        confirmed = self._uploads.dictionary(who, upload)
        proposal = self._uploads.proposed(who, upload)
        about = {
            "tables": len(contents),
            "form": form,
            "confirmed": confirmed,
            "opens": opens,
            "min_cell": self._min_cell,
        }
        files = {**dict(zip(TABLES, contents, strict=False)), _PROPOSAL: proposal}
        results = (_WORDS, _PROPOSAL, reader_process.PROBLEMS)
        with reader_process.in_words(FILE):
            answer = reader_process.run(
                Work(f"{__name__}:look", FILE, results, about, files), self._allowed, reader_process.LOOKING
            )
        looked = _looked(whole(answer, _WORDS, FILE))
        found = answer.get(_PROPOSAL, b"")
        if found != proposal and len(found) <= MAX_WORDS:
            self._uploads.propose(who, upload, found)
        return looked


def _looked(content: bytes) -> Looked:
    """What a child saw, of the kinds that a page is given."""
    try:
        if len(content) > MAX_WORDS:
            raise ValueError("too much")
        told = json.loads(unsealed(content))
        words = {str(key): value for key, value in told["words"].items()}
        return Looked(words, str(told["dictionary"]), str(told["name"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnusableDataError("This upload cannot be looked at; upload the file again.") from error


def look(about: Mapping[str, Any]) -> None:
    """Look at the upload in this folder; what a child does."""
    tables = [table_from(Path(name).read_bytes()) for name in TABLES[: about["tables"]]]
    param = chosen_param(about["form"])
    proposal = _build_kept_proposal(Path(_PROPOSAL).read_bytes(), param)
    if proposal is None:
        proposal = infer_dictionary(tables, param)
        Path(_PROPOSAL).write_bytes(sealed(json.dumps([param, _build_plain(proposal)]).encode()))
    confirmed = parse_dictionary(about["confirmed"], CONFIRMED) if about["confirmed"] else None
    upload = describe_mapping(tables, about["form"], proposal, confirmed, min_cell=about["min_cell"])
    once = describe_upload(upload) if about["opens"] else {}
    words, _ = describe_validation(upload)
    told = {
        "words": {**once, **words},
        "dictionary": write_dictionary(upload.draft),
        "name": PurePath(tables[0].name).stem,
    }
    Path(_WORDS).write_bytes(sealed(json.dumps(told).encode()))


def _build_plain(proposal: InferredDictionary) -> Data:
    return {
        "draft": to_plain(proposal.draft),
        "reasons": dict(proposal.reasons),
        "parameters": proposal.parameters,
    }


def _build_kept_proposal(content: bytes, param: str | None) -> InferredDictionary | None:
    """What was proposed for this endpoint before; None when another version kept it, or nothing is kept."""
    try:
        of, plain = json.loads(unsealed(content))
        reasons = MappingProxyType({str(part): str(why) for part, why in plain["reasons"].items()})
        parameters = tuple((str(code), str(name)) for code, name in plain["parameters"])
        return (
            InferredDictionary(from_plain(Draft, plain["draft"]), reasons, parameters)
            if of == param
            else None
        )
    except (UnusableDataError, ValueError, LookupError, TypeError, AttributeError):
        return None
