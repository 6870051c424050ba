"""Makes the README's screenshots: the real program in a real window, on a virtual display.

python tools/screenshots.py [FOLDER] [NAME ...]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from optexplorer import lessons
from optexplorer.experiment import gallery

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "screenshots"


def shots() -> dict[str, tuple[str, str, tuple[int, int], Callable]]:
    """Return per name: theme, language, window size, and what to do before the picture is taken."""

    def race(app, wait) -> None:
        app.playback.seek(app.playback.length * 2 // 5)

    def descend(app, wait, landscape: str, part: float) -> None:
        app.window.edits.choose_landscape(landscape)
        wait(lambda: app.window.scene.landscape.id == landscape and not app.playback.growing)
        app.playback.pause()
        app.playback.seek(round(app.playback.length * part))

    def rosenbrock(app, wait) -> None:
        descend(app, wait, "rosenbrock", 0.5)

    def lesson(app, wait) -> None:
        app.window.lessons.open(lessons.file_of("3-learning-rate", "en"))
        app.player.go(5)
        wait(lambda: not app.playback.growing)
        app.playback.pause()
        app.playback.seek(app.playback.length // 2)

    def anatomy(app, wait) -> None:
        app.playback.seek(12)
        app.window.edits.set_appearance(anatomy=True, anatomy_racers=(5,), spotlight=5)

    def learning(app, wait) -> None:
        entry = gallery.CATALOGUE.get("23-moons-race")
        app.document.new(entry.experiment)
        landscape = entry.experiment.resolve_landscape()
        wait(lambda: app.window.scene.landscape == landscape and app.window.scene_controller.is_complete, 60)
        app.playback.pause()
        app.playback.to_end()

    def presenting(app, wait) -> None:
        lesson(app, wait)
        app.window.presenting.present(True)

    return {
        "light": ("light", "en", (1600, 900), race),
        "dark": ("dark", "en", (1600, 900), rosenbrock),
        "japanese": ("light", "ja", (1600, 900), race),
        "lesson": ("light", "en", (1600, 900), lesson),
        "anatomy": ("dark", "en", (1600, 900), anatomy),
        "learning": ("light", "en", (1600, 900), learning),
        "presenting": ("light", "en", (1280, 720), presenting),
    }


def make_screenshots(folder: Path, names: list[str]) -> None:
    """Take the pictures called `names`, or all."""
    for kind in ("CONFIG", "DATA", "STATE"):
        os.environ[f"XDG_{kind}_HOME"] = tempfile.mkdtemp()
    from PySide6.QtWidgets import QApplication

    from optexplorer.gui.app import Application
    from optexplorer.gui.state.settings import Settings

    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)

    def wait(condition: Callable[[], bool], seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            application.processEvents()
            time.sleep(0.005)

    for name, (theme, language, size, act) in shots().items():
        if names and name not in names:
            continue
        settings = Settings()
        settings.theme_choice, settings.language_choice = theme, language
        app = Application(application)
        window = app.window
        window.resize(*size)
        window.show()
        wait(lambda app=app: app.window.scene is not None and not app.playback.growing)
        act(app, wait)
        start = time.monotonic()
        wait(lambda start=start: time.monotonic() - start > 0.8)
        picture = QApplication.primaryScreen().grabWindow(0, window.x(), window.y(), *size)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(f"{path} could not be written")
        print(path)
        app.document.discard_changes()
        app.close()
        application.processEvents()


def main(arguments: list[str]) -> int:
    """Take pictures, on a virtual display unless one is there that was made for it."""
    if not os.environ.get("OPTEXPLORER_SCREENSHOTS"):
        if shutil.which("xvfb-run") is None:
            print("xvfb-run is needed: apt-get install xvfb xauth", file=sys.stderr)
            return 2
        environment = {**os.environ, "OPTEXPLORER_SCREENSHOTS": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        environment.pop("WAYLAND_DISPLAY", None)
        command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", sys.executable, __file__, *arguments]
        return subprocess.run(command, env=environment, check=False).returncode
    folder = Path(arguments[0]) if arguments and "/" in arguments[0] else FOLDER
    make_screenshots(folder, [argument for argument in arguments if "/" not in argument])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
