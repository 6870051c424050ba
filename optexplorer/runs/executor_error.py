"""The error of executors."""


class ExecutorError(ValueError):
    """Tasks cannot be computed where it was asked for; the message says why, and what would be right."""
