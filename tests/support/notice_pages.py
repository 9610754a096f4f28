"""Every page and state of the notice, in any language, inside a host page that a test may write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bandeau.ask.notice import (
    HistoryLine,
    View,
    banner,
    control,
    my_choices_page,
    placeholder,
    policy_page,
    problem_page,
    withheld_page,
)
from bandeau.decide import Policy
from bandeau.model import Choice, HeldEmbed
from support.newsroom import NEWSROOM
from support.notice_site import ARTICLE, NoticeSite
from support.servers import serve_asgi

SOME = Choice.of(["social"], ["comments", "fonts"])
"""A choice that is neither all nor nothing."""

HISTORY = (
    HistoryLine("2026-01-31T09:30:00Z", "custom", ("Palabre", "Casse"), "fr"),
    HistoryLine("2026-02-01T10:00:00Z", "refuse-all", (), "fr"),
)


class NoticePages(NoticeSite):
    """A site with all of Bandeau's pages; ``template`` is the host page, filled as ``ARTICLE`` is."""

    def __init__(
        self,
        language: str = "fr",
        *,
        choice: Choice | None = None,
        template: str = ARTICLE,
        style: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(style=style)
        self.language = language
        self.choice = choice
        self.template = template
        self.headers = headers
        own = {
            "policy": lambda: policy_page(self.view()),
            "my-choices": lambda: my_choices_page(self.view(), HISTORY),
            "nothing-kept": lambda: my_choices_page(self.view(), ()),
            "withheld": lambda: withheld_page(self.view(), "Dossier 12 du tribunal judiciaire du Havre"),
            "problem": lambda: problem_page(self.language, 503, "/article"),
        }
        routes = [Route(f"/.bandeau/{name}", self._own(draw)) for name, draw in own.items()]
        frame = Route("/frame", self._own(lambda: '<!DOCTYPE html><iframe src="/article" width="600" height="400">'))
        self.app.router.routes[:0] = [*routes, frame]

    @staticmethod
    def _own(draw: Callable[[], str]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return HTMLResponse(draw())

        return answer

    def view(self, back: str = "/article") -> View:
        return View(Policy(NEWSROOM, self.choice), self.language, back)

    async def article(self, request: Request) -> Response:
        view = self.view()
        page = self.template.format(
            style=self.style,
            story=self.story,
            notice=banner(view) if self.choice is None else control(view),
            held=placeholder(view, HeldEmbed("video", "video.localhost", "560", "315")),
            comments=placeholder(view, HeldEmbed("comments", "palabre.localhost", "100%", "300")),
        )
        return HTMLResponse(page, headers=self.headers)


@contextmanager
def opened(browser: Browser, site: NoticeSite, path: str = "/article", **options: object) -> Iterator[Page]:
    """One page of the site in a browser profile of its own."""
    with serve_asgi(site.app) as port:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(path)
        yield page
        context.close()
