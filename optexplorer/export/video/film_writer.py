"""Writes films: frames are painted on the calling thread, with helpers where that pays, and encoded on another."""

from __future__ import annotations

import queue
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby, pairwise
from pathlib import Path

from PySide6.QtGui import QImage

from optexplorer.atomic_write import discard, replacing
from optexplorer.export.video.encoders import (
    FASTEST_GIF,
    Encoder,
    FilmKind,
    check_transparency,
    even,
    open_encoder,
)
from optexplorer.export.video.film import ComputedSegment, Film, Shot
from optexplorer.export.video.segment_painter import SegmentPainter, StoppedError

WAITING = 4
"""Painted frames that may wait for the encoder."""
SAMPLED = 12
"""Frames from which the size of a film is judged, and the colours of a GIF are chosen."""
STILL = 40
"""Bytes that a video spends on a frame in which nothing moves, about."""
TURN = 1e-4
"""Seconds for which one thread keeps Python to itself."""

POLL = 0.2
"""Seconds between two looks at whether the film is still wanted."""
LAST_WAIT = 5.0
"""Seconds that the end of a film waits for the encoder to let go of the file."""

SegmentFrames = tuple[ComputedSegment, Sequence[Shot]]
"""The frames of a segment that are wanted."""


def write_film(
    film: Film,
    path: str | Path,
    kind: FilmKind,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Write a film, whole or not at all; return whether it was written, and not stopped.

    Parameters
    ----------
    path : a file, or for `frames` a folder that does not exist yet or is empty
    progress : is called with the number of frames done and of all frames, on the calling thread
    should_stop : asked before each frame

    Raises
    ------
    ValueError
        If a GIF would have more frames per second than browsers show, or a film cannot be transparent.
    OSError
        If it cannot be written; nothing has then changed.
    """
    path = Path(path)
    check_target(film, path, kind)
    segment_frames = [(segment, segment.shots(film.fps)) for segment in film.segments]
    with replacing(path) as temporary:
        with short_turns():
            written = _encode(film, segment_frames, temporary, kind, progress, should_stop)
        if not written:
            discard(temporary)
    return written


@contextmanager
def short_turns() -> Iterator[None]:
    """Shorten the interpreter's thread switch interval: the encoder needs the lock often, but only briefly."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def check_target(film: Film, path: Path, kind: FilmKind) -> None:
    """Raise what `write_film` would raise before it begins."""
    if kind == "gif" and film.fps > FASTEST_GIF:
        raise ValueError(
            f"fps = {float(film.fps):g} is not allowed for a GIF; browsers show at most {FASTEST_GIF}"
        )
    if film.style.transparent:
        check_transparency(kind)
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(path))
    if kind != "frames":
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder", str(path))
    elif path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise FileExistsError(17, "it exists already; a new or an empty folder is needed", str(path))


