"""Records the rows of one descent: positions, gradients, losses and learning rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.batch_stepper import BatchStepper
from optexplorer.engine.checkpoints import Checkpoints
from optexplorer.engine.measurements import Measurements
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.thinned_rows import ThinnedRows
from optexplorer.engine.trajectory import Descent, TerminationReason, Trajectory, row_norms

Array = NDArray[np.float64]

KEPT_NUMBERS = 1 << 21
"""Most numbers in all positions of a trajectory, if it keeps every one; of longer ones, evenly spaced ones are kept
that are not more numbers than these, and checkpoints from which the others are found."""


class Record:
    """The rows of one descent: every position, or checkpoints if these were too many numbers.

    Loss, norm of the gradient, learning rate and evaluations of every row are kept in any case.

    Parameters
    ----------
    run_spec, points : how the point descends, and the descent at its start
    restart : returns the descent at its start once more
    steps : the greatest number of steps
    block : how many rows `advance` takes at once
    """

    def __init__(
        self,
        run_spec: RunSpec,
        points: BatchStepper,
        restart: Callable[[], BatchStepper],
        steps: int,
        block: int,
    ) -> None:
        rows, n = steps + 1, points.x.size
        self._points, self._block, self._descent = points, block, Descent()
        self._whole = rows * n <= KEPT_NUMBERS
        kept = rows if self._whole else min(block, rows)
        self._positions, self._gradients = np.empty((kept, n)), np.empty((kept, n))
        self._counts = np.empty((rows, 3), dtype=np.int64)
        self._norms = None if self._whole else np.empty(rows)
        self._thinned = None if self._whole else ThinnedRows(rows, n, KEPT_NUMBERS)
        self._samples = run_spec.gradient_source.samples(run_spec.landscape, run_spec.random())
        self._steps_per_epoch = run_spec.gradient_source.steps_per_epoch(run_spec.landscape)
        self._sampled = None if points.sampled_loss is None else np.empty(rows)
        self._measurements = Measurements(points.landscape, rows, self._sampled is not None)
        self._checkpoints = None if self._whole else Checkpoints(restart, rows, n)
        # Every step asks for as much as any other.
        self._steady = points.optimizer.evaluation_period == 1
        self.done = 0

    def advance(self) -> tuple[Array, Array, Array]:
        """Advance the point by a block of steps; return its positions, gradients and losses."""
        points, new = self._points, slice(self.done, min(self.done + self._block, len(self._counts)))
        here = new if self._whole else slice(0, new.stop - new.start)
        positions, gradients = self._positions[here], self._gradients[here]
        if self._checkpoints is not None:
            self._checkpoints.add(points.checkpoint())
        points.advance(
            positions,
            gradients,
            None if self._steady else self._counts[new],
            None if self._sampled is None else self._sampled[new],
        )
        if self._steady and not self.done:
            each = np.array(points.evaluator.counts) // len(positions)
            np.multiply.outer(np.arange(len(self._counts)), each, out=self._counts)
        with np.errstate(all="ignore"):
            sampled = None if self._sampled is None else self._sampled[new]
            losses = self._measurements.add(new.start, positions, sampled)
        if self._norms is not None and self._checkpoints is not None and self._thinned is not None:
            self._norms[new] = row_norms(gradients)
            self._checkpoints.extend(positions)
            self._thinned.add(self.done, positions, gradients)
        self.done = new.stop
        return positions, gradients, losses

    def counts(self, rows: int) -> NDArray[np.int64]:
        """Return the evaluations before each of the last `rows` rows, shape (3, rows)."""
        return self._counts[self.done - rows : self.done].T

    @property
    def measured(self) -> int:
        """How many of the rows so far, from the first on, can be shown: up to the last that has been measured."""
        return self._measurements.shown(self.done)

    def finish(self, rows: int) -> None:
        """Measure the last row of a descent that ends with `rows` rows."""
        if (rows - 1) % self._measurements.interval:
            self._measurements.finish(rows - 1, self._position(rows - 1))

    def _position(self, row: int) -> Array:
        if self._checkpoints is None:
            position: Array = self._positions[row]
            return position
        (position,) = self._checkpoints.rows([row])[0]
        return position

    def trajectory(self, rows: int, ending: TerminationReason, undefined: bool) -> Trajectory:
        """Return the first rows; all trajectories of one record share memory."""
        landscape = self._points.landscape
        return Trajectory(
            self._positions[:rows] if self._whole else None,
            self._measurements.loss(rows),
            self._gradients[:rows] if self._whole else None,
            self._points.rates[:rows],
            ending,
            landscape.variables,
            landscape,
            evaluations=self._counts[:rows],
            undefined=undefined,
            checkpoints=self._checkpoints,
            gradient_norm=None if self._norms is None else self._norms[:rows],
            thinned=self._thinned,
            measures=self._measured(rows),
            samples=self._samples,
            steps_per_epoch=self._steps_per_epoch,
            measure_interval=self._measurements.interval,
            descent=self._descent,
        )

    def _measured(self, rows: int) -> dict[str, Array]:
        """Return what was measured beside the loss, by name, of the first rows."""
        found = {} if self._sampled is None else {"batch_loss": self._sampled[:rows]}
        return found | self._measurements.named(rows)


class SoFar(NamedTuple):
    """A descent after some steps, from which its trajectory is made where it is wanted."""

    record: Record
    rows: int
    ending: TerminationReason
    undefined: bool = False

    def trajectory(self) -> Trajectory:
        """Return the trajectory; of one under way, up to the last row that has been measured."""
        if self.ending is TerminationReason.RUNNING:
            return self.record.trajectory(self.record.measured, self.ending, self.undefined)
        self.record.finish(self.rows)
        return self.record.trajectory(self.rows, self.ending, self.undefined)
