"""Every error Bandeau raises: one class for each thing that the caller can do about it."""

from __future__ import annotations

from dataclasses import dataclass


class BandeauError(Exception):
    """The root of all Bandeau errors; never raised itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a declaration: where it stands, what was found, what is allowed.

    ``line`` counts from 1; it is 0 where the problem has no line of its own (a missing file).
    """

    line: int
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """Give the problem as one sentence, without the file's name."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.key}: found {self.found}; {self.allowed}"


class DeclarationError(BandeauError, ValueError):
    """The declaration cannot be used; mend the lines that ``problems`` names, all at once."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class NoChoice(BandeauError):
    """A choice cookie says nothing that can be trusted: treat the visitor as not having chosen."""


class StoreError(BandeauError):
    """The record could not be made durable: do not acknowledge the choice, try again later."""


class Withheld(BandeauError):
    """A record may not be erased for now, for the reason given: tell whoever asked (GDPR, art. 12(4))."""


class ProofError(BandeauError):
    """A proof, a signature or a ledger does not hold: rely on nothing that it says, and keep it as evidence."""


class BrokenBody(BandeauError):
    """A body is corrupt or ended too early: send what came of it, then break off; never end it as if it were whole."""


class SetupError(BandeauError):
    """Something outside Bandeau is missing or wrong (a file, a key, a port): its message says what to do."""
