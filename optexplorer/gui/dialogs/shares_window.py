"""The window that draws basin shares over the whole range of a setting's slider: one sees where a valley is lost."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from optexplorer.engine.declaration import Hyperparameter
from optexplorer.engine.varied import with_settings
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.racer import Racer
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.study_tables import basin_share_table
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.side_fields import numbers_of
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.dialogs.swept_racers import allowed_range, show_racers, without_settings
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField
from optexplorer.gui.fields.rate_field import HIGHEST, LOWEST
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.painting.basin_legend import written_share
from optexplorer.runs.basin_shares import ShareCurves, ShareSweep, sweep_shares
from optexplorer.runs.basins import BasinSpec
from optexplorer.runs.sweep import Scale
from optexplorer.runs.tasks import ShouldStop
from optexplorer.scene.basin_share_plot import SHARE, share_axis, share_sheet
from optexplorer.scene.basins import basin_racer
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.plot import Plot, PlotSheet
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.scene.racer_names import racer_names
from optexplorer.text import Text

MOST_VALUES, USUAL_VALUES, FEW_VALUES = 2_000, 129, 17
MOST_SIDE, USUAL_SIDE, FEW_SIDE = 256, 32, 6
"""Values, and starts along each side of the map: at most, at first, and at first where there are data."""


class SharesWindow(StudyWindow):
    """Sweeps a setting of one racer from all starts of the map; a click in the picture takes a value over."""

    name = "basin-shares"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self.racer, self.setting = ChoiceField(), ChoiceField()
        self.low, self.high = NumberField(), NumberField()
        self.count = SpinField(Bounds(2, MOST_VALUES, whole=True))
        self.side = SpinField(Bounds(2, MOST_SIDE, whole=True))
        self.logarithmic = SwitchField()
        self.fields.add(self.racer, self.setting, self.low, self.high)
        self.fields.addRow(self.logarithmic)
        self.fields.add(self.count, self.side)
        learns = store.experiment.resolve_landscape().examples > 0
        self.count.show_value(FEW_VALUES if learns else USUAL_VALUES)
        self.side.show_value(FEW_SIDE if learns else USUAL_SIDE)
        show_racers(self.racer, store.experiment)
        self.racer.show_value(basin_racer(store.experiment))
        self.show_experiment(store.experiment)
        self.racer.valueChosen.connect(lambda _: self._choose_racer())
        self.setting.valueChosen.connect(lambda _: self._choose_setting())
        self.logarithmic.valueChosen.connect(lambda _: self._choose_scale())
        for field in (self.low, self.high, self.count, self.side):
            field.valueChosen.connect(lambda _: self.compute())
        self.view.readout = self._told_at
        self.view.picked.connect(lambda _, x, y: self._take_over(self._computed_value(x)))
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Basin shares against a setting"))
        self.fields.name_rows(
            {
                self.racer: self.tr("Racer"),
                self.setting: self.tr("Setting"),
                self.low: self.tr("From"),
                self.high: self.tr("To"),
                self.count: self.tr("Values"),
                self.side: self.tr("Starts"),
            }
        )
        describe(
            self.side,
            self.tr("Starts"),
            self.tr("So many along each side of the part of the map that is seen"),
        )
        self.logarithmic.setText(self.tr("Logarithmic"))
        describe(self.logarithmic, self.tr("Logarithmic"))
        self.view.setAccessibleDescription(
            self.tr("Click: give the racer this value\nArrow keys, Enter: the same by keyboard")
        )
        self.view.setToolTip(self.view.accessibleDescription())
        super().retranslate()

    # The form

    def show_experiment(self, experiment: Experiment) -> None:
        show_racers(self.racer, experiment)
        parameters = numbers_of(self._optimizer_of(experiment))
        kept, choices = self.setting.currentData(), {p.name: localized(p.label) for p in parameters}
        self.setting.show_choices(choices)
        known = kept if kept in choices else next(iter(choices), None)
        self.setting.show_value(known)
        if known != kept:
            self._begin_anew()

    def _optimizer_of(self, experiment: Experiment) -> Any:
        number = self._number
        return experiment.racers[number].optimizer if number < len(experiment.racers) else None

    @property
    def _number(self) -> int:
        return int(self.racer.currentData() or 0)

    def _racer(self) -> Racer | None:
        racers = self.store.experiment.racers
        return racers[self._number] if self._number < len(racers) else None

    def _parameter(self) -> Hyperparameter | None:
        racer, name = self._racer(), self.setting.currentData()
        parameters = [] if racer is None else numbers_of(racer.optimizer)
        return next((parameter for parameter in parameters if parameter.name == name), None)

    def _choose_racer(self) -> None:
        self.show_experiment(self.store.experiment)
        self._begin_anew()
        self.compute()

    def _choose_setting(self) -> None:
        self._begin_anew()
        self.compute()

    def _begin_anew(self) -> None:
        """Look at the whole range of the setting's slider."""
        parameter = self._parameter()
        if parameter is not None:
            self.logarithmic.show_value(parameter.name == "lr" or parameter.logarithmic)
            self._show_range(parameter)

    def _choose_scale(self) -> None:
        parameter = self._parameter()
        if parameter is not None:
            self._show_range(parameter)
        self.compute()

    def _show_range(self, parameter: Hyperparameter) -> None:
        logarithmic = self.logarithmic.isChecked()
        low, high = slider_range(parameter, logarithmic=logarithmic)
        bounds = Bounds(parameter.low, parameter.high, parameter.low_open or logarithmic, parameter.high_open)
        for field, value in ((self.low, low), (self.high, high)):
            field.set_bounds(bounds)
            field.show_value(value)

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        racer, parameter = self._racer(), self._parameter()
        if racer is None or parameter is None:
            raise ValueError(Text("There is no racer with a setting.", "設定を持つ走者がない。"))
        low, high = float(self.low.value), float(self.high.value)
        if not low < high:
            raise ValueError(
                Text(
                    f"The range goes from {low:g} to {high:g}; its end must be above its beginning.",
                    f"範囲が{low:g}から{high:g}となっている。終わりは始めより大きくなければならない。",
                )
            )
        scale: Scale = "log" if self.logarithmic.isChecked() else "linear"
        starts = starts_of(experiment, racer, int(self.side.value))
        return partial(_sweep, ShareSweep(starts, parameter.name, low, high, int(self.count.value), scale))

    def depends_on(self, experiment: Experiment) -> object:
        racers, name = experiment.racers, self.setting.currentData()
        if self._number < len(racers) and name is not None:
            racer = racers[self._number]
            # What is swept, and what is taken over, changes nothing.
            optimizer = racer.optimizer
            if name in type(optimizer).model_fields:
                optimizer = without_settings(optimizer, (name,))
            racers = (racer.evolve(optimizer=optimizer, start=None, stream=racer.stream),)
        whole = experiment.resolve_landscape().start
        view = experiment.view
        return (
            self._number,
            (view.window, view.interval, view.plane),
            super().depends_on(experiment.evolve(racers=racers, start=whole)),
        )

    def sheet(self, result: Any) -> PlotSheet:
        racer, parameter = self._racer(), self._parameter()
        if result is None or racer is None or parameter is None:
            return PlotSheet((Plot(PlotAxis(Text("", ""), 0.0, 1.0), PlotAxis(SHARE, 0.0, 100.0)),))
        found: ShareCurves = result
        setting = found.sweep.setting
        label = parameter.label if parameter.name == setting else Text(setting, setting)
        name = racer_names(self.store.experiment)[self._number]
        return share_sheet(
            found, name, label, getattr(racer.optimizer, setting, None), window_style().theme.name
        )

    def table(self, result: Any) -> Table:
        return basin_share_table(result)

    def summary(self, result: Any) -> str:
        return self.tr("%n descent(s)", "", int(result.labels.size))

    # What is taken over

    def _place_at(self, x: float) -> int | None:
        result: ShareCurves | None = self.result
        if result is None:
            return None
        axis = share_axis(SHARE, result.sweep.low, result.sweep.high, result.sweep.scale)
        return int(np.abs(axis.at(result.values) - axis.place(x)).argmin())

    def _computed_value(self, x: float) -> float | None:
        place = self._place_at(x)
        return None if place is None else float(self.result.values[place])

    def _take_over(self, value: float | None) -> None:
        racer, result = self._racer(), self.result
        if value is None or racer is None or not self.up_to_date:
            return
        changed = racer.evolve(optimizer=with_settings(racer.optimizer, {result.sweep.setting: value}))
        number = self._number
        self.store.replace(
            self.store.experiment.with_racer(number, changed), lambda: self.tr("Racer {0}").format(number + 1)
        )

    def _told_at(self, _: int, x: float, y: float) -> list[tuple[str, str]]:
        """The value under the cursor, the area there, and the share that finds a global minimum."""
        place, sheet, style = self._place_at(x), self.view.sheet, window_style()
        if place is None or sheet is None or not sheet.plots[0].stacks:
            return []
        stack = sheet.plots[0].stacks[0]
        told = [(f"{style.words(sheet.plots[0].x.label)} {brief(float(stack.x[place]))}", style.theme.text)]
        tops = np.cumsum(stack.parts[:, place])
        area = int(np.searchsorted(tops, y))
        if 0 <= area < len(tops) and stack.labels[area] is not None:
            share = written_share(float(stack.parts[area, place]) / 100)
            told.append((f"{style.words(stack.labels[area] or Text('', ''))}  {share}", style.theme.text))
        if self.result.minima:
            share = written_share(float(self.result.lowest_share[place]))
            told.append((f"★ {share}", style.theme.muted))
        return told


