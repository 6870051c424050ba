"""The fields that say how much a search for good settings tries, and what counts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.run_spec import RunSpec
from optexplorer.gui.dialogs.form_rows import FormRows
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField
from optexplorer.runs.tuning.optuna_search import has_optuna
from optexplorer.runs.tuning.trials import HELD_OUT, Criterion
from optexplorer.runs.tuning.usual import Effort, search_starts, usual_criterion, usual_tolerance

MOST_CANDIDATES, MOST_STARTS, MOST_SEEDS, MOST_FRESH = 16_384, 256, 64, 256


class SearchEffort(QObject):
    """Fields for criterion, target, candidates, starts, seeds and method, in the rows of a form."""

    chosen = Signal()
    """One of them has been changed by the user."""

    def __init__(self, fields: FormRows, parent: QObject) -> None:
        super().__init__(parent)
        self._fields = fields
        self.criterion = ChoiceField()
        self.tolerance = NumberField(bounds=Bounds(0, 1e300, low_open=True))
        self.candidates = SpinField(Bounds(1, MOST_CANDIDATES, whole=True))
        self.starts = SpinField(Bounds(1, MOST_STARTS, whole=True))
        self.seeds = SpinField(Bounds(1, MOST_SEEDS, whole=True))
        self.fresh = SpinField(Bounds(1, MOST_FRESH, whole=True))
        self.method = ChoiceField()
        fields.add(self.criterion, self.tolerance, self.candidates, self.starts, self.seeds, self.fresh)
        self._has_methods = has_optuna()
        if self._has_methods:
            fields.add(self.method)
        self.method.show_choices({"halving": "Sobol + halving", "optuna": "Optuna (TPE)"})
        self.criterion.show_choices({"target": "", "loss": ""})
        self.method.show_value("halving")
        for field in (self.criterion, self.method):
            field.valueChosen.connect(self._choose)
        for number in (self.tolerance, self.candidates, self.starts, self.seeds, self.fresh):
            number.valueChosen.connect(self._choose)

    def _choose(self, _: object) -> None:
        self.tolerance.setEnabled(self.criterion.isEnabled() and self.asked_criterion == "target")
        self.chosen.emit()

    def retranslate(self) -> None:
        """Write the words in the window's language."""
        self._fields.name_rows(
            {
                self.criterion: self.tr("Best is"),
                self.tolerance: self.tr("Target"),
                self.candidates: self.tr("Candidates"),
                self.starts: self.tr("Starts"),
                self.seeds: self.tr("Seeds"),
                self.fresh: self.tr("Fresh starts"),
                **({self.method: self.tr("Method")} if self._has_methods else {}),
            }
        )
        self.criterion.setItemText(0, self.tr("first at target"))
        self.criterion.setItemText(1, self.tr("lowest at end"))
        for field, name, tip in (
            (
                self.criterion,
                self.tr("Best is"),
                self.tr(
                    "Who is first at the target, and there at the end, in 75 % of the descents, or lowest where it is not "
                    "reached; or whose loss at the end is lowest in 75 % of them. Settings with which more than a tenth of the "
                    "descents diverge come last"
                ),
            ),
            (
                self.tolerance,
                self.tr("Target"),
                self.tr("How far above the lowest known loss the target lies"),
            ),
            (self.candidates, self.tr("Candidates"), self.tr("Settings that are tried")),
            (
                self.starts,
                self.tr("Starts"),
                self.tr("Each candidate descends from so many: the first is the racer's own"),
            ),
            (
                self.seeds,
                self.tr("Seeds"),
                self.tr("With so many seeds of the random numbers each, where gradients are random"),
            ),
            (
                self.fresh,
                self.tr("Fresh starts"),
                self.tr(
                    "On so many others, which the search has not seen, the winner is compared with the default"
                ),
            ),
            (self.method, self.tr("Method"), self.tr("How candidates are chosen")),
        ):
            describe(field, name, tip)

    @property
    def asked_criterion(self) -> Criterion:
        """What counts."""
        return "loss" if self.criterion.currentData() == "loss" else "target"

    @property
    def asked_method(self) -> str:
        """How candidates are chosen: "halving" or "optuna"."""
        return str(self.method.currentData())

    def effort(self) -> Effort:
        """Return how much is to be tried."""
        return Effort(
            int(self.candidates.value), int(self.starts.value), int(self.seeds.value), int(self.fresh.value)
        )

    def show_usual(self, run: RunSpec, start: tuple[float, ...], effort: Effort) -> None:
        """Show an effort, with the criterion and the target that suit a landscape."""
        landscape = run.landscape
        known = has_target(landscape)
        self.criterion.show_value(usual_criterion(landscape))
        self.criterion.setEnabled(known)
        self.tolerance.setEnabled(known)
        self.seeds.setEnabled(run.gradient_source.is_random)
        if known:
            starts, _ = search_starts(landscape, start, effort.starts, 1)
            self.tolerance.show_value(usual_tolerance(landscape, starts))
        self.candidates.show_value(effort.candidates)
        self.starts.show_value(effort.starts)
        self.seeds.show_value(effort.seeds)
        self.fresh.show_value(effort.fresh)


def has_target(landscape: Landscape) -> bool:
    """Whether losses can be compared with a lowest known one."""
    return landscape.global_minimum is not None and HELD_OUT not in landscape.measures
