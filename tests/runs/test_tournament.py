"""A tournament gives every optimizer the same budget on the same problems, the same whoever computes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from math import inf

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import (
    GradientDescent,
    Momentum,
    StochasticGradientDescent,
)
from optexplorer.engine.optimizers.least_squares import LevenbergMarquardt
from optexplorer.engine.optimizers.newton import Newton
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.runs.starts import spread_starts
from optexplorer.runs.tournament import (
    RATE_STARTS,
    TournamentCells,
    TournamentSpec,
    best_rate,
    run_tournament,
)

SPEC = TournamentSpec(
    (GradientDescent(lr=0.01), Momentum(lr=0.01), Newton(), StochasticGradientDescent(lr=0.01)),
    (landscapes.get("himmelblau"), landscapes.get("quadratic-bowl")),
    starts=3,
    seeds=(5, 6),
    budget=60,
)


def gathered(spec: TournamentSpec, **how: object) -> list[TournamentCells]:
    return sorted(run_tournament(spec, **how), key=lambda part: part.cells.start)  # type: ignore[arg-type]


def test_every_cell_is_a_descent_within_the_budget() -> None:
    parts = gathered(SPEC)
    assert [part.cells for part in parts] == SPEC.blocks()
    assert sum(len(part.cells) for part in parts) == SPEC.cells == 2 * 3 * 2 * 4
    for landscape, part in zip(SPEC.landscapes, parts, strict=True):
        starts = spread_starts(landscape, 3)
        for problem in range(6):
            seed = SPEC.seeds[problem % 2]
            losses = []
            for place, optimizer in enumerate(SPEC.optimizers):
                path = trajectory(RunSpec(landscape, optimizer, seed=seed), starts[problem // 2], 60)
                assert path.evaluations is not None
                # A loss counts as a third of a gradient, a Hessian as one for each coordinate.
                cost = path.evaluations @ [1 / 3, 1.0, landscape.dimension]
                paid = int((cost <= 60).sum())
                losses.append((path.loss[:paid], cost[:paid]))
                assert part.first[problem, place] == path.loss[0]
                assert part.best[problem, place] == path.loss[:paid].min()
                assert part.loss[problem, place] == path.loss[paid - 1]
                assert part.steps[problem, place] == paid - 1
            lowest = min(each.min() for each, _ in losses)
            for tolerance, costs in zip(SPEC.tolerances, part.costs, strict=True):
                target = lowest + tolerance * (losses[0][0][0] - lowest)
                expected = [
                    cost[each <= target][0] if (each <= target).any() else inf for each, cost in losses
                ]
                assert costs[problem].tolist() == expected


def test_the_same_whoever_computes_it() -> None:
    with ThreadPoolExecutor(2) as executor:
        for one, other in zip(gathered(SPEC), gathered(SPEC, executor=executor), strict=True):
            for field in fields(TournamentCells):
                assert np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)


def test_descents_that_diverge_come_last() -> None:
    spec = replace(
        SPEC, optimizers=(GradientDescent(lr=5.0), Adam(lr=0.1)), landscapes=SPEC.landscapes[1:], budget=200
    )
    (part,) = gathered(spec)
    assert (part.loss[:, 0] == inf).all()
    assert (part.ending[:, 0] == TerminationReason.DIVERGED.value).all()
    assert np.isfinite(part.loss[:, 1]).all()


def test_rates_are_tuned_with_equal_effort_on_other_starts() -> None:
    spec = replace(
        SPEC, optimizers=(GradientDescent(), Momentum()), landscapes=SPEC.landscapes[1:], tunes_rate=True
    )
    (part,) = gathered(spec)
    bowl = spec.landscapes[0]
    starts = spread_starts(bowl, spec.starts + RATE_STARTS)[spec.starts :]
    for place, optimizer in enumerate(spec.optimizers):
        assert (part.rate[:, place] == best_rate(optimizer, bowl, starts, spec).lr).all()
        assert (part.rate[:, place] > optimizer.lr).all()
    (untuned,) = gathered(replace(spec, tunes_rate=False))
    assert (part.loss < untuned.loss).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimizers": (Adam(),)}, "two optimizers"),
        ({"landscapes": ()}, "one landscape"),
        ({"starts": 0}, "one start"),
        ({"budget": 0}, "at least 1 gradient"),
        ({"tolerances": (1.0,)}, "between 0 and 1"),
        ({"starts": 10**6}, "too many"),
        (
            {"optimizers": (Adam(), LevenbergMarquardt()), "landscapes": (landscapes.get("rastrigin"),)},
            "a sum of squares",
        ),
    ],
)
def test_what_cannot_be_computed(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(SPEC, **changes).check()  # type: ignore[arg-type]
    SPEC.check()
