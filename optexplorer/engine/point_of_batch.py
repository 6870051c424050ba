"""A point of a batch that goes on alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper, Checkpoint, points_of
from optexplorer.engine.varied import with_settings

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]


class PointOfBatch:
    """A point of a batch that goes on alone, as quick as single points are; its arrays have one column all the same.

    It looks once more at a point that the batch has looked at and not yet left; that is not counted again.
    """

    def __init__(self, points: BatchStepper, column: int) -> None:
        run_spec, own = points.run_spec, points.varied.at(slice(column, column + 1))
        settings = {name: values[0].item() for name, values in own.settings.items()}
        if settings:
            run_spec = replace(run_spec, optimizer=with_settings(run_spec.optimizer, settings))
        if own.seeds is not None:
            run_spec = replace(run_spec, seed=int(own.seeds[0]))
        x = np.ascontiguousarray(points.x[:, column])
        self._point = BatchStepper(run_spec, x, points.steps)
        self._point.resume(
            Checkpoint(points.step, x, points_of(points.state, column), points_of(points.watch, column))
        )
        self._before: Counts = np.zeros((3, 1), dtype=np.int64)
        if points.is_waiting:
            assert points.asked is not None
            self._before = points.asked[:, [column]]
            self._point.take_steps(1)
        self.optimizer = self._point.optimizer

    @property
    def x(self) -> Array:
        """The position, shape (n, 1)."""
        return self._point.x[:, np.newaxis]

    @property
    def asked(self) -> Counts | None:
        """As of `BatchStepper`, shape (3, 1)."""
        return None if self._point.asked is None else self._before + self._point.asked

    def take_steps(self, rows: int) -> tuple[Array, Array, Array]:
        """As `BatchStepper.take_steps`."""
        positions, gradients, losses = self._point.take_steps(rows)
        return positions[..., np.newaxis], gradients[..., np.newaxis], losses[..., np.newaxis]

    def keep(self, mask: Mask) -> None:
        """Nothing is left to be dropped of a single point."""
