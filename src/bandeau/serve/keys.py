"""The keys: those that seal choices, and those that sign the log; from files, the environment, or a command.

Files are made with a fresh key on the first run, readable by their owner only. No message shows any of a key.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bandeau.ask.cookie import Seal
from bandeau.ask.view import PREFIX
from bandeau.errors import BandeauError, ProofError, SetupError
from bandeau.model import Declaration
from bandeau.record.keys import (
    Kind,
    Signer,
    Signs,
    Verifier,
    format_private_key,
    parse_private_key,
    parse_vkey,
)

T = TypeVar("T")

_COMMAND_PATIENCE = 10  # seconds that a signing command may take


def seal_of(folder: Path, keys: Sequence[bytes] | None = None) -> Seal:
    """The seal of choice cookies, with the keys given, of ``BANDEAU_KEYS``, or of the file ``keys`` in ``folder``.

    Raises:
        SetupError: a key is unusable, or the file is.
    """
    try:
        return Seal(keys or _choice_keys(folder))
    except ValueError as error:
        raise SetupError(f"The keys cannot be used: {error}.") from error


def _choice_keys(folder: Path) -> list[bytes]:
    told = os.environ.get("BANDEAU_KEYS")
    if told:
        return _hexadecimal(told.split(","), "BANDEAU_KEYS")
    path = folder / "keys"
    return _hexadecimal(_lines(path, lambda: secrets.token_hex(32)), str(path))


def _hexadecimal(texts: Sequence[str], where: str) -> list[bytes]:
    try:
        return [bytes.fromhex(text.strip()) for text in texts]
    except ValueError as error:
        raise SetupError(
            f"{where} holds something that is not a hexadecimal key; make one with 32 random bytes."
        ) from error


# -- the log's ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys of one log, the newest last; all have its name, and while one takes another's place both sign.

    Raises:
        ValueError: there is none, or they are not of one log.
    """

    signers: tuple[Signs, ...]

    def __post_init__(self) -> None:
        if len({signer.name for signer in self.signers}) != 1:
            raise ValueError("the keys of a log all have its name")
        if any(signer.kind is not Kind.ED25519 for signer in self.signers):
            raise ValueError("a log signs with plain Ed25519 keys")

    @property
    def origin(self) -> str:
        """The log's name, which its first key fixed for good: the site may change its hosts."""
        return self.signers[-1].name

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The public halves."""
        return tuple(signer.verifier for signer in self.signers)


@dataclass(frozen=True, slots=True)
class CommandSigner:
    """A key that never comes here: a command signs, for instance by asking a key management service.

    It reads the bytes to sign from its standard input and prints the signature in base64, within ten seconds.
    """

    verifier: Verifier
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        """The key's name."""
        return self.verifier.name

    @property
    def kind(self) -> Kind:
        """The type of its signatures."""
        return self.verifier.kind

    def sign(self, message: bytes) -> bytes:
        """Have the command sign; a signature that does not hold is not given out.

        Raises:
            SetupError: the command failed, or printed something else.
        """
        try:
            done = subprocess.run(  # noqa: S603 - the publisher's own command, split without a shell
                self.command, input=message, capture_output=True, timeout=_COMMAND_PATIENCE, check=True
            )
            signature = base64.b64decode(done.stdout.strip(), validate=True)
            self.verifier.check(message.decode(), signature)
        except (OSError, subprocess.SubprocessError, ValueError, ProofError) as problem:
            kind = type(problem).__name__  # no more: a command may print secrets
            raise SetupError(f"The command in BANDEAU_LOG_SIGN did not sign ({kind}); run it by hand.") from problem
        return signature


def origin_of(declaration: Declaration) -> str:
    """The name that a site's log gets: where it is served, without a scheme (C2SP tlog-checkpoint)."""
    return f"{declaration.site.hosts[0]}{PREFIX}log"


def log_keys(folder: Path, new_origin: str) -> LogKeys:
    """The keys that sign the log.

    They come from ``BANDEAU_LOG_KEYS`` (private keys, white space between them, the newest last); or a command signs,
    ``BANDEAU_LOG_SIGN``, for the public key in ``BANDEAU_LOG_PUBLIC_KEY``; or they are in the file ``log-keys`` in
    ``folder``, made with a fresh key of the name ``new_origin`` if missing.

    Raises:
        SetupError: a key, the command or the file is unusable.
    """
    command, told = os.environ.get("BANDEAU_LOG_SIGN"), os.environ.get("BANDEAU_LOG_KEYS")
    if command:
        public = os.environ.get("BANDEAU_LOG_PUBLIC_KEY", "")
        verifier = _understood("BANDEAU_LOG_PUBLIC_KEY", lambda: parse_vkey(public.strip()))
        return _understood("BANDEAU_LOG_SIGN", lambda: LogKeys((CommandSigner(verifier, tuple(shlex.split(command))),)))
    path = folder / "log-keys"
    where, texts = ("BANDEAU_LOG_KEYS", told.split()) if told else (str(path), _lines(path, lambda: _fresh(new_origin)))
    return _understood(where, lambda: LogKeys(tuple(map(parse_private_key, texts))))


def add_log_key(folder: Path, keys: LogKeys) -> LogKeys:
    """Add a fresh key to the file of the log's keys, which sign together until the old one is taken out of it.

    Raises:
        SetupError: the keys are not in a file there, or it cannot be written.
    """
    path = folder / "log-keys"
    if not path.exists():
        raise SetupError(f"There is no file {path}: where the keys come from the environment, add the new one there.")
    signers = (*keys.signers, Signer(keys.origin, secrets.token_bytes(32)))
    draft = _draft(path, [format_private_key(signer) for signer in signers if isinstance(signer, Signer)])
    draft.replace(path)
    return LogKeys(signers)


def _fresh(origin: str) -> str:
    return format_private_key(Signer(origin, secrets.token_bytes(32)))


def _understood(where: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except (BandeauError, ValueError) as problem:
        raise SetupError(f"The log's key in {where} cannot be used: {problem}.") from problem


# -- files --------------------------------------------------------------------------------------------------------


def _lines(path: Path, fresh: Callable[[], str]) -> list[str]:
    """The lines of a file of keys, which is made with a fresh one if missing."""
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path, fresh())
        return path.read_text("ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SetupError(f"The keys in {path} cannot be used: {reason}. Name another folder.") from error


def _make(path: Path, line: str) -> None:
    """Make a key file whole or not at all: of several processes that start at once, one wins and all read the same."""
    draft = _draft(path, [line])
    try:
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def _draft(path: Path, lines: Sequence[str]) -> Path:
    """A file beside the one meant, with these lines, on the disk."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft
