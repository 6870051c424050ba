"""The window in which optimizers compete on landscapes with equal budgets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.landscapes.base import GROUPS as LANDSCAPE_GROUPS
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import GROUPS as OPTIMIZER_GROUPS
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.results.tournament_plan import descent_table, rank_table, results_of
from optexplorer.export.tables.columns import Table
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.dialogs.check_list import CheckList
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, SpinField
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.runs.executors import open_executor
from optexplorer.runs.tasks import Meter, ShouldStop
from optexplorer.runs.tournament import TOLERANCES, TournamentCells, TournamentSpec, run_tournament
from optexplorer.scene.plot import PlotSheet
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.tournament_plots import tournament_sheet
from optexplorer.text import Text

RACER = "racer "
"""What the ids of the experiment's own racers begin with in the list, before their number."""
USUAL_LANDSCAPES = ("beale", "himmelblau", "quadratic-bowl", "ravine", "rosenbrock", "three-hump-camel")
"""Taken beside the experiment's own at first."""
MOST_STARTS, MOST_SEEDS, MOST_BUDGET = 512, 64, 20_000


@dataclass(frozen=True, eq=False)
class Tournament:
    """A tournament, and the results of the landscapes that are finished."""

    spec: TournamentSpec
    names: tuple[Text, ...]
    parts: tuple[TournamentCells, ...]


