"""See how gradient-based optimizers descend a loss landscape."""

__version__ = "0.1.0"
