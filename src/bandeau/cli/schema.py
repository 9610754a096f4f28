"""``bandeau schema``: the JSON Schema of a declaration, for editors and other programs."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of a declaration.

    An editor that knows it completes keys and marks mistakes while you write bandeau.toml. For Even Better TOML and
    Taplo, save it beside the declaration and put "#:schema ./bandeau.schema.json" on the declaration's first line.

    For example:

      bandeau schema > bandeau.schema.json
    """
    import json

    from bandeau.declare import schema as declaration_schema

    typer.echo(json.dumps(declaration_schema(), ensure_ascii=False, indent=2))
