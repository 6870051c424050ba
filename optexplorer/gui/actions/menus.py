"""The menu bar: commands by group, and submenus with exclusive choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QHelpEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton, QWidget

from optexplorer.gui.actions import commands


def command_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Fill `bar` with a menu per group of commands; return the menus by group, still without titles."""
    menus: dict[str, QMenu] = {}
    for command in commands.COMMANDS:
        if command.group not in menus:
            menus[command.group] = bar.addMenu("")
        menus[command.group].addAction(actions[command.id])
    return menus


class ChoiceMenu(QMenu):
    """A submenu of which one entry is chosen; `name_choices` gives it its words."""

    def __init__(self, keys: tuple[str, ...], choose: Callable[[str], Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._choices = {key: self.addAction("") for key in keys}
        group = QActionGroup(self)
        for key, action in self._choices.items():
            action.setCheckable(True)
            action.triggered.connect(partial(choose, key))
            group.addAction(action)

    def name_choices(self, title: str, words: Mapping[str, str]) -> None:
        """Write the title, and the text of each choice."""
        self.setTitle(title)
        for key, text in words.items():
            self._choices[key].setText(text)

    def choice(self, key: str) -> QAction:
        """Return the entry of a choice."""
        return self._choices[key]

    def show_choice(self, key: str) -> None:
        """Show which one is chosen."""
        self._choices[key].setChecked(True)


class ReasonTips(QObject):
    """Shows in a menu the tooltips of its disabled commands, which say why they are; of others names and keys tell all."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        menu.setToolTipsVisible(True)
        menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._menu and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            action = self._menu.actionAt(event.pos())
            return action is None or action.isEnabled()
        return super().eventFilter(watched, event)


class CornerButton(QToolButton):
    """A button with icon and name of a command at the free end of the menu bar."""

    def __init__(self, bar: QMenuBar, action: QAction) -> None:
        super().__init__(bar)
        self.setObjectName("quiet")
        self.setDefaultAction(action)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(16, 16))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        action.changed.connect(self._name)
        self._name()
        bar.setCornerWidget(self)

    def _name(self) -> None:
        self.setText(self.defaultAction().text().rstrip("…"))
        self.setAccessibleName(self.text())
