"""What remains of a p-value when several questions were asked of the same data."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values for their number by Holm's step-down rule, as R's ``p.adjust(method = "holm")``.

    Parameters
    ----------
    p_values : sequence of float
        Between 0 and 1, in any order.

    Returns
    -------
    tuple of float
        In the order given. Rejecting those below a level keeps the chance of even one false rejection
        below it, however the tests depend on each other (Holm, Scand J Stat 1979;6:65).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("A p-value lies between 0 and 1.")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, which in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[which]))
        adjusted[which] = highest
    return tuple(adjusted)


def chance_of_a_false_find(tests: int, level: float = 0.05) -> float:
    """How likely at least one of so many independent tests falls below ``level`` when nothing is there.

    >>> round(chance_of_a_false_find(12), 2)
    0.46
    """
    return 1 - (1 - level) ** tests
