"""Asks the visitor: the choice cookie and signals, and the notice as plain HTML."""
