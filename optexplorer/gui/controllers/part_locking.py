"""Hides and locks parts of the window, each with a click on its tag."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QSplitter, QStackedWidget, QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import describe
from optexplorer.lessons.lesson import CONTROLS, VIEWS

SIZE = 22
OUTCOME = 64
"""How far the line with a racer's outcome lies below the top of its card, in pixels."""
_ICONS = {"shown": "mdi6.eye-outline", "locked": "mdi6.lock-outline", "hidden": "mdi6.eye-off-outline"}
_NEXT = {"shown": "locked", "locked": "hidden", "hidden": "shown"}
SHARED = ("schedule", "source", "hyperparameters")
"""Controls behind one and the same button, of which one tag is enough: the last."""


class PartLocking(QObject):
    """Hides and locks the parts of one window; in its editing mode each part carries a tag that says which."""

    visibilityChanged = Signal()
    """The user has hidden, locked or released a part."""

    def __init__(
        self,
        parts: Callable[[str], list[QWidget]],
        force_hide: Callable[[Collection[str]], None],
        parent: QObject,
    ) -> None:
        """`parts` returns the parts of the window that lessons call by a name; `force_hide` hides views by theirs."""
        super().__init__(parent)
        self._parts, self._force_hide = parts, force_hide
        self.hidden: frozenset[str] = frozenset()
        self.locked: frozenset[str] = frozenset()
        self.editing = False
        self._changed: list[tuple[QWidget, str]] = []
        self._tags: list[PartTag] = []

    def show(self, hidden: Collection[str], locked: Collection[str]) -> None:
        """Hide and lock the parts called so; all others are free."""
        self.hidden, self.locked = frozenset(hidden), frozenset(locked)
        self.refresh()

    def edit(self, on: bool) -> None:
        """Start or end editing, in which tags on the parts choose what is hidden and locked."""
        self.editing = on
        self.refresh()

    def refresh(self) -> None:
        """Apply the choice to the parts that are there now."""
        self.release()
        if self.editing:
            self._tags = [PartTag(mark, part, self) for mark, part in self._offered()]
            return
        # Views are also shown and hidden for other reasons: the workspace must know that these stay hidden.
        self._force_hide(self.hidden.intersection(VIEWS))
        for marks, what in ((self.hidden.difference(VIEWS), "hidden"), (self.locked, "locked")):
            for part in (part for mark in sorted(marks) for part in self._parts(mark)):
                self._changed.append((part, what))
                if what == "hidden":
                    part.setVisible(False)
                else:
                    part.setEnabled(False)

    def release(self) -> None:
        """Show and unlock all parts, and remove the tags."""
        self._force_hide(())
        for part, what in self._changed:
            if what == "hidden":
                part.setVisible(True)
            else:
                part.setEnabled(True)
        for tag in self._tags:
            tag.remove()
        self._changed, self._tags = [], []

    def _offered(self) -> Iterator[tuple[str, QWidget]]:
        for mark in (*(mark for mark in CONTROLS if mark not in SHARED[:-1]), *VIEWS):
            parts = [part for part in self._parts(mark) if not part.isHidden()]
            if parts:
                yield mark, parts[0]
        number = 1
        while parts := self._parts(f"racer:{number}"):
            yield f"racer:{number}", parts[0]
            number += 1

    def state(self, mark: str) -> str:
        """Return whether a part is `shown`, `locked` or `hidden`."""
        return "hidden" if mark in self.hidden else "locked" if mark in self.locked else "shown"

    def cycle_state(self, mark: str) -> None:
        """Switch a part to its next state: shown, locked, hidden, shown."""
        after = _NEXT[self.state(mark)]
        self.hidden -= {mark}
        self.locked -= {mark}
        if after == "hidden":
            self.hidden |= {mark}
        elif after == "locked":
            self.locked |= {mark}
        for tag in self._tags:
            tag.refresh()
        self.visibilityChanged.emit()

    def words(self, mark: str) -> str:
        """Return in words what state a part is in, and what a click does."""
        return {
            "shown": self.tr("{0}: the class sees it and may change it. Click: lock"),
            "locked": self.tr("{0}: the class sees it but cannot change it. Click: hide"),
            "hidden": self.tr("{0}: hidden from the class. Click: show"),
        }[self.state(mark)].format(mark)

    def tag_icon(self, mark: str) -> QIcon:
        """Return the icon of a part's tag."""
        state = self.state(mark)
        roles = QPalette.ColorRole
        return icon(_ICONS[state], roles.PlaceholderText if state == "shown" else roles.BrightText)


class PartTag(Retranslating, QToolButton):
    """A button in the corner of a part of the window."""

    def __init__(self, mark: str, part: QWidget, part_locking: PartLocking) -> None:
        parent = part.parentWidget()
        # A splitter would make room for the tag; there it lies inside its part.
        self._inside = parent is None or isinstance(parent, QSplitter | QStackedWidget)
        super().__init__(part if self._inside else parent)
        self.mark, self._part, self._part_locking = mark, part, part_locking
        self.setObjectName("partTag")
        self.setIconSize(QSize(SIZE - 8, SIZE - 8))
        self.setFixedSize(SIZE, SIZE)
        self.clicked.connect(lambda: part_locking.cycle_state(mark))
        part.installEventFilter(self)
        self.refresh()
        self._follow()
        self.show()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show the present state of the part."""
        self.setIcon(self._part_locking.tag_icon(self.mark))
        describe(self, self._part_locking.words(self.mark))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        area = self._part.rect() if self._inside else self._part.geometry()
        if self.mark.startswith("racer:"):
            # A racer's card is full of parts with tags of their own; there is room before the line with its outcome.
            self.move(area.left() + 8, area.top() + OUTCOME)
        else:
            self.move(area.center().x() - SIZE // 2, area.top() + 2)
        self.raise_()

    def remove(self) -> None:
        """Remove the tag."""
        self._part.removeEventFilter(self)
        self.hide()
        self.deleteLater()
