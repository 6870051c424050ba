"""The panel for the plane through parameter space: its kind, and what the kind needs, from the kinds' declaration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import KINDS, PathPoint, PlaneRule
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.fields.parameter_field import ParameterField
from optexplorer.gui.fields.section_header import SectionHeader
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.scene.racer_names import racer_names

MOST_SEED = 9999
STEP_WIDTH = 64


class PointField(QWidget):
    """One point of a path: the common start, or the start, the end or a step of a racer."""

    valueChosen = Signal(object)
    """A `PathPoint`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._point = PathPoint()
        self.place = ChoiceField()
        self.step = NumberField(bounds=Bounds(0, whole=True))
        self.step.setFixedWidth(STEP_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.place, 1)
        layout.addWidget(self.step)
        self.place.valueChosen.connect(self._choose_place)
        self.step.valueChosen.connect(lambda step: self._choose(self._point.evolve(step=int(step))))

    def show_point(self, point: PathPoint, names: Sequence[str], steps: int) -> None:
        """Show a point of a race of these racers."""
        self._point = point
        choices: dict[Any, str] = {"start": self.tr("Common start")}
        for number, name in enumerate(names):
            choices[f"{number} start"] = self.tr("{0}: start").format(name)
            choices[f"{number} end"] = self.tr("{0}: end").format(name)
            choices[f"{number} step"] = self.tr("{0}: step …").format(name)
        self.place.show_choices(choices)
        step = point.step if isinstance(point.step, str) else "step"
        self.place.show_value("start" if point.racer is None else f"{point.racer} {step}")
        self.step.setVisible(step == "step")
        self.step.set_bounds(Bounds(0, steps, whole=True))
        if not isinstance(point.step, str):
            self.step.show_value(point.step)
        describe(self.step, self.tr("Step"))

    def name(self, text: str) -> None:
        """Give the field its accessible name."""
        self.place.setAccessibleName(text)

    def _choose_place(self, value: str) -> None:
        racer, _, step = value.partition(" ")
        if not step:
            self._choose(PathPoint())
        elif step == "step":
            self._choose(PathPoint(racer=int(racer), step=1))
        else:
            self._choose(PathPoint.model_validate({"racer": int(racer), "step": step}))

    def _choose(self, point: PathPoint) -> None:
        if point != self._point:
            self.valueChosen.emit(point)


