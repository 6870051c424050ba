"""Commands for the user's own landscapes: write, paint, change parameters, store in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QWidget

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes import personal
from optexplorer.engine.landscapes.base import GROUPS, Landscape, LandscapeDefinition, is_parameter_variant
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.landscape_painting import LandscapePainting
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs import messages
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.gui.panels.landscape_panel import Groups
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.views.map_view import MapView
from optexplorer.gui.views.paint_overlay import PaintOverlay
from optexplorer.gui.workers.file_thread import reason
from optexplorer.text import Text

if TYPE_CHECKING:
    from optexplorer.gui.dialogs.formula_draft import Draft

OWN = "own:"
"""Before the ids of the user's own landscapes in the list, which may equal those of the catalogue."""


class LandscapeCommands(QObject):
    """Offers landscapes in the panel, and opens what makes new ones."""

    def __init__(
        self,
        store: Store,
        edits: Edits,
        panel: ControlPanel,
        view: MapView,
        settings: Settings,
        actions: dict[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._store, self._edits, self._window = store, edits, window
        self._panel = panel.landscape
        self._paint_action, self._edit_action = actions["paint"], actions["edit-formula"]
        self._own: dict[str, LandscapeDefinition] = {}
        self._begun: Draft | None = None
        """The formula whose dialog was closed without using it: it is there when the dialog is opened again."""
        self.overlay = PaintOverlay(view)
        self.painting = LandscapePainting(store, edits, self._panel.painting, self.overlay, settings, self)
        self._panel.landscapeChosen.connect(self._choose)
        self._panel.parameterChosen.connect(self._change_parameter)
        self._panel.newAsked.connect(self._write_new)
        self._panel.editAsked.connect(self._edit)
        self._panel.paintToggled.connect(self.painting.set_active)
        self._panel.mine_menu.aboutToShow.connect(self._fill_menu)
        self.painting.activeChanged.connect(self._show_painting)
        self.refresh()

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the commands do, by their ids."""
        return {
            "new-formula": lambda _: self._write_new(),
            "edit-formula": lambda _: self._edit(),
            "paint": self.painting.set_active,
        }

    def finish(self) -> None:
        """Wait for running tasks before the window closes."""
        self.painting.finish()

    # The list

    def refresh(self) -> None:
        """List the landscapes of the catalogue and of the user's folder."""
        mine = personal.load()
        self._own = mine.definitions
        self._panel.offer(self._offered)
        unreadable = self.tr("Of your own landscapes, some cannot be read:")
        self._panel.problem.show_problem("\n".join([unreadable, *mine.problems]) if mine.problems else "")
        self.show_experiment(self._store.experiment)

    def _offered(self) -> Groups:
        offered: dict[str, list[tuple[str, Text]]] = {group: [] for group in GROUPS}
        for id in landscapes.catalogue_ids():
            entry = landscapes.get(id)
            offered[entry.group].append((id, entry.name))
        for id, definition in self._own.items():
            entry = definition.landscape(id)
            offered[entry.group].append((OWN + id, entry.name))
        return [(GROUPS[group], entries) for group, entries in offered.items()]

    def show_experiment(self, experiment: Experiment) -> None:
        """Show in the list where the experiment's landscape comes from, even if its parameters were changed."""
        landscape = experiment.resolve_landscape()
        origin = self._origin(landscape)
        if origin is None:
            self._panel.show_origin(landscape.id, landscape.name)
        elif origin.startswith(OWN):
            self._panel.show_origin(origin, self._own[origin.removeprefix(OWN)].name)
        else:
            self._panel.show_origin(origin, landscapes.get(origin).name)
        self._paint_action.setEnabled(landscape.dimension == 2)
        self._edit_action.setEnabled(isinstance(landscape, FormulaLandscape))

    def _origin(self, landscape: Landscape) -> str | None:
        if landscape.id in landscapes.catalogue_ids():
            return landscape.id
        definition = getattr(landscape, "definition", None)
        for id, mine in self._own.items():
            if mine == definition or _is_variant(landscape, mine.landscape(id)):
                return OWN + id
        return next(
            (id for id in landscapes.catalogue_ids() if _is_variant(landscape, landscapes.get(id))), None
        )

    def _choose(self, id: str) -> None:
        if id.startswith(OWN):
            self._edits.choose_landscape(self._own[id.removeprefix(OWN)])
        else:
            self._edits.choose_landscape(id)

    # Parameters

    def _change_parameter(self, name: str, value: float) -> None:
        landscape = self._store.experiment.resolve_landscape()
        if landscape.definition is None:
            return
        landscape_ref: str | LandscapeDefinition = landscape.definition.with_values({name: value})
        origin = self._origin(landscape)
        if origin is not None and not origin.startswith(OWN):
            # Back at the values of the catalogue, it is the catalogue's own again.
            known = landscapes.get(origin)
            if known.definition == landscape_ref:
                landscape_ref = origin
        self._edits.change(
            lambda: self.tr("Parameter {0}").format(name), f"parameter {name}", landscape=landscape_ref
        )

    # Formulas

    def _write_new(self) -> None:
        self._ask(None)

    def _edit(self) -> None:
        landscape = self._store.experiment.resolve_landscape()
        if isinstance(landscape, FormulaLandscape):
            self._ask(landscape)

    def _ask(self, landscape: FormulaLandscape | None) -> None:
        from optexplorer.gui.dialogs.formula_dialog import FormulaDialog
        from optexplorer.gui.dialogs.formula_draft import Draft

        draft = None
        if landscape is not None:
            name = localized(landscape.name) if any(landscape.definition.name) else ""
            draft = Draft.of(landscape.definition, name)
        dialog = FormulaDialog(window_style(), draft, self._window, begun=self._begun)
        accepted = dialog.exec()
        if landscape is None:
            self._begun = None if accepted else dialog.draft
        definition, keeps = dialog.definition, dialog.keeps
        dialog.deleteLater()
        if accepted and definition is not None:
            self.choose_formula(definition)
            if keeps:
                self._keep(definition)

    def choose_formula(self, definition: FormulaDefinition) -> None:
        """Descend a landscape that was written, as one step of undo."""
        self._edits.choose_landscape(definition, lambda: self.tr("Formula"))

    # The user's folder

    def _fill_menu(self) -> None:
        menu = self._panel.mine_menu
        menu.clear()
        experiment = self._store.experiment
        own = self._kept_as(experiment)
        keep = menu.addAction(self.tr("Keep in my landscapes…"))
        keep.triggered.connect(self._ask_name)
        rename = menu.addAction(self.tr("Rename…"))
        delete = menu.addAction(self.tr("Delete from my landscapes…"))
        for action in (rename, delete):
            action.setEnabled(own is not None)
        if own is not None:
            rename.triggered.connect(partial(self._ask_new_name, own))
            delete.triggered.connect(partial(self._ask_deletion, own))

    def _kept_as(self, experiment: Experiment) -> str | None:
        origin = self._origin(experiment.resolve_landscape())
        return origin.removeprefix(OWN) if origin is not None and origin.startswith(OWN) else None

    def _ask_name(self) -> None:
        landscape = self._store.experiment.resolve_landscape()
        definition = getattr(landscape, "definition", None)
        if not isinstance(definition, LandscapeDefinition):
            return
        name, given = QInputDialog.getText(
            self._window,
            self.tr("Keep in my landscapes"),
            self.tr("Name"),
            text=localized(landscape.name),
        )
        if given and name.strip():
            named = definition.model_copy(update={"name": Text(name.strip(), name.strip())})
            kept = self._keep(named)
            if kept is not None:
                self._edits.change(lambda: self.tr("Keep landscape"), landscape=self._own[kept])

    def _keep(self, definition: LandscapeDefinition) -> str | None:
        others = personal.load().definitions.values()
        if any(other.name == definition.name and other != definition.as_own() for other in others):
            question = self.tr("There is another landscape called “{0}” among yours. Replace it?")
            name = localized(definition.name)
            if not messages.ask(self._window, self.tr("Keep in my landscapes"), question.format(name)):
                return None
        try:
            kept = personal.save(definition, landscapes.catalogue_ids())
        except (OSError, ValueError) as error:
            self._show_error(reason(error))
            return None
        self.refresh()
        return kept

    def _ask_new_name(self, id: str) -> None:
        old = localized(self._own[id].landscape(id).name)
        name, given = QInputDialog.getText(self._window, self.tr("Rename"), self.tr("Name"), text=old)
        if not given or name.strip() in ("", old):
            return
        try:
            new = personal.rename(id, name, landscapes.catalogue_ids())
        except KeyError:
            self._show_error(
                self.tr("“{0}” is no longer there: another window or program has deleted it.").format(old)
            )
            self.refresh()
            return
        except (OSError, ValueError) as error:
            self._show_error(reason(error))
            return
        self.refresh()
        self._edits.change(lambda: self.tr("Rename landscape"), landscape=self._own[new])

    def _ask_deletion(self, id: str) -> None:
        name = localized(self._own[id].landscape(id).name)
        question = self.tr("Delete “{0}” from your landscapes? The experiment on the screen stays.").format(
            name
        )
        if not messages.ask(self._window, self.tr("Delete from my landscapes"), question):
            return
        try:
            personal.delete(id)
        except OSError as error:
            self._show_error(reason(error))
        self.refresh()

    def _show_error(self, reason: str) -> None:
        messages.warn(self._window, self.tr("My landscapes"), reason)

    def _show_painting(self, active: bool) -> None:
        self._panel.show_painting(active)
        self._paint_action.setChecked(active)


def _is_variant(landscape: Landscape, known: Landscape) -> bool:
    """Whether `landscape` is `known` with other values of its parameters, or other settings of its data and model."""
    if isinstance(landscape, ModelLandscape) and isinstance(known, ModelLandscape):
        # Of another kind of data or model it has lost its name.
        return any(known.definition.name) and landscape.definition.name == known.definition.name
    return (
        landscape.name == known.name
        and isinstance(landscape, FormulaLandscape)
        and is_parameter_variant(landscape, known)
    )
