"""Reads a ``Set-Cookie`` line, or what a script gives to ``document.cookie``, as browsers do (RFC 6265bis, 5.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOKENS = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")
_DAY = re.compile(r"(\d{1,2})(?!\d)")
_YEAR = re.compile(r"(\d{2,4})(?!\d)")


@dataclass(frozen=True, slots=True)
class ReadCookie:
    """What a line says. ``domain`` has no leading dot; ``lifetime`` is in seconds, ``None`` for the session."""

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    lifetime: int | None
    secure: bool
    http_only: bool
    same_site: str
    partitioned: bool


def read_cookie(line: str, url: str, now: float) -> ReadCookie:
    """Read one line that came from ``url`` at the time ``now`` (seconds since 1970)."""
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair  # a cookie without a name, as browsers keep it
    attributes = {key.strip().lower(): text.strip() for key, _, text in (one.partition("=") for one in rest)}
    parts = urlsplit(url)
    host = parts.hostname or ""
    domain = attributes.get("domain", "").lstrip(".").lower()
    path = attributes.get("path", "")
    return ReadCookie(
        name=name.strip(),
        value=value.strip(),
        domain=domain or host,
        host_only=not domain,
        path=path if path.startswith("/") else default_path(parts.path),
        lifetime=_lifetime(attributes, now),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=_same_site(attributes),
        partitioned="partitioned" in attributes,
    )


def default_path(path: str) -> str:
    """The path of a cookie that names none (RFC 6265bis, 5.1.4)."""
    return path[: path.rfind("/")] or "/" if path.startswith("/") else "/"


def _same_site(attributes: dict[str, str]) -> str:
    said = attributes.get("samesite", "").lower()
    return said if said in {"strict", "lax", "none"} else ""


def _lifetime(attributes: dict[str, str], now: float) -> int | None:
    """Seconds; ``Max-Age`` goes before ``Expires``, and what cannot be read is left out."""
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?\d{1,18}", age):
        return int(age)
    expires = cookie_date(attributes.get("expires", ""))
    return None if expires is None else round(expires.timestamp() - now)


def cookie_date(text: str) -> datetime | None:
    """Read a date in any of the forms that browsers take (RFC 6265bis, 5.1.1); ``None`` where it is none."""
    found: dict[str, tuple[int, ...]] = {}
    for token in filter(None, _TOKENS.split(text)):
        _date_token(token, found)
    if found.keys() != {"time", "day", "month", "year"}:
        return None
    year = found["year"][0]
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    if year < 1601:
        return None
    try:
        (month,), (day,), (hour, minute, second) = found["month"], found["day"], found["time"]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _date_token(token: str, found: dict[str, tuple[int, ...]]) -> None:
    if "time" not in found and (clock := _TIME.match(token)):
        found["time"] = tuple(int(part) for part in clock.groups())
    elif "day" not in found and (day := _DAY.match(token)):
        found["day"] = (int(day[1]),)
    elif "month" not in found and token[:3].lower() in MONTHS:
        found["month"] = (MONTHS.index(token[:3].lower()) + 1,)
    elif "year" not in found and (year := _YEAR.match(token)):
        found["year"] = (int(year[1]),)
