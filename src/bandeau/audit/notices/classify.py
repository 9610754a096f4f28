"""What a control of a notice does, told from its label: the rules are one table, the words come from ``words/``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bandeau.audit.notices.text import plain
from bandeau.audit.notices.vocabulary import SPACELESS, Found, Sense, find
from bandeau.audit.seen import Role

MAX_LABEL = 120
"""A label is not longer (characters); what is longer is text."""

CERTAIN = 0.55
"""From this score on a label is taken at its word."""

_CROSSES = {"×", "✕", "✖", "✗", "✘", "╳", "⨯", "❌", "🗙", "x", "X", "&times;"}
"""Signs that stand alone on buttons that close."""

A, S = Sense.ACCEPT, Sense

# Each row: senses that are there, senses that are not, the role, how sure. The first row that fits counts.
_RULES: tuple[tuple[frozenset[Sense], frozenset[Sense], Role, float], ...] = tuple(
    (frozenset(there), frozenset(lacking), role, sure)
    for there, lacking, role, sure in (
        # Paying, signing up and logging in are neither accepting nor refusing, whatever else the button says.
        ({A, S.SUBSCRIBE, S.NOT}, {S.REFUSE}, Role.ACCEPT, 0.8),  # "accept and read on without paying"
        ({S.SUBSCRIBE}, set(), Role.OTHER, 1),
        # "Accept or refuse", but not "continue without accepting", nor "do not accept".
        ({A, S.REFUSE, S.ONLY}, set(), Role.REFUSE, 1),
        ({A, S.REFUSE, S.NECESSARY}, set(), Role.REFUSE, 1),
        ({A, S.REFUSE}, {S.NOT}, Role.OTHER, 1),
        ({S.REFUSE, S.SETTINGS}, {S.ALL, S.SAVE, S.OPTIONAL}, Role.SETTINGS, 0.6),
        ({S.REFUSE, S.POLICY}, set(), Role.OTHER, 1),
        ({S.REFUSE}, set(), Role.REFUSE, 1),
        ({S.ONLY, S.NECESSARY}, set(), Role.REFUSE, 1),
        ({A, S.OPTIONAL}, {S.NOT, S.CHOSEN}, Role.ACCEPT, 0.9),  # "accept additional cookies" asks for all there is
        ({A, S.NECESSARY}, {S.CHOSEN}, Role.REFUSE, 0.9),
        ({S.SEEN, S.ONLY}, set(), Role.OTHER, 1),
        ({A, S.NOT}, set(), Role.REFUSE, 0.9),
        ({S.OPTIONAL, S.NOT}, {S.SAVE, S.BACK}, Role.REFUSE, 0.9),  # "continue without optional cookies"
        ({S.TOPIC, S.NOT}, {S.SETTINGS, S.SAVE, S.BACK}, Role.REFUSE, 0.7),  # "without cookies"
        ({A, S.SAVE, S.ALL}, {S.CHOSEN}, Role.ACCEPT, 0.9),
        ({S.BACK}, {S.SAVE}, Role.WITHDRAW, 1),
        ({A, S.CHOSEN}, {S.ALL}, Role.SAVE, 1),
        ({S.SAVE}, {S.NOT}, Role.SAVE, 1),
        ({A, S.SETTINGS}, {S.ALL}, Role.SAVE, 0.6),
        ({S.SEEN, S.CHOSEN}, {A, S.SETTINGS, S.ALL, S.NOT}, Role.SAVE, 0.9),  # "continue with selected cookies"
        ({A, S.POLICY}, set(), Role.ACCEPT, 0.6),
        ({A}, set(), Role.ACCEPT, 1),
        ({S.CLOSE, S.SETTINGS}, {A}, Role.CLOSE, 1),  # "close settings"
        ({S.SETTINGS}, set(), Role.SETTINGS, 1),
        ({S.POLICY}, set(), Role.POLICY, 1),
        ({S.CLOSE}, set(), Role.CLOSE, 1),
        ({S.MORE}, set(), Role.POLICY, 0.6),
        ({S.SEEN}, {S.NOT}, Role.ACCEPT, 0.7),
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a label was taken for: the role, how sure (0 to 1), and the language that says so."""

    role: Role
    score: float = 0.0
    language: str = ""


NOTHING = Reading(Role.OTHER)


def classify(label: str, language: str = "") -> Reading:
    """Tell what a control does; ``language`` is the page's, if it says one, and breaks ties.

    A label that no rule is sure of, or that is mostly other words ("Accept the terms of our lottery"), is ``OTHER``.
    """
    if label.strip() in _CROSSES:
        return Reading(Role.CLOSE, 1.0)
    if not 0 < len(label.strip()) <= MAX_LABEL:
        return NOTHING
    return _classify(plain(label), language.partition("-")[0].lower())


@lru_cache(maxsize=8_192)
def _classify(text: str, language: str) -> Reading:
    readings = [_read(text, spoken, found) for spoken, found in find(text).items()]
    best = max(readings, key=lambda reading: _rank(reading, language), default=NOTHING)
    return best if best.score >= CERTAIN else NOTHING


def _rank(reading: Reading, language: str) -> float:
    return reading.score + 0.15 * (reading.language == language) + 0.05 * (reading.language == "en")


def _read(text: str, language: str, found: tuple[Found, ...]) -> Reading:
    """What one language makes of the label."""
    role, sure = _rule({one.sense for one in found})
    return Reading(role, sure * _explained(text, language, found), language)


def _rule(senses: Iterable[Sense]) -> tuple[Role, float]:
    present = set(senses)
    fitting = ((role, sure) for there, lacking, role, sure in _RULES if there <= present and not lacking & present)
    return next(fitting, (Role.OTHER, 0.0))


def _explained(text: str, language: str, found: tuple[Found, ...]) -> float:
    """How much of the label the language knows, by letters: foreign words make a label doubtful."""
    units = text if language in SPACELESS else text.split()
    known = {place for one in found for place in range(one.start, one.start + one.length)}
    letters = sum(len(unit) for unit in units if unit != " ")
    told = sum(len(units[place]) for place in known if units[place] != " ")
    return told / letters if letters else 0.0


def refuses(label: str) -> bool:
    """Whether one of several answers is the one that refuses: "No, do not show me any" begins by saying so."""
    text = plain(label)
    known = max(find(text).values(), key=lambda found: sum(one.length for one in found), default=())
    opening = any(one.start == 0 and one.sense in (Sense.REFUSE, Sense.NOT) for one in known)
    return opening or classify(label).role is Role.REFUSE


def languages(text: str) -> Mapping[str, int]:
    """Count the words of a text that each language knows: the most tells its language."""
    return {spoken: sum(one.length for one in found) for spoken, found in find(plain(text)).items()}


def guess_language(text: str, hint: str = "") -> str:
    """Give the language that knows most of a text, nothing where none knows enough of it to say.

    ``hint`` is what the page says: it decides between near relations (Czech and Slovak, Danish and Norwegian).
    """
    counted = dict(languages(text))
    own = hint.partition("-")[0].lower()
    if own in counted:
        counted[own] = counted[own] * 3 // 2
    best = max(counted, key=lambda spoken: counted[spoken], default="")
    return best if best and counted[best] >= 4 else ""
