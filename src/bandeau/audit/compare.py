"""Two audits beside one another, and what makes an audit fail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bandeau.audit.finding import Finding, Severity
from bandeau.errors import BandeauError

NEVER = "never"
"""What ``FailOn.parse`` takes for an audit that fails on nothing."""


class FailOnError(BandeauError, ValueError):
    """What an audit shall fail on is neither a severity nor the code of a finding: mend the word."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the findings between two audits; ``still`` holds those of the newer one."""

    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    still: tuple[Finding, ...]


def difference(old: Iterable[Finding], new: Iterable[Finding]) -> Difference:
    """Compare two audits by the keys of their findings, each side in its own order."""
    before = {finding.key: finding for finding in old}
    after = {finding.key: finding for finding in new}
    return Difference(
        new=tuple(finding for key, finding in after.items() if key not in before),
        gone=tuple(finding for key, finding in before.items() if key not in after),
        still=tuple(finding for key, finding in after.items() if key in before),
    )


@dataclass(frozen=True, slots=True)
class FailOn:
    """What makes an audit fail: findings as grave as ``severity`` or graver, and those of the ``codes``."""

    severity: Severity | None = Severity.ERROR
    codes: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, words: Iterable[str], codes: Collection[str]) -> FailOn:
        """Read severities and codes, of which the mildest severity counts; ``codes`` are those that there are.

        Raises:
            FailOnError: a word is neither, or ``never`` stands beside others.
        """
        given = list(words)
        if NEVER in given:
            if len(given) > 1:
                raise FailOnError(f"{NEVER!r} says that nothing fails: leave out {NEVER!r}, or everything else.")
            return cls(None)
        severities = [Severity(word) for word in given if word in set(Severity)]
        named = frozenset(given) - set(Severity)
        for word in sorted(named - set(codes)):
            allowed = ", ".join([*Severity, NEVER])
            raise FailOnError(f"{word!r} is neither a severity ({allowed}) nor the code of a finding.")
        return cls(max(severities, key=lambda one: one.rank, default=None), named)

    def fails(self, finding: Finding) -> bool:
        """Whether this finding makes an audit fail."""
        grave = self.severity is not None and finding.severity.rank <= self.severity.rank
        return grave or finding.code in self.codes
