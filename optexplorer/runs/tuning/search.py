"""What every search for good settings has in common: candidates, and how far the search has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.trials import Score, Settings, TrialResults

Evaluate = Callable[[Sequence[Settings], int], Iterator[tuple[range, TrialResults]]]
"""Runs the trials of candidates for a number of steps; yields which of them are done, and their results."""
Judge = Callable[[TrialResults], list[Score]]


@dataclass(frozen=True)
class Candidate:
    """Settings that are tried.

    Attributes
    ----------
    number : its place among all candidates; 0 has the settings that the racer has now
    settings : the values of what is searched
    rung : in which round it was tried last, from 0; −1 if it waits for the first
    steps : of these trials
    score : of these trials; None before there is one
    alive : whether it may still win
    """

    number: int
    settings: Settings
    rung: int = -1
    steps: int = 0
    score: Score | None = None
    alive: bool = True


@dataclass(frozen=True)
class SearchState:
    """How far a search has come.

    Attributes
    ----------
    candidates : all so far, in the order of their numbers
    rung, rungs : the number of the present round, and how many there are
    done, total : steps of all trials, taken and to be taken
    """

    candidates: tuple[Candidate, ...]
    rung: int
    rungs: int
    done: int
    total: int

    @property
    def best(self) -> Candidate | None:
        """The best of those that were tried longest; None before the first is done."""
        tried = [
            candidate for candidate in self.candidates if candidate.alive and candidate.score is not None
        ]
        longest = max((candidate.steps for candidate in tried), default=0)
        return min(
            (candidate for candidate in tried if candidate.steps == longest),
            key=lambda candidate: (candidate.score, candidate.number),
            default=None,
        )


class Search(Protocol):
    """A way to search."""

    def run(
        self,
        ranges: Sequence[SearchRange],
        present: Settings,
        steps: int,
        trials: int,
        evaluate: Evaluate,
        judge: Judge,
    ) -> Iterator[SearchState]:
        """Search, yielding how far it has come after every part that is done.

        Parameters
        ----------
        ranges : of the settings that are searched
        present : the settings that the racer has now; they are tried to the end, whatever their score
        steps : of the trials that decide
        trials : how many trials each candidate has
        evaluate : runs trials; when it ends early, so does the search
        judge : tells the scores of candidates
        """
        ...
