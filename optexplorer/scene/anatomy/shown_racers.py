"""Which racers' steps are explained."""

from __future__ import annotations

from optexplorer.experiment.experiment import Experiment

MOST_SHOWN = 2
"""Racers whose anatomy is shown side by side."""


def shown_racers(experiment: Experiment) -> tuple[int, ...]:
    """Return the numbers of the racers whose anatomy is shown; the first one's network is drawn.

    Those chosen that are visible; if there are none, the one in the spotlight, or the first.
    """
    visible = [number for number, racer in enumerate(experiment.racers) if racer.visible]
    chosen = tuple(number for number in experiment.appearance.anatomy_racers if number in visible)
    lit = tuple(number for number in visible if number == experiment.appearance.spotlight)
    return chosen[:MOST_SHOWN] or lit or tuple(visible[:1])
