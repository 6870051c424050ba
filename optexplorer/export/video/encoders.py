"""Encoders of films (MP4, WebM, APNG, GIF, folders of frames): each receives frames in order and writes them immediately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from optexplorer.export.pictures import png

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer
    from av.filter import FilterContext, Graph
    from av.video.stream import VideoStream

FilmKind = Literal["mp4", "webm", "gif", "apng", "frames"]
FILM_KINDS: tuple[FilmKind, ...] = get_args(FilmKind)

GIF_CLOCK = 100
"""GIF counts time in hundredths of a second."""
FASTEST_GIF = 50
"""Frames per second; browsers slow down what is faster."""
_BT709, _NARROW = 1, 1
"""How colours are stored, so that players show them as they were painted."""


class Encoder(Protocol):
    """Writes one film."""

    def add(self, image: QImage) -> None:
        """Take the next frame; it is shown for one frame's time, or until the next comes."""

    def repeat(self) -> None:
        """Show the last frame for one more frame's time."""

    def finish(self) -> None:
        """Write what is still to be written and close the file."""

    def abandon(self) -> None:
        """Close what is open; the file is of no use."""


def even(width: int, height: int, kind: FilmKind) -> tuple[int, int]:
    """Return the size of a film's frames: MP4 and WebM store colours for squares of four pixels."""
    return (width + width % 2, height + height % 2) if kind in ("mp4", "webm") else (width, height)


def size_note(width: int, height: int, kind: FilmKind) -> str:
    """Return what is to be said about the size of a film that is not quite what was asked for; else nothing."""
    size = even(width, height, kind)
    if size == (width, height):
        return ""
    return (
        f"{size[0]}x{size[1]} pixels instead of {width}x{height}: both sides of MP4 and WebM films are even"
    )


def check_transparency(kind: FilmKind) -> None:
    """Raise ValueError if films of `kind` cannot be transparent."""
    if kind == "mp4":
        raise ValueError(
            "an MP4 film cannot be transparent; WebM, APNG, GIF and folders of frames can: choose one of these, or "
            "an opaque background"
        )


def open_encoder(
    kind: FilmKind,
    path: Path,
    width: int,
    height: int,
    fps: Fraction,
    rest: int,
    samples: Sequence[QImage],
    transparent: bool = False,
) -> Encoder:
    """Return an encoder that writes to `path`.

    Parameters
    ----------
    rest : for how many frames' time the last frame stays
    samples : frames like those that will come; the colours of a GIF are chosen from them
    transparent : whether the film keeps the opacity of its frames; in a GIF, pixels are opaque or clear

    Raises
    ------
    OSError
        If the file cannot be opened.
    ValueError
        If films of this kind cannot be transparent.
    """
    if transparent:
        check_transparency(kind)
    if kind == "frames":
        return FrameWriter(path)
    if kind == "gif":
        return GifEncoder(path, width, height, fps, rest, samples)
    if kind == "apng":
        return ApngEncoder(path, width, height, fps, rest, transparent)
    return VideoEncoder(kind, path, width, height, fps, transparent)


