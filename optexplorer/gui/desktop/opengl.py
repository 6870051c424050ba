"""Which OpenGL there is: what the surface asks of it, and whether a graphics card or a program draws."""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QSurfaceFormat

Renderer = Literal["card", "software", "none"]

SAMPLES = 4
"""Samples per pixel, for smooth edges of the block."""
_GL_RENDERER = 0x1F01
_SOFTWARE = (
    "llvmpipe",
    "softpipe",
    "swrast",
    "software",
    "swiftshader",
    "gdi generic",
    "basic render",
    "lavapipe",
)
"""Parts of the names of renderers that draw on the processor."""


def surface_format() -> QSurfaceFormat:
    """Return what the surface asks of OpenGL."""
    wanted = QSurfaceFormat()
    wanted.setVersion(3, 3)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    wanted.setStencilBufferSize(8)
    wanted.setSamples(SAMPLES)
    return wanted


@cache
def renderer() -> Renderer:
    """Return what draws OpenGL 3.3 on this screen; `none` if nothing does. Found out once."""
    surface = QOffscreenSurface()
    surface.setFormat(surface_format())
    surface.create()
    context = QOpenGLContext()
    context.setFormat(surface_format())
    if not (context.create() and surface.isValid() and context.makeCurrent(surface)):
        return "none"
    version, name = context.format().version(), str(context.functions().glGetString(_GL_RENDERER))
    context.doneCurrent()
    if context.isOpenGLES() or tuple(version) < (3, 3):
        return "none"
    return "software" if any(part in name.lower() for part in _SOFTWARE) else "card"
