"""From a table of the right shape to the values of the model, with every check that a schema cannot make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from bandeau.declare import catalogue, texts
from bandeau.declare.locate import Path
from bandeau.declare.shape import Fault, show, suggest
from bandeau.model import (
    CHOICE_COOKIE,
    OWN_SERVICE,
    OWN_STORAGE,
    Controller,
    Cookie,
    Exemption,
    Host,
    Lifetime,
    Mode,
    NamePattern,
    PersonalData,
    Placeholder,
    Purpose,
    Service,
    Site,
    StorageKey,
)

FUNCTIONING = "functioning"
"""The purpose that every declaration has, because Bandeau's own choice cookie serves it."""

KNOWN_PURPOSES = (FUNCTIONING, "security", "audience", "social", "media", "advertising", "personalisation")
"""The purposes whose label and explanation come with the notice in every language."""

_Value = TypeVar("_Value")


def own_service(site: Site) -> Service:
    """Give the service that Bandeau itself is: the choice cookie, and the reader's place across one reload."""
    return Service(
        id=OWN_SERVICE,
        name="Bandeau",
        recipient=site.controller.name,
        purposes=(FUNCTIONING,),
        cookies=(Cookie(NamePattern(CHOICE_COOKIE), site.choice_lifetime),),
        storage=(StorageKey(NamePattern(OWN_STORAGE), Lifetime.parse("session")),),
    )


