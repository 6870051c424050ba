"""The card of one racer: colour, visibility, optimizer, learning rate and all other settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from optexplorer.engine import gradient_sources, optimizers, schedules
from optexplorer.engine.declaration import hyperparameters, with_clamped
from optexplorer.engine.diagnostics import Stability
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.optimizers.base import GROUPS
from optexplorer.engine.schedules.base import Schedule
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.racer import Racer
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.colour_chip import ColourChip
from optexplorer.gui.fields.hyperparameter_field import (
    DeclarationFields,
    ModelField,
    bounds_of,
    converted,
    symbol_markup,
    tip_of,
)
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import MarkupLabel, PlainLabel, describe, plain_tip
from optexplorer.gui.fields.rate_curve import RateCurve
from optexplorer.gui.fields.rate_field import RateField
from optexplorer.gui.fields.rounding_tip import rounding_tip
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.series import discernible_loss

TOOL = 14
"""Size of the icons on a card, small so that the optimizer's name has room."""


class RacerCard(Retranslating, QFrame):
    """Shows one racer in two rows and a line with its outcome; the other settings unfold."""

    racerChanged = Signal(object, str)
    """The new racer, and what has changed: equal words in a row belong to one drag; empty stands alone."""
    duplicateAsked = Signal()
    removeAsked = Signal()
    tuneAsked = Signal()
    """Good settings are to be found."""
    ended = Signal()
    unfolded = Signal()
    """The other settings have been shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._racer: Racer | None = None
        self._number = self._steps = 0
        self._trajectory: Trajectory | None = None
        self._outcomes_shown = True
        self._rounding_step: int | None = None
        self._more: _More | None = None
        self.chip = ColourChip()
        self.shown = SwitchField()
        self.optimizer = ChoiceField()
        self.optimizer.fill_when_asked(self._offer_optimizers)
        self.unfold = IconButton("mdi6.tune-variant", TOOL)
        self.unfold.setCheckable(True)
        self.duplicate = IconButton("mdi6.content-copy", TOOL)
        self.remove = IconButton("mdi6.close", TOOL)
        self.symbol = MarkupLabel(name="symbol")
        self.symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rate = RateField()
        self.tune = IconButton("own.tune", TOOL)
        self.status = PlainLabel(name="status", wrap=True)
        self._lay_out()

        self.chip.colourChosen.connect(lambda colour: self._change("", colour=colour))
        self.shown.valueChosen.connect(lambda on: self._change("", visible=on))
        self.optimizer.valueChosen.connect(self._choose_optimizer)
        self.rate.valueChosen.connect(self._choose_rate)
        self.rate.ended.connect(self.ended)
        self.unfold.toggled.connect(self._unfold)
        self.duplicate.clicked.connect(self.duplicateAsked)
        self.remove.clicked.connect(self.removeAsked)
        self.tune.clicked.connect(self.tuneAsked)

    def _offer_optimizers(self) -> None:
        kinds = {id: optimizers.get(id) for id in optimizers.ids()}
        self.optimizer.show_groups(
            (
                (
                    localized(heading),
                    {id: localized(kind.title) for id, kind in kinds.items() if kind.group == group},
                )
                for group, heading in GROUPS.items()
            ),
            {id: localized(kind.idea) for id, kind in kinds.items()},
        )

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for button in (self.unfold, self.duplicate, self.remove):
            tools.addWidget(button)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.chip, 0, 0)
        grid.addWidget(self.shown, 0, 1)
        grid.addWidget(self.optimizer, 0, 2)
        grid.addLayout(tools, 0, 3)
        grid.addWidget(self.symbol, 1, 0, Qt.AlignmentFlag.AlignTop)
        rate = QHBoxLayout()
        rate.setSpacing(2)
        rate.addWidget(self.rate, 1)
        rate.addWidget(self.tune, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(rate, 1, 1, 1, 3)
        grid.addWidget(self.status, 2, 1, 1, 3)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 6, 8, 6)
        self._column.setSpacing(8)
        self._column.addLayout(grid)

    def show_racer(
        self, number: int, racer: Racer, steps: int, source: GradientSource, sources: Sequence[str]
    ) -> None:
        """Show `racer`, who is the `number`th, counted from 1, and takes at most `steps` steps."""
        before, self._racer, self._steps = self._racer, racer, steps
        self._source, self._sources = source, sources
        renumbered, self._number = number != self._number, number
        self.chip.show_value(racer.colour, str(number))
        self.shown.show_value(racer.visible)
        if renumbered:
            self._name_parts()
        if before is None or type(before.optimizer) is not type(racer.optimizer):
            self._show_kind(type(racer.optimizer))
        self.rate.show_value(racer.optimizer.lr)
        if self._more is not None:
            self._more.show_racer(racer, steps, source, sources)
            self._more.show_trajectory(self._trajectory)
        if before is None or before.visible != racer.visible:
            self._write_status()
            self.setProperty("dimmed", not racer.visible)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_trajectory(self, trajectory: Trajectory | None, outcomes_shown: bool = True) -> None:
        """Show the racer's outcome if `outcomes_shown`; None if the racer is not shown."""
        if (
            trajectory is self._trajectory
            and outcomes_shown == self._outcomes_shown
            and (self.status.text() or not outcomes_shown)
        ):
            return
        self._trajectory, self._outcomes_shown = trajectory, outcomes_shown
        if self._more is not None:
            self._more.show_trajectory(trajectory)
        self._write_status()
        diverged = trajectory is not None and trajectory.ending is TerminationReason.DIVERGED
        if self.status.property("diverged") != diverged:
            self.status.setProperty("diverged", diverged)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)

    def _write_status(self) -> None:
        trajectory = self._trajectory
        if trajectory is None:
            shown = self._racer is not None and self._racer.visible
            words = self.tr("not computed") if shown else self.tr("not shown")
        else:
            last = brief(float(trajectory.loss[-1]), discernible_loss([trajectory]))
            loss = self.tr("loss {0}").format(last)
            words = f"{localized(trajectory.outcome())} · {loss}"
        if self._rounding_step is not None:
            words += " · " + self.tr("depends on rounding")
        self.status.setText(words if self._outcomes_shown else "")
        self.status.setToolTip(rounding_tip(self._rounding_step) if self._outcomes_shown else "")

    def show_rounding(self, step: int | None) -> None:
        """Say that the racer's path depends on rounding from `step` on; None if that is not known."""
        if step != self._rounding_step:
            self._rounding_step = step
            self._write_status()

    def show_stable_rate(self, rate: Stability | None) -> None:
        """Mark the largest stable rate where the racer is; None if there is none."""
        self.rate.show_stable_rate(rate)

    def retranslate(self) -> None:
        if self._racer is None:
            return
        self._name_parts()
        self.optimizer.fill_when_asked(self._offer_optimizers)
        self._show_kind(type(self._racer.optimizer))
        self._write_status()

    def _name_parts(self) -> None:
        for part, words in (
            (self.shown, self.tr("Show racer {0}")),
            (self.optimizer, self.tr("Optimizer of racer {0}")),
            (self.unfold, self.tr("More settings of racer {0}")),
            (self.duplicate, self.tr("Duplicate racer {0}")),
            (self.remove, self.tr("Remove racer {0}")),
            (self.tune, self.tr("Find good settings for racer {0}")),
        ):
            describe(part, words.format(self._number))
        if self._racer is not None:
            self.optimizer.setToolTip(plain_tip(localized(type(self._racer.optimizer).idea)))

    def _show_kind(self, kind: type[Any]) -> None:
        self.optimizer.show_value(kind.id, localized(kind.title))
        self.optimizer.setToolTip(plain_tip(localized(kind.idea)))
        rate = next(parameter for parameter in hyperparameters(kind) if parameter.name == "lr")
        self.symbol.setText(symbol_markup(rate.symbol))
        self.symbol.setToolTip(plain_tip(tip_of(rate)))
        self.rate.describe(localized(rate.label), tip_of(rate), bounds_of(rate))

    def _unfold(self, on: bool) -> None:
        if on and self._more is None and self._racer is not None:
            self._more = _More()
            self._more.changed.connect(self._change_part)
            self._more.ended.connect(self.ended)
            self._column.addWidget(self._more)
            self._more.show_racer(self._racer, self._steps, self._source, self._sources)
            self._more.show_trajectory(self._trajectory)
        if self._more is not None:
            self._more.setVisible(on)
        if on:
            self.unfolded.emit()

    def _change(self, what: str, **update: Any) -> None:
        if self._racer is not None:
            self.racerChanged.emit(self._racer.evolve(**update), what)

    def _change_part(self, part: str, model: Any, what: str) -> None:
        self._change(what, **{part: model})

    def _choose_optimizer(self, id: str) -> None:
        if self._racer is not None:
            self._change("", optimizer=converted(self._racer.optimizer, optimizers.get(id)))

    def _choose_rate(self, lr: float) -> None:
        if self._racer is not None:
            self._change("lr", optimizer=with_clamped(self._racer.optimizer, "lr", lr))


