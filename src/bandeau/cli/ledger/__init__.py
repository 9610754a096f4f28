"""``bandeau ledger``: a group of commands, one file for each kind of work."""

from __future__ import annotations

import typer

from bandeau.cli.ledger.copies import backup, restore
from bandeau.cli.ledger.export import export
from bandeau.cli.ledger.init import init
from bandeau.cli.ledger.proofs import check, prove
from bandeau.cli.ledger.retention import expire, release, withhold
from bandeau.cli.ledger.status import status
from bandeau.cli.ledger.verify import verify
from bandeau.cli.ledger.witness import witness

COMMANDS = (init, status, verify, prove, check, export, witness, backup, restore, withhold, release, expire)

_ABOUT = """Check, prove, copy and export the ledger: every choice, in a log that nobody can rewrite unseen.

Every choice is a leaf of a Merkle tree, whose root is signed. Who kept a signed root, or a receipt, can show that the
log was changed since, whoever changed it. What says nothing of its own accord (the database, in the hands of its owner)
is checked by bandeau ledger verify.

For example:

  bandeau ledger status

  bandeau ledger verify --checkpoint kept-last-month.txt

  bandeau ledger check receipt.html --key "$(cat key-of-the-log)"

Exit codes, the same for each: 0 done, and what was checked holds; 1 it could not be done, or does not hold; 2 the
command line is unusable.
"""

ledger = typer.Typer(help=_ABOUT, no_args_is_help=True)
for _command in COMMANDS:
    ledger.command(_command.__name__, help=_command.__doc__)(_command)
