"""What one row of the plants' tables is."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEFORE, REFUSED, ACCEPTED, WITHDRAWN = "before", "refused", "accepted", "withdrawn"
WITHOUT = (BEFORE, REFUSED, WITHDRAWN)
"""The states without consent."""


@dataclass(frozen=True)
class Plant:
    """One way to break the promise, on a page of its own.

    ``state`` is the one that it is looked for in, and that its parts are done in unless ``when`` names others:
    ``script`` by the page, ``tag`` by a script that the tracker serves (it is contacted in ``state`` for that, so that
    is found as well), ``head`` and ``body`` as markup, ``cookies`` as ``Set-Cookie`` headers. ``swaps`` changes texts
    of the good notice.

    In all of them ``SILLAGE`` stands for the address of the declared tracker, ``INCONNU`` for one that nobody
    declared, ``RANDOM`` (in headers) for an identifier that is new each time; ``random()`` gives one to scripts.

    ``shows`` is what shows, without any audit, that it really happens: ``contact <host>/<path>``,
    ``sent <host> <cookie>`` (what the servers saw), ``cookie <name>`` (what lies in the browser), else a script of the
    page that gives true. ``finds`` is what an audit must say, as ``<code> <subject>``, where the subject may be cut at
    its end by ``*``, with the state before it where that is another one than ``state``.
    """

    name: str
    state: str
    finds: tuple[str, ...]
    shows: str
    script: str = ""
    tag: str = ""
    tagged_by: str = "SILLAGE"
    head: str = ""
    body: str = ""
    cookies: tuple[str, ...] = ()
    status: int = 200  # what the page answers
    swaps: tuple[tuple[str, str], ...] = ()
    when: tuple[str, ...] = ()
    declared: bool = True  # whether the audit is given the paper's declaration
    signal: bool = False  # whether the browser says Global Privacy Control
    elsewhere: bool = False  # whether the page is read at a name that the domain name system may know
    whole: bool = False  # whether every state is seen, not only those on the way to ``state``
    read: bool = False  # whether the notice is read with its settings

    @property
    def slug(self) -> str:
        """Its part of the page's address."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def path(self) -> str:
        """Its page."""
        return f"/p/{self.slug}"

    @property
    def does(self) -> tuple[str, ...]:
        """The states in which it does what it does."""
        return self.when or (self.state,)
