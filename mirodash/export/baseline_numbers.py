"""Table 1 as numbers: JSON at full precision, and CSV with one line for each arm of each group."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.export.analysis_json import encode_disclosure
from mirodash.export.csv_tables import Cell, write_rows
from mirodash.questions.baseline_table import BaselineCell, BaselineRow, BaselineTable
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.text.json_values import Json, encode_count
from mirodash.text.small_counts import describe_participants
from mirodash.trial.trial import Trial

HEADER = (
    *(
        "group",
        "arm",
        "role",
        "participants",
        "characteristic",
        "level",
        "measure",
        "n",
        "share",
        "mean",
        "sd",
    ),
    *("median", "lower_quartile", "upper_quartile", "standardised_difference"),
)
ROLES = ("treated", "control")


def baseline_json(trial: Trial, selection: Selection, found: BaselineTable) -> Json:
    """The table as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts."""
    return {
        "trial": {
            "name": trial.title,
            "participants": encode_count(describe_participants(trial)),
            "fingerprint": trial.fingerprint,
            "synthetic": trial.dictionary.synthetic,
        },
        **encode_disclosure(trial.min_cell),
        "selection": {"query": reduce_to_canonical(trial, selection).to_query()},
        "groups": [
            {"label": label, "treated": encode_count(treated), "control": encode_count(control)}
            for label, treated, control in found.groups
        ],
        "rows": [
            {
                "column": row.key,
                "label": row.label,
                "level": row.level or None,
                "measure": row.measure,
                "groups": [
                    {
                        "treated": _encode_cell(treated, row),
                        "control": _encode_cell(control, row),
                        "standardised_difference": difference,
                    }
                    for (treated, control), difference in zip(row.cells, row.differences, strict=True)
                ],
            }
            for row in found.rows
        ],
    }


def _encode_cell(cell: BaselineCell, row: BaselineRow) -> Json:
    return {
        "n": encode_count(cell.number),
        **{name: value for name, value in _name_values(cell, row).items() if value is not None},
    }


def _name_values(cell: BaselineCell, row: BaselineRow) -> dict[str, float | None]:
    """The numbers of a cell by their names; those that its row does not give are None."""
    low, high = cell.spread if len(cell.spread) == 2 else (None, None)
    sd = cell.spread[0] if len(cell.spread) == 1 else None
    is_median = row.measure == "median"
    return {
        "share": cell.share,
        "mean": None if is_median else cell.centre,
        "sd": sd,
        "median": cell.centre if is_median else None,
        "lower_quartile": low,
        "upper_quartile": high,
    }


def write_baseline(found: BaselineTable, footer: tuple[str, ...]) -> str:
    """The table as CSV in which every number is one.

    Of a geometric mean ``sd`` is the factor that one standard deviation is on the logarithmic scale.
    """
    return write_rows([HEADER, *_list_lines(found)], footer)


def _list_lines(found: BaselineTable) -> Iterator[tuple[Cell, ...]]:
    names = (found.names.treated, found.names.control)
    for g, (label, *participants) in enumerate(found.groups):
        for row in found.rows:
            for role, name, number, cell in zip(ROLES, names, participants, row.cells[g], strict=True):
                yield (
                    *(label, name, role, encode_count(number), row.label, row.level, row.measure),
                    encode_count(cell.number),
                    *_name_values(cell, row).values(),
                    row.differences[g],
                )
