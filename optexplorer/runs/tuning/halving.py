"""Successive halving: many candidates are tried for a few steps, the best of them longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.search import Candidate, Evaluate, Judge, SearchState
from optexplorer.runs.tuning.sobol import sobol_points
from optexplorer.runs.tuning.trials import Settings

FEWEST_STEPS = 12
"""Steps of the first trials at least: fewer tell little about what follows."""


@dataclass(frozen=True)
class Halving:
    """Successive halving (Jamieson & Talwalkar 2016) of Sobol points.

    Attributes
    ----------
    count : how many candidates there are, beside the present settings
    factor : after each round one in so many goes on, with so many times the steps
    seed : of the shift of the points
    """

    count: int = 64
    factor: int = 4
    seed: int = 0

    def rounds(self, steps: int) -> list[tuple[int, int]]:
        """Return of each round how many candidates, without the present settings, are tried, and for how many steps."""
        found = [(self.count, steps)]
        while found[0][1] // self.factor >= FEWEST_STEPS and self.count // self.factor ** len(found) >= 2:
            found = [(self.count, found[0][1] // self.factor), *found]
        return [(max(self.count // self.factor**k, 1), steps) for k, (_, steps) in enumerate(found)]

    def run(
        self,
        ranges: Sequence[SearchRange],
        present: Settings,
        steps: int,
        trials: int,
        evaluate: Evaluate,
        judge: Judge,
    ) -> Iterator[SearchState]:
        """Search; see `Search.run`."""
        points = sobol_points(self.count, len(ranges), self.seed)
        found = [Candidate(0, dict(present))]
        found += [
            Candidate(number, {axis.name: axis.at(share) for axis, share in zip(ranges, point, strict=True)})
            for number, point in enumerate(points.tolist(), 1)
        ]
        rounds = self.rounds(steps)
        total, done = sum((count + 1) * length for count, length in rounds) * trials, 0
        for rung, (count, length) in enumerate(rounds):
            if rung:
                found = _halved(found, count)
            alive = [candidate for candidate in found if candidate.alive]
            finished = 0
            yield SearchState(tuple(found), rung, len(rounds), done, total)
            for part, results in evaluate([candidate.settings for candidate in alive], length):
                for place, score in zip(part, judge(results), strict=True):
                    number = alive[place].number
                    found[number] = replace(found[number], rung=rung, steps=length, score=score)
                finished += len(part)
                done += len(part) * length * trials
                yield SearchState(tuple(found), rung, len(rounds), done, total)
            if finished < len(alive):
                return


def _halved(candidates: list[Candidate], count: int) -> list[Candidate]:
    """Return the candidates, of which the best `count` go on, and the present settings with them."""
    alive = [candidate for candidate in candidates if candidate.alive and candidate.number]
    best = sorted(alive, key=lambda candidate: (candidate.score, candidate.number))[:count]
    kept = {0, *(candidate.number for candidate in best)}
    return [replace(candidate, alive=candidate.number in kept) for candidate in candidates]