def pixels(image: QImage) -> NDArray[np.uint8]:
    """Return the bytes of an image of four bytes to the pixel, shape (height, width, 4): blue, green, red, opacity.

    The opacity of images without one may be any number; colours are not multiplied by it.
    """
    converted = image.convertToFormat(QImage.Format.Format_ARGB32) if image.hasAlphaChannel() else image
    grid = np.frombuffer(converted.constBits(), dtype=np.uint8)
    grid = grid.reshape(image.height(), converted.bytesPerLine() // 4, 4)[:, : image.width()]
    # The bytes of a converted image go with it.
    return grid if converted is image else grid.copy()


def _video_frame(image: QImage) -> av.VideoFrame:
    import av

    return av.VideoFrame.from_ndarray(pixels(image), format="bgra")


def _advanced(
    frame: av.VideoFrame | None, before: QImage | None, image: QImage, transparent: bool
) -> av.VideoFrame:
    """Return `image` with its colours halved, of which `frame` shows what has not changed since `before`."""
    if frame is None or before is None:
        return _halved(pixels(image), transparent)
    new, old = pixels(image), pixels(before)
    pairs = [grid.reshape(image.height(), -1).view(np.uint64) for grid in (new, old)]
    changed = pairs[0] != pairs[1]
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return frame
    # Two pixels to the number; a margin of two pixels, because colours are smoothed into their neighbours.
    top, bottom = max(int(rows[0]) // 2 * 2 - 2, 0), min(int(rows[-1]) // 2 * 2 + 4, image.height())
    left, right = max(2 * int(columns[0]) - 2, 0), min(2 * int(columns[-1]) + 4, image.width())
    if (bottom - top) * (right - left) > 0.7 * image.width() * image.height():
        return _halved(new, transparent)
    part = _halved(np.ascontiguousarray(new[top:bottom, left:right]), transparent)
    frame.make_writable()
    for plane, patch, size in zip(frame.planes, part.planes, (1, 2, 2, 1), strict=False):
        whole = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        small = np.frombuffer(memoryview(patch), np.uint8).reshape(patch.height, patch.line_size)
        whole[top // size : bottom // size, left // size : right // size] = small[:, : patch.width]
    return frame


def _halved(grid: NDArray[np.uint8], transparent: bool) -> av.VideoFrame:
    """Return pixels, shape (height, width, 4), with one colour for each square of four; both sides are even."""
    import av
    from av.video.reformatter import Interpolation

    return av.VideoFrame.from_numpy_buffer(grid, format="bgra").reformat(
        format="yuva420p" if transparent else "yuv420p",
        dst_colorspace=_BT709,
        dst_color_range=_NARROW,
        interpolation=Interpolation.BICUBIC,
    )


class _Container:
    """An open file with one stream of frames."""

    def __init__(self, path: Path, form: str, options: dict[str, str]) -> None:
        import av

        self._container: OutputContainer = av.open(str(path), "w", format=form, options=options)

    def _stream(self, codec: str, width: int, height: int, form: str, rate: Fraction) -> VideoStream:
        from av.video.stream import VideoStream

        stream = self._container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, form
        stream.codec_context.thread_count = 0
        return stream

    def abandon(self) -> None:
        self._container.close()


class VideoEncoder(_Container):
    """MP4 with H.264, and WebM with VP9: what browsers, slides and phones play."""

    def __init__(
        self, kind: FilmKind, path: Path, width: int, height: int, fps: Fraction, transparent: bool
    ) -> None:
        if kind == "mp4":
            super().__init__(path, "mp4", {"movflags": "faststart"})
            codec = "libx264"
            # Little moves from frame to frame: looking far ahead and searching well would find nothing.
            frugal = "rc-lookahead=10:weightp=0:subme=1:trellis=0"
            options: dict[str, object] = {
                "preset": "veryfast",
                "crf": "17",
                "bf": "0",
                "x264-params": frugal,
            }
        else:
            super().__init__(path, "webm", {})
            codec = "libvpx-vp9"
            options = {"deadline": "realtime", "cpu-used": "7", "row-mt": "1", "crf": "20", "b": "0"}
        self._video = self._stream(codec, width, height, "yuva420p" if transparent else "yuv420p", fps)
        self._video.options = options
        self._transparent = transparent
        context = self._video.codec_context
        context.colorspace, context.color_primaries, context.color_trc = _BT709, _BT709, _BT709
        context.color_range = _NARROW
        self._frame: av.VideoFrame | None = None
        self._shown: QImage | None = None
        self._fps, self._count = fps, 0

    def add(self, image: QImage) -> None:
        self._frame = _advanced(self._frame, self._shown, image, self._transparent)
        self._shown = image
        self.repeat()

    def repeat(self) -> None:
        assert self._frame is not None
        self._frame.pts = self._count
        self._frame.time_base = 1 / self._fps
        self._count += 1
        for packet in self._video.encode(self._frame):
            self._container.mux(packet)

    def finish(self) -> None:
        for packet in self._video.encode():
            self._container.mux(packet)
        self._container.close()


class ApngEncoder(_Container):
    """An animated PNG: every pixel as it was painted. A frame that stays is stored once."""

    def __init__(
        self, path: Path, width: int, height: int, fps: Fraction, rest: int, transparent: bool
    ) -> None:
        final = Fraction(rest) / fps
        super().__init__(
            path, "apng", {"plays": "0", "final_delay": f"{final.numerator}/{final.denominator}"}
        )
        self._form = "rgba" if transparent else "rgb24"
        self._video = self._stream("apng", width, height, self._form, fps)
        self._fps, self._count = fps, 0

    def add(self, image: QImage) -> None:
        frame = _video_frame(image).reformat(format=self._form)
        frame.pts, frame.time_base = self._count, 1 / self._fps
        self._count += 1
        for packet in self._video.encode(frame):
            self._container.mux(packet)

    def repeat(self) -> None:
        self._count += 1

    def finish(self) -> None:
        for packet in self._video.encode():
            self._container.mux(packet)
        self._container.close()


class GifEncoder(_Container):
    """A GIF of 256 colours that suit all of it, of which every frame stores only what has changed."""

    def __init__(
        self, path: Path, width: int, height: int, fps: Fraction, rest: int, samples: Sequence[QImage]
    ) -> None:
        final = round(rest * GIF_CLOCK / fps)
        super().__init__(path, "gif", {"loop": "0", "final_delay": str(min(final, 65535))})
        self._tick = Fraction(1, GIF_CLOCK)
        self._video = self._stream("gif", width, height, "pal8", Fraction(GIF_CLOCK))
        self._video.codec_context.time_base = self._tick
        self._graph = self._colouring(width, height, _palette(samples))
        self._fps, self._count = fps, 0

    def _colouring(self, width: int, height: int, palette: av.VideoFrame) -> Graph:
        """Return a graph that gives frames the colours of `palette`."""
        import av
        from av.filter import Graph

        graph = Graph()
        frames = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat("bgra"), time_base=self._tick
        )
        colours = graph.add_buffer(
            width=palette.width, height=palette.height, format=palette.format, time_base=self._tick
        )
        # Diffused errors would shimmer, and make the file three times as large.
        mapping = graph.add("paletteuse", "dither=none:diff_mode=rectangle")
        sink = graph.add("buffersink")
        frames.link_to(mapping, 0, 0)
        colours.link_to(mapping, 0, 1)
        mapping.link_to(sink)
        graph.configure()
        self._input, self._sink = frames, sink
        palette.pts, palette.time_base = 0, self._tick
        colours.push(palette)
        colours.push(None)
        return graph

    def add(self, image: QImage) -> None:
        frame = _video_frame(image)
        frame.pts, frame.time_base = round(self._count * GIF_CLOCK / self._fps), self._tick
        self._count += 1
        self._input.push(frame)
        self._drain()

    def repeat(self) -> None:
        self._count += 1

    def _drain(self) -> None:
        for frame in _pulled(self._sink):
            for packet in self._video.encode(frame):
                self._container.mux(packet)

    def finish(self) -> None:
        self._input.push(None)
        self._drain()
        for packet in self._video.encode():
            self._container.mux(packet)
        self._container.close()


def _pulled(sink: FilterContext) -> Iterator[av.VideoFrame]:
    """Yield the frames that a graph has ready."""
    import av

    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, av.VideoFrame)
        yield frame


def _palette(samples: Sequence[QImage]) -> av.VideoFrame:
    """Return the 256 colours that suit `samples` best, as a picture of 16 × 16."""
    import av
    from av.filter import Graph

    graph, tick = Graph(), Fraction(1, GIF_CLOCK)
    first = samples[0]
    frames = graph.add_buffer(
        width=first.width(), height=first.height(), format=av.VideoFormat("bgra"), time_base=tick
    )
    choice, sink = graph.add("palettegen"), graph.add("buffersink")
    frames.link_to(choice)
    choice.link_to(sink)
    graph.configure()
    for number, image in enumerate(samples):
        frame = _video_frame(image)
        frame.pts, frame.time_base = number, tick
        frames.push(frame)
    frames.push(None)
    (palette,) = _pulled(sink)
    return palette


class FrameWriter:
    """A folder of numbered PNG files, one for every frame's time."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self._folder = path
        self._count = 0
        self._last = b""

    def add(self, image: QImage) -> None:
        self._last = png(image)
        self.repeat()

    def repeat(self) -> None:
        self._count += 1
        (self._folder / f"frame-{self._count:05}.png").write_bytes(self._last)

    def finish(self) -> None:
        """Nothing is left to be written."""

    def abandon(self) -> None:
        """Nothing is open."""
