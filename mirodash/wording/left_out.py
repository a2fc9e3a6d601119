"""What became of the rows of a file on the way to a trial: which were left out, and why."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.disclosure.counts import told_left_out
from mirodash.trial.problems import LeftOut, Whole
from mirodash.wording.explanation import Fact
from mirodash.wording.numbers import count

_LABELS: dict[Whole, str] = {
    "row": "Rows left out",
    "participant": "Outcomes left out",
    "cell": "Values left out",
}


def left_out_facts(left_out: Sequence[LeftOut], min_cell: int) -> tuple[Fact, ...]:
    """A fact for everything the reader agreed to leave out; small counts as the limit they are below.

    >>> [left_out_facts([LeftOut("id", 3, "rows 4, 5 and 9", "repeated", "row")], 0)[0].value]
    ['3']
    """
    return tuple(
        Fact(
            _LABELS[each.whole],
            count(told_left_out(each.count, min_cell)),
            f"column '{each.column}': {each.why}",
        )
        for each in left_out
    )
