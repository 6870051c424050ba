"""What every search for good settings has in common: candidates, and how far the search has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from optexplorer.runs.tuning.ranges import SearchRange
from optexplorer.runs.tuning.trials import Score, Settings, TrialResults

Evaluate = Callable[[Sequence[Settings], int], Iterator[tuple[range, TrialResults]]]
"""Runs the trials of candidates of a length; yields which of them are done, and their results."""
Judge = Callable[[TrialResults], list[Score]]


@dataclass(frozen=True)
class Candidate:
    """Settings that are tried.

    Attributes
    ----------
    number : its place among all candidates; the first are known settings, such as the default ones
    settings : the values of what is searched
    rung : in which round it was tried last, from 0; −1 if it waits for the first
    length : of these trials
    score : of these trials; None before there is one
    loss : the loss at their ends that most of them do not exceed (see `trials.ROBUST`)
    alive : whether it may still win
    confirmed : whether the score is of the last trials, from more starts, among the best of the search
    """

    number: int
    settings: Settings
    rung: int = -1
    length: int = 0
    score: Score | None = None
    loss: float = float("nan")
    alive: bool = True
    confirmed: bool = False


@dataclass(frozen=True)
class SearchState:
    """How far a search has come.

    Attributes
    ----------
    candidates : all so far, in the order of their numbers
    rung, rungs : the number of the present round, and how many there are
    done, total : the length of all trials, made and to be made
    """

    candidates: tuple[Candidate, ...]
    rung: int
    rungs: int
    done: int
    total: int

    @property
    def best(self) -> Candidate | None:
        """The best of those that were tried longest, or confirmed; None before the first is done."""
        return next(iter(self.leaders()), None)

    def leaders(self) -> list[Candidate]:
        """Return those that were confirmed, or else tried longest, the best first."""
        tried = [
            candidate for candidate in self.candidates if candidate.alive and candidate.score is not None
        ]
        furthest = max(((each.confirmed, each.length) for each in tried), default=None)
        found = [each for each in tried if (each.confirmed, each.length) == furthest]
        return sorted(found, key=lambda candidate: (candidate.score, candidate.number))


class Search(Protocol):
    """A way to search."""

    def run(
        self,
        ranges: Sequence[SearchRange],
        known: Sequence[Settings],
        length: int,
        trials: int,
        evaluate: Evaluate,
        judge: Judge,
    ) -> Iterator[SearchState]:
        """Search, yielding how far it has come after every part that is done.

        Parameters
        ----------
        ranges : of the settings that are searched
        known : settings that are tried to the end, whatever their scores, such as the default ones
        length : of the trials that decide
        trials : how many trials each candidate has
        evaluate : runs trials; when it ends early, so does the search
        judge : tells the scores of candidates
        """
        ...

    def total(self, length: int, trials: int, known: int) -> int:
        """Return the length of all trials together; parameters as of `run`, with the number of known settings."""
        ...
