"""Checks whether a display is available, before Qt is started: Qt aborts the process if there is none."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import socket
import sys
from pathlib import Path


def problem() -> str | None:
    """Return in one sentence why no window can be opened here, or None if one can, as far as can be seen."""
    if not sys.platform.startswith("linux"):
        return None
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    platforms = [name.split(":")[0] for name in chosen.split(";")] if chosen else ["wayland", "xcb"]
    if any(name != "xcb" and not name.startswith("wayland") for name in platforms):
        # Platforms such as offscreen or eglfs have no display server that could be asked.
        return None
    display, wayland = os.environ.get("DISPLAY"), os.environ.get("WAYLAND_DISPLAY")
    if chosen and not wayland and "xcb" not in platforms:
        return f"QT_QPA_PLATFORM={chosen} asks for Wayland, but WAYLAND_DISPLAY does not say where it is"
    if chosen and not display and platforms == ["xcb"]:
        return f"QT_QPA_PLATFORM={chosen} asks for X11, but DISPLAY does not say where it is"
    if not (display and "xcb" in platforms) and not (wayland and platforms != ["xcb"]):
        return "there is no display: neither DISPLAY nor WAYLAND_DISPLAY says where one is"
    if wayland and platforms != ["xcb"] and _wayland_answers(wayland):
        return None
    if not display or "xcb" not in platforms:
        return f"the display WAYLAND_DISPLAY={wayland} cannot be opened"
    return _x_problem(display)


def _wayland_answers(name: str) -> bool:
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    with socket.socket(socket.AF_UNIX) as wire:
        try:
            wire.connect(str(path))
        except OSError:
            return False
    return True


def _x_problem(display: str) -> str | None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return "Qt needs the system library libxcb.so.1, which is not installed"
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if failed:
        return f"the display DISPLAY={display} cannot be opened"
    return _missing_library()


def _missing_library() -> str | None:
    """Name the first system library without which Qt's X plugin, and with it the program, would abort."""
    qt = importlib.util.find_spec("PySide6")
    folders = (qt.submodule_search_locations if qt else None) or []
    for folder in folders:
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                return f"Qt needs the system library {str(error).split(':')[0]}, which is not installed"
    return None
