"""Derived functions kept between launches: the same bits, nothing but arithmetic, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.formula import derivation_cache
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.engine.landscapes.formula.functions import check, function_of, text_of

FORMULA = ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", ("x", "y"), ())
GOOD = text_of(["a0", "a1"], ["v0 = (a0*a0)", "v0 += a1"], ["sqrt(v0)", "(-1.0)", "((v0 < a1) ^ True)"])


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(derivation_cache, "folder", lambda: tmp_path / "derived")
    return tmp_path / "derived"


def formula() -> CompiledFormula:
    return CompiledFormula(*FORMULA, nonnegative=frozenset())


def all_of(compiled: CompiledFormula, x: float, y: float) -> list[tuple[float, ...]]:
    assert compiled.hessian is not None
    assert compiled.residuals is not None
    functions = (compiled.value, compiled.gradient, compiled.value_and_gradient, compiled.hessian)
    return [function(x, y) for function in (*functions, *compiled.residuals)]


def test_a_known_formula_gives_the_same_bits_without_being_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = all_of(formula(), 0.3, -1.7)
    monkeypatch.setattr(CompiledFormula, "expression", property(lambda _: pytest.fail("it was derived")))
    assert all_of(formula(), 0.3, -1.7) == derived


def test_the_second_launch_imports_no_sympy(tmp_path: Path) -> None:
    program = (
        "import sys, optexplorer as ox\n"
        "print(ox.run('himmelblau', ox.Adam(lr=0.05), steps=3).loss.tolist(), 'sympy' in sys.modules)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "caches")}
    first, second = (
        subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        ).stdout.rsplit(maxsplit=1)
        for _ in range(2)
    )
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("True", "False")


def test_what_a_formula_does_not_have_is_known_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def product() -> CompiledFormula:
        return CompiledFormula("x*y", ("x", "y"), (), frozenset())

    assert product().residuals is None
    monkeypatch.setattr(CompiledFormula, "expression", property(lambda _: pytest.fail("it was derived")))
    assert product().residuals is None


@pytest.mark.parametrize("id", landscapes.catalogue_ids())
def test_what_is_derived_of_the_catalogue_passes_the_check(id: str) -> None:
    landscape = landscapes.get(id)
    if isinstance(landscape, FormulaLandscape):
        landscape.gradient(np.array(landscape.start))
        compiled = landscape._compiled
        for kind in ("value", "gradient"):
            if kind in compiled._known:
                for text in compiled._known[kind] or ():
                    check(text)


def test_a_text_of_arithmetic_is_let_through() -> None:
    check(GOOD)
    assert function_of(GOOD)(3.0, 7.0)[0] == 4.0


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "def compiled(a0):\n    return a0\n",
        "def compiled(a0):\n    return (a0,)\nimport os\n",
        "def compiled(a0):\n    import os\n    return (a0,)\n",
        "def compiled(a0=1):\n    return (a0,)\n",
        "def compiled(*a0):\n    return (a0,)\n",
        "@exp\ndef compiled(a0):\n    return (a0,)\n",
        "def compiled(a0) -> exp(1):\n    return (a0,)\n",
        "def compiled(a0: exp(1)):\n    return (a0,)\n",
        "def other(a0):\n    return (a0,)\n",
        "def compiled(a0):\n    return (a0.__class__,)\n",
        "def compiled(a0):\n    return (open('x'),)\n",
        "def compiled(a0):\n    return (a0('x'),)\n",
        "def compiled(a0):\n    return ('text',)\n",
        "def compiled(a0):\n    return (v0,)\n",
        "def compiled(a0):\n    return (exp,)\n",
        "def compiled(a0):\n    return (exp(a0, out=a0),)\n",
        "def compiled(a0):\n    return (exp(*a0),)\n",
        "def compiled(a0):\n    return (a0 ** a0,)\n",
        "def compiled(a0):\n    exp = a0\n    return (a0,)\n",
        "def compiled(a0):\n    v0 = v1 = a0\n    return (a0,)\n",
        "def compiled(a0):\n    v0, v1 = a0\n    return (a0,)\n",
        "def compiled(a0):\n    v0: a0 = a0\n    return (a0,)\n",
        "def compiled(a0):\n    return ([a0 for a0 in a0],)\n",
        "def compiled(a0):\n    return ((lambda: a0),)\n",
        "def compiled(a0):\n    while a0:\n        v0 = a0\n    return (a0,)\n",
        "def compiled(a0):\n    return (" + "(" * 5000 + "a0" + ")" * 5000 + ",)\n",
        "def compiled(a0):\n    return (" + "-" * 50_000 + "a0,)\n",
        "",
        "\0",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no derived function|null bytes"):
        check(text)


def damaged(text: str) -> list[bytes]:
    kept = json.loads(text)

    def with_texts(texts: object) -> bytes:
        return json.dumps({**kept, "texts": texts}).encode()

    return [
        b"",
        b"\xff\x00",
        b"[" * 50_000,
        text[: len(text) // 2].encode(),
        b"[]",
        with_texts([]),
        with_texts({"value": ["import os"]}),
        with_texts({"value": "text"}),
        with_texts({"value": [1]}),
        with_texts({"value": None}),
        with_texts({"residuals": [GOOD]}),
        with_texts({"other": [GOOD]}),
        json.dumps({**kept, "origin": "another program"}).encode(),
        json.dumps({**kept, "formula": ["x", ["x", "y"], [], []]}).encode(),
        b" " * (derivation_cache.MOST_BYTES + 1) + text.encode(),
    ]


def test_a_damaged_or_foreign_file_is_derived_anew(place: Path) -> None:
    right = formula().value(0.3, -1.7)
    (path,) = place.iterdir()
    text = path.read_text()
    for data in damaged(text):
        path.write_bytes(data)
        assert formula().value(0.3, -1.7) == right, data[:80]
        assert json.loads(path.read_text()) == json.loads(text)


def test_where_nothing_can_be_kept_nothing_is_missed(place: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_text("a file in place of the folder")
    assert formula().value(0.0, 0.0) == (170.0,)


def test_no_more_than_so_many_are_kept_and_the_oldest_leave_first(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derivation_cache, "MOST_FILES", 3)
    place.mkdir(parents=True)
    for age, name in ((30, "a"), (10, "b"), (20, "c")):
        (place / name).touch()
        os.utime(place / name, (1_000_000 - age, 1_000_000 - age))
    _ = formula().value
    names = {path.name for path in place.iterdir()}
    assert len(names) == 3
    assert {"b", "c"} <= names


def test_a_file_in_use_counts_as_new(place: Path) -> None:
    _ = formula().value
    (path,) = place.iterdir()
    os.utime(path, (1_000_000, 1_000_000))
    _ = formula().value
    assert path.stat().st_mtime > 1_000_000