def slider_range(parameter: Hyperparameter, *, logarithmic: bool) -> tuple[float, float]:
    """Return the range of a setting's slider."""
    if parameter.name == "lr":
        return allowed_range(parameter, LOWEST if logarithmic else 0.0, HIGHEST if logarithmic else 1.0)
    default = float(parameter.default)
    low = 0.0 if parameter.low is None else float(parameter.low)
    high = max(1.0, 2 * default) if parameter.high is None else float(parameter.high)
    if logarithmic and low <= 0:
        low = min(default, high) / 100 if default > 0 else high / 1e4
    return allowed_range(parameter, low, high)


def starts_of(experiment: Experiment, racer: Racer, side: int) -> BasinSpec:
    """Return the map of the starts, `side` × `side` in what is seen of the landscape.

    Raises
    ------
    ValueError
        If that is no map of one or two coordinates.
    """
    landscape, view = experiment.resolve_landscape(), experiment.view
    plane = view.plane if isinstance(view.plane, Plane) else None
    if plane is None and (landscape.dimension > 2 or view.plane is not None):
        raise ValueError(
            Text(
                "Starts are spread over a map of two coordinates; this landscape has more, and its plane moves with "
                "the paths.",
                "初期点は2座標の地図の上に並べる。この地形の座標はそれより多く、平面は経路とともに動く。",
            )
        )
    count = landscape.dimension if plane is None else len(plane.directions)
    if plane is None:
        domain = landscape.domain
    elif plane.extent is not None:
        domain = plane.extent
    else:
        domain = ((-1.0, 1.0),) * count
    if count == 1:
        line = (view.interval or domain[0],)
        return BasinSpec(
            experiment.run_spec(racer), experiment.steps, line, 1, side * side, plane, experiment.end_rule()
        )
    seen = view.window
    window = ((seen[0], seen[1]), (seen[2], seen[3])) if seen else (domain[0], domain[1])
    return BasinSpec(
        experiment.run_spec(racer), experiment.steps, window, side, side, plane, experiment.end_rule()
    )


def _sweep(sweep: ShareSweep, should_stop: ShouldStop, report: Report) -> ShareCurves | None:
    found = None
    for progress, found in sweep_shares(sweep, should_stop):
        report(progress, found)
    return found
