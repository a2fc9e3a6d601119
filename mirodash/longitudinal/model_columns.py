"""Fixed effects of a mixed model of lines: any columns, or one line for each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import Counts, Numbers

Weights = tuple[Numbers, Numbers, Numbers]
"""Elements 11, 12 and 22 of a symmetric 2 × 2 matrix of each participant, (..., participants) each."""
LEAST_EIGENVALUE = 1e-10
"""Of columns scaled to the same size: below it they cannot be told apart."""


@dataclass(frozen=True, eq=False, slots=True)
class GeneralisedLeastSquares:
    """Coefficients under given weights, for one model or for several.

    Attributes
    ----------
    fixed : array (..., coefficients)
    explained : array (...,)
        What the coefficients take off the weighted sum of squares.
    log_determinant : array (...,)
        Of X'WX.
    intercept, slope : array (..., participants)
        Each participant's line.
    leverage : Weights
        Elements 11, 12 and 22 of C(X'WX)⁻¹C', where C are the rows of the two columns of a participant.
    """

    fixed: Numbers
    explained: Numbers
    log_determinant: Numbers
    intercept: Numbers
    slope: Numbers
    leverage: Weights


class Columns(Protocol):
    """What shifts intercepts and slopes; leading axes are models."""

    @property
    def intercepts(self) -> int:
        """How many coefficients shift the intercept; they come first."""
        ...

    @property
    def slopes(self) -> int:
        """How many shift the slope."""
        ...

    def are_apart(self, weights: Weights) -> NDArray[np.bool_]:
        """Whether the columns can be told apart, (...,)."""
        ...

    def solve(self, weights: Weights, first: Numbers, second: Numbers) -> GeneralisedLeastSquares:
        """Least squares with these weights on X'WX and the two elements (..., participants) of X'Wy."""
        ...

    def invert(self, weights: Weights) -> Numbers:
        """The inverse of X'WX, (..., coefficients, coefficients)."""
        ...

    def of(self, models: NDArray[np.bool_]) -> Self:
        """Those of the chosen models, by mask."""
        ...

    def repeat(self, times: int) -> Self:
        """A single model as several that are alike."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class AnyColumns:
    """Columns (..., participants, coefficients) that shift the intercept, and those that shift the slope."""

    intercept: Numbers
    slope: Numbers

    @property
    def intercepts(self) -> int:
        """How many coefficients shift the intercept; they come first."""
        return self.intercept.shape[-1]

    @property
    def slopes(self) -> int:
        """How many shift the slope."""
        return self.slope.shape[-1]

    def are_apart(self, weights: Weights) -> NDArray[np.bool_]:
        """Whether the columns can be told apart, (...,)."""
        crossed = self._cross(weights)
        size = np.sqrt(np.diagonal(crossed, axis1=-2, axis2=-1))
        known = size > 0
        size = np.where(known, size, 1.0)
        least = np.linalg.eigvalsh(crossed / (size[..., :, None] * size[..., None, :]))[..., 0]
        return np.asarray(known.all(axis=-1) & (least >= LEAST_EIGENVALUE))

    def solve(self, weights: Weights, first: Numbers, second: Numbers) -> GeneralisedLeastSquares:
        """Least squares with these weights on X'WX and the two elements (..., participants) of X'Wy."""
        crossed, split = self._cross(weights), self.intercepts
        inverse = np.asarray(np.linalg.inv(crossed), dtype=np.float64)
        parts = [
            (columns.swapaxes(-1, -2) @ each[..., None])[..., 0]
            for columns, each in ((self.intercept, first), (self.slope, second))
        ]
        target = np.concatenate(parts, axis=-1)
        fixed = (inverse @ target[..., None])[..., 0]
        return GeneralisedLeastSquares(
            fixed=fixed,
            explained=(fixed * target).sum(axis=-1),
            log_determinant=np.linalg.slogdet(crossed)[1],
            intercept=(self.intercept @ fixed[..., :split, None])[..., 0],
            slope=(self.slope @ fixed[..., split:, None])[..., 0],
            leverage=(
                _take_quadratic(self.intercept, inverse[..., :split, :split], self.intercept),
                _take_quadratic(self.intercept, inverse[..., :split, split:], self.slope),
                _take_quadratic(self.slope, inverse[..., split:, split:], self.slope),
            ),
        )

    def invert(self, weights: Weights) -> Numbers:
        """The inverse of X'WX, (..., coefficients, coefficients)."""
        return np.asarray(np.linalg.inv(self._cross(weights)), dtype=np.float64)

    def of(self, models: NDArray[np.bool_]) -> AnyColumns:
        """Those of the chosen models, by mask."""
        return AnyColumns(self.intercept[models], self.slope[models])

    def repeat(self, times: int) -> AnyColumns:
        """A single model as several that are alike."""
        return AnyColumns(
            *(np.broadcast_to(part, (times, *part.shape)) for part in (self.intercept, self.slope))
        )

    def _cross(self, weights: Weights) -> Numbers:
        w11, w12, w22 = weights
        first, both = self.intercepts, self.intercepts + self.slopes
        left, right = self.intercept.swapaxes(-1, -2), self.slope.swapaxes(-1, -2)
        crossed = np.empty((*self.intercept.shape[:-2], both, both))
        crossed[..., :first, :first] = (left * w11[..., None, :]) @ self.intercept
        crossed[..., :first, first:] = (left * w12[..., None, :]) @ self.slope
        crossed[..., first:, :first] = crossed[..., :first, first:].swapaxes(-1, -2)
        crossed[..., first:, first:] = (right * w22[..., None, :]) @ self.slope
        return crossed


def _take_quadratic(left: Numbers, middle: Numbers, right: Numbers) -> Numbers:
    """Row × matrix × row of each participant, (..., participants)."""
    return np.einsum("...ij,...ij->...i", left @ middle, right)


@dataclass(frozen=True, eq=False, slots=True)
class OneLineEach:
    """An intercept and a slope for each cell; everything falls into sums over the participants of a cell.

    ``cell`` is (..., participants), from 0 to ``cells`` - 1. Every cell has somebody, and in every model its
    participants stand together, so that sums over it are sums over a stretch.
    """

    cell: Counts
    cells: int
    _starts: Counts
    _lengths: Counts
    _places: Counts

    @classmethod
    def build(cls, cell: Counts, cells: int) -> OneLineEach:
        """The columns of cells, which must stand together.

        Raises
        ------
        ValueError
            When they do not, or nobody is in one of them.
        """
        rows = cell.reshape(-1, cell.shape[-1])
        # a cell of one model is another stretch than that of the next, even where they meet
        place = (rows + cells * np.arange(len(rows))[:, None]).ravel()
        starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
        places = place[starts]
        if places.size != cells * len(rows) or np.unique(places).size != places.size:
            raise ValueError("The participants of each cell must be together, and every cell have some.")
        return cls(cell, cells, starts, np.diff(np.append(starts, place.size)), places)

    @property
    def intercepts(self) -> int:
        """How many coefficients shift the intercept; they come first."""
        return self.cells

    @property
    def slopes(self) -> int:
        """How many shift the slope."""
        return self.cells

    def are_apart(self, weights: Weights) -> NDArray[np.bool_]:
        """Whether the columns can be told apart, (...,)."""
        w11, w12, w22 = self._add(*weights)
        size = w11 * w22
        # the smaller eigenvalue of two columns scaled to the same size is 1 - their correlation
        apart = (size > 0) & (1 - np.abs(w12) / np.sqrt(np.where(size > 0, size, 1.0)) >= LEAST_EIGENVALUE)
        return np.asarray(apart.all(axis=-1))

    def solve(self, weights: Weights, first: Numbers, second: Numbers) -> GeneralisedLeastSquares:
        """Least squares with these weights on X'WX and the two elements (..., participants) of X'Wy."""
        w11, w12, w22, v0, v1 = self._add(*weights, first, second)
        determinant = w11 * w22 - w12 * w12
        i11, i12, i22 = w22 / determinant, -w12 / determinant, w11 / determinant
        a, b = i11 * v0 + i12 * v1, i12 * v0 + i22 * v1
        return GeneralisedLeastSquares(
            fixed=np.concatenate((a, b), axis=-1),
            explained=(a * v0 + b * v1).sum(axis=-1),
            log_determinant=np.log(determinant).sum(axis=-1),
            intercept=self._spread(a),
            slope=self._spread(b),
            leverage=(self._spread(i11), self._spread(i12), self._spread(i22)),
        )

    def invert(self, weights: Weights) -> Numbers:
        """The inverse of X'WX, (..., coefficients, coefficients)."""
        w11, w12, w22 = self._add(*weights)
        determinant = w11 * w22 - w12 * w12
        k, at = self.cells, np.arange(self.cells)
        inverse = np.zeros((*determinant.shape[:-1], 2 * k, 2 * k))
        inverse[..., at, at] = w22 / determinant
        inverse[..., at, at + k] = inverse[..., at + k, at] = -w12 / determinant
        inverse[..., at + k, at + k] = w11 / determinant
        return inverse

    def of(self, models: NDArray[np.bool_]) -> OneLineEach:
        """Those of the chosen models, by mask."""
        return OneLineEach.build(self.cell[models], self.cells)

    def repeat(self, times: int) -> OneLineEach:
        """A single model as several that are alike."""
        return OneLineEach.build(np.broadcast_to(self.cell, (times, self.cell.size)), self.cells)

    def _add(self, *of: Numbers) -> list[Numbers]:
        """Sums over the participants of each cell, (..., cells) each."""
        shape = (*self.cell.shape[:-1], self.cells)
        sums: list[Numbers] = []
        for each in of:
            found = np.empty(self._places.size)
            found[self._places] = np.add.reduceat(
                np.broadcast_to(each, self.cell.shape).ravel(), self._starts
            )
            sums.append(found.reshape(shape))
        return sums

    def _spread(self, of_cells: Numbers) -> Numbers:
        """The value of each participant's cell, (..., participants)."""
        return np.repeat(of_cells.ravel()[self._places], self._lengths).reshape(self.cell.shape)
