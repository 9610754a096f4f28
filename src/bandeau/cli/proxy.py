"""``bandeau proxy``: Bandeau in front of any site, whatever it is written in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def proxy(
    declaration: Annotated[
        Path, typer.Option(envvar="BANDEAU_DECLARATION", help="The declaration of your site's trackers.")
    ],
    upstream: Annotated[
        str, typer.Option(envvar="BANDEAU_UPSTREAM", help="Where your site is, such as http://127.0.0.1:3000.")
    ],
    host: Annotated[
        str, typer.Option(envvar="BANDEAU_HOST", help="The address to serve; 0.0.0.0 for all of this machine.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="BANDEAU_PORT", min=0, max=65535, help="The port to serve; 0 takes a free one.")
    ] = 8080,
    data: Annotated[
        Path, typer.Option(envvar="BANDEAU_DATA", help="The folder of keys and records, made if missing. Keep it.")
    ] = Path("bandeau-data"),
    database: Annotated[
        str | None,
        typer.Option(envvar="BANDEAU_DATABASE", help="postgresql://..., to keep the records in PostgreSQL instead."),
    ] = None,
    keyed_cache: Annotated[
        bool,
        typer.Option(
            "--keyed-cache",
            envvar="BANDEAU_KEYED_CACHE",
            help="A cache in front keys pages by variant, as docs/how-to/caches.md says.",
        ),
    ] = False,
) -> None:
    """Put Bandeau in front of any site, as a reverse proxy.

    Your visitors ask Bandeau, Bandeau asks your site, and every answer comes back with the notice in it and without
    what the visitor has not allowed. The site itself needs no change. Uploads, downloads of any size, server-sent
    events and WebSockets go through as they come.

    Your site gets the Host header as the visitor sent it, and X-Forwarded-For, -Proto and -Host beside it. For HTTPS
    put your usual server in front: its X-Forwarded-Proto and X-Forwarded-For are believed if it runs on this machine
    or is named in the environment variable FORWARDED_ALLOW_IPS.

    Exit code: 2 where the declaration or the command line is unusable, 1 where the address, the upstream's URL or the
    data folder cannot be used; 130 when it was ended by Ctrl-C, 0 by SIGTERM.

    For example:

      bandeau proxy --declaration bandeau.toml --upstream http://127.0.0.1:3000

      bandeau proxy --declaration bandeau.toml --upstream http://10.0.0.7 --host 0.0.0.0 --port 80
    """
    from bandeau.errors import SetupError

    try:
        from bandeau.serve.proxy import run
    except ModuleNotFoundError as error:
        raise SetupError(f"The proxy needs {error.name}: install bandeau[proxy].") from error
    run(declaration, upstream, host, port, data, database=database, keyed_cache=keyed_cache)
