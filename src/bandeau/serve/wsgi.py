"""The WSGI edge (PEP 3333): a thin writer of what ``reply`` and ``own`` decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import chain
from typing import Any
from urllib.parse import quote

from bandeau.enforce.edits import Header, Told
from bandeau.errors import BandeauError
from bandeau.serve import own
from bandeau.serve.answers import Steps
from bandeau.serve.http import FORM_LIMIT, Answer, Request
from bandeau.serve.incoming import request_headers
from bandeau.serve.reply import edit, is_enough, read_answer
from bandeau.serve.site import Site, Visit

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class WSGIMiddleware:
    """Puts Bandeau in front of a WSGI application.

    ``app.wsgi_app = WSGIMiddleware(app.wsgi_app, site=open_site("bandeau.toml"))`` in Flask,
    ``application = WSGIMiddleware(get_wsgi_application(), site=...)`` in Django.
    """

    def __init__(self, app: WSGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        visit = self.site.visit(_request(environ))
        if visit.own:
            return self._own(environ, start_response)
        if not self.site.enforcing:
            return self.app(environ, self._observed(visit, start_response))
        inner = _with_headers(environ, request_headers(self.site, visit))
        return _Response(self.site, visit, start_response).run(self.app, inner)

    def _observed(self, visit: Visit, start_response: StartResponse) -> StartResponse:
        """Nothing of the answer changes, not even how its headers are written; ours come after them."""

        def start(status: str, native: list[tuple[str, str]], *exc_info: Any) -> Callable[[bytes], object]:
            reply = edit(self.site, visit, read_answer(self.site, visit, _headers(native)), int(status[:3]))
            return start_response(status, [*native, *_native(reply.headers[len(native) :])], *exc_info)

        return start

    def _own(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = _request(environ, *_body(environ))
        answer = _walk(own.answer(self.site, self.site.visit(request)))
        start_response(_status_line(answer.status), _native(answer.all_headers))
        return [] if request.method == "HEAD" else [answer.body]


def _request(environ: Environ, body: bytes = b"", whole: bool = True) -> Request:  # noqa: FBT001, FBT002 - as _body gives them
    headers = [
        (key[5:].replace("_", "-").lower().encode(), value.encode("latin-1"))
        for key, value in environ.items()
        if key.startswith("HTTP_") and isinstance(value, str)
    ]
    path = quote(
        (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"), safe="/!$&'()*+,;=:@~"
    )
    query = environ.get("QUERY_STRING", "")
    return Request(environ["REQUEST_METHOD"], environ["wsgi.url_scheme"], path or "/", query, headers, body, whole)


_EDITED = ("cookie", "accept-encoding", "if-none-match", "if-modified-since", "range", "if-range")


def _with_headers(environ: Environ, headers: list[Header]) -> Environ:
    """The environ with the headers that Bandeau edits in a request set to what is left of them."""
    left = {name.decode(): value.decode("latin-1") for name, value in headers}
    inner = dict(environ)
    for name in _EDITED:
        key = "HTTP_" + name.upper().replace("-", "_")
        inner.pop(key, None)
        if name in left:
            inner[key] = left[name]
    return inner


def _body(environ: Environ) -> tuple[bytes, bool]:
    """The request's body, cut off beyond the limit, which the handler then refuses; and whether it came whole."""
    try:
        length = max(int(environ.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        return b"", False
    wanted = min(length, FORM_LIMIT + 1)
    body: bytes = environ["wsgi.input"].read(wanted)
    return body, len(body) == wanted


def _walk(steps: Steps) -> Answer:
    """Run a handler to its answer, blocking on each future that it waits for."""
    try:
        waited = next(steps)
        while True:
            try:
                result = waited.result()
            except BandeauError as error:  # it is the handler's to judge
                waited = steps.throw(error)
            else:
                waited = steps.send(result)
    except StopIteration as stop:
        answer: Answer = stop.value
        return answer


def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _native(headers: list[Header]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1").title(), value.decode("latin-1")) for name, value in headers]


def _headers(native: list[tuple[str, str]]) -> list[Header]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in native]


class _Response:
    """One answer of the application: its start is held back until the headers can be decided."""

    def __init__(self, site: Site, visit: Visit, start_response: StartResponse) -> None:
        self._site = site
        self._visit = visit
        self._start_response = start_response
        self._begin: tuple[str, Any] = ("", None)
        self._told: Told | None = None
        self._written: list[bytes] = []
        self._begun = False

    def run(self, app: WSGIApp, environ: Environ) -> Iterator[bytes]:
        """Give the answer's body, edited; the application's iterable is closed whatever happens (PEP 3333)."""
        chunks = app(environ, self._start)
        try:
            yield from self._edited(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        if exc_info and self._begun:
            raise exc_info[1].with_traceback(exc_info[2])  # too late for another page (PEP 3333, "Error Handling")
        self._begin, self._told = (status, exc_info), read_answer(self._site, self._visit, _headers(headers))
        # The write callable of PEP 3333 is for old applications; what it gets comes first in the body.
        return self._written.append

    def _edited(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        body = self._with_written(chunks)
        first = self._beginning(body)
        if self._told is None:
            raise RuntimeError("the application gave a body without calling start_response")
        status, exc_info = self._begin
        reply = edit(self._site, self._visit, self._told, int(status[:3]), first)
        self._begun = True
        self._start_response(status, _native(reply.headers), *([exc_info] if exc_info else []))
        if reply.body is None:
            yield from filter(None, chain([first], body))
            return
        for chunk in chain([first], body):
            yield from reply.body.feed(chunk)
        yield from reply.body.close()

    def _beginning(self, body: Iterator[bytes]) -> bytes:
        """As much of the body as is needed to decide the headers."""
        first = b""
        for chunk in body:
            first += chunk
            if first and (self._told is None or self._told.kind.page is False or is_enough(self._told, first)):
                break
        return first

    def _with_written(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The body, with what the application gave to ``write`` before and between its chunks."""
        for chunk in chain([b""], chunks, [b""]):
            while self._written:
                yield self._written.pop(0)
            yield chunk
