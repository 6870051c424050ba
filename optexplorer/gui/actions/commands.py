"""The commands of the window: name, keys and icon of each, declared once for menus, keys and the list of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.scene.palette import Theme

CONTEXT = "Commands"


class Command(NamedTuple):
    """One command. `text` and `group` are sources for translation."""

    id: str
    group: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False


def _tr(source: str) -> str:
    return source


COMMANDS = (
    Command("new", "File", "New experiment", ("Ctrl+Shift+N",), "mdi6.file-outline"),
    Command("gallery", "File", "Gallery…", ("Ctrl+G",), "mdi6.view-grid-outline"),
    Command("open", "File", "Open…", ("Ctrl+O",), "mdi6.folder-open-outline"),
    Command("save", "File", "Save experiment", ("Ctrl+Shift+S",), "mdi6.content-save-outline"),
    Command("save-as", "File", "Save experiment as…", ("Ctrl+Alt+S",)),
    Command("export-image", "File", "Export image…", ("Ctrl+S",), "mdi6.image-outline"),
    Command("export-film", "File", "Export film…", ("Ctrl+Shift+E",), "mdi6.movie-open-outline"),
    Command("copy-image", "File", "Copy image", ("Ctrl+Shift+C",), "mdi6.content-copy"),
    Command("export-data", "File", "Export data…", ("Ctrl+E",), "mdi6.table-arrow-right"),
    Command("quit", "File", "Quit", ("Ctrl+Q",)),
    Command("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("add-racer", "Edit", "Add racer", ("Ctrl+N",)),
    Command("new-formula", "Edit", "New formula…", ("Ctrl+F",), "mdi6.function-variant"),
    Command("edit-formula", "Edit", "Edit formula…", ()),
    Command("paint", "Edit", "Paint on the map", ("Shift+P",), "mdi6.brush-outline", True),
    Command("reset", "Edit", "Reset everything", ()),
    Command("copy-text", "Edit", "Copy as text", ("Ctrl+Shift+T",), "mdi6.link-variant"),
    Command("paste-experiment", "Edit", "Paste experiment", ("Ctrl+V",), "mdi6.content-paste"),
    Command("play", "Playback", "Play or pause", ("Space",)),
    Command("step-forward", "Playback", "Step forward", ("Right",)),
    Command("step-back", "Playback", "Step back", ("Left",)),
    Command("to-start", "Playback", "To the start", ("Home",)),
    Command("to-end", "Playback", "To the end", ("End",)),
    Command("faster", "Playback", "Faster", ("+", "=", ";")),
    Command("slower", "Playback", "Slower", ("-",)),
    Command("loop", "Playback", "Loop", ("L",), "", True),
    Command("phase-back", "Playback", "Phase back", ("[",), "mdi6.chevron-left"),
    Command("phase-forward", "Playback", "Phase forward", ("]",), "mdi6.chevron-right"),
    Command("play-phases", "Playback", "Play the phases", ("P",), "mdi6.play-outline", True),
    Command("both-views", "View", "Surface and map", ("F2",)),
    Command("surface-only", "View", "Surface only", ("F3",)),
    Command("map-only", "View", "Map only", ("F4",)),
    Command("compare", "View", "Pin to compare", ("Ctrl+D",), "mdi6.pin-outline", True),
    Command("multiples", "View", "Nine learning rates", ("R",), "mdi6.grid", True),
    Command("arrows", "View", "Gradient arrows", ("G",), "mdi6.arrow-top-right", True),
    Command("minima", "View", "Known minima", ("M",), "mdi6.star-outline", True),
    Command("curvature", "View", "Curvature at the head", ("C",), "mdi6.ellipse-outline", True),
    Command("anatomy", "View", "Anatomy of a step", ("A",), "mdi6.function-variant", True),
    Command(
        "second-anatomy", "View", "Anatomy of a second racer", ("Shift+A",), "mdi6.view-column-outline", True
    ),
    Command("reset-view", "View", "Reset camera and zoom", ("0",), "mdi6.image-filter-center-focus"),
    Command("fog", "View", "Fog", ("F",), "mdi6.weather-fog", True),
    Command("transcript", "View", "Transcript", ("T",), "", True),
    Command("sound", "View", "Sound of the loss", ("Ctrl+M",), "", True),
    Command("full-screen", "View", "Full screen", ("F11",), "", True),
    Command("open-lesson", "Lesson", "Open lesson…", ("Ctrl+L",), "mdi6.school-outline"),
    Command("new-lesson", "Lesson", "New lesson from this experiment…"),
    Command("export-lesson", "Lesson", "Export lesson as film…"),
    Command("previous-scene", "Lesson", "Previous scene", ("PgUp",)),
    Command("next-scene", "Lesson", "Next scene", ("PgDown",)),
    Command("resume-lesson", "Lesson", "Back to the lesson", ("Ctrl+B",)),
    Command("close-lesson", "Lesson", "Close the lesson"),
    Command("arrange", "Present", "What the class sees", ("Ctrl+H",), "mdi6.eye-settings-outline", True),
    Command("present", "Present", "Present", ("F5",), "mdi6.presentation-play", True),
    Command("narration", "Present", "Narration", ("N",), "", True),
    Command("spotlight", "Present", "Spotlight on the next racer", ("S",)),
    Command("laser", "Present", "Laser pointer", ("X",), "", True),
    Command("pen", "Present", "Pen", ("D",), "", True),
    Command("wipe", "Present", "Wipe the strokes away", ("E",)),
    Command("black", "Present", "Black screen", ("B", "."), "", True),
    Command("keys", "Help", "Keyboard", ("?", "F1")),
    Command("about", "Help", "About optexplorer", ()),
)
RACER_KEYS = "1 – 9"


def translated(source: str) -> str:
    """Return a command's text or group in the window's language."""
    return QCoreApplication.translate(CONTEXT, source)


def make_actions(window: QWidget, theme: Theme) -> dict[str, QAction]:
    """Return an action per command, by its id, working in the whole window once it is connected."""
    actions = {}
    for command in COMMANDS:
        action = QAction(translated(command.text), window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icon(command.icon, theme.text, theme.muted))
        keys = (
            QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            if command.keys
            else ""
        )
        action.setToolTip(f"{action.text().rstrip('…')} ({keys})" if keys else action.text().rstrip("…"))
        window.addAction(action)
        actions[command.id] = action
    return actions


def connect(actions: Mapping[str, QAction], handlers: Mapping[str, Callable[[bool], Any]]) -> None:
    """Let each action call the handler of its id."""
    for id, action in actions.items():
        action.triggered.connect(handlers[id])
