"""Failures of computations: a message for the user, the traceback for the log."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass

logger = logging.getLogger("optexplorer")
"""Where every failure is logged. The window shows records of level ERROR; a file keeps those of level WARNING too."""

EXPECTED = (OSError, ValueError, ArithmeticError, MemoryError, NotImplementedError)
"""Errors whose own message tells what was wrong with the input; others are faults of a program."""


@dataclass(frozen=True)
class Failure:
    """A computation that could not be done.

    Attributes
    ----------
    message : what went wrong, in one sentence without numbers of errors or paths
    details : the traceback
    subject : what could not be computed, such as "racer 2 (Adam)"; empty where that is plain
    generation : of the request that it belongs to; 0 where there are no requests
    expected : whether the message tells what was wrong with the input; else a program, such as a plugin, is at fault
    """

    message: str
    details: str = ""
    subject: str = ""
    generation: int = 0
    expected: bool = False

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}" if self.subject else self.message


class RacerError(ValueError):
    """A racer could not be run; its cause is the error that the optimizer, the schedule or the landscape raised."""

    def __init__(self, number: int, title: str, cause: BaseException) -> None:
        super().__init__(f"racer {number + 1} ({title}): {error_words(cause)}")
        self.number, self.cause = number, cause
        self.__cause__ = cause


def is_expected(error: BaseException) -> bool:
    """Return whether the message of `error` tells what was wrong with the input."""
    if isinstance(error, RacerError):
        return is_expected(error.cause)
    return isinstance(error, EXPECTED)


def failure_of(error: BaseException, subject: str = "", generation: int = 0) -> Failure:
    """Return what is to be told of `error`, with its traceback."""
    details = "".join(traceback.format_exception(error))
    return Failure(error_words(error), details, subject, generation, is_expected(error))


def error_words(error: BaseException) -> str:
    """Return the message of an error; for one that is no statement about the input, with its type."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    words = str(error).strip()
    if not words:
        return type(error).__name__
    return words if isinstance(error, EXPECTED) else f"{type(error).__name__}: {words}"


def log_failure(failure: Failure, level: int = logging.ERROR) -> None:
    """Write a failure to the log, its traceback below its message; the record carries it as `failure`."""
    logger.log(level, "%s\n%s", failure, failure.details, extra={"failure": failure})
