"""The window that maps two settings of a racer, and zooms into the map without end."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from optexplorer.engine.declaration import Hyperparameter
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.varied import with_settings
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.study_tables import setting_map_table
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.side_fields import SideFields, numbers_of, usual_range
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.dialogs.swept_racers import show_racers, without_settings
from optexplorer.gui.dialogs.zoom_history import Part, ZoomHistory, within, zoomed
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.runs.setting_map import MapSoFar, Range, SettingMap, map_settings
from optexplorer.runs.tasks import ShouldStop
from optexplorer.scene.geometry.ticks import reading
from optexplorer.scene.plot import PlotSheet
from optexplorer.scene.setting_map_plot import cell_words, setting_map_sheet
from optexplorer.scene.setting_sweep_plot import lower
from optexplorer.text import Text, words_of

SIDES = (16, 32, 64, 128, 256, 512, 1024)
USUAL_SIDE, FEW = 256, 32
"""Cells along each side at first, and where each descent takes long."""
NOTCH = 1.6
"""How much less of the map a notch of the wheel leaves in sight."""
REST = 140
"""Milliseconds after the last zoom when the map is computed anew."""
SERIES = 900
"""Milliseconds between zooms with the wheel that count as one."""


class MapWindow(StudyWindow):
    """Maps two settings of one racer; a click in the picture takes both over."""

    name = "map"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self.racer, self.shown, self.side = ChoiceField(), ChoiceField(), ChoiceField()
        self.across, self.up = SideFields(), SideFields()
        self.tolerance = NumberField(bounds=Bounds(0, 1, low_open=True, high_open=True))
        learns = store.experiment.resolve_landscape().examples > 0
        self.tolerance.show_value(0.2 if learns else 1e-3)
        self._zooms: ZoomHistory | None = None
        self._soon = QTimer(self, singleShot=True, interval=REST)
        self._soon.timeout.connect(self.compute)
        self._series = QTimer(self, singleShot=True, interval=SERIES)
        self.back, self.forward, self.whole = (
            IconButton(name)
            for name in ("mdi6.chevron-left", "mdi6.chevron-right", "mdi6.image-filter-center-focus")
        )
        self._fill_form()
        self.side.show_choices({side: f"{side} × {side}" for side in SIDES})
        self.side.show_value(FEW if learns else USUAL_SIDE)
        self.view.zooms = True
        self.view.readout = self._told_at
        self._connect_form()
        self.show_experiment(store.experiment)
        self._begin_anew()
        self.retranslate()

    def _fill_form(self) -> None:
        self.fields.add(self.racer)
        for side in (self.across, self.up):
            self.fields.add(side.setting, side.low, side.high)
            self.fields.addRow(side.logarithmic)
        self.fields.add(self.shown, self.side, self.tolerance)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.back, self.forward, self.whole):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.form.addLayout(buttons)

    def _connect_form(self) -> None:
        self.racer.valueChosen.connect(lambda _: self._choose_racer())
        for side in (self.across, self.up):
            side.setting.valueChosen.connect(partial(self._choose_setting, side))
            side.logarithmic.valueChosen.connect(lambda _: self._choose_scale())
            for field in (side.low, side.high):
                field.valueChosen.connect(lambda _: self._look_at_typed())
        self.shown.valueChosen.connect(lambda _: self._show())
        self.side.valueChosen.connect(lambda _: self.compute())
        self.tolerance.valueChosen.connect(lambda _: self.compute())
        self.back.clicked.connect(lambda: self._go(-1))
        self.forward.clicked.connect(lambda: self._go(1))
        self.whole.clicked.connect(self._look_at_whole)
        for keys, action in (
            (QKeySequence.StandardKey.Back, self.back),
            (QKeySequence.StandardKey.Forward, self.forward),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action.click)
        self.view.zoomAsked.connect(self._zoom)
        self.view.regionChosen.connect(self._look_at_region)
        self.view.wholeAsked.connect(lambda _: self._look_at_whole())
        self.view.picked.connect(self._pick)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Map of two settings"))
        names = {
            self.racer: self.tr("Racer"),
            self.across.setting: self.tr("Across"),
            self.across.low: self.tr("From"),
            self.across.high: self.tr("To"),
            self.up.setting: self.tr("Up"),
            self.up.low: self.tr("From"),
            self.up.high: self.tr("To"),
            self.shown: self.tr("Shown"),
            self.side: self.tr("Cells"),
            self.tolerance: self.tr("Tolerance"),
        }
        self.fields.name_rows(names)
        for side, name in ((self.across, names[self.across.setting]), (self.up, names[self.up.setting])):
            side.logarithmic.setText(self.tr("Logarithmic"))
            describe(side.logarithmic, self.tr("{0}: logarithmic").format(name))
            describe(side.low, self.tr("{0}: from").format(name))
            describe(side.high, self.tr("{0}: to").format(name))
        shown = self.shown.currentData() or "outcome"
        self.shown.show_choices(
            {
                "outcome": self.tr("How it ends"),
                "loss": self.tr("Final loss"),
                "steps": self.tr("Steps to the target"),
            }
        )
        self.shown.show_value(shown)
        describe(self.back, self.tr("Previous part"), self.tr("Back to the part before (Alt+Left)"))
        describe(self.forward, self.tr("Next part"), self.tr("Forward again (Alt+Right)"))
        describe(self.whole, self.tr("Whole map"), self.tr("Show the whole map (double-click)"))
        self.view.setAccessibleDescription(
            self.tr(
                "Click: adopt both values\nWheel or drag: zoom, and compute anew\nDouble-click: whole map"
            )
        )
        self.view.setToolTip(self.view.accessibleDescription())
        super().retranslate()

    # The form

    @property
    def _number(self) -> int:
        return int(self.racer.currentData() or 0)

    def _optimizer(self) -> Optimizer | None:
        racers = self.store.experiment.racers
        return racers[self._number].optimizer if self._number < len(racers) else None

    def _parameter(self, side: SideFields) -> Hyperparameter | None:
        optimizer = self._optimizer()
        name = side.setting.currentData()
        return next((p for p in numbers_of(optimizer) if p.name == name), None)

    def show_experiment(self, experiment: Experiment) -> None:
        """Offer the racers and the settings of the one that is chosen."""
        show_racers(self.racer, experiment)
        parameters = numbers_of(self._optimizer())
        choices = {parameter.name: localized(parameter.label) for parameter in parameters}
        known = [parameter.name for parameter in parameters]
        changed = False
        for side, usual in ((self.across, 0), (self.up, 1)):
            kept = side.setting.currentData()
            side.setting.show_choices(choices)
            if kept not in known and known:
                kept, changed = known[min(usual, len(known) - 1)], True
            side.setting.show_value(kept)
        if changed and self._zooms is not None:
            self._begin_anew()

    def _choose_racer(self) -> None:
        self.show_experiment(self.store.experiment)
        self._begin_anew()
        self.compute()

    def _choose_setting(self, side: SideFields, name: str) -> None:
        other = self.up if side is self.across else self.across
        if other.setting.currentData() == name:
            # Both cannot be the same: the other takes what this one had.
            before = [p.name for p in numbers_of(self._optimizer()) if p.name != name]
            other.setting.show_value(before[0] if before else name)
        self._begin_anew()
        self.compute()

    def _begin_anew(self) -> None:
        """Look at usual ranges of the settings that are chosen."""
        for side in (self.across, self.up):
            parameter = self._parameter(side)
            side.logarithmic.show_value(
                parameter is not None and (parameter.name == "lr" or parameter.logarithmic)
            )
        self._take_usual_part()

    def _choose_scale(self) -> None:
        self._take_usual_part()
        self.compute()

    def _take_usual_part(self) -> None:
        part = Part(self._usual_range(self.across), self._usual_range(self.up))
        if self._zooms is None:
            self._zooms = ZoomHistory(part)
        else:
            self._zooms.begin(part)
        self._show_part()

    def _usual_range(self, side: SideFields) -> Range:
        return usual_range(self._optimizer(), self._parameter(side), logarithmic=side.logarithmic.isChecked())

    # Zooming

    @property
    def part(self) -> Part:
        """The part of the plane of settings that is looked at."""
        assert self._zooms is not None
        return self._zooms.part

    def _bounded(self, part: Part) -> Part:
        """What is allowed of a part."""
        sides = []
        for side, fields in ((part.x, self.across), (part.y, self.up)):
            parameter = self._parameter(fields)
            sides.append(side if parameter is None else within(side, parameter.low, parameter.high))
        return Part(*sides)

    def _look_at(self, part: Part, *, merge: bool = False) -> None:
        assert self._zooms is not None
        part = self._bounded(part)
        try:
            for side in part:
                side.check(int(self.side.currentData()))
        except ValueError as error:
            # The end of what can be zoomed into.
            self.problem.show_problem(localized(words_of(error)))
            return
        self._zooms.look_at(part, merge=merge)
        self._show_part()
        self._show()
        # What was computed stays in sight meanwhile; a series of zooms is computed once.
        self._soon.start()

    def _zoom(self, _: int, notches: float, x: float, y: float) -> None:
        assert self._zooms is not None
        if not self._series.isActive():
            self._zooms.end_merge()
        self._series.start()
        factor = NOTCH**-notches
        self._look_at(Part(zoomed(self.part.x, factor, x), zoomed(self.part.y, factor, y)), merge=True)

    def _look_at_region(self, _: int, region: tuple[float, float, float, float]) -> None:
        x_low, y_low, x_high, y_high = region
        if x_low < x_high and y_low < y_high:
            part = self.part
            self._look_at(
                Part(part.x._replace(low=x_low, high=x_high), part.y._replace(low=y_low, high=y_high))
            )

    def _look_at_whole(self) -> None:
        self._look_at(Part(self._usual_range(self.across), self._usual_range(self.up)))

    def _look_at_typed(self) -> None:
        self._look_at(Part(self.across.typed(self.part.x), self.up.typed(self.part.y)))

    def _go(self, by: int) -> None:
        assert self._zooms is not None
        self._zooms.go(by)
        self._show_part()
        self._show()
        self._soon.start()

    def _show_part(self) -> None:
        assert self._zooms is not None
        for side, fields in ((self.part.x, self.across), (self.part.y, self.up)):
            fields.show_range(side, self._parameter(fields))
        self.back.setEnabled(self._zooms.can_go_back)
        self.forward.setEnabled(self._zooms.can_go_forward)

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        self._soon.stop()
        if self._number >= len(experiment.racers):
            raise ValueError(Text("There is no racer.", "走者がない。"))
        if self.part.x.setting == self.part.y.setting:
            raise ValueError(
                Text(
                    "This optimizer has only one number to set.",
                    "この最適化手法には数値の設定が一つしかない。",
                )
            )
        racer = experiment.racers[self._number]
        asked = SettingMap(
            self._number,
            experiment.run_spec(racer),
            np.array(experiment.start_of(racer)),
            self.part.x,
            self.part.y,
            int(self.side.currentData()),
            experiment.steps,
            float(self.tolerance.value),
            experiment.end_rule(),
        )
        return partial(_map, asked)

    def depends_on(self, experiment: Experiment) -> object:
        names = (self.part.x.setting, self.part.y.setting)
        racers = experiment.racers
        if self._number < len(racers):
            racer = racers[self._number]
            racers = (racer.evolve(optimizer=without_settings(racer.optimizer, names), stream=racer.stream),)
        return super().depends_on(experiment.evolve(racers=racers))

    def sheet(self, result: Any) -> PlotSheet:
        words = []
        for fields in (self.across, self.up):
            parameter = self._parameter(fields)
            words.append(Text("", "") if parameter is None else lower(parameter.label))
        optimizer, part = self._optimizer(), self.part
        present, colour = None, "text"
        if optimizer is not None:
            colour = self.store.experiment.racers[self._number].colour
            if all(hasattr(optimizer, side.setting) for side in part):
                present = (
                    float(getattr(optimizer, part.x.setting)),
                    float(getattr(optimizer, part.y.setting)),
                )
        fits = result is not None and (result.asked.x.setting, result.asked.y.setting) == (
            part.x.setting,
            part.y.setting,
        )
        return setting_map_sheet(
            result if fits else None,
            self.shown.currentData() or "outcome",
            (part.x, words[0]),
            (part.y, words[1]),
            present,
            colour,
        )

    def table(self, result: Any) -> Table:
        return setting_map_table(result)

    def summary(self, result: Any) -> str:
        return self.tr("%n descent(s)", "", sum(int(cells.known.sum()) for cells in result.maps[-1:]))

    # Taking over

    def _pick(self, _: int, x: float, y: float) -> None:
        result: MapSoFar | None = self.result
        found = None if result is None else result.cell_at(x, y)
        if result is None or found is None or not self.up_to_date:
            return
        cells, row, column = found
        values = {result.asked.x.setting: float(cells.x[column]), result.asked.y.setting: float(cells.y[row])}
        number, experiment = result.asked.number, self.store.experiment
        racer = experiment.racers[number]
        changed = racer.evolve(optimizer=with_settings(racer.optimizer, values))
        self.store.replace(
            experiment.with_racer(number, changed), lambda: self.tr("Racer {0}").format(number + 1)
        )

    def _told_at(self, _: int, x: float, y: float) -> list[tuple[str, str]]:
        result: MapSoFar | None = self.result
        found = None if result is None else result.cell_at(x, y)
        if result is None or found is None:
            return []
        cells, row, column = found
        style = window_style()
        told = [
            f"{side.setting} {reading(value, (side.high - side.low) / 200)}"
            for side, value in ((self.part.x, float(cells.x[column])), (self.part.y, float(cells.y[row])))
        ]
        ending = style.words(cell_words(cells, row, column, result))
        return [(told[0], style.theme.text), (told[1], style.theme.text), (ending, style.theme.muted)]


def _map(asked: SettingMap, should_stop: ShouldStop, report: Report) -> MapSoFar | None:
    found = None
    for progress, found in map_settings(asked, should_stop):
        report(progress, found)
    return found