def estimated_size(film: Film, kind: FilmKind, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Return about how many bytes a film will have, judged by a few of its frames; 0 if stopped.

    Raises
    ------
    OSError
        If there is no room for the few frames.
    """
    shots = [segment.shots(film.fps) for segment in film.segments]
    changes = sum(a != b for segment in shots for a, b in pairwise(segment))
    segment, longest = max(zip(film.segments, shots, strict=True), key=lambda part: len(part[1]))
    moving = [shot for shot, _ in groupby(longest)]
    middle = moving[max((len(moving) - SAMPLED) // 2, 0) :][:SAMPLED]
    sizes = []
    with tempfile.TemporaryDirectory() as folder:
        for number, chosen in enumerate((middle[:1], middle)):
            target = Path(folder) / str(number)
            if not _encode(film, [(segment, chosen)], target, kind, lambda done, total: None, should_stop):
                return 0
            files = target.iterdir() if target.is_dir() else [target]
            sizes.append(sum(file.stat().st_size for file in files))
    if kind == "frames":
        return sizes[0] * film.frames
    each = max(sizes[1] - sizes[0], 0) / max(len(middle) - 1, 1)
    stills = (film.frames - changes) * STILL if kind in ("mp4", "webm") else 0
    return round(sizes[0] * len(film.segments) + each * changes + stills)


def _encode(
    film: Film,
    segment_frames: Sequence[SegmentFrames],
    path: Path,
    kind: FilmKind,
    progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> bool:
    width, height = even(film.width, film.height, kind)
    total, done = sum(len(shots) for _, shots in segment_frames), 0
    samples = _samples(film, segment_frames, width, height) if kind == "gif" else []
    last = segment_frames[-1][1]
    rest = next((k for k, shot in enumerate(reversed(last)) if shot != last[-1]), len(last))
    with _naming(path):
        encoder = open_encoder(kind, path, width, height, film.fps, rest, samples, film.style.transparent)
    worker = _EncoderThread(encoder, path)
    try:
        for segment, shots in segment_frames:
            differing = [shot for shot, _ in groupby(shots)]
            with closing(SegmentPainter(film, segment, differing, width, height, should_stop)) as painter:
                before = None
                for shot in shots:
                    if should_stop():
                        return False
                    worker.encode(None if shot == before else painter.next_image())
                    before = shot
                    done += 1
                    progress(done, total)
        return worker.finish(should_stop)
    except StoppedError:
        return False
    finally:
        worker.end()


def _samples(film: Film, segment_frames: Sequence[SegmentFrames], width: int, height: int) -> list[QImage]:
    """Return frames from everywhere in a film, at least one of each segment."""
    images = []
    for segment, shots in segment_frames:
        count = max(SAMPLED // len(segment_frames), 1)
        animation = film.animation(segment, width, height)
        for k in range(count):
            shot = shots[round((k + 1) / count * (len(shots) - 1))]
            images.append(animation.frame(segment.scene(shot)))
    return images


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn what FFmpeg says about a file into an OSError."""
    import av

    try:
        yield
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


class _EncoderThread:
    """Hands frames to an encoder on a thread of its own; what fails there is raised here."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder, self._path = encoder, path
        self._frames: queue.Queue[QImage | None] = queue.Queue(WAITING)
        self._finishing, self._ending, self._done = threading.Event(), threading.Event(), threading.Event()
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name="film encoder", daemon=True).start()

    def encode(self, image: QImage | None) -> None:
        """Encode the next frame; None is the one before once more."""
        while True:
            self._raise_error()
            try:
                self._frames.put(image, timeout=POLL)
                return
            except queue.Full:
                continue

    def finish(self, should_stop: Callable[[], bool]) -> bool:
        """Encode all frames that wait, and close the file; return whether that was not stopped."""
        self._finishing.set()
        while not self._done.wait(POLL):
            if should_stop():
                return False
        self._raise_error()
        return True

    def end(self) -> None:
        """End the thread, whatever is still waiting; waits until it has let go of the file, but not for ever."""
        self._ending.set()
        self._done.wait(LAST_WAIT)

    def _raise_error(self) -> None:
        if self._done.is_set() and self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._encode()
        except BaseException as error:  # noqa: BLE001 - raised where frames come from
            self._error = error
        finally:
            self._done.set()

    def _encode(self) -> None:
        with _naming(self._path):
            try:
                complete = self._encode_queue()
            except BaseException:
                self._encoder.abandon()
                raise
            if complete:
                self._encoder.finish()
            else:
                self._encoder.abandon()

    def _encode_queue(self) -> bool:
        """Encode all frames that come; return whether the film is complete."""
        while not self._ending.is_set():
            try:
                image = self._frames.get(timeout=0.02)
            except queue.Empty:
                if self._finishing.is_set() and self._frames.empty():
                    return True
                continue
            if image is None:
                self._encoder.repeat()
            else:
                self._encoder.add(image)
        return False
