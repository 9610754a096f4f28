"""The words that visitors read, by language; every one of them stands in ``locales/``, or in a declaration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.units import format_unit

from bandeau.locales import texts
from bandeau.model import LANGUAGES, Lifetime

FALLBACK = "en"
"""The language that stands in for any other that has no words."""

_ALIASES = {"no": "nb", "nn": "nb", "iw": "he"}
"""What else browsers call them (IANA language subtag registry); who reads one written Norwegian reads the other."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_FRENCH_SPACE = re.compile(r"(?<=«) | (?=[»:;?!])")
_RANGE = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?"
)


@dataclass(frozen=True)
class Words:
    """The words of one language, by dotted key such as ``banner.title``.

    What depends on grammar alone, as plurals, enumerations, dates and quantities, is said as Unicode's CLDR has it.
    """

    language: str
    texts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(self.language)

    @property
    def name(self) -> str:
        """The language's own name, as a heading or a link writes it: "Français"."""
        name = self._locale.get_display_name() or self.language
        return name[:1].upper() + name[1:]

    @property
    def direction(self) -> str:
        """How it is written: ``ltr`` or ``rtl``."""
        return str(self._locale.text_direction)

    def label(self, key: str, fallback: str) -> str:
        """The words of a key that only well-known things have, else ``fallback``."""
        return self.texts.get(key, fallback)

    def quote(self, text: str) -> str:
        """The text in the language's own quotation marks."""
        return self["quote"].format(text=text)

    def listing(self, items: Iterable[str], *, either: bool = False) -> str:
        """The items as one enumeration: "a, b and c", or "a, b or c". Empty for no items."""
        said = [*items]
        if either and len(said) > 1 and "or" in self.texts:  # where CLDR has no word for it
            return f"{', '.join(said[:-1])} {self['or']} {said[-1]}"
        return str(format_list(said, style="or" if either else "standard", locale=self._locale))

    def mid_sentence(self, label: str) -> str:
        """A label as it stands inside a sentence: its first letter small, unless the word is an abbreviation.

        German nouns keep theirs; Turkish has two letters i, with and without a dot.
        """
        if self.language == "de" or label[1:2].isupper():
            return label
        first = {"I": "ı", "İ": "i"}.get(label[:1]) if self.language == "tr" else None
        return (first or label[:1].lower()) + label[1:]

    def plural(self, key: str, count: int) -> str:
        """The form of a text that goes with a whole number, the number filled in."""
        return self[f"{key}.{self._locale.plural_form(count)}"].format(count=count)

    def lifetime(self, lifetime: Lifetime) -> str:
        """How long, in this language: "13 mois", "le temps de la session"."""
        if lifetime.seconds is None:
            return self[f"lifetimes.{lifetime.text.replace(' ', '-')}"]
        number, unit = lifetime.text.removesuffix("s").split(" ")
        return (self._own(unit, int(number)) or self._cldrs(unit, int(number))).replace(" ", _NO_BREAK, 1)

    def _own(self, unit: str, number: int) -> str | None:
        """Our words for a quantity, where CLDR has none that are written out."""
        text = self.texts.get(f"lifetimes.{unit}.{self._locale.plural_form(number)}")
        return text and text.format(count=number)

    def _cldrs(self, unit: str, number: int) -> str:
        """CLDR's words; where the long form is no other than the short one, Babel only has that."""
        name = f"duration-{unit}"
        said = format_unit(number, name, length="long", locale=self._locale)
        return said if name not in said else format_unit(number, name, length="short", locale=self._locale)

    def moment(self, at: datetime) -> str:
        """A moment in the language's own form, in UTC; one without a zone is taken to be in UTC."""
        known = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        return f"{self.day(known)}, {format_time(known, 'short', locale=self._locale)} UTC"

    def day(self, at: datetime) -> str:
        """The day of a moment in the language's own form, in UTC."""
        return str(format_date(at.astimezone(UTC), "long", locale=self._locale))

    def country(self, code: str) -> str:
        """A country by its name; the code itself where CLDR has none."""
        return str(self._locale.territories.get(code, code))


@cache
def _of(language: str) -> Words:
    return Words(language, _spaced(language, texts(language)))


@lru_cache(maxsize=256)
def _with(language: str, own: tuple[tuple[str, str], ...]) -> Words:
    return Words(language, {**_of(language).texts, **_spaced(language, dict(own))})


def _spaced(language: str, said: Mapping[str, str]) -> dict[str, str]:
    """The texts with the no-break spaces that French asks for."""
    return {key: _FRENCH_SPACE.sub(_NO_BREAK, text) if language == "fr" else text for key, text in said.items()}


def _base(tag: str) -> str:
    """The language of a tag such as ``fr-BE``, by the name that we have it under."""
    base = tag.partition("-")[0].lower()
    return _ALIASES.get(base, base)


def words(language: str, own: Mapping[str, str] | None = None) -> Words:
    """The words for a language tag such as ``fr`` or ``fr-BE``; English where there are none.

    ``own`` are texts of the publisher's that stand in for ours, by the same keys.
    """
    base = _base(language)
    known = base if base in LANGUAGES else FALLBACK
    return _with(known, tuple(own.items())) if own else _of(known)


def pick_language(offered: tuple[str, ...], accept_language: str) -> str:
    """The offered language that a reader likes best, by ``Accept-Language`` (RFC 9110, 12.5.4; RFC 4647, 3.4).

    ``offered`` is never empty and its first is the default. What cannot be read in the header counts for nothing.
    """
    wanted = []
    for part in accept_language[:1_000].split(","):
        match = _RANGE.fullmatch(part)
        if match is not None:
            wanted.append((-min(float(match["weight"] or 1), 1.0), match["tag"].lower()))
    refused = {tag for weight, tag in wanted if weight == 0}
    for weight, tag in sorted(wanted, key=lambda row: row[0]):
        if weight == 0:
            break
        for language in offered:
            named = language.lower()
            if named not in refused and (tag in ("*", named) or _base(tag) in (named, _base(named))):
                return language
    return offered[0]
