"""The engine of a collection round: distribute, collect, check, summarise; no round's words."""

__version__ = "0.6.0"
