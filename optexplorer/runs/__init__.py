"""Runs experiments: every racer's descent, with partial results, cancelling and a cache. Knows no Qt."""
