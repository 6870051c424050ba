"""Scripts parse whatever the names in a formula, and are about as long as it."""

from __future__ import annotations

import ast
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.export.code import TARGETS, Target, script
from optexplorer.export.code.extraction import CodeError
from optexplorer.export.code.names import python_names
from tests.export.code.test_scripts import at, race

WORDS = st.sampled_from(
    ["lambda", "lambda_", "lambda__", "np", "np_", "torch", "jnp", "v0", "v0_", "print", "x", "loss"]
)


@given(st.lists(WORDS, unique=True, min_size=1))
def test_each_name_has_another_in_the_script(names: list[str]) -> None:
    found = python_names(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert not set(found.values()) & {"np", "torch", "jnp", "v0", "print", "loss", *keyword.kwlist}


def test_names_without_another_meaning_stay() -> None:
    assert python_names(["x", "name", "name_", "k1"]) == {n: n for n in ("x", "name", "name_", "k1")}
    assert python_names(["lambda", "lambda_"]) == {"lambda": "lambda__", "lambda_": "lambda_"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ["lambda", "np", "torch", "print", "sum_", "v0", "match"])
def test_scripts_parse_with_a_name_beside_its_underscored_twin(target: Target, name: str) -> None:
    landscape = {
        "kind": "formula",
        "formula": f"{name}^2 + {name}_*abs({name}__) + sum(i*{name}, i, 1, 2)",
        "domain": {name: [-3, 3], f"{name}_": [-3, 3]},
        "parameters": {f"{name}__": {"value": 2, "low": 1, "high": 3}},
    }
    experiment = race(landscape, optimizer="adam")
    functions = [
        node
        for node in ast.parse(script(experiment, experiment.racers[0], target)).body
        if isinstance(node, ast.FunctionDef) and node.name in ("loss", "gradient")
    ]
    assert functions
    for function in functions:
        assert len({argument.arg for argument in function.args.args}) == 3


def nested(pattern: str, levels: int) -> str:
    text = "x"
    for _ in range(levels):
        text = pattern.replace("#", text)
    return text


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("pattern", "few", "many"),
    [
        ("cbrt(#)", 14, 28),
        ("sigmoid(#)", 14, 28),
        ("hypot(#, y)", 12, 24),
        (f"max(#, {', '.join(f'{k}*y' for k in range(15))})", 3, 6),
        (f"piecewise({', '.join(f'x<{k},{k}*y' for k in range(15))}, #)", 3, 6),
    ],
)
def test_text_grows_no_faster_than_the_formula(target: Target, pattern: str, few: int, many: int) -> None:
    lengths = []
    for levels in (few, many):
        experiment = race(at(nested(pattern, levels), (0.5, 0.5)), optimizer="gd")
        text = script(experiment, experiment.racers[0], target)
        ast.parse(text)
        lengths.append(len(text))
    assert lengths[1] < 2.5 * lengths[0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_formula_that_is_too_large_is_refused_in_one_line(target: Target) -> None:
    experiment = race(at("sum(prod(sin(i*x), j, 1, 9), i, 1, 200)", (0.5, 0.5)), optimizer="gd")
    with pytest.raises(CodeError, match=r"^all sums together can have at most 200 terms$"):
        script(experiment, experiment.racers[0], target)
