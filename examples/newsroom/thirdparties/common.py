"""What the third parties have in common: files, identifying cookies, and answers that other sites may read."""

from __future__ import annotations

import secrets
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

FILES = Path(__file__).with_name("files")
TEMPLATES = Environment(loader=FileSystemLoader(FILES), autoescape=True)
YEAR = 31_536_000
THIRTEEN_MONTHS = 34_164_000

KNOWN_READERS = 2_000
"""How many readers a third party remembers; the demonstration must not grow without end."""

TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css", ".gif": "image/gif"}

# Nothing is cached, so that every page view of the demonstration can be seen to arrive or not.
FRESH = {"cache-control": "no-store"}


def asset(name: str) -> Response:
    """Answer with one of the files."""
    return Response((FILES / name).read_bytes(), media_type=TYPES[Path(name).suffix], headers=FRESH)


def document(name: str, **context: object) -> HTMLResponse:
    """Answer with a filled-in HTML template."""
    return HTMLResponse(TEMPLATES.get_template(name).render(context), headers=FRESH)


def reader(request: Request, cookie: str) -> str:
    """The identifier this reader is known by, a new one on a first visit."""
    known = request.cookies.get(cookie, "")
    return known if known.isalnum() and len(known) <= 64 else secrets.token_hex(8)


def recognise(response: Response, cookie: str, identifier: str, life: int = THIRTEEN_MONTHS) -> Response:
    """Set the identifying cookie so that it comes back from every site that carries this third party."""
    response.set_cookie(cookie, identifier, max_age=life, httponly=True, secure=True, samesite="none")
    return response


def readable(request: Request, response: Response) -> Response:
    """Let the page that asked read the answer, with credentials (Fetch standard, CORS protocol)."""
    response.headers["access-control-allow-origin"] = request.headers.get("origin", "*")
    response.headers["access-control-allow-credentials"] = "true"
    response.headers["vary"] = "origin"
    return response
