"""How far an interval reaches on either side of its estimate."""

from __future__ import annotations

from scipy.special import ndtri


def errors_reached(confidence: float) -> float:
    """How many standard errors a normal interval of that level reaches each way.

    Parameters
    ----------
    confidence : float
        A share between 0 and 1.

    Examples
    --------
    >>> round(errors_reached(0.95), 6)
    1.959964
    """
    return float(ndtri(0.5 + confidence / 2))