class TournamentWindow(StudyWindow):
    """Chooses optimizers and landscapes, and shows ranks and profiles."""

    name = "tournament"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self.optimizers_title, self.landscapes_title = (
            PlainLabel(name="subtitle"),
            PlainLabel(name="subtitle"),
        )
        self.optimizers, self.landscapes = CheckList(), CheckList()
        self.tunes_rate = SwitchField()
        self.budget = SpinField(Bounds(1, MOST_BUDGET, whole=True))
        self.starts = SpinField(Bounds(1, MOST_STARTS, whole=True))
        self.seeds = SpinField(Bounds(1, MOST_SEEDS, whole=True))
        self.tolerance = ChoiceField()
        self.export_descents = QPushButton()
        self.export_descents.setAutoDefault(False)
        self.export_descents.clicked.connect(self._ask_for_descents)
        self.adopting.addWidget(self.export_descents)
        self.form.insertWidget(0, self.optimizers_title)
        self.form.insertWidget(1, self.optimizers)
        self.form.insertWidget(2, self.landscapes_title)
        self.form.insertWidget(3, self.landscapes)
        self.fields.addRow(self.tunes_rate)
        self.fields.add(self.budget, self.starts, self.seeds, self.tolerance)
        self.budget.show_value(200)
        self.starts.show_value(16)
        self.seeds.show_value(1)
        self.tunes_rate.show_value(True)
        self.tolerance.show_choices({tolerance: f"{100 * tolerance:g} %" for tolerance in TOLERANCES})
        self.tolerance.show_value(TOLERANCES[1])
        self._offer(store.experiment, first=True)
        self.tolerance.valueChosen.connect(lambda _: self._show())
        for field in (self.budget, self.starts, self.seeds):
            field.valueChosen.connect(lambda _: self.compute())
        self.tunes_rate.valueChosen.connect(lambda _: self.compute())
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Tournament"))
        self.optimizers_title.setText(self.tr("Optimizers"))
        self.landscapes_title.setText(self.tr("Landscapes"))
        self.optimizers.setAccessibleName(self.tr("Optimizers"))
        self.landscapes.setAccessibleName(self.tr("Landscapes"))
        self.tunes_rate.setText(self.tr("Best of 13 learning rates"))
        describe(
            self.tunes_rate,
            self.tr("Best of 13 learning rates"),
            self.tr(
                "Each optimizer gets the learning rate that suits each landscape best, from a thousandth to a thousand times "
                "its own, found with equal effort from other starts"
            ),
        )
        self.fields.name_rows(
            {
                self.budget: self.tr("Budget"),
                self.starts: self.tr("Starts"),
                self.seeds: self.tr("Seeds"),
                self.tolerance: self.tr("Tolerance"),
            }
        )
        describe(self.budget, self.tr("Budget"), self.tr("Gradients that each descent may evaluate"))
        describe(self.starts, self.tr("Starts"), self.tr("So many on each landscape, spread over its domain"))
        describe(self.seeds, self.tr("Seeds"), self.tr("Of the random numbers, for optimizers that have any"))
        describe(
            self.tolerance,
            self.tr("Tolerance"),
            self.tr("A problem counts as solved when no more than this part of the best decrease is missing"),
        )
        self._offer(self.store.experiment)
        super().retranslate()
        self.export_table.setText(self.tr("Export ranks…"))
        self.export_descents.setText(self.tr("Export descents…"))

    # The form

    def _offer(self, experiment: Experiment, *, first: bool = False) -> None:
        """List the racers of the experiment and all others; what is ticked stays so."""
        racers = {
            f"{RACER}{number}": f"{number + 1}  {localized(name)}"
            for number, name in enumerate(racer_names(experiment))
        }
        groups = {self.tr("Racers of the experiment"): racers}
        for group, title in OPTIMIZER_GROUPS.items():
            members = {
                id: localized(optimizers.get(id).title)
                for id in optimizers.ids()
                if optimizers.get(id).group == group
            }
            if members:
                groups[localized(title)] = members
        ticked = list(racers) if first else self.optimizers.ticked
        if first and len(ticked) < 2:
            present = {type(racer.optimizer).id for racer in experiment.racers}
            ticked += [id for id in ("momentum", "rmsprop", "adam") if id not in present]
        self.optimizers.show_entries(groups, ticked)
        own = {"": localized(experiment.resolve_landscape().name) or experiment.resolve_landscape().id}
        places: dict[str, dict[str, str]] = {self.tr("Of the experiment"): own}
        for group, title in LANDSCAPE_GROUPS.items():
            known = (landscapes.get(id) for id in landscapes.ids())
            members = {each.id: localized(each.name) for each in known if each.group == group}
            members.pop(experiment.resolve_landscape().id, None)
            if members:
                places[localized(title)] = members
        self.landscapes.show_entries(places, ["", *USUAL_LANDSCAPES] if first else self.landscapes.ticked)

    def show_experiment(self, experiment: Experiment) -> None:
        self._offer(experiment)

    def _optimizers(self, experiment: Experiment) -> list[tuple[Text, Optimizer]]:
        names = racer_names(experiment)
        found = []
        for id in self.optimizers.ticked:
            if id.startswith(RACER):
                number = int(id.removeprefix(RACER))
                found.append((names[number], experiment.racers[number].optimizer))
            else:
                optimizer = make(optimizers.get(id), {})
                found.append((optimizer.title, optimizer))
        return found

    def _landscapes(self, experiment: Experiment) -> list[Landscape]:
        return [landscapes.get(id) if id else experiment.resolve_landscape() for id in self.landscapes.ticked]

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        chosen = self._optimizers(experiment)
        spec = TournamentSpec(
            optimizers=tuple(optimizer for _, optimizer in chosen),
            landscapes=tuple(self._landscapes(experiment)),
            starts=int(self.starts.value),
            seeds=tuple(range(experiment.seed, experiment.seed + int(self.seeds.value))),
            budget=int(self.budget.value),
            tunes_rate=self.tunes_rate.isChecked(),
        )
        spec.check()
        return partial(_compete, spec, tuple(name for name, _ in chosen))

    def sheet(self, result: Tournament | None) -> PlotSheet:
        tolerance = float(self.tolerance.currentData())
        if result is None:
            names = tuple(name for name, _ in self._optimizers(self.store.experiment))
            nothing = np.empty((0, len(names)))
            return tournament_sheet(names, nothing, nothing, tolerance, int(self.budget.value), 0)
        spec = result.spec
        place = spec.tolerances.index(tolerance)
        losses = np.concatenate([part.loss for part in result.parts])
        costs = np.concatenate([part.costs[place] for part in result.parts])
        return tournament_sheet(result.names, losses, costs, tolerance, spec.budget, spec.problems)

    def table(self, result: Tournament) -> Table:
        return rank_table(results_of(result.spec, result.parts), result.spec)

    def _ask_for_descents(self) -> None:
        result: Tournament | None = self.result
        if result is not None:
            self.files.ask_for_table(
                lambda: descent_table(results_of(result.spec, result.parts)), f"{self.name}-descents"
            )

    def _file_name(self) -> str:
        return f"{self.name}-ranks"

    def _show(self) -> None:
        super()._show()
        self.export_descents.setEnabled(self.result is not None)

    def depends_on(self, experiment: Experiment) -> object:
        own = "" in self.landscapes.ticked
        racers = tuple(
            experiment.racers[int(id.removeprefix(RACER))].optimizer
            for id in self.optimizers.ticked
            if id.startswith(RACER) and int(id.removeprefix(RACER)) < len(experiment.racers)
        )
        return (experiment.landscape if own else None), racers, experiment.seed

    def summary(self, result: Tournament) -> str:
        return self.tr("%n descent(s)", "", sum(len(part.cells) for part in result.parts))


def _compete(
    spec: TournamentSpec, names: tuple[Text, ...], should_stop: ShouldStop, report: Report
) -> Tournament | None:
    meter = Meter(spec.cells)
    report(meter.add(0))
    found = None
    parts: tuple[TournamentCells, ...] = ()
    with open_executor() as executor:
        for part in run_tournament(spec, executor, should_stop):
            parts = (*parts, part)
            found = Tournament(spec, names, parts)
            report(meter.add(len(part.cells)), found)
    return found
