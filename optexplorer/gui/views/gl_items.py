"""Items of the OpenGL 3.3 surface: a shaded mesh, and lines of constant width on it."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from OpenGL.GL import shaders
from PySide6.QtGui import QColor

_MESH_VERTEX = """#version 330
uniform mat4 u_view;
uniform mat4 u_projection;
layout(location = 0) in vec3 a_position;
layout(location = 1) in vec4 a_colour;
out vec4 v_colour;
void main() {
    v_colour = a_colour;
    gl_Position = u_projection * u_view * vec4(a_position, 1.0);
}
"""
_MESH_FRAGMENT = """#version 330
uniform float u_least;
in vec4 v_colour;
out vec4 o_colour;
void main() {
    if (v_colour.a < u_least) discard;
    o_colour = vec4(v_colour.rgb, 1.0);
}
"""
# A line is drawn as one rectangle per segment that faces the screen; the fragment's distance to the segment gives
# round ends and soft edges. `u_lift` brings it nearer to the eye without moving it on the screen.
_LINE_VERTEX = """#version 330
uniform mat4 u_view;
uniform mat4 u_projection;
uniform vec2 u_size;
uniform float u_width;
uniform float u_lift;
layout(location = 0) in vec3 a_begin;
layout(location = 1) in vec3 a_end;
flat out vec2 v_begin;
flat out vec2 v_end;
vec3 lifted(vec3 point) {
    vec3 seen = (u_view * vec4(point, 1.0)).xyz;
    return seen * (1.0 - u_lift / length(seen));
}
void main() {
    vec3 begin = lifted(a_begin), end = lifted(a_end);
    if (any(isnan(begin)) || any(isnan(end)) || begin.z > -0.02 || end.z > -0.02) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        v_begin = v_end = vec2(0.0);
        return;
    }
    vec4 p = u_projection * vec4(begin, 1.0), q = u_projection * vec4(end, 1.0);
    v_begin = (p.xy / p.w * 0.5 + 0.5) * u_size;
    v_end = (q.xy / q.w * 0.5 + 0.5) * u_size;
    vec2 way = v_end - v_begin;
    float far = length(way);
    vec2 along = far > 1e-4 ? way / far : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    float reach = 0.5 * u_width + 1.0;
    float side = float(gl_VertexID & 1);
    float edge = float(gl_VertexID >> 1) * 2.0 - 1.0;
    vec2 place = mix(v_begin, v_end, side) + reach * (along * (side * 2.0 - 1.0) + across * edge);
    vec4 clip = mix(p, q, side);
    gl_Position = vec4((place / u_size * 2.0 - 1.0) * clip.w, clip.z, clip.w);
}
"""
_LINE_FRAGMENT = """#version 330
uniform vec4 u_colour;
uniform float u_width;
uniform float u_least;
uniform float u_butt;
flat in vec2 v_begin;
flat in vec2 v_end;
out vec4 o_colour;
void main() {
    vec2 way = v_end - v_begin, from = gl_FragCoord.xy - v_begin;
    float part = dot(from, way) / max(dot(way, way), 1e-6);
    if (u_butt > 0.0 && (part < 0.0 || part > 1.0)) discard;
    part = clamp(part, 0.0, 1.0);
    float soft = clamp(min(0.5 * u_width, 0.5) + 0.5 * u_width - length(from - part * way), 0.0, 1.0);
    if (soft <= u_least) discard;
    o_colour = vec4(u_colour.rgb, u_colour.a * (u_least > 0.0 ? 1.0 : soft));
}
"""


class Program:
    """A shader program that is compiled when it is first used, and set up once per frame."""

    def __init__(self, vertex: str, fragment: str) -> None:
        self._sources = (vertex, fragment)
        self._program: Any = None
        self._places: dict[str, int] = {}

    def use(self) -> None:
        """Make it the current program."""
        if self._program is None:
            self._program = shaders.compileProgram(
                shaders.compileShader(self._sources[0], GL.GL_VERTEX_SHADER),
                shaders.compileShader(self._sources[1], GL.GL_FRAGMENT_SHADER),
                validate=False,
            )
        GL.glUseProgram(self._program)

    def set(self, name: str, *values: float) -> None:
        """Set a uniform of one to four numbers."""
        place = self._place(name)
        (GL.glUniform1f, GL.glUniform2f, GL.glUniform3f, GL.glUniform4f)[len(values) - 1](place, *values)

    def set_matrix(self, name: str, matrix: NDArray[np.float32]) -> None:
        """Set a uniform matrix, shape (4, 4)."""
        GL.glUniformMatrix4fv(self._place(name), 1, True, matrix)

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = GL.glGetUniformLocation(self._program, name)
        return self._places[name]


class Programs:
    """The two programs of one OpenGL context."""

    def __init__(self) -> None:
        self.mesh = Program(_MESH_VERTEX, _MESH_FRAGMENT)
        self.line = Program(_LINE_VERTEX, _LINE_FRAGMENT)

    def begin(
        self,
        view: NDArray[np.float32],
        projection: NDArray[np.float32],
        size: tuple[float, float],
    ) -> None:
        """Set what holds for all items of a frame: matrices, and the size in pixels."""
        for program in (self.mesh, self.line):
            program.use()
            program.set_matrix("u_view", view)
            program.set_matrix("u_projection", projection)
        self.line.set("u_size", *size)


class _Buffer:
    """Numbers on the graphics card, sent there when they have changed."""

    def __init__(self, target: int = GL.GL_ARRAY_BUFFER) -> None:
        self._target, self._name, self._waiting = target, 0, None  # type: int, int, NDArray[Any] | None

    def put(self, numbers: NDArray[Any]) -> None:
        self._waiting = np.ascontiguousarray(numbers)

    def bind(self) -> None:
        if not self._name:
            self._name = int(GL.glGenBuffers(1))
        GL.glBindBuffer(self._target, self._name)
        if self._waiting is not None:
            GL.glBufferData(self._target, self._waiting.nbytes, self._waiting, GL.GL_STATIC_DRAW)
            self._waiting = None

    def free(self) -> None:
        if self._name:
            GL.glDeleteBuffers(1, [self._name])
            self._name = 0


def _rgb(ink: str) -> tuple[float, float, float]:
    tone = QColor(ink)
    return tone.redF(), tone.greenF(), tone.blueF()


class MeshItem:
    """Shaded triangles."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._points, self._colours = _Buffer(), _Buffer()
        self._faces, self._count = _Buffer(GL.GL_ELEMENT_ARRAY_BUFFER), 0

    def set_shape(self, vertices: NDArray[Any], faces: NDArray[Any]) -> None:
        """Set the vertices, shape (k, 3), and the triangles, shape (m, 3)."""
        self._points.put(vertices.astype(np.float32))
        self._faces.put(faces.astype(np.uint32))
        self._count = faces.size

    def set_colours(self, colours: NDArray[np.uint8]) -> None:
        """Set the shaded colours of the vertices, shape (k, 4); what is clear is not drawn."""
        self._colours.put(colours)

    def paint(self) -> None:
        """Draw what of it is not clear."""
        self._draw(0.02)

    def paint_depth(self) -> None:
        """Write the depth of the whole mesh, transparent or not, so that it hides what is drawn afterwards."""
        GL.glColorMask(False, False, False, False)
        self._draw(0.0)
        GL.glColorMask(True, True, True, True)

    def _draw(self, least: float) -> None:
        if not self._count:
            return
        self._programs.mesh.use()
        self._programs.mesh.set("u_least", least)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDisable(GL.GL_BLEND)
        for place, buffer, size, kind, scaled in (
            (0, self._points, 3, GL.GL_FLOAT, False),
            (1, self._colours, 4, GL.GL_UNSIGNED_BYTE, True),
        ):
            buffer.bind()
            GL.glEnableVertexAttribArray(place)
            GL.glVertexAttribPointer(place, size, kind, scaled, 0, None)
        self._faces.bind()
        GL.glDrawElements(GL.GL_TRIANGLES, self._count, GL.GL_UNSIGNED_INT, None)
        for place in (0, 1):
            GL.glDisableVertexAttribArray(place)

    def free(self) -> None:
        """Give back what it holds on the graphics card."""
        for buffer in (self._points, self._colours, self._faces):
            buffer.free()


