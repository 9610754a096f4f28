"""A tiny site that shows the notice and keeps one visitor's choice: the least that the notice's tests need."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bandeau.ask.browser import asset
from bandeau.ask.notice import View, banner, control, placeholder, problem_page, settings_page
from bandeau.decide import Policy, accept_all, allow_service, refuse_all, settle
from bandeau.model import Choice, Declaration, HeldEmbed
from support.newsroom import NEWSROOM

STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; connect-src 'self'"
"""What Bandeau's own pages are served with."""

ARTICLE = """<!DOCTYPE html><html lang="fr"><meta name="viewport" content="width=device-width">
<title>Le port</title><link rel="stylesheet" href="/.bandeau/notice.css">
<script defer src="/.bandeau/notice.js"></script>
<style>{style}</style><body>{notice}<main><h1>Le port se réveille</h1>{story}
<form><label>Votre lettre <textarea name="letter"></textarea></label><label>Nom <input name="who"></label>
<label>Secret <input type="password" name="secret"></label>{held}</form>
<p id="comments">{comments}</p>{story}<a id="last" href="/end">Fin</a></main>"""


class NoticeSite:
    """The site's whole state: the choice as it stands, every form that was sent, and what goes wrong."""

    def __init__(self, declaration: Declaration = NEWSROOM, style: str = "", story: str = "<p>Brume.</p>" * 40) -> None:
        self.declaration = declaration
        self.style = style
        self.story = story
        self.choice: Choice | None = None
        self.sent: list[dict[str, list[str]]] = []
        self.failing: int | None = None
        self.app = Starlette(
            routes=[
                Route("/article", self.article),
                Route("/.bandeau/settings", self.settings),
                Route("/.bandeau/choice", self.choose, methods=["POST"]),
                Route("/.bandeau/{name}", self.asset),
            ]
        )

    def view(self, back: str = "/article") -> View:
        return View(Policy(self.declaration, self.choice), "fr", back)

    async def article(self, request: Request) -> Response:
        view = self.view()
        allowed = {service.id for service in view.policy.allowed_services()}
        video = HeldEmbed("video", "video.localhost", "560", "315")
        comments = HeldEmbed("comments", "palabre.localhost", "100%", "300")
        page = ARTICLE.format(
            style=self.style,
            story=self.story,
            notice=banner(view) if self.choice is None else control(view),
            held="<i>Vidéo</i>" if "video" in allowed else placeholder(view, video),
            comments="<i>Débat</i>" if "comments" in allowed else placeholder(view, comments),
        )
        return HTMLResponse(page)

    async def settings(self, request: Request) -> Response:
        page = settings_page(self.view(request.query_params.get("back", "/article")))
        return HTMLResponse(page, headers={"Content-Security-Policy": STRICT})

    async def choose(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode(), keep_blank_values=True)
        self.sent.append(form)
        if self.failing:
            return HTMLResponse(problem_page("fr", self.failing), self.failing)
        self.choice = self._chosen(form)
        return RedirectResponse(form["back"][0], 303)

    def _chosen(self, form: dict[str, list[str]]) -> Choice:
        match form["action"][0]:
            case "accept-all":
                return accept_all(self.declaration)
            case "refuse-all":
                return refuse_all()
            case "allow-service":
                return allow_service(self.declaration, self.choice, form["service"][0])
        before = Choice.of(form["was-purpose"][0].split(), form["was-service"][0].split())
        return settle(self.declaration, before, Choice.of(form.get("purpose", []), form.get("service", [])))

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ("notice.css", "notice.js", "late.js"):
            return JSONResponse({}, 404)
        return Response(asset(name), media_type="text/css" if name.endswith("css") else "text/javascript")