class _More(Retranslating, QWidget):
    """The other hyperparameters, the schedule and the source of the gradients."""

    changed = Signal(str, object, str)
    """Which field of the racer, its new value, and what has changed in it."""
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fields: DeclarationFields | None = None
        self._kind: type[Any] | None = None
        self.schedule, self.source = ModelField(schedules), ModelField(gradient_sources)
        self._titles = {"schedule": PlainLabel(name="subtitle"), "source": PlainLabel(name="subtitle")}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(6)
        for part, field in (("schedule", self.schedule), ("source", self.source)):
            self._column.addWidget(self._titles[part])
            self._column.addWidget(field)
            self._connect(part, field)
        self.rates = RateCurve()
        self._column.insertWidget(self._column.indexOf(self.schedule) + 1, self.rates)
        self._scheduled: tuple[Schedule, float, int, str] | None = None
        self.retranslate()

    def retranslate(self) -> None:
        self._titles["schedule"].setText(self.tr("Schedule"))
        describe(self.schedule, self.tr("Schedule"), self.tr("How the learning rate changes over the steps"))
        self._titles["source"].setText(self.tr("Gradient"))
        describe(self.source, self.tr("Gradient"), self.tr("Where the gradients come from"))

    def show_racer(self, racer: Racer, steps: int, source: GradientSource, sources: Sequence[str]) -> None:
        """Show what else is set of `racer`, and the rates of its `steps` steps."""
        kind = type(racer.optimizer)
        if kind is not self._kind:
            self._rebuild(kind)
        if self._fields is not None:
            self._fields.show_model(racer.optimizer)
        self.schedule.show_value(racer.schedule)
        self.source.offer(sources)
        self.source.show_value(source)
        scheduled = (racer.schedule, racer.optimizer.lr, steps, racer.colour)
        if scheduled != self._scheduled:
            self._scheduled = scheduled
            # As many as a trajectory has rows.
            rates = racer.schedule.rates(racer.optimizer.lr, steps + 1)
            self.rates.show_rates(rates, racer.colour)
            self.rates.setVisible(racer.schedule.closed_loop or float(np.ptp(rates)) > 0)

    def show_trajectory(self, trajectory: Trajectory | None) -> None:
        """Show the rates that a schedule which watches the loss has come to."""
        if self._scheduled is not None and self._scheduled[0].closed_loop and trajectory is not None:
            self.rates.show_rates(trajectory.learning_rate, self._scheduled[3])

    def _rebuild(self, kind: type[Any]) -> None:
        if self._fields is not None:
            self._column.removeWidget(self._fields)
            self._fields.hide()
            self._fields.deleteLater()
        self._kind = kind
        self._fields = DeclarationFields(kind, without=("lr",))
        self._connect("optimizer", self._fields)
        self._column.insertWidget(0, self._fields)

    def _connect(self, part: str, field: DeclarationFields | ModelField) -> None:
        field.modelChosen.connect(
            lambda model, name: self.changed.emit(part, model, f"{part}.{name}" if name else "")
        )
        field.ended.connect(self.ended)
