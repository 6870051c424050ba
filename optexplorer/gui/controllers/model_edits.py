"""The edits of data and model of a landscape that is learned from data, each one step of undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.pairing import Changed, changed, problem_of, with_data
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.frozen_model import InvalidValueError
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.desktop.words import Words
from optexplorer.gui.fields.hyperparameter_field import converted
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.gui.state.store import Store


class ModelEdits(QObject):
    """Changes data and model as the panel asks, and shows there why something cannot be done."""

    def __init__(self, store: Store, control: ControlPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        panel = control.landscape.learning
        self._store, self._panel = store, panel
        control.start.initialSeedChosen.connect(self.choose_model_seed)
        panel.dataKindChosen.connect(self.choose_data_kind)
        panel.dataChosen.connect(self._choose_data)
        panel.modelKindChosen.connect(self.choose_model_kind)
        panel.modelChosen.connect(self._choose_model)
        panel.standardiseChosen.connect(self._choose_standardise)
        panel.heldOutChosen.connect(self._choose_held_out)
        panel.splitChosen.connect(self._choose_split)
        panel.ended.connect(store.end_merge)

    def choose_data_kind(self, id: str) -> None:
        """Take other data, with settings that both have; where the model cannot learn from them, another model too."""
        kind = data_sources.get(id)
        self._change(
            lambda old: with_data(old, converted(old.data, kind)),
            lambda: self.tr("Data"),
            None,
            self._panel.data.problem,
        )

    def choose_model_kind(self, id: str) -> None:
        """Take another model, with settings that both have."""
        kind = predictors.get(id)
        self._change(
            lambda old: Changed(changed(old, model=converted(old.model, kind))),
            lambda: self.tr("Model"),
            None,
            self._panel.model.problem,
        )

    def choose_model_seed(self, name: str, seed: int) -> None:
        """Take other initial values: those of another seed, which is the setting `name` of the model."""
        self._change(
            lambda old: Changed(
                changed(old, model=type(old.model).model_validate({**old.model.model_dump(), name: seed}))
            ),
            lambda: self.tr("Initial values"),
            None,
            self._panel.model.problem,
        )

    def _choose_data(self, data: object, name: str) -> None:
        # A setting may change the number of inputs or classes, and with it what can learn from them.
        self._change(
            lambda old: with_data(old, data),  # type: ignore[arg-type]
            lambda: self.tr("Data"),
            f"data.{name}",
            self._panel.data.problem,
        )

    def _choose_model(self, model: object, name: str) -> None:
        self._change(
            lambda old: Changed(changed(old, model=model)),
            lambda: self.tr("Model"),
            f"model.{name}",
            self._panel.model.problem,
        )

    def _choose_standardise(self, on: bool) -> None:
        self._change(
            lambda old: Changed(changed(old, standardise=on)),
            lambda: self.tr("Standardise the inputs"),
            None,
            self._panel.data.problem,
        )

    def _choose_held_out(self, share: float) -> None:
        self._change(
            lambda old: Changed(changed(old, held_out=share)),
            lambda: self.tr("Held-out part"),
            "held out",
            self._panel.data.problem,
        )

    def _choose_split(self, seed: int) -> None:
        self._change(
            lambda old: Changed(changed(old, split_seed=seed)),
            lambda: self.tr("Another split"),
            "split",
            self._panel.data.problem,
        )

    def _change(
        self,
        change: Callable[[ModelDefinition], Changed],
        label: Words,
        merge_key: str | None,
        problem: ProblemLabel,
    ) -> None:
        landscape = self._store.experiment.resolve_landscape()
        if not isinstance(landscape, ModelLandscape):
            return
        try:
            definition, note = change(landscape.definition)
            experiment = on_changed(self._store.experiment, definition)
        except ValueError as error:
            # Such as a network that is too large; the experiment on the screen stays.
            problem.show_problem(localized(problem_of(error)))
            return
        problem.show_problem("")
        self._store.replace(experiment, label, merge_key)
        if any(note):
            self._panel.show_switched(note)


def on_changed(experiment: Experiment, definition: ModelDefinition) -> Experiment:
    """Return the experiment with data or model changed.

    While the parameters mean the same, points and picture stay; with other initial values all racers begin at those.
    Where the parameters are others, of the view stays what fits them.

    Raises
    ------
    ValueError
        If it is no experiment any more.
    """
    before, after = experiment.resolve_landscape(), definition.landscape()
    # Without a name it is none of the catalogue's, all of which would have to be read.
    ids = landscapes.catalogue_ids() if any(definition.name) else ()
    known = next((id for id in ids if landscapes.get(id).definition == definition), None)
    landscape_ref: str | ModelDefinition = known or definition
    if before.blocks == after.blocks and _same_model(before, after):
        if before.start == after.start:
            return experiment.evolve(landscape=landscape_ref)
        racers = tuple(racer.evolve(start=None) for racer in experiment.racers)
        return experiment.evolve(landscape=landscape_ref, start=(), racers=racers)
    moved = experiment.on_landscape(landscape_ref)
    if experiment.view.plane is None or after.dimension <= 2:
        return moved
    try:
        return moved.evolve(view=moved.view.evolve(plane=experiment.view.plane))
    except InvalidValueError:
        return moved


def _same_model(before: object, after: ModelLandscape) -> bool:
    return isinstance(before, ModelLandscape) and type(before.definition.model) is type(
        after.definition.model
    )
