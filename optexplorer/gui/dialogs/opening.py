"""Opens the dialogs that concern what the window shows."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from optexplorer import __version__
from optexplorer.export.style import Style
from optexplorer.gui.settings import Settings
from optexplorer.scene.scene import Scene


def _tr(source: str) -> str:
    return QCoreApplication.translate("Opening", source)


def picture_of(scene: Scene, maximised: str | None, usual: str) -> str:
    """Return the view that a picture shows unless another is chosen: what has the centre, or the `usual` one."""
    return "curve" if scene.landscape.dimension == 1 else maximised or usual


def export_image(
    scene: Scene, maximised: str | None, style: Style, settings: Settings, parent: QWidget
) -> None:
    """Let the person export a picture of `scene`."""
    from optexplorer.gui.dialogs.export_dialog import ExportDialog

    ExportDialog(scene, style, settings, picture_of(scene, maximised, "surface"), parent).exec()


def copy_image(scene: Scene, maximised: str | None, style: Style) -> None:
    """Put a picture of `scene` on the clipboard."""
    from optexplorer.export.picture import render

    picture = render(scene, picture_of(scene, maximised, "map"), 1280, 960, 1.0, style)  # type: ignore[arg-type]
    QApplication.clipboard().setImage(picture)


def export_data(scene: Scene, style: Style, settings: Settings, parent: QWidget) -> None:
    """Let the person export the trajectories of `scene`."""
    from optexplorer.gui.dialogs import data_dialog

    data_dialog.export_data(scene, style, settings, parent)


def show_keys(parent: QWidget) -> None:
    """Show the list of all keys."""
    from optexplorer.gui.dialogs.keys_dialog import KeysDialog

    KeysDialog(parent).exec()


def show_about(parent: QWidget) -> None:
    """Say what this program is."""
    QMessageBox.about(
        parent,
        _tr("About optexplorer"),
        f"<h3>optexplorer {__version__}</h3><p>"
        + _tr("See how gradient-based optimizers descend a loss landscape.")
        + "</p>",
    )
