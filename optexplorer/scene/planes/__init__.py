"""Planes through parameter space: from the rule in the document and the paths of the race to the plane itself.

Each kind is a function in a module of its own; `FINDERS` is the one table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from pydantic import ValidationError

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.frozen_model import InvalidValueError
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.scene.planes import (
    curvature_directions,
    path_components,
    random_directions,
    through_points,
    two_weights,
)
from optexplorer.scene.planes.base import PlaneError, PlaneSources
from optexplorer.text import Text

__all__ = ["FINDERS", "PlaneError", "resolve_plane", "with_plane"]

FINDERS: Mapping[str, Callable[[PlaneSources], Plane]] = {
    "pca": path_components.plane,
    "random": random_directions.plane,
    "weights": two_weights.plane,
    "points": through_points.plane,
    "line": through_points.line,
    "hessian": curvature_directions.plane,
}
"""What finds the plane of each kind of `experiment.plane_rule.KINDS`."""


def resolve_plane(
    landscape: Landscape,
    rule: PlaneRule,
    trajectories: Sequence[Trajectory | None],
    start: tuple[float, ...],
    should_stop: Callable[[], bool] = lambda: False,
) -> Plane:
    """Return the plane that `rule` finds.

    Equal arguments give equal planes; the signs of directions are settled (see `planes.base.oriented`).

    Parameters
    ----------
    trajectories : one per racer; None where there is none
    start : the common start
    should_stop : asked now and then; what is found by then is returned

    Raises
    ------
    PlaneError
        If there is no such plane; its `reason` says why, and what to choose instead.
    """
    sources = PlaneSources(landscape, rule, trajectories, np.array(start, dtype=np.float64), should_stop)
    try:
        with np.errstate(all="ignore"):
            return FINDERS[rule.kind](sources)
    except (ValidationError, InvalidValueError, np.linalg.LinAlgError) as error:
        raise PlaneError(
            Text(
                f"No plane can be laid there: {error}. Choose another plane.",
                f"平面を決められない({error})。別の平面を選ぶ。",
            )
        ) from error


def with_plane(
    view: ComputationView,
    landscape: Landscape,
    trajectories: Sequence[Trajectory | None],
    start: tuple[float, ...],
    should_stop: Callable[[], bool] = lambda: False,
) -> ComputationView:
    """Return the view with the plane itself in place of the rule that finds it; another view as it is.

    Raises
    ------
    PlaneError
        As `resolve_plane` does.
    """
    if not isinstance(view.plane, PlaneRule):
        return view
    plane = resolve_plane(landscape, view.plane, trajectories, start, should_stop)
    return view.model_copy(update={"plane": plane})
