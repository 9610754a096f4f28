"""``bandeau schema``: the JSON Schema of a declaration, for editors and other programs; or of an audit's report."""

from __future__ import annotations

from typing import Annotated

import typer


def schema(
    audit: Annotated[bool, typer.Option("--audit", help="That of the report of bandeau audit --json.")] = False,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a declaration.

    An editor that knows it completes keys and marks mistakes while you write bandeau.toml. For Even Better TOML and
    Taplo, save it beside the declaration and put "#:schema ./bandeau.schema.json" on the declaration's first line.

    For example:

      bandeau schema > bandeau.schema.json

      bandeau schema --audit > audit.schema.json
    """
    import json

    typer.echo(json.dumps(_of_audit() if audit else _of_declaration(), ensure_ascii=False, indent=2))


def _of_declaration() -> object:
    from bandeau.declare import schema as declaration_schema

    return declaration_schema()


def _of_audit() -> object:
    from bandeau.errors import SetupError

    try:
        from bandeau.audit.reports.json import schema as report_schema
    except ModuleNotFoundError as error:
        raise SetupError(f"The audit needs {error.name}: pip install 'bandeau[audit]'.") from error
    return report_schema()