class LineItem:
    """A line through points; points that are not finite break it. Or the points themselves, as dots."""

    def __init__(self, programs: Programs, *, dots: bool = False) -> None:
        self._programs, self._dots = programs, dots
        self._points, self._number = _Buffer(), 0
        self.count = 0
        """How many of its points are shown."""
        self.lift = 0.0

    def set_points(self, points: NDArray[Any]) -> None:
        """Set the points, shape (k, 3)."""
        self._points.put(points.astype(np.float32))
        self._number = self.count = len(points)

    def stroke(self, ink: str, width: float, alpha: float = 1.0, *, hidden: bool = False) -> None:
        """Draw what is in view, or what is `hidden` behind the mesh; width in pixels of the screen.

        The segments of half-transparent lines only meet; others have round ends.
        """
        shown = min(self.count, self._number) - (0 if self._dots else 1)
        if shown < 1:
            return
        line = self._programs.line
        line.use()
        line.set("u_width", width)
        line.set("u_lift", self.lift)
        line.set("u_least", 0.5 if hidden else 0.0)
        line.set("u_butt", 1.0 if alpha < 1 and not hidden else 0.0)
        line.set("u_colour", *_rgb(ink), alpha)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthMask(False)
        GL.glDepthFunc(GL.GL_GREATER if hidden else GL.GL_LEQUAL)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE)
        if hidden:
            # Where segments overlap, the colour is applied once only.
            GL.glClear(GL.GL_STENCIL_BUFFER_BIT)
            GL.glEnable(GL.GL_STENCIL_TEST)
            GL.glStencilFunc(GL.GL_EQUAL, 0, 0xFF)
            GL.glStencilOp(GL.GL_KEEP, GL.GL_KEEP, GL.GL_INCR)
        self._points.bind()
        for place in (0, 1):
            GL.glEnableVertexAttribArray(place)
            begin = 0 if self._dots else 12 * place
            GL.glVertexAttribPointer(place, 3, GL.GL_FLOAT, False, 12, ctypes.c_void_p(begin))
            GL.glVertexAttribDivisor(place, 1)
        GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, shown)
        for place in (0, 1):
            GL.glVertexAttribDivisor(place, 0)
            GL.glDisableVertexAttribArray(place)
        GL.glDisable(GL.GL_STENCIL_TEST)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(True)

    def free(self) -> None:
        """Give back what it holds on the graphics card."""
        self._points.free()
