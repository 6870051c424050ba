"""Opens the export dialogs for the scene that the window shows."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox, QWidget

from optexplorer.gui.state.settings import Settings
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed
from optexplorer.scene.scene import Scene
from optexplorer.version import __version__

translate = QCoreApplication.translate


def picture_of(scene: Scene, maximised: str | None, usual: str) -> str:
    """Return the view that a picture shows unless another is chosen: what has the centre, or the `usual` one."""
    if maximised == "fit" or (maximised == "network" and scene.network is not None):
        return maximised
    if scene.picture is None:
        return "loss"
    return "curve" if scene.picture == "curve" else maximised or usual


def export_image(
    computed: Computed, scene: Scene, maximised: str | None, style: Style, settings: Settings, parent: QWidget
) -> None:
    """Open the dialog that exports a picture of `scene`."""
    from optexplorer.gui.dialogs.export_dialog import ExportDialog

    view = picture_of(scene, maximised, "figure")
    dialog = ExportDialog(computed, scene.playhead, style, settings, view, parent)
    dialog.exec()
    dialog.deleteLater()


def export_film(
    computed: Computed, maximised: str | None, style: Style, settings: Settings, speed: float, parent: QWidget
) -> None:
    """Open the dialog that exports the descent as a film."""
    from optexplorer.gui.dialogs.film_dialog import FilmDialog

    alone = computed.picture == "surface" or maximised in ("fit", "network")
    view = maximised or "figure" if alone else "figure"
    dialog = FilmDialog(computed, style, settings, view, speed, parent)
    dialog.exec()
    dialog.deleteLater()


def picture_to_copy(scene: Scene, maximised: str | None, style: Style) -> tuple[QImage, bytes]:
    """Return a picture of `scene` as pixels and as SVG."""
    from optexplorer.export.pictures import Sheet, text_size
    from optexplorer.gui.dialogs.export_dialog import clipboard_data
    from optexplorer.painting.figure import Figure

    figure = Figure((picture_of(scene, maximised, "map"),))  # type: ignore[arg-type]
    dress = replace(style, text_size=text_size(1280, 960))
    return clipboard_data(scene, figure, Sheet(1280, 960), dress)


def copy_picture(made: tuple[QImage, bytes]) -> None:
    """Put what `picture_to_copy` has made on the clipboard."""
    from optexplorer.gui.dialogs.export_dialog import put_on_clipboard

    put_on_clipboard(made)


def export_data(scene: Scene, style: Style, settings: Settings, parent: QWidget) -> None:
    """Open the dialog that exports the trajectories of `scene`."""
    from optexplorer.gui.dialogs import data_dialog

    data_dialog.export_data(scene, style, settings, parent)


def show_keys(parent: QWidget) -> None:
    """Show the list of all keys."""
    from optexplorer.gui.dialogs.keys_dialog import KeysDialog

    dialog = KeysDialog(parent)
    dialog.exec()
    dialog.deleteLater()


def show_about(parent: QWidget) -> None:
    """Show the dialog about this program."""
    QMessageBox.about(
        parent,
        translate("Opening", "About optexplorer"),
        f"<h3>optexplorer {__version__}</h3><p>"
        + translate("Opening", "See how gradient-based optimizers descend a loss landscape.")
        + "</p>",
    )
