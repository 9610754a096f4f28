"""The readers' poll: one vote for each reader's session, kept in memory."""

from __future__ import annotations

from collections import Counter, OrderedDict

ANSWERS = {"oui": "Oui, toutes les nuits", "week-end": "Le week-end seulement", "non": "Non"}
VOTERS = 10_000
"""How many sessions are remembered; the oldest vote is forgotten first."""


class Poll:
    """Votes by session; a second vote replaces the first."""

    def __init__(self) -> None:
        self._votes: OrderedDict[str, str] = OrderedDict()
        self._before = Counter({"oui": 214, "week-end": 171, "non": 38})

    def vote(self, session: str, answer: str) -> bool:
        """Count a vote; ``False`` where there is no such answer."""
        if answer not in ANSWERS:
            return False
        self._votes[session] = answer
        if len(self._votes) > VOTERS:
            self._votes.popitem(last=False)
        return True

    def voted(self, session: str) -> str | None:
        """What this session answered, ``None`` if it has not."""
        return self._votes.get(session)

    def results(self) -> list[tuple[str, int, int]]:
        """Each answer's label, its votes, and its share in per cent."""
        votes = self._before + Counter(self._votes.values())
        total = votes.total()
        return [(label, votes[answer], round(100 * votes[answer] / total)) for answer, label in ANSWERS.items()]
