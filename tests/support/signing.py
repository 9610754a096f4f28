"""Keys for the tests of what is signed, and texts that a note may have."""

from __future__ import annotations

from hypothesis import strategies as st

from bandeau.record.checkpoint import Checkpoint
from bandeau.record.keys import Kind, Signer

LOG = Signer("log.example/consent", bytes(range(32)))
OTHER = Signer("other.example/log", bytes(range(32, 64)))
WITNESS = Signer("witness.example/w1", bytes(range(64, 96)), Kind.COSIGNATURE)
SECOND = Signer("witness.example/w2", bytes(range(96, 128)), Kind.COSIGNATURE)
HEAD = Checkpoint(LOG.name, 8, bytes(range(32)))

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)])
LINES = st.text(CHARACTERS, min_size=1, max_size=20)
TEXTS = st.lists(st.text(CHARACTERS, max_size=12), min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n")
NAMES = LINES.filter(lambda name: "+" not in name and not any(map(str.isspace, name)))
NUMBERS = st.integers(0, (1 << 63) - 1)
HASHES = st.binary(min_size=32, max_size=32)
PATHS = st.lists(HASHES, max_size=63).map(tuple)
SIGNERS = st.builds(Signer, NAMES, HASHES)
WITNESSES = st.builds(Signer, NAMES, HASHES, st.just(Kind.COSIGNATURE))
CHECKPOINTS = st.builds(Checkpoint, LINES, NUMBERS, HASHES, st.lists(LINES, max_size=3).map(tuple))
