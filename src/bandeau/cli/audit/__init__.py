"""``bandeau audit``: a real browser holds a site to its promise; and ``bandeau audit diff`` beside it."""

from __future__ import annotations

import click
import typer
from typer.core import TyperGroup

from bandeau.cli.audit.diff import diff
from bandeau.cli.audit.site import site

COMMANDS = (diff,)
"""The commands beside the audit itself."""


class _Audit(TyperGroup):
    """What is no command's name belongs to the audit itself, which so needs none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands and args[0]:
            return super().resolve_command(ctx, args)
        return "", self.commands[""], args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options in front belong to the audit: the group has none of its own.
        named = args and args[0] in self.commands
        return super().parse_args(ctx, args if named else ["", *args])


audit = typer.Typer(cls=_Audit, add_help_option=False)
audit.command("", help=site.__doc__)(site)
for _command in COMMANDS:
    audit.command(_command.__name__, help=_command.__doc__)(_command)
