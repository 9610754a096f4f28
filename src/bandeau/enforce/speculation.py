"""Speculation rules: which pages a browser may load ahead of a click (HTML, "speculative loading").

No Content-Security-Policy covers them. URLs that are held are taken out; rules that match links of the page are
narrowed to links within the site, wherever that is not certain already.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_OWN_LINKS = {"href_matches": "/*"}
"""Matches what is on the origin that relative URLs are relative to."""

_UNREADABLE = b"{}"


LONGEST_FILE = 1_048_576
"""Bytes of a file of rules beyond which it is not read, and says nothing any more."""


class RulesFile:
    """A file of rules that a ``Speculation-Rules`` header names, on its way: whole, because JSON is."""

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._holds = holds
        self._rules = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Take a chunk; nothing is given before the end."""
        if len(self._rules) <= LONGEST_FILE:
            self._rules += chunk
        return b""

    def close(self) -> bytes:
        """Give the rules without what is held."""
        if len(self._rules) > LONGEST_FILE:
            return _UNREADABLE
        rules = bytes(self._rules)
        changed = narrowed(rules, self._holds)
        return rules if changed is None else changed


def narrowed(rules: bytes, holds: Callable[[str], bool]) -> bytes | None:
    """The rules without what is held, ``None`` where nothing of them is; ``holds`` says so of a URL."""
    try:
        ruleset = json.loads(rules.decode("utf-8", "replace"), object_pairs_hook=_without_doubles)
        changed = _narrow(ruleset, holds)
    except (ValueError, RecursionError):
        # A browser may be able to read it all the same.
        return _UNREADABLE
    if not changed:
        return None
    # "<" could close the element or open a comment in it (HTML, 4.12.1.3).
    return json.dumps(ruleset, separators=(",", ":")).replace("<", "\\u003c").encode()


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("of two values of one name, browsers may take either")
    return names


def _narrow(ruleset: Any, holds: Callable[[str], bool]) -> bool:
    """Narrow the rules in place; says whether anything changed."""
    changed = False
    lists = ruleset.values() if isinstance(ruleset, dict) else ()
    for rule in (rule for rules in lists if isinstance(rules, list) for rule in rules if isinstance(rule, dict)):
        urls = rule.get("urls")
        if isinstance(urls, list):
            kept = [url for url in urls if not (isinstance(url, str) and holds(url))]
            changed = changed or len(kept) < len(urls)
            rule["urls"] = kept
        if (rule.get("source") == "document" or "where" in rule) and not _stays(rule.get("where"), holds):
            rule["where"] = {"and": [_OWN_LINKS, *([rule["where"]] if "where" in rule else [])]}
            changed = True
    return changed


def _stays(where: Any, holds: Callable[[str], bool]) -> bool:
    """Whether every link that a condition matches surely leads to where the page may go."""
    if not isinstance(where, dict):
        return False
    if isinstance(parts := where.get("and"), list):
        return any(_stays(part, holds) for part in parts)
    if isinstance(parts := where.get("or"), list):
        return all(_stays(part, holds) for part in parts)
    patterns = where.get("href_matches")
    every = patterns if isinstance(patterns, list) else [patterns]
    return all(_pattern_stays(pattern, holds) for pattern in every)


_SPECIAL = frozenset("*({:\\")
"""What does not stand for itself in a URL pattern (URL Pattern, 1.2)."""


def _pattern_stays(pattern: Any, holds: Callable[[str], bool]) -> bool:
    if isinstance(pattern, dict):
        return not pattern.keys() - {"pathname", "search", "hash"}
    if not isinstance(pattern, str):
        return False
    if pattern.startswith(("/", "?", "#", ".")):
        return True
    scheme, _, rest = pattern.partition("://")
    host, slash, _ = rest.partition("/")
    certain = scheme in ("http", "https") and bool(host and slash) and _SPECIAL.isdisjoint(host)
    return certain and not holds(f"{scheme}://{host}/")
