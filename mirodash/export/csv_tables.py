"""CSV tables for a spreadsheet, in which text stays text, and the forest as one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from mirodash.questions.subgroups import BetweenSites, Subgroup, Subgroups, SubgroupsOfFactor
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.survival.results import Difference, HazardRatio, Interval, NotEstimable
from mirodash.text.facts import Table
from mirodash.text.json_values import encode_count
from mirodash.trial.trial import Trial

Cell = str | int | float | None
BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a file without it for the encoding of the machine, and spoils every accent and unit."""

_SIGNS = "=+\\-@＝＋－＠"
# what a spreadsheet may skip before it looks for a formula: blanks, quotes, and what nobody sees
_SKIPPED = "\\s\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069\\x00-\\x1f\"'`´‘’“”„«»"
_FORMULA = re.compile(f"[{_SKIPPED}]*[{_SIGNS}]|[ \"']*[\t\r\n]")
_BREAK = re.compile("([;\t\r\n])")
_AFTER_A_BREAK = re.compile(f"([;\t\r\n][{_SKIPPED}]*+)([{_SIGNS}]?)")
"""A break with all that is skipped after it at once: tried from each of many breaks it is quadratic."""
_NEGATIVE = re.compile(r"-(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?")
_ALONE = re.compile("[\ud800-\udfff]")


def write_table(tables: Sequence[Table], footer: Iterable[str] = ()) -> str:
    """Tables one under the other as they stand on the screen, and below them what they belong to.

    Parameters
    ----------
    tables : sequence of Table
        Where there are several, each follows a line with its caption.
    footer : iterable of str
        Lines at the end, one cell each, after an empty line.
    """
    rows: list[Sequence[Cell]] = []
    for place, table in enumerate(tables):
        if place:
            rows.append(())
        if len(tables) > 1:
            rows.append((table.caption,))
        rows += [table.header, *table.rows]
    return write_rows(rows, footer)


def write_rows(rows: Iterable[Sequence[Cell]], footer: Iterable[str] = ()) -> str:
    """Rows of cells in the form of RFC 4180, in UTF-8 for Excel too.

    Numbers are written as they are, with a point and all their digits; so is text that is a negative number.
    Other text that a spreadsheet could take for a formula is preceded by an apostrophe, even where its
    formula would only begin after a separator of another country's spreadsheets.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_write_cell(cell) for cell in row])
    lines = [line for line in footer if line]
    if lines:
        writer.writerow(())
    for line in lines:
        writer.writerow([_write_cell(line)])
    return BYTE_ORDER_MARK + file.getvalue()


def _write_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(cell)
    # half a surrogate pair could not be saved at all
    text = _ALONE.sub("\ufffd", cell)
    if _NEGATIVE.fullmatch(text):
        return text
    inside = _AFTER_A_BREAK.sub(_quoted, text)
    return f"'{inside}" if _FORMULA.match(text) else inside


def _quoted(found: re.Match[str]) -> str:
    """A quotation mark after every break from which a spreadsheet could come to a sign."""
    return (_BREAK.sub(r"\1'", found[1]) if found[2] else found[1]) + found[2]


OVERALL = "overall"
MISSING = "(missing)"
HEADER = (
    *("factor", "kind", "group", "n", "n_treated", "events_treated", "n_control", "events_control"),
    *("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper", "log_hazard_ratio", "standard_error"),
    *("weight", "shrunken_hazard_ratio", "shrunken_lower", "shrunken_upper"),
    *("survival_difference", "survival_difference_lower", "survival_difference_upper"),
    *("not_estimable", "overall_hazard_ratio_without", "without_lower", "without_upper"),
    *("confidence", "horizon", "time_unit", "view", "trial", "footer"),
)


def write_subgroups(
    trial: Trial,
    selection: Selection,
    found: Subgroups,
    sites: BetweenSites | None,
    *,
    footer: str = "",
) -> str:
    """One line for everybody, one for each subgroup, one for those without a factor.

    The last columns repeat on every line what it belongs to, so that a line that is copied still says so:
    the view, the trial, and the ``footer`` that all files have.
    """
    query = reduce_to_canonical(trial, selection).to_query()
    about: dict[str, Cell] = {
        "confidence": found.confidence,
        "horizon": found.horizon,
        "time_unit": found.endpoint.unit,
        "view": query,
        "trial": trial.title,
        "footer": footer,
    }
    without = {item.site: item.cox for item in sites.without} if sites else {}
    lines = [line | about for line in _write_lines(found, without)]
    header = [_name_difference(name) for name in HEADER] if found.endpoint.competing else HEADER
    return write_rows([header, *([line.get(name) for name in HEADER] for line in lines)])


def _name_difference(name: str) -> str:
    """The name of a column where another event competes: differences are of cumulative incidence."""
    return name.replace("survival_difference", "incidence_difference")


def _write_lines(
    found: Subgroups, without: dict[str, HazardRatio | NotEstimable]
) -> Iterator[dict[str, Cell]]:
    yield {"factor": OVERALL, "kind": OVERALL, **_write_line(found.overall)}
    for factor in found.factors:
        for level in factor.levels:
            left = without.get(level.label) if factor.kind == "site" else None
            yield {
                **_name_columns(factor),
                **_write_line(level),
                **_write_ratio("overall_hazard_ratio_without", "without", left),
            }
        if factor.missing:
            yield {**_name_columns(factor), "group": MISSING, "n": encode_count(factor.missing)}


def _name_columns(factor: SubgroupsOfFactor) -> dict[str, Cell]:
    return {"factor": factor.label, "kind": factor.kind}


def _write_line(row: Subgroup) -> dict[str, Cell]:
    cox, drawn, apart = row.cox, row.shrunken, row.survival_difference
    difference = apart if isinstance(apart, Difference) else None
    there = cox if isinstance(cox, HazardRatio) else None
    return {
        "group": row.label,
        "n": encode_count(row.n),
        "n_treated": encode_count(row.treated.n),
        "events_treated": encode_count(row.treated.events),
        "n_control": encode_count(row.control.n),
        "events_control": encode_count(row.control.events),
        **_write_ratio("hazard_ratio", "hazard_ratio", cox),
        "log_hazard_ratio": there.coef if there else None,
        "standard_error": there.se if there else None,
        "weight": row.weight if there else None,
        "shrunken_hazard_ratio": drawn.hr if drawn else None,
        **_write_ends("shrunken", drawn.ci if drawn else None),
        "survival_difference": difference.estimate if difference else None,
        **_write_ends("survival_difference", difference.ci if difference else None),
        "not_estimable": cox.why if isinstance(cox, NotEstimable) else "",
    }


def _write_ratio(name: str, ends: str, cox: HazardRatio | NotEstimable | None) -> dict[str, Cell]:
    there = cox if isinstance(cox, HazardRatio) else None
    return {name: there.hr if there else None, **_write_ends(ends, there.ci if there else None)}


def _write_ends(name: str, ends: Interval | None) -> dict[str, Cell]:
    low, high = ends or (None, None)
    return {f"{name}_lower": low, f"{name}_upper": high}
