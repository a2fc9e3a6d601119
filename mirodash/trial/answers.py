"""Answers about a file, applied to its table: rows that are kept, codes for "not known", flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mirodash.trial import adam
from mirodash.trial.column_roles import Plan
from mirodash.trial.dictionary import Draft
from mirodash.trial.missing_codes import find_missing_codes, is_code
from mirodash.trial.problems import Choice, Findings, Problem
from mirodash.trial.repeated_rows import combine_identifiers
from mirodash.trial.table import Table, join_list, level_name, one_line, participants_in_words, suggest_name


def apply_answers(table: Table, draft: Draft, who: str | None, found: Findings) -> Table:
    """The table as the answers in a draft change it: fewer rows, cells that are not known, one identifier."""
    return combine_identifiers(_mark_missing(_keep_rows(table, draft, found), draft, found), who)


def _keep_rows(table: Table, draft: Draft, found: Findings) -> Table:
    for asked, wanted in draft.keep:
        column = asked if asked in table.columns else adam.find_column(table, asked)
        if column is None:
            continue
        names = {one_line(value).casefold() for value in wanted}
        cells = table.columns[column].cells
        kept = [i for i, cell in enumerate(cells) if level_name(cell).casefold() in names]
        if not kept:
            held = join_list(sorted({cell for cell in cells if cell}), most=12)
            what = (
                f"Column '{column}' never holds {join_list(list(wanted))}, so no row would be left; it holds "
                f"{held or 'nothing'}."
            )
            found.problems.append(Problem(what, columns=(column,)))
            continue
        if len(kept) < len(cells):
            gone = len(cells) - len(kept)
            found.notices.append(
                f"'{table.name}': {gone:,} row{'' if gone == 1 else 's'} without '{column}' = "
                f"{join_list(list(wanted))} {'was' if gone == 1 else 'were'} left out first, as asked."
            )
            unscripted = "rows that are left out by a flag"
            files = tuple(replace(file, unscripted=file.unscripted or unscripted) for file in table.files)
            table = replace(table.take(kept), files=files)
    return table


def _mark_missing(table: Table, draft: Draft, found: Findings) -> Table:
    columns = dict(table.columns)
    for name, codes in draft.missing:
        if name not in columns or not codes:
            continue
        column = columns[name]
        are_codes = [bool(cell) and is_code(cell, codes) for cell in column.cells]
        count = sum(are_codes)
        if count:
            cells = tuple(
                "" if is_one else cell for cell, is_one in zip(column.cells, are_codes, strict=True)
            )
            columns[name] = replace(column, cells=cells)
            found.notices.append(
                f"Column '{name}': {join_list(list(codes))} {'stands' if len(codes) == 1 else 'stand'} for "
                f"not known in {count:,} cell{'' if count == 1 else 's'}; --missing '{name}=' says that they "
                "are values."
            )
    if columns == dict(table.columns):
        return table
    return replace(table, columns=columns)


def find_unknown_columns(tables: Sequence[Table], draft: Draft) -> Iterator[Problem]:
    """A problem for every answer about a column that no file has."""
    have = {name: name for table in tables for name in table.columns}
    have |= {name.casefold(): name for name in list(have)}
    about = (
        ("ignore", draft.ignore),
        ("missing", tuple(name for name, _ in draft.missing)),
        ("keep", tuple(name for name, _ in draft.keep)),
    )
    for option, names in about:
        for name in names:
            if name not in have and name.casefold() not in have:
                hint = suggest_name(name, have) or "."
                yield Problem(f"There is no column '{name}' (given with --{option}){hint}", columns=())


def ask_about_codes(
    table: Table, names: Sequence[str], times: Sequence[str], draft: Draft, found: Findings
) -> None:
    """Ask whether values that look like codes for "not known" are measurements, where nobody answered.

    Below 0 no time can be, which is a problem of its own.
    """
    answered = {*dict(draft.missing), *draft.leave_out}
    for name in dict.fromkeys((*names, *times)):
        if name in answered or name not in table.columns:
            continue
        codes = find_missing_codes(table.columns[name].cells)
        codes = tuple(code for code in codes if name not in times or not code.startswith("-"))
        if not codes:
            continue
        counts = Counter(cell for cell in table.columns[name].cells if cell in codes)
        said = join_list(
            [f"{code} in {counts[code]:,} cell{'' if counts[code] == 1 else 's'}" for code in codes]
        )
        listed = ",".join(codes)
        found.problems.append(
            Problem(
                f"Column '{name}' holds {said}, far from its other values: "
                f"{'does it' if len(codes) == 1 else 'do they'} mean not known?",
                typed=f"Say --missing '{name}={listed}', or --missing '{name}=' when these are values.",
                chosen="Say which.",
                columns=(name,),
                choices=(
                    Choice("missing", f"{name}={listed}", f"Take {listed} as missing"),
                    Choice("missing", f"{name}=", "They are values"),
                ),
            )
        )


_NO = frozenset({"n", "no", "non", "0", "false"})


def ask_about_population(table: Table, plan: Plan, draft: Draft, found: Findings) -> None:
    """Ask whether those whom a flag says not to belong to the randomised population are counted."""
    answered = {name.casefold() for name in (*draft.ignore, *(name for name, _ in draft.keep))}
    for name in adam.find_population_flags(table):
        if name.casefold() in answered or plan.roles.arm is None:
            continue
        cells, arms = table.columns[name].cells, table.columns[plan.roles.arm].cells
        out = [
            i for i, (flag, arm) in enumerate(zip(cells, arms, strict=True)) if flag.casefold() in _NO and arm
        ]
        if not out or len(out) == len(cells):
            continue
        yes = next((cell for cell in cells if cell and cell.casefold() not in _NO), "Y")
        no = cells[out[0]]
        found.problems.append(
            Problem(
                f"{participants_in_words(len(out))} with an arm {'has' if len(out) == 1 else 'have'} "
                f"'{name}' = {no} ({table.columns[name].where(out)}), which says that they do not belong to "
                "the population that is analysed. Are they counted?",
                typed=f"Say --keep {name}={yes} to leave them out, or --ignore {name} to count them.",
                chosen="Say which.",
                columns=(name,),
                choices=(
                    Choice("keep", f"{name}={yes}", f"Only those with {name} = {yes}"),
                    Choice("ignore", name, "Count everybody with an arm"),
                ),
            )
        )
        return
