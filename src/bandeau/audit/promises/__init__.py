"""Promises: what a notice says in its own words, read by rules, and held against what was seen.

``read_promises`` and ``read_text`` quote what is promised; ``hold`` says of each promise whether it is kept. The rules
are data (``rules/``, one file for each language): docs/reference/promises.md tells how they are written.
"""

from bandeau.audit.promises.holding import hold as hold
from bandeau.audit.promises.holding import words_of as words_of
from bandeau.audit.promises.reading import read_promises as read_promises
from bandeau.audit.promises.reading import read_text as read_text
