"""The command line: `run`, `export`, `list`, and what it says when something is wrong."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import optexplorer as ox
from tests.command_line import Command, Said

ROOT = Path(__file__).resolve().parent.parent
RUN = ("run", "--landscape", "himmelblau", "--optimizer", "adam")


def process(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own; a variable that is None is unset."""
    changed = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "optexplorer", *arguments],
        cwd=ROOT,
        env={name: value for name, value in changed.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def table(text: str) -> dict[str, np.ndarray]:
    header, *rows = csv.reader(io.StringIO(text))
    return dict(zip(header, np.array(rows, dtype=np.float64).T, strict=True))


class TestRun:
    def test_it_prints_one_row_per_step(self, command: Command) -> None:
        said = command(*RUN, "--set", "lr=0.05", "--set", "beta1=0.8", "--start", "0.5,-1.5", "--steps", "60")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("step,x,y,loss,grad_x,grad_y,lr\n0,0.5,-1.5,168.125,-33.0,1.0,0.05\n")
        rows = table(said.out)
        assert rows["step"].tolist() == list(range(61))
        same = ox.run("himmelblau", ox.Adam(lr=0.05, beta1=0.8), start=(0.5, -1.5), steps=60)
        # The numbers round-trip to the bit.
        assert rows["x"].tolist() == same.x.tolist()
        assert rows["grad_y"].tolist() == same.gradient[:, 1].tolist()

    @pytest.mark.parametrize("start", [("--start", "-1.2,1"), ("--start=-1.2,1",), ("--start", " -1.2, 1")])
    def test_a_start_may_begin_with_a_minus(self, command: Command, start: tuple[str, ...]) -> None:
        said = command("run", "--landscape", "rosenbrock", "--optimizer", "gd", *start, "--steps", "1")
        assert said.out.splitlines()[1].startswith("0,-1.2,1.0,24.199")

    def test_without_a_start_it_is_the_landscapes_own(self, command: Command) -> None:
        x, y = ox.landscape("himmelblau").start
        assert command(*RUN, "--steps", "1").out.splitlines()[1].startswith(f"0,{x},{y},")

    def test_it_takes_all_steps_even_where_it_has_converged(self, command: Command) -> None:
        said = command(
            "run", "--landscape", "booth", "--optimizer", "gd", "--set", "lr=0.1", "--steps", "900"
        )
        assert len(said.out.splitlines()) == 902
        assert said.err == ""

    def test_a_divergence_keeps_every_finite_row_and_is_told(self, command: Command) -> None:
        said = command(
            "run",
            "--landscape",
            "rosenbrock",
            "--optimizer",
            "gd",
            "--set",
            "lr=1",
            "--start=-1.2,1",
            "--steps",
            "60",
        )
        rows = table(said.out)
        assert said.code == 0
        assert all(np.isfinite(column).all() for column in rows.values())
        assert rows["loss"][-1] > 1e100
        last = int(rows["step"][-1])
        assert (
            said.err
            == f"optexplorer: diverged at step {last + 1}; the last finite row is that of step {last}\n"
        )

    def test_json_holds_the_same_columns(self, command: Command) -> None:
        held = json.loads(command(*RUN, "--steps", "3", "--format", "json").out)
        rows = table(command(*RUN, "--steps", "3").out)
        assert held.pop("ending") == "step limit"
        assert {name: list(map(float, column)) for name, column in held.items()} == {
            name: column.tolist() for name, column in rows.items()
        }

    def test_a_setting_named_like_its_optimizer(self, command: Command) -> None:
        base = ("run", "--landscape", "beale", "--optimizer", "momentum", "--steps", "200")
        rows = table(command(*base, "--set", "momentum=0.5").out)
        # torch.optim.SGD(lr=0.001, momentum=0.5) ends here.
        np.testing.assert_allclose([rows["x"][-1], rows["y"][-1]], [2.073037, 0.160598], atol=1e-6)
        wrong = command(*base, "--set", "momentum=banana")
        assert (wrong.code, wrong.out) == (2, "")
        assert "momentum = banana is not allowed" in wrong.err

    @pytest.mark.parametrize("form", ["csv", "json", "npz"])
    def test_the_name_of_a_file_decides_its_format(self, command: Command, tmp_path: Path, form: str) -> None:
        named, asked = tmp_path / f"race.{form}", tmp_path / "race"
        assert command(*RUN, "--steps", "5", "-o", str(named)).code == 0
        assert command(*RUN, "--steps", "5", "-o", str(asked), "--format", form).code == 0
        assert named.read_bytes()[:4] == {"csv": b"step", "json": b'{\n "', "npz": b"PK\x03\x04"}[form]
        if form != "npz":
            assert named.read_bytes() == asked.read_bytes()

    def test_a_name_and_a_format_that_contradict_are_refused(self, command: Command, tmp_path: Path) -> None:
        said = command(*RUN, "--steps", "5", "-o", str(tmp_path / "race.json"), "--format", "csv")
        assert said.code == 2
        assert "race.json is the name of a json file, but --format is csv" in said.err
        said = command(*RUN, "--steps", "5", "-o", str(tmp_path / "race.xlsx"))
        assert said.code == 2
        assert "race.xlsx has no ending for a table" in said.err
        assert list(tmp_path.iterdir()) == []

    def test_it_writes_a_file_in_place_of_printing(self, command: Command, tmp_path: Path) -> None:
        file = tmp_path / "race.csv"
        file.write_text("old", encoding="utf-8")
        assert command(*RUN, "--steps", "5", "-o", str(file)) == Said(0, "", "")
        assert file.read_bytes().decode() == command(*RUN, "--steps", "5").out
        assert [path.name for path in tmp_path.iterdir()] == ["race.csv"]

    def test_one_variable_gives_one_column(self, command: Command) -> None:
        said = command("run", "--landscape", "quadratic-1d", "--optimizer", "gd", "--steps", "2")
        assert said.out.splitlines()[0] == "step,x,loss,grad_x,lr"

    def test_a_schedule_sets_the_rates(self, command: Command) -> None:
        said = command(
            *RUN, "--set", "lr=1", "--schedule", "step", "--schedule-set", "step_size=2", "--schedule-set", "gamma=0.5",
            "--steps", "5",
        )  # fmt: skip
        assert table(said.out)["lr"].tolist() == [1, 1, 0.5, 0.5, 0.25, 0.25]

    def test_a_schedule_may_follow_a_warm_up(self, command: Command) -> None:
        said = command(
            *RUN, "--set", "lr=1", "--schedule", "warmup", "--schedule-set", "start_factor=0.5",
            "--schedule-set", "total_iters=2", "--schedule-set", "then=exponential",
            "--schedule-set", "then.gamma=0.5", "--steps", "4",
        )  # fmt: skip
        assert table(said.out)["lr"].tolist() == [0.5, 0.75, 1, 0.5, 0.25]

    def test_noise_comes_from_the_seed(self, command: Command) -> None:
        noisy = (*RUN, "--source", "noisy", "--source-set", "sigma=5", "--steps", "9")
        a, b, c = (command(*noisy, "--seed", seed).out for seed in ("1", "1", "2"))
        assert a == b != c
        assert c != command(*RUN, "--steps", "9").out

    def test_gradients_can_be_clipped(self, command: Command) -> None:
        said = command(
            "run", "--landscape", "himmelblau", "--optimizer", "gd", "--clip-norm", "1", "--steps", "9"
        )
        rows = table(said.out)
        assert np.hypot(rows["grad_x"], rows["grad_y"]) == pytest.approx(np.ones(10), rel=1e-5)
        said = command(
            "run", "--landscape", "himmelblau", "--optimizer", "gd", "--clip-value", "0.5", "--steps", "1"
        )
        assert table(said.out)["grad_x"][0] == -0.5

    def test_sgd_says_that_its_gradients_are_noisy(self, command: Command) -> None:
        said = command("run", "--landscape", "himmelblau", "--optimizer", "sgd", "--steps", "2")
        assert "noisy gradients" in said.err
        said = command(
            "run", "--landscape", "himmelblau", "--optimizer", "sgd", "--steps", "2", "--source", "exact"
        )
        assert said.err == ""

    def test_a_formula_is_a_landscape(self, command: Command) -> None:
        said = command(
            "run", "--formula", "u^2 + 3*v^2", "--domain", "u=-3,3", "--domain", "v=-2,2", "--optimizer", "gd",
            "--set", "lr=0.1", "--start", "1,1", "--steps", "1",
        )  # fmt: skip
        assert said.out.splitlines()[0] == "step,u,v,loss,grad_u,grad_v,lr"
        rows = table(said.out)
        np.testing.assert_allclose([rows["u"][1], rows["v"][1]], [0.8, 0.4])

    def test_settings_of_an_optimizer_inside_another(self, command: Command) -> None:
        wrappers = [
            id
            for id in ox.optimizers()
            for parameter in _parameters(id)
            if parameter.kind == "optimizer" and parameter.name == "inner"
        ]
        if not wrappers:
            pytest.skip("no optimizer wraps another")
        base = ("run", "--landscape", "himmelblau", "--optimizer", wrappers[0], "--steps", "5")
        one = command(*base, "--set", "inner=adam", "--set", "inner.beta1=0.5")
        other = command(*base, "--set", "inner=adam", "--set", "inner.beta1=0.6")
        assert one.code == other.code == 0
        assert one.out != other.out
        wrong = command(*base, "--set", "inner=adam", "--set", "inner.beta1=2")
        assert wrong.code == 2
        assert "0 <= beta1 < 1" in wrong.err


def _parameters(id: str) -> Iterator[object]:
    from optexplorer.engine import optimizers
    from optexplorer.engine.declaration import hyperparameters

    yield from hyperparameters(optimizers.get(id))


WRONG = [
    (("run", "--landscape", "himelblau", "--optimizer", "adam"), "did you mean 'himmelblau'?"),
    (("run", "--landscape", "himmelblau", "--optimizer", "adamm"), "did you mean 'adam'?"),
    ((*RUN, "--set", "lr=-1"), "lr = -1 is not allowed; 0 < lr"),
    ((*RUN, "--set", "beta1=1"), "0 <= beta1 < 1"),
    ((*RUN, "--set", "lr=fast"), "lr = fast"),
    ((*RUN, "--set", "lr=nan"), "finite number"),
    ((*RUN, "--set", "amsgrad=perhaps"), "amsgrad is true or false"),
    ((*RUN, "--set", "beta3=0.5"), "adam has no parameter 'beta3'; did you mean 'beta"),
    ((*RUN, "--set", "lr"), "name=value"),
    ((*RUN, "--start", "1"), "2 coordinate(s) (x, y)"),
    ((*RUN, "--start", "1,2,3"), "2 coordinate(s) (x, y)"),
    ((*RUN, "--start", "a,b"), "0.5,-1.5"),
    ((*RUN, "--start", "nan,1"), "0.5,-1.5"),
    ((*RUN, "--steps", "0"), "steps = 0"),
    ((*RUN, "--steps", "1000000000"), "100000"),
    ((*RUN, "--steps", "many"), "--steps"),
    ((*RUN, "--seed", "-1"), "seed = -1"),
    ((*RUN, "--format", "xml"), "csv"),
    ((*RUN, "--schedule", "stp"), "did you mean 'step'?"),
    ((*RUN, "--schedule", "step", "--schedule-set", "gama=1"), "did you mean 'gamma'?"),
    ((*RUN, "--schedule", "step", "--schedule-set", "step_size=0"), "1 <= step_size"),
    ((*RUN, "--schedule-set", "gamma=1"), "--schedule-set needs --schedule"),
    ((*RUN, "--source", "nosy"), "did you mean 'noisy'?"),
    ((*RUN, "--source", "noisy", "--source-set", "sigma=-1"), "0 <= sigma"),
    ((*RUN, "--clip-norm", "-1"), "0 <= clip_norm"),
    ((*RUN, "-o", "no-such-folder/race.csv"), "no-such-folder/race.csv cannot be written"),
    ((*RUN, "-o", "."), "cannot be written"),
    ((*RUN, "--stepz", "3"), "--steps"),
    ((*RUN, "--domain", "x=0,1"), "--domain belongs to --formula"),
    ((*RUN, "--formula", "x^2"), "--landscape and --formula both name a landscape"),
    ((*RUN, "--set", "lr=0.1", "--set", "lr=0.2"), "--set sets 'lr' twice"),
    ((*RUN, "--set", "lion.lr=0.1"), "there is no lion in this race"),
    (
        ("data", "--landscape", "beale", "--optimizer", "gd", "--points", "9", "-o", "a.csv"),
        "--points belongs to --what landscape",
    ),
    (("run", "--optimizer", "adam"), "--landscape ID, or"),
    (("run", "--landscape", "himmelblau"), "--optimizer"),
    (("run", "--formula", "x^2", "--domain", "x=1", "--optimizer", "gd"), "x=-3,3"),
    (("run", "--formula", "x^2", "--domain", "x=2,1", "--optimizer", "gd"), "low < high"),
    (("run", "--formula", "log(x) + y", "--optimizer", "gd", "--start=-1,0"), "the loss at (-1, 0) is nan"),
    (("rum",), "run"),
    (("list", "landscape"), "landscapes"),
    (("list",), "landscapes"),
    (("export", "--landscape", "himmelblau", "--optimizer", "gd"), "--output"),
    (("export", "--landscape", "himmelblau", "--optimizer", "gd", "-o", "a.jpg"), ".png"),
    (
        ("export", "--landscape", "himmelblau", "--optimizer", "gd", "-o", "a.png", "--size", "big"),
        "1600x1200",
    ),
    (("export", "--landscape", "himmelblau", "--optimizer", "gd", "-o", "a.png", "--size", "9x9"), "64x64"),
    (
        ("export", "--landscape", "himmelblau", "--optimizer", "gd", "-o", "a.png", "--size", "20000x20000"),
        "100 million",
    ),
    (
        ("export", "--landscape", "himmelblau", "--optimizer", "gd", "-o", "a.png", "--scale", "0"),
        "0.1 <= scale",
    ),
    (
        ("export", "--landscape", "himmelblau", "--optimizer", "gd", "-o", "a.png", "--view", "maps"),
        "contour",
    ),
    (
        ("export", "--landscape", "quadratic-1d", "--optimizer", "gd", "-o", "a.png", "--view", "contour"),
        "quadratic-1d has no map and no surface; its view is the curve",
    ),
    (("export", "--landscape", "booth", "--optimizer", "gd", "-o", "a.png", "--view", "curve"), "no curve"),
    (("export", "no-such.optx", "-o", "a.png"), "no-such.optx cannot be read"),
    (("export", "no-such.optx", "--steps", "9", "-o", "a.png"), "--steps belongs to a race"),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "-o", "a.png", "-o", "a.png"),
        "a.png would be written twice",
    ),
    (
        (
            "export",
            "--landscape",
            "booth",
            "--optimizer",
            "gd",
            "--view",
            "loss",
            "--view",
            "contour",
            "-o",
            "a.png",
        ),
        "2 views for 1 outputs",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--parts", "loss,maps", "-o", "a.png"),
        "'maps' is no view",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--dpi", "1", "-o", "a.png"),
        "30 <= dpi <= 2400",
    ),
    (
        (
            "export",
            "--landscape",
            "booth",
            "--optimizer",
            "gd",
            "--preset",
            "paper",
            "--dpi",
            "inf",
            "-o",
            "a.png",
        ),
        "dpi = inf is not allowed; 30 <= dpi <= 2400",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--dpi", "0", "-o", "a.png"),
        "dpi = 0 is not allowed",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--fps", "3", "-o", "a.png"),
        "--fps belongs to films; a.png is a picture",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--playhead", "2", "-o", "a.webm"),
        "--playhead belongs to pictures; a.webm is a film",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--orbit", "90", "-o", "a.mp4"),
        "--orbit turns the camera around the surface; a.mp4 does not show it",
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "-o", "{file}.png"),
        "{file}.png: {file} stands for nothing here; there is {view} and {name}",
    ),
    (
        ("export", "--all-lessons", "--orbit", "90", "--film", "-o", "films/"),
        "--orbit does not go with lessons; they say what is shown",
    ),
    (
        ("export", "--all-lessons", "--fps", "20", "-o", "pictures/"),
        "--fps does not go with lessons",
    ),
    (
        ("export", "--all-lessons", "-o", "lessons.png"),
        "--all-lessons needs one folder",
    ),
    (
        ("export", "l.md", "--language", "ja", "-o", "a.mp4"),
        "--language does not go with a lesson; l.md has its own",
    ),
    (
        ("export", "l.md", "-o", "{view}.mp4"),
        "{view} stands for nothing here; there is {name}",
    ),
    (
        ("run", "--landscape", "booth", "--optimizer", "gd", "--format", "csv", "-o", "a.optx"),
        "a.optx is the name of an experiment",
    ),
    (
        ("code", "--landscape", "booth", "--optimizer", "gd", "-o", "a.optx"),
        "a.optx is the name of an experiment",
    ),
    *(
        (
            (
                "run",
                "--landscape",
                "booth",
                "--optimizer",
                "gd",
                "--schedule",
                "multi-step",
                "--schedule-set",
                given,
            ),
            "multi-step: milestones are at most 100 step numbers",
        )
        for given in ("milestones=a", "milestones=", "milestones=1e9")
    ),
    (
        ("export", "--landscape", "booth", "--optimizer", "gd", "--type-size", "1", "-o", "a.png"),
        "4 <= type size",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "message"),
    WRONG,
    ids=lambda value: " ".join(value[-3:]) if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_told_in_one_line_and_nothing_is_written(
    command: Command,
    qapp: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = command(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert message in said.err
    assert said.err.startswith("optexplorer: ")
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("formula", "shown", "caret"),
    [
        ("x^2 + sine(y)", "  x^2 + sine(y)", 8),
        ("(x + y", "  (x + y", None),
        ("x + 高さ", "  x + 高さ", 6),
        ("高", "  高", 2),
        ("x +" + " x +" * 60 + " $", "$", None),
        ("__import__('os')", "  __import__('os')", 2),
    ],
)
def test_a_wrong_formula_is_shown_with_a_mark_under_the_character(
    command: Command, formula: str, shown: str, caret: int | None
) -> None:
    said = command("run", "--formula", formula, "--optimizer", "gd")
    reason, line, mark = said.err.splitlines()
    assert said.code == 2
    assert reason.startswith("optexplorer: the formula is wrong: ")
    assert line.endswith(shown) if shown == "$" else line == shown
    assert mark.strip() == "^"
    if caret is not None:
        assert mark.index("^") == caret
    if shown == "$":
        assert line[mark.index("^")] == "$"


class TestList:
    def test_optimizers_with_their_parameters_and_bounds(self, command: Command) -> None:
        said = command("list", "optimizers")
        assert said.code == 0
        assert "beta1 = 0.9" in said.out
        assert "0 <= beta1 < 1" in said.out
        entries = {entry["id"]: entry for entry in json.loads(command("list", "optimizers", "--json").out)}
        assert set(entries) == set(ox.optimizers())
        lr = entries["adam"]["parameters"][0]
        assert (lr["name"], lr["default"], lr["low"], lr["low_open"]) == ("lr", 0.001, 0, True)
        assert entries["adam"]["name"] == "Adam"

    def test_landscapes_with_their_domains_and_minima(self, command: Command) -> None:
        said = command("list", "landscapes")
        assert "himmelblau" in said.out
        assert "minimum 0 at (3, 2)" in said.out
        entries = {entry["id"]: entry for entry in json.loads(command("list", "landscapes", "--json").out)}
        assert set(entries) == set(ox.landscapes())
        assert entries["booth"]["domain"] == {"x": [-10, 10], "y": [-10, 10]}
        assert entries["booth"]["minima"] == [{"position": [1, 3], "value": 0}]

    @pytest.mark.parametrize(("kind", "id"), [("schedules", "one-cycle"), ("sources", "noisy")])
    def test_schedules_and_sources(self, command: Command, kind: str, id: str) -> None:
        assert id in command("list", kind).out
        assert id in [entry["id"] for entry in json.loads(command("list", kind, "--json").out)]


class TestExport:
    @pytest.mark.parametrize("view", ["contour", "surface", "loss"])
    def test_a_picture_has_the_size_that_was_asked_for(self, tmp_path: Path, view: str) -> None:
        file = tmp_path / "picture.png"
        done = process(
            "export", "--landscape", "himmelblau", "--optimizer", "adam", "--set", "lr=0.1", "--view", view,
            "-o", str(file), "--size", "641x483", "--theme", "dark", "--language", "ja",
            DISPLAY=None, WAYLAND_DISPLAY=None,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("PNG", (641, 483))
            assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 50

    def test_a_scale_multiplies_the_pixels(self, command: Command, qapp: object, tmp_path: Path) -> None:
        file = tmp_path / "picture.png"
        said = command(
            "export", "--landscape", "booth", "--optimizer", "gd", "-o", str(file), "--size", "200x150",
            "--scale", "1.5", "--playhead", "0",
        )  # fmt: skip
        assert said == Said(0, "", "")
        with Image.open(file) as picture:
            assert picture.size == (300, 225)

    def test_a_file_that_cannot_be_written_is_told(
        self, command: Command, qapp: object, tmp_path: Path
    ) -> None:
        file = tmp_path / "missing" / "picture.png"
        said = command(
            "export", "--landscape", "booth", "--optimizer", "gd", "-o", str(file), "--size", "99x99"
        )
        assert (said.code, said.out) == (2, "")
        assert f"{file} cannot be written: " in said.err


class TestProcess:
    def test_run_loads_no_qt(self) -> None:
        program = (
            "import sys; sys.argv[1:] = 'run --landscape booth --optimizer gd --steps 1'.split();"
            "from optexplorer.cli import main; main(); print(*sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert not {"PySide6", "pyqtgraph", "OpenGL", "contourpy"}.intersection(done.stdout.split())

    def test_a_reader_that_leaves_early_hears_nothing(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "optexplorer", *RUN, "--steps", "50000"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            assert running.stdout.readline().startswith("step,")
            running.stdout.close()
            assert running.stderr.read() == ""
            assert running.wait(60) == 141

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
    @pytest.mark.parametrize("arguments", [RUN, ("list", "landscapes"), ("--version",)])
    def test_an_output_that_is_full_is_told_in_a_line(self, arguments: tuple[str, ...]) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "optexplorer", *arguments],
                cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr == f"optexplorer: standard output cannot be written: {os.strerror(errno.ENOSPC)}\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="closes a descriptor in a shell")
    def test_a_closed_output_is_told_in_a_line(self, tmp_path: Path) -> None:
        shell = 'exec "$0" -m optexplorer "$@" >&-'
        command = ["sh", "-c", shell, sys.executable, *RUN]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr == f"optexplorer: standard output cannot be written: {os.strerror(errno.EBADF)}\n"
        file = tmp_path / "race.csv"
        done = subprocess.run(
            [*command, "-o", str(file)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert file.read_text().startswith("step,x,y")

    @pytest.mark.skipif(sys.platform == "win32", reason="arguments are bytes on other systems only")
    @pytest.mark.parametrize(
        "arguments",
        [
            ("--landscape", b"\xff", "--optimizer", "gd"),
            ("--landscape", "booth", "--optimizer", b"g\xff"),
            ("--landscape", "booth", "--optimizer", "gd", "--set", b"\xff=1"),
            ("--landscape", "booth", "--optimizer", "gd", "--set", b"lr=\xff"),
            ("--landscape", "booth", "--optimizer", "gd", "-o", b"no-folder/\xff.csv"),
            ("--formula", b"x\xff", "--optimizer", "gd"),
            ("--formula", "x", "--domain", b"\xff=0,1", "--optimizer", "gd"),
        ],
    )
    def test_bytes_that_are_no_text_are_refused_in_a_line(self, arguments: tuple[str | bytes, ...]) -> None:
        command = [sys.executable, "-m", "optexplorer", "run", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"optexplorer: ")
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "option", ["--landscape", "--optimizer", "--schedule", "--set", "--param", "--steps"]
    )
    def test_messages_about_long_arguments_are_short(self, command: Command, option: str) -> None:
        said = command("run", "--landscape", "booth", "--optimizer", "gd", option, "b" * 60_000)
        assert said.code == 2
        assert len(said.err) < 1300
        assert said.err.count("\n") == 1

    def test_a_number_of_steps_is_refused_in_plain_words(self, command: Command) -> None:
        said = command(*RUN, "--steps", "-5")
        assert said.err == "optexplorer: steps = -5 is not allowed; it must be at least 1\n"

    def test_help_and_version(self) -> None:
        assert "run" in process("--help").stdout
        assert process("--version").stdout.strip().endswith(ox.__version__)
        assert "--schedule" in process("run", "--help").stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
class TestWithoutADisplay:
    def refused(self, **environment: str | None) -> str:
        nothing = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
        done = process(**{**nothing, **environment})
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("optexplorer: ")
        return done.stderr

    def test_no_display_at_all(self) -> None:
        assert "neither DISPLAY nor WAYLAND_DISPLAY" in self.refused()

    def test_a_display_that_does_not_answer(self) -> None:
        assert "DISPLAY=:7654 cannot be opened" in self.refused(DISPLAY=":7654")
        assert "WAYLAND_DISPLAY=wayland-7654 cannot" in self.refused(WAYLAND_DISPLAY="wayland-7654")

    def test_a_platform_that_is_chosen_needs_its_own_display(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as compositor:
            compositor.bind(str(tmp_path / "wayland-0"))
            compositor.listen()
            answer = self.refused(
                QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR=str(tmp_path)
            )
        assert "DISPLAY does not say where it is" in answer


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
class TestDisplay:
    def test_a_wayland_display_that_answers_is_good(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from optexplorer.gui.desktop.display import problem

        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        with socket.socket(socket.AF_UNIX) as compositor:
            compositor.bind(str(tmp_path / "wayland-0"))
            compositor.listen()
            assert problem() is None

    def test_an_x_display_that_answers_is_good(self) -> None:
        from optexplorer.gui.desktop.display import problem

        if not os.environ.get("DISPLAY"):
            pytest.skip("there is no X display")
        assert problem() is None

    def test_the_offscreen_platform_needs_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from optexplorer.gui.desktop.display import problem

        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        assert problem() is None


class TestRounding:
    RIDGE = (
        "run",
        "--formula=-y^2/2 + 0*x",
        "--optimizer",
        "gd",
        "--set",
        "lr=1",
        "--start=1,0",
        "--steps",
        "60",
    )

    def test_a_path_that_depends_on_rounding_is_told_on_demand(self, command: Command) -> None:
        assert command(*self.RIDGE).err == ""
        said = command(*self.RIDGE, "--check-rounding")
        assert said.code == 0
        assert re.fullmatch(r"optexplorer: from step 1\d on the path depends on rounding; .*\n", said.err)
        assert said.out == command(*self.RIDGE).out

    def test_a_path_that_does_not_is_told_too(self, command: Command) -> None:
        said = command(*RUN, "--steps", "20", "--check-rounding")
        assert said.code == 0
        assert said.err.startswith("optexplorer: no step depends on rounding")


def test_a_step_to_where_the_loss_is_not_defined_is_told_from_divergence(command: Command) -> None:
    said = command(
        "run", "--formula", "log(x) + 9*x + y^2", "--optimizer", "gd", "--set", "lr=1", "--start=1,0"
    )
    assert said.code == 0
    assert said.err == (
        "optexplorer: left the region where the loss is defined at step 1; the last finite row is that of step 0\n"
    )


def test_a_slope_that_cannot_be_computed_is_told_from_a_loss_that_is_undefined(command: Command) -> None:
    said = command(
        "run", "--formula", "1/(2 + exp(x^4)) + x^2", "--domain", "x=-6,6", "--optimizer", "gd", "--start=5.8"
    )
    assert said.code == 0
    assert said.err.startswith(
        "optexplorer: reached a point where the gradient cannot be computed, although the loss can, at step 1;"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize(
    ("arguments", "code"), [(("run", "--formula", "x"), 2), ((*RUN, "--check-rounding", "--steps", "3"), 0)]
)
def test_what_cannot_be_said_changes_no_exit_code(arguments: tuple[str, ...], code: int) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "optexplorer", *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=full,
            check=False,
        )
    assert done.returncode == code


def test_the_contour_map_is_also_called_map(command: Command, qapp: object, tmp_path: Path) -> None:
    pictures = []
    for view in ("contour", "map"):
        file = tmp_path / f"{view}.svg"
        race = ("--landscape", "booth", "--optimizer", "gd", "--steps", "5")
        said = command("export", *race, "--view", view, "--no-metadata", "-o", str(file))
        assert said.code == 0, said.err
        pictures.append(file.read_bytes())
    assert pictures[0] == pictures[1]
