"""What is one site, and so what is a third party: the audit's one notion of both."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import parse_qsl

from publicsuffixlist import PublicSuffixList

from bandeau.enforce.url import Base, resolve
from bandeau.model import Declaration, Origin, domain_match

_NOWHERE = Base(Origin("https", "", 443), "/")


@lru_cache(maxsize=65_536)
def site_of(host: str) -> str:
    """The site that a host belongs to: its registrable domain, by the Public Suffix List, as browsers draw it.

    What has none is a site by itself: an address, a name of one label, a public suffix, text that is no host. A suffix
    that the list does not know is one label, so that ``a.localhost`` and ``b.localhost`` are two sites.

    Args:
        host: as a URL carries it: lower case, international names in Punycode, IPv6 in brackets or not.
    """
    host = host.lower().rstrip(".")
    return host if _address(host) else _suffixes().privatesuffix(host) or host


def third_party(host: str, page_host: str) -> bool:
    """Whether a host is of another site than the page."""
    return site_of(host) != site_of(page_host)


def contacted(url: str) -> tuple[Origin, str] | None:
    """Whom an address contacts: origin and path; ``None`` for nobody (``data:``, ``about:blank``, rubbish)."""
    return resolve(url, _NOWHERE)


def host_of(url: str) -> str:
    """The host that an address contacts, empty where it contacts none."""
    found = contacted(url)
    host = found[0].host if found else ""
    # A bracket that is not closed is no host to a browser (WHATWG URL, 3.5), though one to who would hold everything.
    return "" if host.startswith("[") and not host.endswith("]") else host


def parameters(url: str) -> list[tuple[str, str]]:
    """The parameters of an address that have a value, in their order; none of rubbish."""
    return parse_qsl(url.partition("#")[0].partition("?")[2])


def declared_own(declaration: Declaration | None, host: str) -> bool:
    """Whether a declaration names a host, or one above it, as the site's own."""
    named = declaration.site.hosts if declaration else ()
    return any(domain_match(host, one.name) for one in named)


def _address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # The list comes with the package, private suffixes such as github.io included; nothing is fetched.
    return PublicSuffixList()
