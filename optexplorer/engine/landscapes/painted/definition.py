"""Painted landscapes: a smooth surface through a grid of heights, drawn by hand or read from a picture."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from optexplorer.engine.landscapes.base import Array, HeightScale, Landscape, LandscapeDefinition, Minimum
from optexplorer.engine.landscapes.formula.definition import Domain
from optexplorer.engine.landscapes.painted.spline import Spline, fitted
from optexplorer.engine.landscapes.parameter import Number
from optexplorer.text import Text

SMALLEST, LARGEST = 4, 256
"""The least and the greatest number of heights along one side."""
HIGHEST = 1e9
MOST_MINIMA = 24
PAINTED = "painted"
"""The id of a painted landscape that is in no catalogue."""


class PaintedDefinition(LandscapeDefinition):
    """A grid of heights over a domain of two variables, which a spline follows, as an experiment's file holds it.

    `heights` are `rows` × `columns` numbers of four bytes (IEEE 754, little-endian), row after row from the low end
    of the second variable; their first bytes together, then their second, third and fourth bytes; compressed by
    zlib; in base64. `PaintedDefinition.of` makes one from an array.
    """

    title: ClassVar[Text] = Text("Painted", "手描き")
    own_id: ClassVar[str] = PAINTED

    kind: Literal["painted"] = "painted"
    domain: Domain
    rows: int = Field(ge=SMALLEST, le=LARGEST)
    columns: int = Field(ge=SMALLEST, le=LARGEST)
    heights: str
    start: tuple[Number, ...] = ()
    scale: HeightScale = "linear"

    def landscape(self, id: str | None = None) -> PaintedLandscape:
        return PaintedLandscape(self, id or self.own_id)

    def is_variant_of(self, other: LandscapeDefinition) -> bool:
        return isinstance(other, PaintedDefinition)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.domain) != 2:
            raise ValueError(f"a painted landscape has 2 variables, not {len(self.domain)}")
        if self.start and len(self.start) != 2:
            raise ValueError(f"a point has 2 coordinates here, not {len(self.start)}")
        unpacked(self.heights, self.rows, self.columns)
        return self

    @classmethod
    def of(cls, heights: Array, domain: Mapping[str, tuple[float, float]], **more: Any) -> PaintedDefinition:
        """Return the definition of a surface that follows `heights`, shape (rows, columns), rounded to 24 bits.

        Raises
        ------
        ValueError
            If the heights are not a grid of 4 to 256 finite numbers along each side.
        """
        grid = np.asarray(heights, dtype=np.float64)
        if grid.ndim != 2 or not all(SMALLEST <= side <= LARGEST for side in grid.shape):
            raise ValueError(
                f"heights of shape {grid.shape} are no grid; right are {SMALLEST} to {LARGEST} rows and columns"
            )
        _check(grid)
        rows, columns = grid.shape
        return cls(domain=dict(domain), rows=rows, columns=columns, heights=packed(grid), **more)

    # Not kept in the model itself: pydantic would compare it as if it were a field.
    @property
    def grid(self) -> Array:
        """The heights, shape (rows, columns), read-only."""
        return unpacked(self.heights, self.rows, self.columns)


def packed(heights: Array) -> str:
    """Return heights of shape (rows, columns) as a `PaintedDefinition` holds them."""
    planes = np.ascontiguousarray(heights, dtype="<f4").reshape(-1, 1).view(np.uint8).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 6)).decode("ascii")


@lru_cache(maxsize=32)
def unpacked(text: str, rows: int, columns: int) -> Array:
    """Return the heights that `packed` has written, shape (rows, columns), read-only.

    Raises
    ------
    ValueError
        If the text is damaged, or holds another number of heights; never more memory than for these is taken.
    """
    size = 4 * rows * columns
    if len(text) > 2 * size + 1024:
        raise ValueError(f"heights: {len(text)} characters are too many for {rows} rows of {columns} heights")
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(text, validate=True), size + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise ValueError("heights: the text is damaged; right is base64 of zlib's compression") from None
    if len(data) != size or not inflater.eof or inflater.unused_data:
        many = "more" if len(data) > size else "fewer"
        raise ValueError(
            f"heights: the text holds {many} than {rows} rows of {columns} heights of four bytes"
        )
    planes = np.frombuffer(data, dtype=np.uint8).reshape(4, -1)
    grid = np.ascontiguousarray(planes.T).view("<f4").reshape(rows, columns).astype(np.float64)
    _check(grid)
    grid.flags.writeable = False
    return grid


def _check(grid: Array) -> None:
    with np.errstate(invalid="ignore"):
        wrong = np.argwhere(~(np.abs(grid) <= HIGHEST))
    if len(wrong):
        row, column = wrong[0].tolist()
        raise ValueError(
            f"heights: {grid[row, column]} in row {row}, column {column} is not allowed; "
            f"-{HIGHEST:g} <= height <= {HIGHEST:g}"
        )


class PaintedLandscape(Landscape):
    """The smooth surface that follows a definition's heights; equal to another with the same id and definition.

    It is a cubic spline in both directions: its curvature is continuous, and beyond the domain it goes on straight.
    """

    group = "painted"
    source = ""
    definition: PaintedDefinition

    def __init__(self, definition: PaintedDefinition, id: str = PAINTED) -> None:
        self.id = id
        self.definition = definition
        named = any(definition.name)
        self.name = definition.name if named else Text("Painted landscape", "手描きの地形")
        self.lesson = Text(
            f"A smooth surface over {definition.columns} × {definition.rows} heights that were painted by hand or "
            "taken from a picture.",
            f"手で描くか画像から取り込んだ{definition.columns}×{definition.rows}個の高さに沿う滑らかな曲面。",
        )
        self.variables = tuple(definition.domain)
        self.domain = tuple(definition.domain.values())
        self.height_scale = definition.scale
        self.start = definition.start or tuple(
            low + share * (high - low) for share, (low, high) in zip((0.2, 0.75), self.domain, strict=True)
        )
        self._hash = hash((id, definition))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PaintedLandscape)
            and self._hash == other._hash
            and (self.id, self.definition) == (other.id, other.definition)
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"PaintedLandscape({self.definition.columns}x{self.definition.rows})"

    def __reduce__(self) -> tuple[Any, ...]:
        return PaintedLandscape, (self.definition, self.id)

    @property
    def latex(self) -> str:
        """The spline as a sum of B-splines (de Boor 1978)."""
        return (
            r"\sum_{i,j} c_{ij} \, B_{i}\left("
            + self.variables[0]
            + r"\right) B_{j}\left("
            + (self.variables[1] + r"\right)")
        )

    @cached_property
    def _spline(self) -> Spline:
        return Spline(self.definition.grid, self.domain)

    def value(self, x: Array) -> Array:
        value: Array = self._spline.derivatives(x, (0, 0))[0]
        return value

    def gradient(self, x: Array) -> Array:
        return self._spline.derivatives(x, (1, 0), (0, 1))

    def value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        both = self._spline.derivatives(x, (0, 0), (1, 0), (0, 1))
        return both[0], both[1:]

    @property
    def has_hessian(self) -> bool:
        """Whether the Hessian is known: always."""
        return True

    def hessian(self, x: Array) -> Array:
        entries = self._spline.derivatives(x, (2, 0), (1, 1), (1, 1), (0, 2))
        return entries.reshape(2, 2, *entries.shape[1:])

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:  # type: ignore[override]
        """The lowest of the bottoms of its valleys, found by Newton's method from the lowest heights around."""
        found: list[Minimum] = []
        points = self._descended(self._lowest_around())
        values = self.value(points)
        for place in np.argsort(values, kind="stable").tolist():
            position = tuple(points[:, place].tolist())
            if all(self._apart(position, other.position) for other in found):
                found.append(Minimum(position, float(values[place])))
        return tuple(found[:MOST_MINIMA])

    def _apart(self, a: Sequence[float], b: Sequence[float]) -> bool:
        cells = self._spline.cells
        return any(abs(p - q) > cell / 2 for p, q, cell in zip(a, b, cells, strict=True))

    def _lowest_around(self) -> NDArray[np.float64]:
        """Return the points of the grid that are lower than the eight around them, shape (2, k)."""
        grid = self.definition.grid
        middle = grid[1:-1, 1:-1]
        lowest = np.ones(middle.shape, dtype=bool)
        for down, right in ((a, b) for a in (0, 1, 2) for b in (0, 1, 2) if (a, b) != (1, 1)):
            lowest &= middle < grid[down : down + middle.shape[0], right : right + middle.shape[1]]
        rows, columns = np.nonzero(lowest)
        x, y = self._spline.axes
        return np.array([x[columns + 1], y[rows + 1]])

    def _descended(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where Newton's method leads from `points`; without those that it leads nowhere."""
        cell = np.array(self._spline.cells)[:, None]
        begun = points
        with np.errstate(all="ignore"):
            for _ in range(40):
                gx, gy = self.gradient(points)
                (a, b), (_, c) = self.hessian(points)
                determinant = a * c - b * b
                step = np.array([(b * gy - c * gx), (b * gx - a * gy)]) / determinant
                points = points + np.clip(step, -cell / 2, cell / 2)
            gradient, curvature = self.gradient(points), self.hessian(points)
            steep = float(np.ptp(self.definition.grid)) / min(self._spline.cells)
            bottom = (
                (np.hypot(*gradient) <= 1e-9 * steep)
                & (curvature[0, 0] > 0)
                & (curvature[0, 0] * curvature[1, 1] > curvature[0, 1] ** 2)
                & (np.abs(points - begun) <= 2 * cell).all(axis=0)
            )
        return points[:, bottom & np.isfinite(points).all(axis=0)]


def sampled(landscape: Landscape, rows: int, columns: int) -> PaintedDefinition:
    """Return a painted landscape with the heights, domain and start of `landscape` of two coordinates.

    Where its loss is no number or beyond bounds, the nearest height that can be kept is taken.
    """
    (x0, x1), (y0, y1) = landscape.domain
    x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    with np.errstate(all="ignore"):
        loss = np.asarray(landscape.value(np.array([x, y])), dtype=np.float64)
    finite = loss[np.isfinite(loss)].clip(-HIGHEST, HIGHEST)
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    heights = fitted(np.nan_to_num(loss, nan=high, posinf=high, neginf=low).clip(low, high))
    heights = heights.clip(-HIGHEST, HIGHEST)
    return PaintedDefinition.of(
        heights,
        dict(zip(landscape.variables, landscape.domain, strict=True)),
        start=tuple(
            float(np.clip(s, *ends)) for s, ends in zip(landscape.start, landscape.domain, strict=True)
        ),
        name=Text(f"{landscape.name.en} (painted)", f"{landscape.name.ja}(手描き)"),
        scale=landscape.height_scale,
    )


def flat(landscape: Landscape, rows: int, columns: int) -> PaintedDefinition:
    """Return flat ground over the domain of `landscape` of two coordinates."""
    domain = dict(zip(landscape.variables, landscape.domain, strict=True))
    return PaintedDefinition.of(np.zeros((rows, columns)), domain, start=landscape.start)
