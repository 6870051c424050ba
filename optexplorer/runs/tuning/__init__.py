"""Searches good settings of optimizers: candidates, their trials, and what the winner brings. Knows no Qt."""
