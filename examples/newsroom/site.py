"""The newspaper itself: plain pages with the third parties' tags pasted in, and not a word of consent."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from .articles import ARTICLES, BY_PATH, ENGLISH
from .poll import ANSWERS, Poll
from .witness import Witness

HERE = Path(__file__).parent
YEAR = 31_536_000
FORM_LIMIT = 4_096
"""More bytes than any form of this newspaper has."""


@dataclass(frozen=True, slots=True)
class Party:
    """What the page of traces tells of one third party."""

    id: str
    name: str
    what: str


PARTIES = (
    Party("palabre", "Palabre", "Réseau de commentaires, qui suit ses lecteurs d’un site à l’autre"),
    Party("scopia", "Scopia", "Lecteur vidéo"),
    Party("regie", "Régie du Large", "Réseau publicitaire"),
    Party("pistage", "Pistage", "Traceur amené par la publicité"),
    Party("polices", "Polices", "Hébergeur de caractères d’imprimerie"),
    Party("stats", "Port Stats", "Mesure d’audience exemptée de consentement"),
)


def newspaper(third_parties: dict[str, str], witness: Witness) -> Starlette:
    """Build the newspaper; its tags point to ``third_parties``, base URLs by name."""
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True)
    templates.globals.update(tiers=third_parties, articles=ARTICLES, english=ENGLISH, parties=PARTIES)
    templates.filters["clock"] = _clock
    app = Starlette(
        routes=[
            Route("/", _front),
            Route("/article/{slug}", _article),
            Route("/en/", _english),
            Route("/en/{slug}", _article),
            Route("/confidentialite", _privacy),
            Route("/sondage", _vote, methods=["POST"]),
            Route("/ce-que-les-traceurs-ont-vu", _seen),
            Route("/ce-que-les-traceurs-ont-vu.json", _seen_document),
            Route("/ce-que-les-traceurs-ont-vu/effacer", _clear, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        exception_handlers={404: _missing},
    )
    app.state = State({"templates": templates, "witness": witness, "poll": Poll()})
    return app


async def _front(request: Request) -> Response:
    poll: Poll = request.app.state.poll
    mine = poll.voted(request.cookies.get("session", ""))
    return _page(request, "front.html", answers=ANSWERS, results=poll.results(), mine=mine)


async def _article(request: Request) -> Response:
    article = BY_PATH.get(request.scope["path"])
    if article is None:
        return await _missing(request, None)
    others = [other for other in ARTICLES if other != article]
    return _page(request, f"articles/{article.slug}.html", article=article, others=others, lang=article.language)


async def _english(_: Request) -> Response:
    return RedirectResponse(ENGLISH.path, 302)


async def _privacy(request: Request) -> Response:
    return _page(request, "privacy.html")


async def _vote(request: Request) -> Response:
    form = await _form(request)
    session = request.cookies.get("session", "")
    if not (session and _own_form(request, form)):
        return _page(request, "problem.html", status=403, text="Ce formulaire n’est plus valable.")
    if not request.app.state.poll.vote(session, form.get("reponse", "")):
        return _page(request, "problem.html", status=400, text="Choisissez l’une des réponses.")
    return RedirectResponse("/#sondage", 303)


async def _seen(request: Request) -> Response:
    witness: Witness = request.app.state.witness
    return _page(request, "seen.html", seen={party.id: witness.seen(party.id) for party in PARTIES}, witness=witness)


async def _seen_document(request: Request) -> Response:
    return JSONResponse(request.app.state.witness.as_document(), headers={"cache-control": "no-store"})


async def _clear(request: Request) -> Response:
    if not _own_form(request, await _form(request)):
        return _page(request, "problem.html", status=403, text="Ce formulaire n’est plus valable.")
    request.app.state.witness.clear()
    return RedirectResponse("/ce-que-les-traceurs-ont-vu", 303)


async def _missing(request: Request, _error: Exception | None) -> Response:
    return _page(request, "problem.html", status=404, text="Cette page n’est pas (ou plus) dans le journal.")


def _page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Fill in a page and see to it that the reader has a session and a token for the forms."""
    token = request.cookies.get("csrftoken", "") or secrets.token_urlsafe(24)
    values = {"lang": "fr", "csrf": token, "path": request.scope["path"], "status": status, **context}
    page = request.app.state.templates.get_template(template).render(values)
    response = HTMLResponse(page, status, headers={"cache-control": "private, no-cache"})
    if "csrftoken" not in request.cookies:
        response.set_cookie("csrftoken", token, max_age=YEAR, samesite="lax")
    if "session" not in request.cookies:
        response.set_cookie("session", secrets.token_urlsafe(16), httponly=True, samesite="lax")
    return response


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form, empty where the body is longer than any of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _own_form(request: Request, form: dict[str, str]) -> bool:
    """Whether the form came from one of our pages: its token is the cookie's (double submit)."""
    cookie = request.cookies.get("csrftoken", "")
    return bool(cookie) and hmac.compare_digest(cookie.encode(), form.get("csrf", "").encode())


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%H:%M:%S")
