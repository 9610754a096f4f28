"""``bandeau audit``: a real browser holds a site to its promise; and ``bandeau audit diff`` beside it."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from bandeau.errors import SetupError

try:
    from bandeau.cli.audit.diff import diff
    from bandeau.cli.audit.site import site
except ModuleNotFoundError as error:
    raise SetupError(f"The audit needs {error.name}: pip install 'bandeau[audit]'.") from error

COMMANDS = (diff,)
"""The commands beside the audit itself, which needs no name."""


_ITSELF = "(itself)"


class _Audit(TyperGroup):
    """What begins with no command's name belongs to the audit itself."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [_ITSELF, *args])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return "" if name == _ITSELF else name, command, rest  # as its usage shows it


audit = typer.Typer(cls=_Audit, add_help_option=False)
audit.command(_ITSELF, help=site.__doc__)(site)
for _command in COMMANDS:
    audit.command(_command.__name__, help=_command.__doc__)(_command)