class PlanePanel(Retranslating, QWidget):
    """Shows the plane that is drawn of a landscape of more than two parameters; hidden where there is none to choose."""

    planeChosen = Signal(object)
    """A `PlaneRule`, or None for no plane."""
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment: Experiment | None = None
        self._header = SectionHeader()
        self.kind = ChoiceField()
        self.kind.valueChosen.connect(self._choose_kind)
        self.idea = PlainLabel(name="lesson", wrap=True)
        self.racers = QToolButton()
        self.racers.setObjectName("quiet")
        self.racers.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.racers.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.racers.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.racers_menu = QMenu(self.racers)
        self.racers.setMenu(self.racers_menu)
        self.seed = NumberField(bounds=Bounds(0, 2**31, whole=True))
        self.seed.valueChosen.connect(self._choose_seed)
        self.another = IconButton("mdi6.dice-5-outline")
        self.another.clicked.connect(self._choose_another)
        self.weights = (ParameterField(), ParameterField())
        for place, weight in enumerate(self.weights):
            weight.valueChosen.connect(lambda number, place=place: self._choose_weight(place, int(number)))
            weight.ended.connect(self.ended)
        self.points = tuple(PointField() for _ in range(3))
        for place, point in enumerate(self.points):
            point.valueChosen.connect(lambda chosen, place=place: self._choose_point(place, chosen))
        seeds = QWidget()
        seed_row = QHBoxLayout(seeds)
        seed_row.setContentsMargins(0, 0, 0, 0)
        seed_row.addWidget(self.seed, 1)
        seed_row.addWidget(self.another)
        self._rows: dict[str, list[tuple[PlainLabel, QWidget]]] = {
            "racers": [(PlainLabel(), self.racers)],
            "weights": [(PlainLabel(), weight) for weight in self.weights],
            "points": [(PlainLabel(), point) for point in self.points],
            "seed": [(PlainLabel(), seeds)],
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for label, field in (row for rows in self._rows.values() for row in rows):
            grid.addWidget(label, grid.rowCount(), 0)
            grid.addWidget(field, grid.rowCount() - 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._header)
        layout.addWidget(self.kind)
        layout.addWidget(self.idea)
        layout.addLayout(grid)
        layout.addWidget(ProblemLabel(self.seed, *self.weights, *(point.step for point in self.points)))
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        self._header.title.setText(self.tr("Plane"))
        describe(
            self.kind, self.tr("Plane"), self.tr("The plane through the parameters that map and surface show")
        )
        describe(self.seed, self.tr("Seed"))
        describe(self.another, self.tr("Other random directions"))
        describe(self.racers, self.tr("Racers"), self.tr("The racers whose paths decide on the plane"))
        words = {
            "racers": [self.tr("Paths of")],
            "weights": [self.tr("Across"), self.tr("Up")],
            "points": [self.tr("Through"), self.tr("and"), self.tr("and")],
            "seed": [self.tr("Seed")],
        }
        for setting, texts in words.items():
            for (label, field), text in zip(self._rows[setting], texts, strict=True):
                label.setText(text)
                if isinstance(field, PointField):
                    field.name(text)
                elif setting == "weights":
                    field.setAccessibleName(text)
        if self._experiment is not None:
            self.show_experiment(self._experiment)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the plane of an experiment, and what its kind needs."""
        self._experiment = experiment
        landscape, plane = experiment.resolve_landscape(), experiment.view.plane
        self.racers_menu.clear()
        self.setVisible(landscape.dimension > 2 or plane is not None)
        if self.isHidden():
            return
        choices = {id: localized(kind.title) for id, kind in KINDS.items()}
        if isinstance(plane, Plane):
            choices["given"] = self.tr("As in the file")
        choices["none"] = self.tr("None")
        self.kind.show_choices(choices, {id: localized(kind.idea) for id, kind in KINDS.items()})
        rule = plane if isinstance(plane, PlaneRule) else None
        self.kind.show_value(rule.kind if rule is not None else "none" if plane is None else "given")
        self.idea.setText(localized(KINDS[rule.kind].idea) if rule is not None else "")
        self.idea.setVisible(rule is not None)
        names = [localized(name) for name in racer_names(experiment)]
        points = () if rule is None else rule.points_for(len(names))
        for setting, rows in self._rows.items():
            on = rule is not None and setting in KINDS[rule.kind].settings
            for place, row in enumerate(rows):
                for part in row:
                    part.setVisible(on and (setting != "points" or place < len(points)))
        if rule is None:
            return
        self.seed.show_value(rule.seed)
        for weight, number in zip(self.weights, rule.weights, strict=True):
            weight.show_names(landscape.variables)
            weight.show_value(number)
        for field, point in zip(self.points, points, strict=False):
            field.show_point(point, names, experiment.steps)
        self._show_racers(rule, names)

    def _show_racers(self, rule: PlaneRule, names: Sequence[str]) -> None:
        chosen = set(rule.racers) or set(range(len(names)))
        everyone = len(chosen) == len(names)
        self.racers.setText(
            self.tr("All racers") if everyone else ", ".join(names[number] for number in sorted(chosen))
        )
        for number, name in enumerate(names):
            action = self.racers_menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(number in chosen)
            action.toggled.connect(lambda on, number=number: self._choose_racer(number, on))

    # What is chosen

    @property
    def _rule(self) -> PlaneRule | None:
        plane = None if self._experiment is None else self._experiment.view.plane
        return plane if isinstance(plane, PlaneRule) else None

    def _choose_kind(self, kind: str) -> None:
        if kind != "given":
            self.planeChosen.emit(None if kind == "none" else PlaneRule(kind=kind))

    def _change(self, settings: Callable[[PlaneRule], dict[str, Any]]) -> None:
        """Ask for the present plane with the settings that are made of it.

        A field that loses the focus as it goes out of sight, or a menu that was open, may speak after the plane has gone.
        """
        rule = self._rule
        if rule is not None:
            self.planeChosen.emit(rule.evolve(**settings(rule)))

    def _choose_seed(self, seed: float) -> None:
        self._change(lambda rule: {"seed": int(seed)})

    def _choose_another(self) -> None:
        self._change(lambda rule: {"seed": (rule.seed + 1) % (MOST_SEED + 1)})

    def _choose_weight(self, place: int, number: int) -> None:
        def chosen(rule: PlaneRule) -> dict[str, Any]:
            weights = list(rule.weights)
            if number == weights[1 - place]:
                # The other one takes the place that this leaves: two different ones are needed.
                weights[1 - place] = weights[place]
            weights[place] = number
            return {"weights": tuple(weights)}

        self._change(chosen)

    def _choose_point(self, place: int, point: PathPoint) -> None:
        def chosen(rule: PlaneRule) -> dict[str, Any]:
            points = list(rule.points_for(self._racer_count))
            points[place : place + 1] = [point]
            return {"points": tuple(points)}

        self._change(chosen)

    def _choose_racer(self, number: int, on: bool) -> None:
        def chosen(rule: PlaneRule) -> dict[str, Any]:
            count = self._racer_count
            racers = set(rule.racers) or set(range(count))
            racers = racers | {number} if on else racers - {number}
            return {"racers": () if len(racers) in (0, count) else tuple(sorted(racers))}

        self._change(chosen)

    @property
    def _racer_count(self) -> int:
        return 0 if self._experiment is None else len(self._experiment.racers)
