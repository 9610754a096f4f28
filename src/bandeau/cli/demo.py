"""``bandeau demo``: a newspaper with live third parties, and Bandeau in front of it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from contextlib import ExitStack
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from bandeau.errors import SetupError

_PACKAGE = "bandeau.newsroom"
_CHECKOUT = Path(__file__).parents[3] / "examples" / "newsroom"
_PATIENCE = 20.0  # seconds that the proxy may take to start before the browser is not opened


def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to serve; another is taken if it is in use.")
    ] = 8000,
    browser: Annotated[bool, typer.Option(help="Open a browser where there is a display.")] = True,
    data: Annotated[
        Path | None, typer.Option(help="A folder to keep choices in; without one they are forgotten at the end.")
    ] = None,
) -> None:
    """Run the demonstration newsroom with Bandeau in front of it.

    A small newspaper starts on this machine, with six third parties that are real servers: comments, video,
    advertising and the tracker it brings along, fonts, and audience measurement. The newspaper knows nothing of
    consent; Bandeau does everything from its bandeau.toml. Click « Tout refuser » and open the page « Ce que les
    traceurs ont vu » to see them fall silent. Ctrl-C ends everything.

    For example:

      bandeau demo

      bandeau demo --port 9000 --no-browser
    """
    # Until the proxy listens for signals itself, both end everything, also where a shell had Ctrl-C ignored.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            newsroom = load_newsroom()
            folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bandeau-demo-")))
            running = stack.enter_context(newsroom.start())
            free = _free_port(port)
            _announce(port, free)
            if browser and _has_display():
                threading.Thread(target=_open_when_ready, args=(free,), daemon=True).start()
            from bandeau.serve.proxy import run

            run(newsroom.DECLARATION, running.url, "127.0.0.1", free, folder)
    except KeyboardInterrupt:
        return


def load_newsroom() -> ModuleType:
    """Give the newsroom's package: the one that is installed with Bandeau, else the checkout's own.

    Raises:
        SetupError: neither is there, or what it needs is not installed.
    """
    try:
        return import_module(_PACKAGE)
    except ModuleNotFoundError as error:
        if error.name != _PACKAGE:
            raise SetupError(f"The demonstration needs {error.name}: install bandeau[demo].") from error
    try:
        return _load_checkout()
    except FileNotFoundError as error:
        raise SetupError("The newsroom was not installed with Bandeau, and this is not a checkout of it.") from error
    except ModuleNotFoundError as error:
        raise SetupError(f"The demonstration needs {error.name}: install bandeau[demo].") from error


def _load_checkout() -> ModuleType:
    spec = spec_from_file_location(_PACKAGE, _CHECKOUT / "__init__.py", submodule_search_locations=[str(_CHECKOUT)])
    if spec is None or spec.loader is None:
        raise FileNotFoundError(_CHECKOUT)
    package = module_from_spec(spec)
    # Known by its name before it runs, so that its modules find each other.
    sys.modules[_PACKAGE] = package
    try:
        spec.loader.exec_module(package)
    except BaseException:
        del sys.modules[_PACKAGE]
        raise
    return package


def _free_port(wanted: int) -> int:
    """The wanted port, or any free one where it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SetupError("This machine has no free port.")


def _address(port: int) -> str:
    return f"http://gazette.localhost:{port}"


def _announce(wanted: int, port: int) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    if port != wanted and wanted:
        console.print(f"Port {wanted} is taken, so this is port {port}.")
    console.print(f"\n[bold]La Gazette du Port[/bold] is at [bold cyan]{_address(port)}[/bold cyan]")
    console.print("Click « Tout refuser », read on, then open « Ce que les traceurs ont vu »: they fall silent.")
    console.print("« Paramétrer vos choix » changes your mind at any time. Ctrl-C ends everything.\n")


def _has_display() -> bool:
    """Whether a browser with a window can be opened; one that runs in this terminal would be in the way."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_when_ready(port: int) -> None:
    waited = threading.Event()
    for _ in range(int(_PATIENCE / 0.1)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                webbrowser.open(_address(port))
                return
        waited.wait(0.1)
