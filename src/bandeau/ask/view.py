"""What a notice is drawn from, and the facts of the declaration put into words once for all of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from bandeau.ask.markup import Html, tag
from bandeau.ask.words import Words, words
from bandeau.changes import Lapse
from bandeau.decide import Policy, effective
from bandeau.model import Choice, Declaration, PersonalData, Purpose, Service

PREFIX = "/.bandeau/"
"""Where Bandeau's own paths lie."""

_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def local(path: str) -> str:
    """The path if it is one of this site, else the front page: no page of ours leads out, whatever its query says.

    Browsers drop tabs and newlines from addresses and take a backslash for a slash (URL standard, "basic URL parser").
    """
    return path if _LOCAL.fullmatch(path) else "/"


@dataclass(frozen=True)
class View:
    """One visitor's policy, the language to speak, and the path of the page to come back to.

    ``lapse`` says why a choice that the visitor made no longer counts; ``None`` where there is none, or it does.
    """

    policy: Policy
    language: str
    back: str
    prefix: str = PREFIX
    lapse: Lapse | None = None

    @property
    def declaration(self) -> Declaration:
        """The declaration that everything shown is derived from."""
        return self.policy.declaration

    @cached_property
    def words(self) -> Words:
        """The words of the language, the publisher's own before ours."""
        return words(self.language, self.declaration.site.texts.get(self.language))

    @cached_property
    def choice(self) -> Choice:
        """What is allowed as things stand: the choice less what a signal refuses, or nothing."""
        return effective(self.declaration, self.policy.choice, signal=self.policy.signal) or Choice()

    def own(self, name: str, **query: str) -> str:
        """The address of one of Bandeau's own pages."""
        return f"{self.prefix}{name}{'?' if query else ''}{urlencode(query)}"

    def page(self, name: str) -> str:
        """The address of a page that leads back to where the reader is, in the language shown."""
        return self.own(name, back=local(self.back), lang=self.language)

    def said(self, texts: Mapping[str, str]) -> str:
        """A declared text in the language shown, else in the site's first, else in any; empty where there is none."""
        for language in (self.language, self.words.language, *self.declaration.site.languages):
            if language in texts:
                return texts[language]
        return next(iter(texts.values()), "")

    def label(self, purpose: Purpose) -> str:
        """A purpose by its name."""
        return self.said(purpose.label) or self.words.label(f"purposes.{purpose.id}.label", purpose.id)

    def about(self, purpose: Purpose) -> str:
        """A purpose in a sentence, empty where none is declared or known."""
        return self.said(purpose.description) or self.words.label(f"purposes.{purpose.id}.description", "")

    def purposes_of(self, service: Service) -> tuple[Purpose, ...]:
        """The purposes of a service."""
        return tuple(purpose for purpose in self.declaration.purposes if purpose.id in service.purposes)

    def quoted(self, purposes: Iterable[Purpose]) -> str:
        """Purposes within a sentence: « réseaux sociaux » et « publicité »."""
        return self.words.listing(
            self.words.quote(self.words.mid_sentence(self.label(purpose))) for purpose in purposes
        )

    def data(self, services: Iterable[Service]) -> tuple[str, ...]:
        """The categories of personal data that any of the services processes, by name, in the model's order."""
        named = {category for service in services for category in service.personal_data}
        return tuple(self.words[f"personal-data.{category}"] for category in PersonalData if category in named)

    @cached_property
    def commenting(self) -> tuple[Purpose, ...]:
        """The purposes to accept before one can comment; empty where commenting needs no consent."""
        services = [service for service in self.declaration.asked if is_comments(service)]
        wanted = {purpose for service in services for purpose in service.purposes}
        return tuple(purpose for purpose in self.declaration.asked_purposes if purpose.id in wanted)

    def action(self, name: str) -> str:
        """A button's label in quotation marks, as sentences speak of it."""
        return self.words.quote(self.words[f"actions.{name}"])

    @property
    def comments_rule(self) -> dict[str, str]:
        """What fills the sentence on comments (R4's wording), wherever it stands."""
        return {
            "refuse": self.action("refuse-all"),
            "accept": self.action("accept-all"),
            "settings": self.action("settings"),
            "purposes": self.quoted(self.commenting),
        }

    @property
    def drawing(self) -> str:
        """The hosts whose held scripts would draw what the reader misses, for the script that meets them later."""
        held = (one for one in self.declaration.asked if not self.policy.services[one.id].allowed)
        hosts = (host.name for service in held if draws_by_script(service) for host in service.hosts)
        return " ".join(dict.fromkeys(hosts))

    @property
    def spoken(self) -> dict[str, str]:
        """The language and direction that markup inside somebody else's page has to name."""
        return {"lang": self.words.language, "dir": self.words.direction}

    def hidden(self) -> tuple[Html, Html]:
        """The hidden fields that every form of ours sends."""
        return (
            tag("input", type="hidden", name="back", value=local(self.back)),
            tag("input", type="hidden", name="lang", value=self.language),
        )


def is_comments(service: Service) -> bool:
    """Whether a service is a comment space: it says so by the data it needs."""
    return PersonalData.COMMENTS in service.personal_data


def is_missed(service: Service) -> bool:
    """Whether a reader would miss the service: as declared, else everything but advertising."""
    if service.placeholder is not None:
        return service.placeholder.shown
    return "advertising" not in service.purposes


def draws_by_script(service: Service) -> bool:
    """Whether a script of the service draws what the reader would miss: a comment space does, wherever it stands."""
    if service.placeholder is not None:
        return service.placeholder.shown
    return is_comments(service)


def button(label: str, action: str, **attributes: str) -> Html:
    """A submit button that makes a choice. All buttons of all choices are made here, hence alike."""
    return tag("button", label, name="action", value=action, class_="bandeau-button", **attributes)
