"""Which block of a page is a notice about cookies and trackers, and which is none: pure, over what the page script saw.

Precision matters as much as recall: newsletters, log-in boxes, age gates and pay walls float over pages too, and some
of them mention privacy. What makes a notice is words that notices alone use, together with controls that answer them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from bandeau.audit.notices.classify import Reading, classify, guess_language
from bandeau.audit.notices.text import plain
from bandeau.audit.notices.vocabulary import Found, Sense, find
from bandeau.audit.seen import Box, Role

ENOUGH = 1.5
"""From this score on a block is taken for a notice."""

LONG = 3_000
"""A notice's first layer has fewer characters than this."""


class Clickable(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be clicked, as the page script tells of it; ``id`` is the script's own number."""

    id: int
    text: str
    tag: str = ""
    href: str = ""
    button: bool = True  # a button, or a link that leads nowhere else
    leads: bool = False  # a link to another document
    off: bool = False
    corner: bool = False  # small, in an upper corner of its box
    role: str = ""  # as a recipe has it


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a page that may be a notice."""

    id: int
    text: str
    box: Box
    floats: bool = False
    dialog: bool = False
    hinted: bool = False  # its id or class speaks of consent
    wide: bool = False
    inside: bool = False  # stands in the page's content
    body: bool = False
    fields: int = 0
    password: bool = False
    switches: int = 0
    on: int = 0  # of the switches
    recipe: str = ""  # the recipe that knows it
    exact: bool = False  # it is the recipe's very block
    controls: tuple[Clickable, ...] = ()


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What one document shows that may be a notice."""

    url: str
    language: str = ""
    ready: str = "complete"
    managers: tuple[str, ...] = ()  # at home here, by their recipes
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A block, what each of its controls does, and how sure it is a notice."""

    block: Block
    controls: tuple[tuple[Clickable, Reading], ...]
    score: float

    def best(self, *roles: Role) -> Clickable | None:
        """The control that plays one of the roles, buttons before links, the surest first."""
        fitting = [pair for pair in self.controls if pair[1].role in roles and not pair[0].off]
        return max(fitting, key=lambda pair: (pair[0].button, pair[1].score), default=(None, None))[0]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that its controls play."""
        return frozenset(reading.role for _, reading in self.controls)


def judge(block: Block, language: str = "", *, opened: bool = False) -> Judged:
    """Say what a block is; ``opened`` where a visitor has just asked for the settings, which need not say "cookie"."""
    spoken = guess_language(block.text, language) or language
    controls = in_notice([(one, read(one, spoken)) for one in block.controls])
    draft = Judged(block, controls, 0.0)
    score = max(_settings_score(draft) if opened else 0.0, _score(draft), ENOUGH if _known(draft) else 0.0)
    return Judged(block, controls, score + (0.5 if block.exact and _known(draft) else 0.0))


def read(one: Clickable, language: str) -> Reading:
    """Say what a control does: a recipe that names it knows, else its words tell."""
    return Reading(Role(one.role), 1.0, language) if one.role else classify(one.text, language)


def in_notice(controls: Sequence[tuple[Clickable, Reading]]) -> tuple[tuple[Clickable, Reading], ...]:
    """Read labels as they are meant inside a notice: "change my choices" opens settings, "learn more" may do so.

    A sign without a name in an upper corner closes: whoever sees a cross there needs no word for it.
    """
    roles = {reading.role for _, reading in controls}
    return tuple((one, _meant(one, reading, roles)) for one, reading in controls)


def _meant(one: Clickable, reading: Reading, roles: set[Role]) -> Reading:
    if reading.role is Role.WITHDRAW and not (one.leads and Role.SETTINGS in roles):
        return Reading(Role.SETTINGS, reading.score * 0.9, reading.language)
    opens = one.button and not one.leads
    if reading.role is Role.POLICY and reading.score <= 0.6 and opens and Role.SETTINGS not in roles:
        return Reading(Role.SETTINGS, reading.score, reading.language)
    if one.corner and not one.text and not one.leads:
        return Reading(Role.CLOSE, 0.6, reading.language)
    return reading


def _known(draft: Judged) -> bool:
    """Whether a recipe names a control that is really there to answer with."""
    return bool(draft.block.recipe) and any(one.role for one in draft.block.controls)


def topics(text: str) -> tuple[int, int]:
    """Count, in the language that knows most of the text, the words of notices alone and those of notices too.

    Text that speaks of the visitor's age as often is an age gate's, which may mention cookies too: it counts nothing.
    """
    known = max(find(plain(text)).values(), key=_weight, default=())
    topic, about, age = (sum(one.sense is sense for one in known) for sense in (Sense.TOPIC, Sense.ABOUT, Sense.AGE))
    return (0, 0) if age > max(1, topic) else (topic, about)


def _weight(found: Iterable[Found]) -> tuple[int, int]:
    senses = [one.sense for one in found]
    return len(senses), senses.count(Sense.TOPIC)


def prose(block: Block) -> str:
    """Give a block's text without the labels of what can be clicked in it: a link called "Cookies" tells nothing."""
    labels = sorted((one.text for one in block.controls if one.text), key=len, reverse=True)
    return "\n".join(line for line in block.text.splitlines() if _says_more(line, labels))


def _says_more(line: str, labels: Sequence[str]) -> bool:
    for label in labels:
        line = line.replace(label, " ")
    return bool(plain(line))


def _score(draft: Judged) -> float:
    block, roles = draft.block, draft.roles
    topic, about = topics(prose(block))
    if topics(block.text)[0] and about:  # "your privacy", and a button that says "cookies"
        topic = 1
    asks = bool(roles & {Role.ACCEPT, Role.REFUSE})
    answers = asks or {Role.SETTINGS, Role.SAVE} <= roles or (Role.SAVE in roles and block.switches > 0)
    tells = topic and block.floats and bool(roles & {Role.CLOSE, Role.SETTINGS})
    both = asks and len(roles & {Role.ACCEPT, Role.REFUSE, Role.SETTINGS}) > 1
    if not (answers or tells) or not (topic or (about and both)) or _asks_for_something_else(draft):
        return 0.0
    if not (block.floats or block.dialog or _stands_like_a_notice(draft)):
        return 0.0
    others = sum(reading.role is Role.OTHER for _, reading in draft.controls)
    weights = (
        (topic > 0, 1.0),
        (about > 0, 0.3),
        (block.hinted, 0.5),
        (block.floats, 0.5),
        (block.dialog, 0.3),
        (asks, 0.5),
        (Role.REFUSE in roles, 0.3),
        (Role.SETTINGS in roles, 0.2),
        (len(block.text) > LONG - 10, -0.4),
        (True, -0.02 * others),
    )
    return sum(weight for holds, weight in weights if holds)


def _asks_for_something_else(draft: Judged) -> bool:
    """Boxes to sign up or log in, whatever they say of privacy."""
    return draft.block.password and not {Role.ACCEPT, Role.REFUSE} <= draft.roles


def _stands_like_a_notice(draft: Judged) -> bool:
    """In the flow of a page a notice is a band across it, outside its content; a held video's "accept" is none."""
    block, roles = draft.block, draft.roles
    if block.body:
        return True  # of a frame
    several = len(roles & {Role.ACCEPT, Role.REFUSE, Role.SETTINGS}) > 1
    return block.wide and not block.inside and (several or block.hinted) and len(block.text) < LONG


def _settings_score(draft: Judged) -> float:
    """Of settings that were asked for: switches, and a way to keep or to refuse."""
    block, roles = draft.block, draft.roles
    topic, _ = topics(block.text)
    if _asks_for_something_else(draft) or not roles & {Role.SAVE, Role.REFUSE, Role.ACCEPT}:
        return 0.0
    if not (block.floats or block.dialog or block.hinted or block.body or topic):
        return 0.0  # some other form of the page
    weights = (
        (True, 1.0),
        (block.switches > 0 or Role.SAVE in roles, 2.0),  # what the first layer, still there below, has seldom
        (block.switches > 0, 1.0),
        (Role.SAVE in roles, 0.5),
        (Role.REFUSE in roles, 0.5),
        (block.floats, 0.5),
        (block.dialog, 0.3),
        (block.hinted, 0.3),
        (not block.switches and not topic, -3.0),
    )
    return sum(weight for holds, weight in weights if holds)


def choose(judged: Iterable[Judged]) -> Judged | None:
    """The surest notice, ``None`` where no block is sure enough."""
    best = max(judged, key=lambda one: one.score, default=None)
    return best if best is not None and best.score >= ENOUGH else None
