"""Bandeau: declare your trackers, ask the visitor, enforce the answer, record the proof."""

__version__ = "0.1.0"
