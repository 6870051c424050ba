"""The scrolling panel of all settings: landscape, start, racers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from optexplorer.engine import gradient_sources
from optexplorer.engine.diagnostics import Stability
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.gui.fields.tab_order import follow_layout
from optexplorer.gui.fields.text_field import TextField
from optexplorer.gui.panels.landscape_panel import LandscapePanel
from optexplorer.gui.panels.plane_panel import PlanePanel
from optexplorer.gui.panels.racers_panel import RacersPanel
from optexplorer.gui.panels.start_panel import StartPanel
from optexplorer.scene.scene import Scene


class ControlPanel(Retranslating, QScrollArea):
    """Shows an experiment; its panels `landscape`, `plane`, `racers` and `start` signal what is to be changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controlPanel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(300)
        self.landscape = LandscapePanel()
        self.plane = PlanePanel()
        self.racers = RacersPanel()
        self.racers.unfolded.connect(self.reveal_racer)
        self.start = StartPanel()
        self.failure = PlainLabel(name="error", wrap=True)
        self.failure.hide()
        self._reason = ""
        self._shown: Experiment | None = None
        self._scene: Scene | None = None
        self._outcomes_shown = True

        body = QWidget()
        body.setObjectName("controlPanelBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(16)
        for part in (self.failure, self.landscape, self.plane, self.racers, self.start):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(body)

        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Control panel"))
        self.failure.setText(self.tr("This cannot be computed: {0}").format(self._reason))

    def show_experiment(self, experiment: Experiment) -> None:
        """Show all that is set in `experiment`.

        A text that is half typed belongs to the experiment before: it is thrown away, unless the two only look different.
        """
        if self._shown is not None and experiment.seen_as(self._shown) != self._shown:
            for field in self.findChildren(TextField):
                field.discard_edit()
        self._shown = experiment
        landscape = experiment.resolve_landscape()
        self.landscape.show_landscape(landscape, experiment.view.height_scale)
        self.plane.show_experiment(experiment)
        self.racers.show_racers(
            experiment.racers,
            experiment.steps,
            [experiment.run_spec(racer).gradient_source for racer in experiment.racers],
            gradient_sources.fitting(experiment.resolve_landscape()),
        )
        self.start.show_landscape(landscape)
        self.start.show_start(experiment.start)
        self.start.show_run(experiment.steps, experiment.seed)

    def show_formula(self, svg: bytes) -> None:
        """Show the landscape's formula, rendered as SVG."""
        self.landscape.show_formula(svg)

    def show_failure(self, message: str) -> None:
        """Show why the experiment cannot be computed, until `hide_failure` is called."""
        self._reason = message
        self.retranslate()
        self.failure.show()
        # Only once it has its place.
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.failure, 0, 12))

    def hide_failure(self) -> None:
        """Hide the message of `show_failure`."""
        self.failure.hide()

    def show_scene(self, scene: Scene) -> None:
        """Show on each racer's card its outcome in `scene`."""
        self._scene = scene
        trajectories: list[Trajectory | None] = [None] * len(self.racers.cards)
        rates: list[Stability | None] = [None] * len(self.racers.cards)
        for racer_path in scene.racer_paths:
            if racer_path.number < len(trajectories):
                trajectories[racer_path.number] = racer_path.trajectory
                rates[racer_path.number] = racer_path.stability
        self.start.show_undefined(_begins_nowhere(trajectories, self._shown))
        self.racers.show_trajectories(trajectories, self._outcomes_shown)
        self.racers.show_stable_rates(rates)

    def show_outcomes(self, on: bool) -> None:
        """Show the outcomes on the racers' cards, or hide them while they are to be predicted."""
        if on != self._outcomes_shown:
            self._outcomes_shown = on
            if self._scene is not None:
                self.show_scene(self._scene)

    def parts(self, mark: str) -> list[QWidget]:
        """Return the parts that a lesson calls `mark`, such as `learning-rate` or `racer:1`; none if it has none."""
        kind, _, number = mark.partition(":")
        cards = self.racers.cards
        if kind == "racer":
            return list(cards[int(number) - 1 : int(number)])
        parts: dict[str, list[QWidget]] = {
            "landscape": [self.landscape],
            "plane": [self.plane],
            "start": [*self.start.coordinates],
            "steps": [self.start.steps],
            "seed": [self.start.seed],
            "racers": [self.racers],
            "optimizer": [card.optimizer for card in cards],
            "learning-rate": [card.rate for card in cards],
            "hyperparameters": [card.unfold for card in cards],
            "schedule": [card.unfold for card in cards],
            "source": [card.unfold for card in cards],
        }
        return list(parts.get(mark, []))

    def reveal_racer(self, index: int) -> None:
        """Scroll until the racer at `index` can be seen."""
        # Only after the layout has given a new card its place.
        QTimer.singleShot(0, self, lambda: self._reveal(index))

    def focusNextPrevChild(self, next: bool) -> bool:
        # Qt asks here for each Tab inside; by then every card has its place.
        body = self.widget()
        if body is not None:
            follow_layout(body)
        return super().focusNextPrevChild(next)

    def _reveal(self, index: int) -> None:
        if index < len(self.racers.cards):
            card = self.racers.cards[index]
            self.ensureWidgetVisible(card, 0, 12)
            # Of a card that is higher than the panel, the upper part.
            top = self.racers.mapToParent(card.pos())
            self.ensureVisible(top.x(), top.y(), 0, 12)


def _begins_nowhere(trajectories: Sequence[Trajectory | None], experiment: Experiment | None) -> bool:
    """Whether the loss or its slope is not a finite number at the common start, as the descents have found."""
    return experiment is not None and any(
        trajectory is not None
        and racer.start is None
        and not np.isfinite([trajectory.loss[0], *trajectory.gradient_at(0)]).all()
        for trajectory, racer in zip(trajectories, experiment.racers, strict=False)
    )
