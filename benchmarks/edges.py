"""What Bandeau costs a server: one application bare, behind a middleware that does nothing, and behind Bandeau.

Run it with ``.venv/bin/python benchmarks/edges.py [FOLDER]``; of a folder, every saved ``.html`` page is measured too.
Each page is asked for *before* any choice and *accepted*, with third-party tags to hold and with none. *erasing*: with
the first page after the choice, a browser is told to forget a cookie that nobody declared.
"""

from __future__ import annotations

import argparse
import json
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pages import SIZES, declaration_of, page, saved
from servers import UNDECLARED, Round, Server, accepted, machine, median_of, request, rounds_of, running

SMALL = b'{"tide": "high"}'
HTML = b"text/html; charset=utf-8"


def site(folder: Path | None) -> dict[str, tuple[bytes, bytes]]:
    """What the site answers, by path: a body and its type."""
    answers = {"/json": (SMALL, b"application/json")}
    for name, size in SIZES.items():
        answers[f"/plain-{name}"] = (page(size, tags=0), HTML)
        answers[f"/tags-{name}"] = (page(size), HTML)
    return answers | {f"/saved-{n}": (body, HTML) for n, body in enumerate(saved(folder).values())}


def application(answers: dict[str, tuple[bytes, bytes]]) -> Any:
    """The site: each answer lies ready and comes with a cookie of its own."""

    async def answer(scope: Any, _receive: Any, send: Any) -> None:
        body, kind = answers[scope["path"]]
        length = str(len(body)).encode()
        headers = [(b"content-type", kind), (b"content-length", length), (b"set-cookie", b"session=1; Path=/")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def passing(app: Any) -> Any:
    """A middleware that does nothing: what any middleware costs that sees what is sent."""

    async def passed(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            await send(message)

        await app(scope, receive, sent)

    return passed


def serve(kind: str, listener: int, folder: Path | None) -> None:
    """Serve the site, as it is or behind one of the middlewares, on a listening socket that was handed down."""
    import uvicorn

    answers = site(folder)
    app = application(answers)
    if kind == "passing":
        app = passing(app)
    if kind == "bandeau":
        from bandeau import ASGIMiddleware, open_site

        data = Path(tempfile.mkdtemp(prefix="bandeau-bench-"))
        (data / "bandeau.toml").write_text(declaration_of(*(body for body, _ in answers.values())), "utf-8")
        app = ASGIMiddleware(app, site=open_site(data / "bandeau.toml", data))
    config = uvicorn.Config(app, log_level="error", access_log=False, date_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


class Case(NamedTuple):
    """One thing to ask for: by what it is called, where, with which cookies, and how often in a round."""

    name: str
    path: str
    size: int
    cookies: str
    total: int


def cases(folder: Path | None, choice: str) -> Iterator[Case]:
    """Every case; a round takes a few hundredths of a second."""
    names = list(saved(folder))
    for path, (body, _) in site(folder).items():
        name = names[int(path[7:])] if path.startswith("/saved-") else path[1:]
        total = max(32, min(640, 6_000_000 // len(body)))
        if path == "/json":
            yield Case("cookies and policy only (json)", path, len(body), UNDECLARED, total)
            continue
        states = {"before": UNDECLARED, "accepted": choice, "erasing": f"{UNDECLARED}; {choice}"}
        for state, cookies in states.items():
            yield Case(f"{name}, {state}", path, len(body), cookies, total)


def row(case: Case, bare: list[Round], passed: list[Round], ours: list[Round]) -> dict[str, Any]:
    """What the rounds of one case say, each compared with the bare server's of the same turn."""
    return {
        "case": case.name,
        "bytes": case.size,
        "bare req/s": round(median_of((one.per_second for one in bare), 0)),
        "pass-through ratio": median_of(two.per_second / one.per_second for one, two in zip(bare, passed, strict=True)),
        "bandeau ratio": median_of(two.per_second / one.per_second for one, two in zip(bare, ours, strict=True)),
        "bare CPU µs": median_of((one.cpu_us for one in bare), 1),
        "pass-through adds ms": median_of(
            (two.cpu_us - one.cpu_us) / 1000 for one, two in zip(bare, passed, strict=True)
        ),
        "bandeau adds ms": median_of((two.cpu_us - one.cpu_us) / 1000 for one, two in zip(bare, ours, strict=True)),
    }


def compare(rounds: int, folder: Path | None) -> Iterator[dict[str, Any]]:
    """Measure every case on the three servers, in turn."""
    extra = ["--folder", str(folder)] if folder else []

    def one(kind: str) -> Any:
        return running(__file__, "--serve", kind, *extra)

    with one("bare") as bare, one("passing") as passed, one("bandeau") as ours:
        choice = accepted(ours)
        servers: list[Server] = [bare, passed, ours]
        for case in cases(folder, choice):
            asked = request(case.path, case.cookies)
            yield row(case, *rounds_of([(server, asked) for server in servers], case.total, rounds))


def main() -> None:
    """Print a row for every case, and what it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("saved", nargs="?", type=Path, help="a folder of .html files to measure too")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", action="store_true", help="print rows for machines, one a line")
    parser.add_argument("--serve", choices=["bare", "passing", "bandeau"], help=argparse.SUPPRESS)
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.listener, options.folder)
        return
    if not options.json:
        print(machine("uvicorn", "uvloop", "httptools"))
        print(f"medians of {options.rounds} rounds, three servers asked in turn\n")
    for measured in compare(options.rounds, options.saved):
        text = ", ".join(f"{key}: {value}" for key, value in measured.items())
        print(json.dumps(measured, ensure_ascii=False) if options.json else text, flush=True)


if __name__ == "__main__":
    main()
