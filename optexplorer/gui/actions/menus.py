"""The menu bar: the commands by group, and submenus of which one entry is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton

from optexplorer.gui.actions import commands


def command_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Fill `bar` with a menu per group of commands; return the menus by group."""
    menus: dict[str, QMenu] = {}
    for command in commands.COMMANDS:
        if command.group not in menus:
            menus[command.group] = bar.addMenu(commands.translated(command.group))
        menus[command.group].addAction(actions[command.id])
    return menus


def choice_menu(
    menu: QMenu, title: str, choices: Mapping[str, str], chosen: str, choose: Callable[[str], Any]
) -> dict[str, QAction]:
    """Add a submenu of `choices` (key and text), one of which is chosen; return its actions by key."""
    submenu = menu.addMenu(title)
    group = QActionGroup(submenu)
    actions = {}
    for key, text in choices.items():
        action = submenu.addAction(text)
        action.setCheckable(True)
        action.setChecked(key == chosen)
        action.triggered.connect(partial(choose, key))
        group.addAction(action)
        actions[key] = action
    return actions


def offer(bar: QMenuBar, action: QAction) -> None:
    """Put a button with icon and name of a command at the free end of the menu bar."""
    button = QToolButton(bar)
    button.setObjectName("quiet")
    button.setDefaultAction(action)
    button.setText(action.text().rstrip("…"))
    button.setAccessibleName(button.text())
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(16, 16))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    bar.setCornerWidget(button)
