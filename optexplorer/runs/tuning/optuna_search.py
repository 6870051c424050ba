"""A search by Optuna, for who has it installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.search import Candidate, Evaluate, Judge, SearchState
from optexplorer.runs.tuning.trials import Settings

WORST = 1e302
"""What Optuna is told of candidates whose trials diverge."""


def has_optuna() -> bool:
    """Return whether Optuna is installed."""
    return find_spec("optuna") is not None


@dataclass(frozen=True)
class OptunaSearch:
    """Optuna's tree-structured Parzen estimator (Bergstra et al. 2011): later candidates learn from those before.

    Attributes
    ----------
    count : how many candidates there are, beside those that are known
    together : how many are asked for at once, and tried together
    seed : of its random numbers
    """

    count: int = 64
    together: int = 8
    seed: int = 0

    def total(self, length: int, trials: int, known: int) -> int:
        """Return the length of all trials together; see `Search.total`."""
        return (self.count + known) * length * trials

    def run(
        self,
        ranges: Sequence[SearchRange],
        known: Sequence[Settings],
        length: int,
        trials: int,
        evaluate: Evaluate,
        judge: Judge,
    ) -> Iterator[SearchState]:
        """Search; see `Search.run`.

        Raises
        ------
        ValueError
            If Optuna is not installed.
        """
        if not has_optuna():
            raise ValueError("this search needs Optuna; install it with: pip install 'optexplorer[optuna]'")
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=self.seed))
        found: list[Candidate] = []
        rounds = -(-self.count // self.together)
        total = self.total(length, trials, len(known))
        for rung in range(rounds):
            size = min(self.together, self.count - rung * self.together)
            asked = [study.ask() for _ in range(size)]
            new: list[Settings] = [] if rung else [dict(settings) for settings in known]
            new += [
                {axis.name: axis.at(trial.suggest_float(axis.name, 0.0, 1.0)) for axis in ranges}
                for trial in asked
            ]
            first = len(found)
            found += [Candidate(first + k, settings) for k, settings in enumerate(new)]
            finished = 0
            for part, results in evaluate(new, length):
                for place, score, loss in zip(part, judge(results), results.robust_loss, strict=True):
                    found[first + place] = Candidate(first + place, new[place], rung, length, score, loss)
                finished += len(part)
                done = (first + finished) * length * trials
                yield SearchState(tuple(found), rung, rounds, done, total)
            if finished < len(new):
                return
            for trial, candidate in zip(asked, found[-size:], strict=True):
                assert candidate.score is not None
                study.tell(trial, min(candidate.score.number, WORST))
