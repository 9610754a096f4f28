"""What caches may keep of an answer, for whom, and on what of the request it depends."""

from __future__ import annotations

from bandeau.ask.words import pick_language
from bandeau.enforce.caching import (
    KEY,
    TARGETED,
    cache_control,
    for_keyed_cache,
    private,
    shared_age,
    tag_variant,
    varies_by_cookie,
)
from bandeau.enforce.code import DOCUMENTS, FRAMES, WORKERS
from bandeau.enforce.edits import Header, Told, joined, passes_for_all, value_of
from bandeau.serve.site import Site, Visit

# Of an answer that is changed, these say something that is no longer true.
_UNTRUE = frozenset(
    {
        b"content-length",
        b"last-modified",
        b"accept-ranges",
        b"content-md5",
        b"digest",
        b"content-digest",
        b"repr-digest",
    }
)
_REPLACED = frozenset({b"etag", b"cache-control", b"expires", b"vary"})
_KEEPING = frozenset({b"cache-control", b"expires", b"last-modified"}) | TARGETED
_SETTING = frozenset({b"set-cookie"})
_LEFT_OUT = _UNTRUE | _REPLACED | TARGETED


def mark(visit: Visit) -> str:
    """What a changed answer depends on, for its entity tag: the variant, the place where it stands, the language.

    A browser that holds an answer for one place asks with its tag for another (RFC 9111, 4.1).
    """
    request = visit.request
    offered = visit.variant.policy.declaration.site.languages
    spoken = offered[0] if len(offered) == 1 else pick_language(offered, request.value(b"accept-language"))
    return f"{visit.variant.mark}-{_stands_as(request.value(b'sec-fetch-dest'))}-{spoken}"


def _stands_as(destination: str) -> str:
    if destination in WORKERS:
        return "worker"
    if destination in FRAMES:
        return "frame"
    return "page" if destination in ("document", "") else "part"


def may_be_changed(visit: Visit) -> bool:
    """Whether a request's answer is likely to be changed: it is for a page or a worker."""
    destination = visit.request.value(b"sec-fetch-dest")
    if destination:
        return destination in DOCUMENTS or destination in WORKERS
    return "text/html" in visit.request.value(b"accept")


def unchanged(site: Site, visit: Visit, told: Told) -> list[Header]:
    """The headers of an answer that is everybody's, as cacheable as the site made it.

    Where a header passed because of the visitor's choice, it is one visitor's all the same.
    """
    if not (told.passed and visit.variant.chosen):
        return told.headers
    alike = passes_for_all(site.neutral.policy, visit.request.base, told.passed)
    return told.headers if alike else private(told.headers)


def by_destination(headers: list[Header]) -> list[Header]:
    """The headers of a file that is another one where a worker or a document asks for it."""
    varies = [value for name, value in headers if name == b"vary"]
    kept = [header for header in headers if header[0] != b"vary"] if varies else headers
    return [*kept, (b"vary", b", ".join([*varies, b"Sec-Fetch-Dest"]))]


def changed(site: Site, visit: Visit, headers: list[Header], *, by_language: bool = False) -> list[Header]:
    """The headers of an answer that was changed: true again, and safe in every cache."""
    kept = [header for header in headers if header[0] not in _LEFT_OUT]
    etag = tag_variant(value_of(headers, b"etag"), mark(visit))
    if etag:
        kept.append((b"etag", etag))
    # A name looked up ahead of a click is a contact as well; no CSP speaks of it.
    kept.append((b"x-dns-prefetch-control", b"off"))
    # What sets a cookie, or was fetched with credentials, is not everybody's, whoever has chosen what (RFC 9111, 3.5).
    personal = any(name == b"set-cookie" for name, _ in kept) or bool(visit.request.value(b"authorization"))
    told, varies = joined(headers, b"cache-control"), joined(headers, b"vary")
    kept += _keyed(visit, told, varies, personal) if _is_keyed(site, visit) else _unkeyed(visit, told, personal)
    by = [b"Bandeau-Variant" if _is_keyed(site, visit) else b"Cookie, Sec-GPC", b"Sec-Fetch-Dest"]
    by += [b"Accept-Language"] if by_language else []
    kept.append((b"vary", b", ".join([varies, *by] if varies else by)))
    return kept


def _is_keyed(site: Site, visit: Visit) -> bool:
    return site.keyed_cache and bool(visit.request.value(KEY))


def _unkeyed(visit: Visit, told: bytes | None, personal: bool) -> list[Header]:  # noqa: FBT001 - one of three facts
    return [(b"cache-control", cache_control(told, neutral=visit.variant.neutral and not personal))]


def _keyed(visit: Visit, told: bytes | None, varies: bytes | None, personal: bool) -> list[Header]:  # noqa: FBT001
    """What a cache that names variants may keep: the variant that it named, made without any other cookie.

    Another name than the visitor's own comes with a cookie that is made up, lapsed or planted: the answer is for
    this visitor, and would be wrong under that name.
    """
    seconds = shared_age(told)
    named = visit.request.values(KEY) == [visit.key.encode()]
    alike = not (personal or visit.cookies.kept or varies_by_cookie(varies or b""))
    shared = for_keyed_cache(seconds) if seconds and named and alike else []
    return [*shared, (b"cache-control", cache_control(told, neutral=False))]