class Builder:
    """Builds a declaration from a table and notes in ``faults`` what is wrong.

    The table comes from ``shape``: what it holds has the right type, but anything may be missing and a list item
    may be ``None``. What this class gives is sound only while ``faults`` is empty and nothing was missing.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.faults: list[Fault] = []
        self._table = table
        self._purposes: dict[str, Any] = table.get("purposes", {})
        site = table.get("site", {})
        self._languages = tuple(language for language in site.get("languages", ()) if language)
        self._controller = str(site.get("controller", {}).get("name", ""))
        self._own_hosts: frozenset[Host] = frozenset()

    def site(self) -> Site:
        """Build the site."""
        table = self._table.get("site", {})
        controller = table.get("controller", {})
        hosts = self._hosts(table, ("site",))
        self._own_hosts = frozenset(hosts)
        return Site(
            name=table.get("name", ""),
            hosts=hosts,
            languages=self._languages,
            controller=Controller(self._controller, controller.get("address"), controller.get("contact")),
            privacy_policy=table.get("privacy_policy"),
            choice_lifetime=self._choice_lifetime(table.get("choice_lifetime", "6 months")),
            mode=Mode(table.get("mode", "enforce")),
            texts=self._own_texts(table.get("texts", {})),
        )

    def _own_texts(self, table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        for language, own in table.items():
            path: Path = ("site", "texts", language)
            if language not in self._languages:
                spoken = ", ".join(self._languages)
                self._fault(path, "texts in a language that the site does not speak", f"allowed are {spoken}")
            self.faults += texts.check(language, own, path)
        return {language: dict(own) for language, own in table.items() if own}

    def _choice_lifetime(self, text: str) -> Lifetime:
        path: Path = ("site", "choice_lifetime")
        lifetime = self._parsed(Lifetime.parse, text, path) or Lifetime.parse("6 months")
        if lifetime.seconds is None:
            self._fault(path, show(text), 'a choice is kept for a number of units, such as "6 months"')
        return lifetime

    def purposes(self) -> tuple[Purpose, ...]:
        """Build the purposes, ``functioning`` first where it is not declared."""
        declared = tuple(self._purpose(name, table) for name, table in self._purposes.items())
        if FUNCTIONING in self._purposes:
            return declared
        return (Purpose(FUNCTIONING, Exemption.STRICTLY_NECESSARY), *declared)

    def _purpose(self, name: str, table: Mapping[str, Any]) -> Purpose:
        path: Path = ("purposes", name)
        exempt = table.get("exempt", "strictly-necessary" if name == FUNCTIONING else None)
        if name == FUNCTIONING and exempt != Exemption.STRICTLY_NECESSARY:
            self._fault((*path, "exempt"), show(exempt), 'this purpose is exempt as "strictly-necessary"')
        for key in ("label", "description"):
            if name not in KNOWN_PURPOSES and key not in table:
                known = ", ".join(KNOWN_PURPOSES)
                self._fault(
                    (*path, key),
                    "nothing",
                    f"a purpose says what it is, unless it is {known}{suggest(name, list(KNOWN_PURPOSES))}",
                )
        return Purpose(
            id=name,
            exempt=None if exempt is None else Exemption(exempt),
            label=self._text(table, "label", path),
            description=self._text(table, "description", path),
        )

    def services(self) -> tuple[Service, ...]:
        """Build the services as they are written, Bandeau's own not among them."""
        return tuple(
            built
            for name, table in self._table.get("services", {}).items()
            if (built := self._service(name, table)) is not None
        )

    def _service(self, name: str, written: Mapping[str, Any]) -> Service | None:
        path: Path = ("services", name)
        table = self._with_catalogue(written, path)
        hosts = self._hosts(table, path)
        title = table.get("name", name.replace("-", " ").replace("_", " ").title())
        purposes = self._purposes_of(table, path, borrowed=not {"purpose", "purposes"} & set(written))
        cookies = tuple(self._cookies(table, hosts, path, check="cookies" in written or "hosts" not in written))
        storage = tuple(self._storage(table, path))
        built = {
            "profiling": table.get("profiling", False),
            "personal_data": tuple(PersonalData(item) for _, item in _items(table, "personal_data")),
            "countries": tuple(item for _, item in _items(table, "countries")),
            "description": self._text(table, "description", path),
            "privacy_policy": table.get("privacy_policy"),
            "placeholder": self._placeholder(table, path),
        }
        recipient = table.get("recipient", title if hosts else self._controller)
        if not purposes:
            return None
        return Service(name, title, recipient, purposes, hosts=hosts, cookies=cookies, storage=storage, **built)

    def _with_catalogue(self, written: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
        """Put what the file says over what the catalogue says."""
        if "use" not in written:
            return written
        known = catalogue.names()
        if written["use"] not in known:
            allowed = f"allowed is one of the {len(known)} services of the catalogue (docs/reference/catalogue.md)"
            self._fault((*path, "use"), show(written["use"]), allowed + suggest(written["use"], list(known)))
            return written
        # Where the file speaks of purposes, in the singular or the plural, the catalogue's are not meant.
        hidden = {"purpose", "purposes"} if {"purpose", "purposes"} & set(written) else set()
        entry = catalogue.entry(written["use"])
        if entry.get("shared") and "hosts" not in written:
            known_at = ", ".join(entry["hosts"])
            self._fault((*path, "hosts"), "nothing", f"anybody's content lies there; name what is yours of {known_at}")
        kept = {key: value for key, value in entry.items() if key not in hidden}
        return {**kept, **written}

    def _purposes_of(self, table: Mapping[str, Any], path: Path, *, borrowed: bool) -> tuple[str, ...]:
        """Give the purposes of a service; ``borrowed`` ones stand in the catalogue, so ``use`` is the key to change."""
        if "purpose" in table and "purposes" in table:
            self._fault((*path, "purposes"), "both purpose and purposes", "allowed is one of the two")
        rows: list[tuple[Path, str]] = [((*path, "purposes", index), name) for index, name in _items(table, "purposes")]
        if "purpose" in table:
            rows.append(((*path, "purpose"), table["purpose"]))
        elif "purposes" not in table and table.get("use") is None:
            self._fault((*path, "purpose"), "nothing", "this key is required: what the service is for")
        declared = [*self._purposes, *({FUNCTIONING} - set(self._purposes))]
        for where, name in rows:
            if name not in declared:
                allowed = f"allowed is a declared purpose: {', '.join(declared)}{suggest(name, declared)}"
                place = (*path, "use") if borrowed else where
                self._fault(place, f"the purpose {show(name)}", f"{allowed}; or declare it with [purposes.{name}]")
        return tuple(name for _, name in rows)

    def _hosts(self, table: Mapping[str, Any], path: Path) -> tuple[Host, ...]:
        hosts: list[Host] = []
        for index, text in _items(table, "hosts"):
            where: Path = (*path, "hosts", index)
            host = self._parsed(Host.parse, text, where)
            if host in self._own_hosts:
                self._fault(where, show(text), "this host is the site's own in site.hosts; allowed is one of the two")
            if host is not None:
                hosts.append(host)
        return tuple(hosts)

    def _cookies(
        self, table: Mapping[str, Any], hosts: tuple[Host, ...], path: Path, *, check: bool
    ) -> Iterator[Cookie]:
        """Build the cookies; without ``check``, those of hosts that the file has taken away go with them."""
        for index, item in _items(table, "cookies"):
            where: Path = (*path, "cookies", index)
            host = None if item.get("host") is None else self._parsed(Host.parse, item["host"], (*where, "host"))
            if host is not None and not any(_may_set(own, host) for own in hosts):
                if not check:
                    continue
                known = ", ".join(map(str, hosts)) or "none"
                self._fault(
                    (*where, "host"),
                    show(item["host"]),
                    f"allowed is a host of this service ({known}), or no host for a cookie of the site itself",
                )
            name, lifetime = self._named(item, where)
            if name is not None and lifetime is not None:
                yield Cookie(
                    name, lifetime, None if host is None else host.name, self._text(item, "description", where)
                )

    def _storage(self, table: Mapping[str, Any], path: Path) -> Iterator[StorageKey]:
        for index, item in _items(table, "storage"):
            where: Path = (*path, "storage", index)
            name, lifetime = self._named(item, where)
            if name is not None and lifetime is not None:
                yield StorageKey(name, lifetime, self._text(item, "description", where))

    def _named(self, item: Mapping[str, Any], path: Path) -> tuple[NamePattern | None, Lifetime | None]:
        return (
            self._parsed(NamePattern, item.get("name"), (*path, "name")),
            self._parsed(Lifetime.parse, item.get("lifetime"), (*path, "lifetime")),
        )

    def _placeholder(self, table: Mapping[str, Any], path: Path) -> Placeholder | None:
        held = table.get("placeholder")
        if held is None:
            return None
        if isinstance(held, bool):
            return Placeholder(shown=held)
        within = held.get("within")
        text = self._text(held, "text", (*path, "placeholder"))
        return Placeholder(within=within and within.removeprefix("#"), text=text, picture=held.get("picture"))

    def _text(self, table: Mapping[str, Any], key: str, path: Path) -> dict[str, str]:
        """Give a text by language: a plain one stands in every language of the site."""
        text = table.get(key, {})
        if isinstance(text, str):
            return dict.fromkeys(self._languages, text)
        for language in self._languages if text else ():
            if language not in text:
                self._fault((*path, key, language), "nothing", "a text is given in every language of the site")
        return dict(text)

    def _parsed(self, parse: Callable[[str], _Value], text: str | None, path: Path) -> _Value | None:
        """Parse with the model's own parser; what it refuses becomes a fault."""
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self._fault(path, show(text), str(error))
            return None

    def _fault(self, path: Path, found: str, allowed: str) -> None:
        self.faults.append(Fault(path, found, allowed))


def _items(table: Mapping[str, Any], key: str) -> Iterator[tuple[int, Any]]:
    """The items of a list with their places, without those that were taken out."""
    return ((index, item) for index, item in enumerate(table.get(key, ())) if item is not None)


def _may_set(own: Host, host: Host) -> bool:
    """Whether a service at ``own`` can set a cookie on ``host``: itself, one below it, or a domain above it."""
    below = own.subdomains and host.name.endswith("." + own.name)
    return own.name == host.name or below or own.name.endswith("." + host.name)
