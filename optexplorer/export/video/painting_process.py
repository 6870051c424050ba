"""A process that paints frames of one segment of a film: `python -m optexplorer.export.video.painting_process FOLDER`.

The folder holds the task, and a file of places for one frame each, which both processes map into their memory. The first
line that goes out is `READY`, or why no frames can be painted. Each line that comes in is the number of a frame;
it goes out again when its pixels are in its place. The process ends when nothing more can come in.
"""

from __future__ import annotations

import mmap
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from optexplorer.export.export_jobs import drawing
from optexplorer.export.video.frame_painter import FramePainter
from optexplorer.export.video.painting_task import (
    FRAMES_FILE,
    READY,
    TASK_FILE,
    PaintingTask,
    descents_digest,
    pixels_digest,
)
from optexplorer.scene.computed import compute


def main() -> None:
    """Paint what is asked for until the input ends."""
    # The process that asks ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever else prints, a plugin perhaps, must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    requests = _requests()
    folder = Path(sys.argv[1])
    with drawing():
        try:
            task = PaintingTask.from_json((folder / TASK_FILE).read_text("utf-8"))
            painter = _checked_painter(task)
            with (folder / FRAMES_FILE).open("r+b") as file:
                frames = mmap.mmap(file.fileno(), 0)
        except (ValueError, OSError) as error:
            print(" ".join(str(error).split()), file=answers)
            return
        print(READY, file=answers)
        for number in requests:
            # The pixels would go with the image.
            image = painter.frame(number)
            begin = number * image.sizeInBytes() % len(frames)
            frames[begin : begin + image.sizeInBytes()] = image.constBits()
            print(number, file=answers)


def _requests() -> Iterator[int]:
    """Return the numbers that come in, on another thread.

    That thread ends the process with the input: at once, whatever is being computed or painted.
    """
    numbers: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            numbers.put(int(line))
        os._exit(0)

    threading.Thread(target=read, name="requests", daemon=True).start()
    return iter(numbers.get, None)


def _checked_painter(task: PaintingTask) -> FramePainter:
    """Return what paints the frames of a task.

    Raises
    ------
    ValueError
        If they would not be those that the process that asks would paint.
    """
    computed = compute(task.experiment)
    if descents_digest(computed) != task.descents:
        raise ValueError("other descents are computed here")
    painter = task.painter(computed)
    if pixels_digest(painter.frame(task.sample)) != task.sample_pixels:
        raise ValueError("frames are painted differently here")
    return painter


if __name__ == "__main__":
    main()
