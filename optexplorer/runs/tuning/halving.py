"""Successive halving: many candidates are tried for a short time, the better half of them longer, and so on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.search import Candidate, Evaluate, Judge, SearchState
from optexplorer.runs.tuning.sobol import sobol_points
from optexplorer.runs.tuning.trials import Settings

SHORTEST = 12
"""Length of the first trials at least: shorter ones tell little about what follows."""


@dataclass(frozen=True)
class Halving:
    """Successive halving (Jamieson & Talwalkar 2016) of Sobol points.

    Attributes
    ----------
    count : how many candidates there are, beside those that are known
    factor : after each round one in so many goes on, for so many times as long
    seed : of the shift of the points
    """

    count: int = 64
    factor: int = 2
    seed: int = 0

    def rounds(self, length: int) -> list[tuple[int, int]]:
        """Return of each round how many candidates, without the known ones, are tried, and for how long."""
        lengths = [length]
        while lengths[0] // self.factor >= SHORTEST and self.count // self.factor ** len(lengths) >= 2:
            lengths = [lengths[0] // self.factor, *lengths]
        return [(self.count // self.factor**k, each) for k, each in enumerate(lengths)]

    def total(self, length: int, trials: int, known: int) -> int:
        """Return the length of all trials together; see `Search.total`."""
        return sum((count + known) * each for count, each in self.rounds(length)) * trials

    def run(
        self,
        ranges: Sequence[SearchRange],
        known: Sequence[Settings],
        length: int,
        trials: int,
        evaluate: Evaluate,
        judge: Judge,
    ) -> Iterator[SearchState]:
        """Search; see `Search.run`."""
        points = sobol_points(self.count, len(ranges), self.seed)
        tried: list[Settings] = [dict(settings) for settings in known]
        tried += [
            {axis.name: axis.at(share) for axis, share in zip(ranges, point, strict=True)}
            for point in points.tolist()
        ]
        found = [Candidate(number, settings) for number, settings in enumerate(tried)]
        rounds = self.rounds(length)
        total, done = self.total(length, trials, len(known)), 0
        for rung, (count, each) in enumerate(rounds):
            if rung:
                found = _halved(found, count, len(known))
            alive = [candidate for candidate in found if candidate.alive]
            finished = 0
            yield SearchState(tuple(found), rung, len(rounds), done, total)
            for part, results in evaluate([candidate.settings for candidate in alive], each):
                for place, score, loss in zip(part, judge(results), results.robust_loss, strict=True):
                    number = alive[place].number
                    found[number] = replace(found[number], rung=rung, length=each, score=score, loss=loss)
                finished += len(part)
                done += len(part) * each * trials
                yield SearchState(tuple(found), rung, len(rounds), done, total)
            if finished < len(alive):
                return


def _halved(candidates: list[Candidate], count: int, known: int) -> list[Candidate]:
    """Return the candidates, of which the best `count` go on, and the first `known` with them."""
    alive = [candidate for candidate in candidates[known:] if candidate.alive]
    best = sorted(alive, key=lambda candidate: (candidate.score, candidate.number))[:count]
    kept = {*range(known), *(candidate.number for candidate in best)}
    return [replace(candidate, alive=candidate.number in kept) for candidate in candidates]
