"""What every optimizer says of its steps: terms with roles, formulas that give their values, effective rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.base import Array, Optimizer, RuleOptimizer, hyperparameters
from optexplorer.engine.optimizers.terms import (
    NUMBERS,
    TIMES,
    Average,
    Place,
    Role,
    Term,
    effective_rates,
    pieces,
    renamed,
    sources,
)

IDS = optimizers.ids()
GOOD = [
    pytest.param(optimizers.get(id), example.settings, id=f"{id}-{number}")
    for id in IDS
    for number, example in enumerate(optimizers.get(id).examples)
    if example.message is None
]
BOWL = landscapes.get("quadratic-bowl")
ROSENBROCK = landscapes.get("rosenbrock")
POINTS = ("x", "x'", "start", "step")
WITHOUT_RATES = {
    *("lion", "rprop", "sophia", "schedule-free-sgd", "schedule-free-adamw", "lookahead"),
    *("newton", "gauss-newton", "levenberg-marquardt", "bfgs", "l-bfgs", "conjugate-gradient"),
    *("gd-backtracking", "gd-exact"),
}
"""Those whose step is no rate per coordinate times a gradient."""


def moments(
    optimizer: Optimizer, count: int, landscape: Any = BOWL
) -> Iterator[tuple[Array, Array | None, Array, tuple[Term, ...], Array]]:
    """Go down `landscape`; yield the point, the one before it, the first, the terms and the step of the update."""
    x = start = np.array([-4.0, 3.0])
    before = None
    update, state = optimizer.bind(landscape), optimizer.init(x)
    for _ in range(count):
        with np.errstate(all="ignore"):
            gradient = landscape.gradient(x)
            terms = optimizer.explain(gradient, state, x, optimizer.lr, landscape)
            step, state = update(gradient, state, x, optimizer.lr)
        yield x, before, start, terms, step
        if not np.isfinite(step).all():
            return
        before, x = x, x + step


def setting(optimizer: Optimizer, path: str) -> Any:
    value: Any = optimizer
    for name in path.split("."):
        value = getattr(value, name)
    return value


def test_every_optimizer_of_the_catalogue_is_walked() -> None:
    assert {parameter.values[0].id for parameter in GOOD} == set(IDS)  # type: ignore[union-attr]
    assert set(IDS) >= WITHOUT_RATES


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_every_step_can_be_explained(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    optimizer = make(kind, settings)
    declared = {parameter.name for parameter in hyperparameters(kind)}
    for x, _, _, terms, step in moments(optimizer, 12):
        np.testing.assert_array_equal(terms[-1].value, step)
        assert (terms[-1].name, terms[-1].role) == ("step", "step")
        names = [term.name for term in terms]
        assert len(set(names)) == len(names)
        for position, term in enumerate(terms):
            assert term.label.en
            assert term.label.ja
            assert term.role in get_args(Role)
            assert (term.role == "step") == (position == len(terms) - 1)
            assert np.isfinite(term.value).all(), term
            shape = () if term.role in NUMBERS else (x.size, x.size) if term.role == "curvature" else x.shape
            assert np.shape(term.value) == shape, term
            assert term.before is None or np.shape(term.before) == shape, term
            for name in term.sources:
                known = (
                    name in POINTS
                    or name in names[:position]
                    or name in declared
                    or (name.endswith("'") and terms[names.index(name[:-1])].before is not None)
                    or (name.startswith("inner.") and setting(optimizer, name) is not None)
                )
                assert known, f"{term.name}: {term.formula} names <{name}>"


TYPESET: set[str] = set()
"""The formulas that have been set already."""


@pytest.mark.no_cover
@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_formulas_and_symbols_can_be_typeset(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    import ziamath

    for number, (_, _, _, terms, _) in enumerate(moments(make(kind, settings), 7)):
        # The first step is often written otherwise; typesetting is slow, and terms are much alike.
        for term in {term.formula: term for term in terms}.values() if number in (0, 6) else ():
            if term.formula in TYPESET:
                continue
            TYPESET.add(term.formula)
            latex = "".join(
                "z" if isinstance(p, Place) else p.replace(TIMES, r"\,") for p in pieces(term.formula)
            )
            assert "<svg" in ziamath.Latex(latex).svg()
            assert "<svg" in ziamath.Latex(term.symbol).svg()
            assert not term.equals or "<svg" in ziamath.Latex(term.equals).svg()


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_averages_and_scaled_steps_are_written_as_such(
    kind: type[Optimizer], settings: dict[str, Any]
) -> None:
    optimizer = make(kind, settings)
    for _, _, _, terms, _ in moments(optimizer, 4):
        earlier: dict[str, Term] = {}
        for term in terms:
            if term.average is not None:
                assert term.before is not None, term
                assert term.formula.startswith(f"{term.average.kept(term.name)} + "), term
                assert term.average.source in (*earlier, "x"), term
                assert 0 <= float(setting(optimizer, term.average.decay)) <= 1
            if term.scaling is not None:
                assert term.role == "step"
                assert term.formula == f"-<{term.scaling.rate}>*{term.scaling.direction}"
                assert term.scaling.rate == "lr" or earlier[term.scaling.rate].role == "rate"
            earlier[term.name] = term


@pytest.mark.parametrize("landscape", [BOWL, ROSENBROCK], ids=["bowl", "rosenbrock"])
@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_effective_rates_times_what_they_multiply_are_the_step(
    kind: type[Optimizer], settings: dict[str, Any], landscape: Any
) -> None:
    for _, _, _, terms, step in moments(make(kind, settings), 9, landscape):
        declared = terms[-1].effective_rates
        assert (declared is None) == (kind.id in WITHOUT_RATES)
        if declared is None:
            continue
        assert declared.rates.shape == declared.along.shape == declared.rest.shape == step.shape
        assert (declared.rates >= 0).all()
        with np.errstate(all="ignore"):
            product = declared.rates * declared.along
            size = np.abs(product) + np.abs(declared.rest)
        if np.isfinite(size).all():
            assert (np.abs(-product + declared.rest - step) <= 1e-12 * size).all()


# Formulas give the values


_FUNCTIONS = {
    "np": np,
    "sign": np.sign,
    "clip": lambda value, most: np.clip(value, -most, most),
    "maximum": np.maximum,
    "sqrt": np.sqrt,
    "absolute": np.abs,
}
_BRACED = r"\{([^{}]*)\}"


def value_of(formula: str, values: dict[str, Any]) -> Any:
    """Work a formula out from the values of its quantities; None if it is not of numbers and arithmetic alone."""
    places: list[Any] = []
    text = ""
    for piece in pieces(formula):
        if isinstance(piece, Place):
            places.append(values[piece.key])
            text += f"v[{len(places) - 1}]"
        else:
            text += piece
    text = re.sub(r"\\(?:left|right)|\\,", "", text).replace(r"\cdot", "*").replace("tfrac", "frac")
    text = re.sub(r"\\mathrm\{(sign|clip)\}", r"\1", text).replace(r"\max(", "maximum(")
    text = re.sub(r"\|([^|]*)\|", r"absolute(\1)", text)
    for _ in range(5):
        text = re.sub(rf"\^{_BRACED}", r"**(\1)", text)
        text = re.sub(rf"\\sqrt{_BRACED}", r"sqrt(\1)", text)
        text = re.sub(rf"\\frac{_BRACED}{_BRACED}", r"((\1)/(\2))", text)
    text = text.replace("^", "**")
    if re.search(r"[\\{}]|[\])]\s*[v(\w]|\b[A-Z]|\d\(", text):
        return None
    return eval(text, {"__builtins__": {}}, {**_FUNCTIONS, "v": places})


COMPUTED = {
    *(
        "gd",
        "sgd",
        "momentum",
        "nesterov",
        "adagrad",
        "adadelta",
        "rmsprop",
        "adam",
        "adamw",
        "nadam",
        "radam",
    ),
    *(
        "adamax",
        "asgd",
        "qhm",
        "qhadam",
        "adabelief",
        "yogi",
        "lion",
        "adan",
        "adahessian",
        "sophia",
        "prodigy",
    ),
}


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_formulas_give_the_values_of_their_terms(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    optimizer = make(kind, settings)
    for x, before, start, terms, step in moments(optimizer, 6):
        values: dict[str, Any] = {"x": x, "x'": before, "start": start, "step": step, "lr": optimizer.lr}
        computed = set()
        for term in terms:
            values[f"{term.name}'"] = term.before
        for term in terms:
            for name in term.sources:
                if name not in values:
                    values[name] = setting(optimizer, name)
            numbers = term.writing == "coordinates"
            found = value_of(term.formula, values) if numbers else None
            if found is not None:
                # Some weights are written with four digits.
                np.testing.assert_allclose(found, term.value, rtol=2e-4, atol=1e-12, err_msg=str(term))
                computed.add(term.name)
            values[term.name] = term.value
        if kind.id in COMPUTED:
            assert "step" in computed, terms[-1].formula
            assert {term.name for term in terms if term.role in ("scale", "second_moment")} - computed <= {
                "D",
                "h",
            }


# Rates and phases that depend on the optimizer


def last_terms(id: str, steps: int, **settings: Any) -> tuple[tuple[Term, ...], Optimizer]:
    optimizer = make(optimizers.get(id), settings)
    *_, (_, _, _, terms, _) = moments(optimizer, steps)
    return terms, optimizer


def named(terms: tuple[Term, ...], name: str) -> Array:
    return next(term.value for term in terms if term.name == name)


def rates(terms: tuple[Term, ...]) -> Array:
    declared = terms[-1].effective_rates
    assert declared is not None
    return declared.rates


def test_the_rates_of_radam_hold_its_rectification() -> None:
    terms, _ = last_terms("radam", 9, lr=0.05)
    # Liu et al. (2020), with rho_inf = 1999 and t = 9.
    fraction = 0.999**9
    rho = 1999 - 2 * 9 * fraction / (1 - fraction)
    factor = ((rho - 4) * (rho - 2) * 1999 / ((1999 - 4) * (1999 - 2) * rho)) ** 0.5
    np.testing.assert_allclose(rates(terms), 0.05 * factor / named(terms, "r"), rtol=1e-12)


def test_the_rates_of_rmsprop_with_momentum_are_per_unit_of_gradient() -> None:
    terms, _ = last_terms("rmsprop", 5, lr=0.02, momentum=0.9)
    np.testing.assert_allclose(rates(terms), 0.02 / named(terms, "r"), rtol=1e-15)


def test_the_rates_of_adagrad_fall_with_its_decay_of_the_rate() -> None:
    terms, _ = last_terms("adagrad", 4, lr=0.1, lr_decay=0.5)
    np.testing.assert_allclose(rates(terms), 0.1 / (1 + 3 * 0.5) / named(terms, "r"), rtol=1e-14)


def test_prodigy_moves_per_unit_of_gradient_as_adam_with_its_distance_as_rate() -> None:
    # Before the first estimate the distance is d0, and Prodigy is Adam without bias correction at the rate lr * d0.
    prodigy, _ = last_terms("prodigy", 1, lr=1.0, d0=0.01, beta1=0.9, beta2=0.999, eps=0)
    adam, _ = last_terms("adam", 1, lr=0.01, beta1=0.9, beta2=0.999, eps=0, bias_correction=False)
    np.testing.assert_allclose(rates(prodigy), rates(adam), rtol=1e-12)


def test_the_secant_pair_of_bfgs_has_roles_of_its_own() -> None:
    terms, _ = last_terms("bfgs", 3)
    roles = {term.name: term.role for term in terms}
    assert (roles["s"], roles["y"], roles["B"], roles["a"]) == (
        "last_step",
        "derived_gradient",
        "curvature",
        "rate",
    )


@pytest.mark.parametrize("id", ["bfgs", "l-bfgs"])
def test_the_first_length_without_a_line_search_is_shown_as_it_is(id: str) -> None:
    first, _ = last_terms(id, 1, line_search="none")
    second, _ = last_terms(id, 2, line_search="none")
    formulas = [next(term for term in terms if term.name == "a").formula for terms in (first, second)]
    assert [set(sources(formula)) for formula in formulas] == [{"g", "lr"}, {"lr"}]
    slope = np.abs(named(first, "g")).sum()
    np.testing.assert_allclose(named(first, "a"), min(1.0, 1.0 / slope) * 1.0, rtol=1e-15)


def test_sam_names_the_gradient_that_any_inner_optimizer_gets() -> None:
    for inner in ("adam", "gauss-newton"):
        optimizer = make(optimizers.get("sam"), {"inner": inner})
        *_, (_, _, _, terms, _) = moments(optimizer, 2, ROSENBROCK)
        there = next(term for term in terms if term.role == "gradient" and "e" in term.sources)
        assert there.symbol == r"\tilde g"
        assert not there.equals


def test_an_optimizer_that_explains_nothing_claims_nothing() -> None:
    class Halving(RuleOptimizer):
        lr: float = 1.0

        def update(self, gradient: Array, state: Any, x: Array, lr: Any) -> tuple[Array, Any]:
            return np.sign(gradient) * -lr, state

    x = np.array([3.0, -2.0])
    gradient, step = Halving().explain(np.array([5.0, -4.0]), (), x, 0.5, BOWL)
    assert (gradient.role, step.role) == ("gradient", "step")
    np.testing.assert_array_equal(step.value, [-0.5, 0.5])
    assert step.sources == ("g",)
    assert (step.scaling, step.effective_rates, step.writing) == (None, None, "value")


# Formulas in pieces


def test_a_formula_comes_in_pieces() -> None:
    assert pieces(r"-<lr>*\frac{<m'>}{<r>} + f<(x)>") == (
        *("-", Place("lr"), TIMES, r"\frac{", Place("m", before=True), "}{", Place("r"), "} + f"),
        Place("x", argument=True),
    )
    assert sources("<g> - <g'> + <inner.beta1>*<g>") == ("g", "g'", "inner.beta1")
    assert pieces(r"a < b") == ("a < b",)


@given(
    st.lists(
        st.one_of(
            st.builds(Place, st.sampled_from(["m", "lr", "inner.beta1"]), st.booleans(), st.booleans()),
            st.sampled_from([TIMES, r"\frac{", "} + 1", r"^{\top}"]),
        )
    )
)
def test_a_formula_survives_renaming(parts: list[str | Place]) -> None:
    formula = "".join(map(str, parts))
    assert renamed(formula, lambda name: name) == formula
    there = renamed(formula, lambda name: f"inner.{name}")
    assert renamed(there, lambda name: name.removeprefix("inner.")) == formula
    assert [p for p in pieces(formula) if isinstance(p, Place)] == [p for p in parts if isinstance(p, Place)]


def test_what_is_kept_of_an_average_is_a_formula() -> None:
    assert Average("beta1", "g").kept("m") == "<beta1>*<m'>"
    assert Average("beta2", "g", root=True).kept("s") == r"\sqrt{<beta2>}*<s'>"


def test_one_rate_is_that_of_all_coordinates() -> None:
    along = np.arange(5.0)
    declared = effective_rates(0.1, along)
    np.testing.assert_array_equal(declared.rates, np.full(5, 0.1))
    np.testing.assert_array_equal(declared.rest, np.zeros(5))
