"""The command line: one table of commands, one file for each (or a folder for a group), imported only when called.

Typer alone takes five times as long to import as Python takes to start, so the overview is printed without it.

Exit codes, the same for every command: 0 done; 1 it could not be done, and the message says why; 2 the declaration
or the command line is unusable; 3 an audit found what makes it fail; 130 ended by Ctrl-C.
"""

from __future__ import annotations

import sys
from importlib import import_module

from bandeau import __version__

COMMANDS = {
    "demo": "Run the demonstration newsroom with Bandeau in front of it.",
    "init": "Draft a declaration from what a real browser sees of your site.",
    "check": "Check a declaration: every error with its line, every rule of law it breaks.",
    "proxy": "Put Bandeau in front of any site, as a reverse proxy.",
    "policy": "Print the cookie policy page that follows from a declaration.",
    "ledger": "Check, prove, copy and export the ledger of choices: a group of commands.",
    "report": "Show what was held, or in observe mode would have been.",
    "audit": "Hold any site to its promise, with a real browser, in every state of consent.",
    "schema": "Print the JSON Schema of declarations, for editors.",
}

_OVERVIEW = """\
Usage: bandeau COMMAND [OPTIONS]

Bandeau makes a site's consent promise true: you declare your trackers, it asks
the visitor, enforces the answer on the wire and in the browser, records it, and
audits any site in a real browser.

Commands:
{commands}

Options:
  --help     Show this, or with a command all about that command.
  --version  Show the version.

Start here:
  bandeau demo                                   see it work, click « Tout refuser »
  bandeau check bandeau.toml                     is my declaration right, is it lawful?
  bandeau proxy --declaration bandeau.toml --upstream http://127.0.0.1:3000
  bandeau audit https://example.org/ --html report.html
"""


def main() -> None:
    """Run the command line; an error that a user can mend is one sentence, never a stack trace."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        rows = "\n".join(f"  {name:<9}{summary}" for name, summary in COMMANDS.items())
        print(_OVERVIEW.format(commands=rows), end="")
    elif arguments[0] == "--version":
        print(f"bandeau {__version__}")
    else:
        _run(arguments[0])


def _run(name: str) -> None:
    if name not in COMMANDS:
        print(f"bandeau: {name!r} is not a command; it is one of {', '.join(COMMANDS)}.", file=sys.stderr)
        raise SystemExit(2)
    import typer

    from bandeau.errors import BandeauError, DeclarationError

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=False)
    app.callback()(_several)
    try:
        command = getattr(import_module(f"bandeau.cli.{name}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, help=command.__doc__)(command)
        app(prog_name="bandeau")
    except DeclarationError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    except BandeauError as error:
        print(f"bandeau: {error}", file=sys.stderr)
        raise SystemExit(1) from error


def _several() -> None:
    """Tell Typer that there are several commands, so that the first argument names one."""
