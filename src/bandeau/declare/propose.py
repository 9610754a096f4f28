"""What to add to a declaration so that what was seen on live pages is declared: ready to paste, gaps marked.

Only what no service declares is proposed: what is declared and held was refused by a visitor, and that is as it
should be. A gap is marked by a word that no declaration can be used with, so that nothing is allowed by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bandeau.decide import Policy
from bandeau.declare import catalogue
from bandeau.declare.build import KNOWN_PURPOSES
from bandeau.declare.known import known
from bandeau.model import Declaration, Host, Origin, Reason

GAP = "FILL IN"
"""What stands where only the publisher knows what to say."""

# Host names and cookie names as they are counted; a star stands for what told one visitor from another.
_NAME = re.compile(r"[A-Za-z0-9_.:*-]*[A-Za-z0-9][A-Za-z0-9_.:*-]*")


@dataclass
class _Block:
    """One service to add: its hosts and cookies in the order in which they were seen."""

    hosts: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)  # known services whose these cookies may be as well


def propose(hosts: Iterable[str], cookies: Iterable[str], declared: Declaration | None) -> str:
    """The lines to add to a declaration, empty where all of it is declared.

    Args:
        hosts: the hosts that were seen, the most frequent first; ``*`` in a name stands for what was left out of it.
        cookies: the same for the site's own cookies.
        declared: the declaration in force, ``None`` where there is none yet.
    """
    policy = Policy(declared, None) if declared else None
    named: dict[str, _Block] = {}
    unknown: dict[str, _Block] = {}
    for host in filter(None, map(_host, hosts)):
        if policy and policy.url(_origin(host), "/").reason is not Reason.UNDECLARED:
            continue
        use = _known_host(host)
        block = named.setdefault(use, _Block()) if use else unknown.setdefault(_party(host), _Block())
        block.hosts += [host] if host not in block.hosts else []
    for name in dict.fromkeys(name.replace("?", "*") for name in cookies):
        if not _NAME.fullmatch(name) or (policy and policy.cookie(name).reason is not Reason.UNDECLARED):
            continue
        uses = _known_cookie(name)
        use = next((one for one in uses if one in named), next(iter(uses), None))
        block = named.setdefault(use, _Block()) if use else unknown.setdefault("cookies", _Block())
        block.cookies.append(name)
        block.instead += [one for one in uses if one not in (use, *block.instead)]
    return "\n".join(_written(named, unknown, declared))


def _written(named: dict[str, _Block], unknown: dict[str, _Block], declared: Declaration | None) -> Iterator[str]:
    taken = {service.id for service in declared.services} if declared else set()
    purposes = {purpose.id for purpose in declared.purposes} if declared else set()
    wanted = dict.fromkeys(purpose for use in named for purpose in catalogue.purposes(catalogue.entry(use)))
    for purpose in wanted:
        if purpose not in purposes:
            yield f"[purposes.{purpose}]\n"
    for use, block in named.items():
        yield _use(new_id(use, taken), use, block)
    for name, block in unknown.items():
        yield _new(new_id(name, taken), name, block)


def _use(service_id: str, use: str, block: _Block) -> str:
    entry = catalogue.entry(use)
    purposes = ", ".join(catalogue.purposes(entry))
    seen = ", ".join([*block.hosts, *block.cookies][:6])
    # Where a host was seen, whose the cookies are is plain.
    instead = f" (or of {' or '.join(block.instead[:3])}?)" if block.instead and not block.hosts else ""
    return (
        f"# {entry['name']}, of {entry.get('recipient', 'the site itself')}, for {purposes}. "
        f'Seen: {seen}{instead}\n[services.{service_id}]\nuse = "{use}"\n'
    )


def _new(service_id: str, name: str, block: _Block) -> str:
    lines = [f"[services.{service_id}]", f'name = "{name}"']
    if block.hosts:
        lines.append(f'recipient = "{GAP}"  # the company that receives the data')
    lines.append(f'purpose = "{GAP}"  # what for: {", ".join(KNOWN_PURPOSES)}; with its own [purposes] line')
    if block.hosts:
        lines.append(f"hosts = [{', '.join(_quoted(block.hosts))}]")
    if block.cookies:
        rows = [f'  {{ name = {name}, lifetime = "{GAP}" }},' for name in _quoted(block.cookies)]
        lines += ["cookies = [  # whose they are, and how long they last; divide them among services", *rows, "]"]
    return "\n".join([*lines, ""])


def _quoted(texts: list[str]) -> list[str]:
    return [f'"{text}"' for text in texts]


def new_id(name: str, taken: set[str]) -> str:
    """An id that no service has yet, made of a name; ``taken`` takes note of it."""
    wanted = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")[:56]
    wanted = wanted if wanted[:1].isalpha() else f"s-{wanted}"
    found = next(
        one for number in range(1, len(taken) + 2) if (one := wanted + f"-{number}" * (number > 1)) not in taken
    )
    taken.add(found)
    return found


def _host(seen: str) -> str | None:
    """A host as a declaration names it; ``None`` where it names none. What was left out makes it all hosts below."""
    labels = seen.split(".")
    last = max((number for number, label in enumerate(labels) if "*" in label), default=-1)
    text = ".".join(["*", *labels[last + 1 :]] if last >= 0 else labels)
    try:
        named = str(Host.parse(text)) if _NAME.fullmatch(text) else None
    except ValueError:
        return None
    return None if named is None or (len(labels) - last < 3 and last >= 0) else named


def _origin(host: str) -> Origin:
    return Origin("https", host.replace("*", "x"), 443)


def _party(host: str) -> str:
    """Whose host it probably is: its last two labels, three below what looks like a country's second level."""
    labels = host.removeprefix("*.").split(".")
    if labels[-1].isdigit():
        return host
    second = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if second else -2 :])


def _known_host(host: str) -> str | None:
    """The known service that most specifically names a host, one named by the whole host before one by a path."""
    found = known().owner(host.replace("*", "x"))
    return found.id if found and not found.shared else None


def _known_cookie(name: str) -> tuple[str, ...]:
    """The known services that set a first-party cookie of that name, the likeliest first."""
    found = known().first_party_cookie(name)
    return (found.id, *found.also) if found else ()
