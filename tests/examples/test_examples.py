"""Every example is started as its guide says, and asked over HTTP what a browser would be given."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from support.servers import free_port
from support.sites import Got, fetch

ROOT = Path(__file__).parents[2]
SCRIPT = '<script async src="https://palabre.example/embed.js"></script>'
HOST = "palabre.example"

# Each example's folder, the commands that start it (the last one answers), the page that tells them, and the cookie
# that it sets itself.
EXAMPLES = {
    "fastapi": ("fastapi", ["uvicorn app:app --port 8000"], "docs/how-to/fastapi.md", "visits"),
    "flask": ("flask", ["flask --app app run --port 8000"], "docs/how-to/flask.md", "session"),
    "django": ("django", ["python app.py runserver --noreload 8000"], "docs/how-to/django.md", "csrftoken"),
    "django-asgi": ("django", ["uvicorn app:asgi --port 8000"], "docs/how-to/django.md", "csrftoken"),
    "static": (
        "static-behind-proxy",
        [
            "python -m http.server 3000 --bind 127.0.0.1 --directory site",
            "bandeau proxy --declaration bandeau.toml --upstream http://127.0.0.1:3000 --port 8000",
        ],
        "examples/static-behind-proxy/README.md",
        None,
    ),
}


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(command: str, folder: Path, port: int) -> Iterator[None]:
    """Run a command in a folder until the block is done; it is entered once the port is served."""
    program, *arguments = shlex.split(command)
    bin_ = Path(sys.executable).parent
    with (
        (folder / f"{port}.log").open("w+b") as log,
        subprocess.Popen(
            [bin_ / program, *arguments], cwd=folder, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": ""}
        ) as process,
    ):
        try:
            while not listens(port):
                if process.poll() is not None:
                    raise RuntimeError((folder / f"{port}.log").read_text())
                # Nothing tells that a port is served but trying it.
                pause(process)
            yield
        finally:
            process.terminate()


def pause(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A running example: its name and port."""
    name, commands, _, _ = EXAMPLES[request.param]
    folder = tmp_path_factory.mktemp("examples") / name
    shutil.copytree(ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns("bandeau-data", "__pycache__"))
    ports = {"3000": free_port(), "8000": free_port()}
    with ExitStack() as stack:
        for command in commands:
            told = re.sub(r"\b(?:3000|8000)\b", lambda match: str(ports[match[0]]), command)
            port = ports["8000" if "8000" in command else "3000"]
            stack.enter_context(started(told, folder, port))
        yield request.param, ports["8000"]


def front_page(port: int, cookie: str = "") -> Got:
    headers = {"host": f"localhost:{port}", "accept": "text/html"}
    return fetch(port, "/", headers={**headers, "cookie": cookie} if cookie else headers)


def choose(port: int, action: str) -> Got:
    headers = {
        "host": f"localhost:{port}",
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
    }
    body = urlencode({"action": action, "back": "/"}).encode()
    return fetch(port, "/.bandeau/choice", method="POST", body=body, headers=headers)


def test_before_a_choice_the_notice_is_there_and_the_third_party_is_held(example: tuple[str, int]) -> None:
    page = front_page(example[1])
    assert page.status == 200
    assert 'id="bandeau-notice"' in page.text
    assert "At six the boats were afloat again." in page.text
    assert SCRIPT not in page.text
    assert f' src="https://{HOST}' not in page.text
    assert HOST not in page.one("content-security-policy")


def test_after_acceptance_the_third_party_is_there_and_the_notice_is_not(example: tuple[str, int]) -> None:
    answer = choose(example[1], "accept-all")
    assert (answer.status, answer.one("location")) == (303, "/")
    page = front_page(example[1], answer.choice)
    assert SCRIPT in page.text
    assert HOST in page.one("content-security-policy")
    assert 'id="bandeau-notice"' not in page.text
    assert 'id="bandeau-control"' in page.text


def test_after_refusal_the_third_party_stays_away_and_the_comment_space_says_so(example: tuple[str, int]) -> None:
    page = front_page(example[1], choose(example[1], "refuse-all").choice)
    assert SCRIPT not in page.text
    assert HOST not in page.one("content-security-policy")
    assert 'id="bandeau-notice"' not in page.text
    comments = page.text.partition('<div id="comments">')[2]
    assert comments.startswith("<")
    assert not comments.startswith("</div>")


def test_the_sites_own_cookie_is_declared_and_so_let_through(example: tuple[str, int]) -> None:
    name, port = example
    cookie = EXAMPLES[name][3]
    set_cookies = front_page(port).all("set-cookie")
    assert [one.partition("=")[0] for one in set_cookies] == ([cookie] if cookie else [])


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_guide_tells_the_commands_that_start_it(name: str) -> None:
    _, commands, guide, _ = EXAMPLES[name]
    text = (ROOT / guide).read_text("utf-8")
    assert [command for command in commands if f"{command}\n" not in text] == []


FENCE = re.compile(r"^```(?:python|toml)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["fastapi", "flask", "django"])
def test_the_code_in_its_guide_is_code_that_was_run_here(name: str) -> None:
    folder = ROOT / "examples" / name
    sources = [(folder / file).read_text("utf-8") for file in ("app.py", "bandeau.toml")]
    shown = FENCE.findall((ROOT / "docs" / "how-to" / f"{name}.md").read_text("utf-8"))
    assert shown
    assert [code for code in shown if not any(code in source for source in sources)] == []
