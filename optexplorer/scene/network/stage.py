"""How far the values and gradients of a network have come in a phase of a step."""

from __future__ import annotations

from dataclasses import dataclass

from optexplorer.scene.anatomy.explained_step import Anatomy
from optexplorer.scene.anatomy.phase import PhasePart


@dataclass(frozen=True)
class Stage:
    """What of a network has been computed in a phase.

    Attributes
    ----------
    part : of the phase; None for the step as a whole
    layer : the layer that the phase is about, from 1; None if it is about none
    forward : the last layer whose values are known; 0 if only the inputs are, −1 not even these
    loss : whether the loss is known
    backward : the first layer whose gradients are known; None if those of none are
    """

    part: PhasePart | None
    layer: int | None
    forward: int
    loss: bool
    backward: int | None


def stage_of(anatomy: Anatomy | None, phase: int | None, layers: int) -> Stage:
    """Return how far a network of so many layers has come in a phase of its step; all of it forwards without one."""
    whole = Stage(None, None, layers, True, None)
    if anatomy is None or phase is None or anatomy.selected is None:
        return whole
    done = anatomy.phases[: phase + 1]
    present = done[-1]
    if present.part == "here":
        return Stage("here", None, -1, False, None)
    forward = max((part.layer or 0 for part in done if part.part == "forward"), default=0)
    backward = min((part.layer or layers for part in done if part.part == "backward"), default=None)
    loss = any(part.part == "loss" for part in done)
    return Stage(present.part, present.layer, forward, loss, backward)
