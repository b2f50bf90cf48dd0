"""What the service must keep to itself: from the environment, or from files nobody else can read.

A file is made on the first start where a secret can be made up; it is never shown or logged.
"""

import binascii
import secrets
import stat
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from chatbot.settings import MAIL_PASSWORD, MASTER_KEY, WEBHOOK_SECRET, SettingsError
from chatbot.store.private_file import appearing

KEY_FILE: Final = "master.key"
_KEY_BYTES: Final = 32


def master_key(folder: Path, environment: Mapping[str, str]) -> bytes:
    """Return the 32-byte key that all others are wrapped with.

    It comes from the environment, or from `master.key` in the data folder, which is made on the
    first start. Whoever loses it loses every conversation; whoever copies it can read them.

    Raises:
        SettingsError: it is malformed, or its file cannot be used or can be read by others.
    """
    if given := environment.get(MASTER_KEY):
        return _decoded(given.encode("utf-8", "surrogateescape"), MASTER_KEY)
    path = folder / KEY_FILE
    return _decoded(_kept(path), str(path))


def known_key(folder: Path, environment: Mapping[str, str]) -> bytes | None:
    """Return the key that is there already, or None; unlike `master_key` it makes none.

    Raises:
        SettingsError: it is malformed, or its file cannot be used or can be read by others.
    """
    there = environment.get(MASTER_KEY) or (folder / KEY_FILE).exists()
    return master_key(folder, environment) if there else None


def webhook_secret(folder: Path, environment: Mapping[str, str]) -> bytes:
    """Return what messages to `webhook` are signed with.

    It comes from the environment, or from `webhook.secret` in the data folder, which is made when
    it is first needed.

    Raises:
        SettingsError: its file cannot be used or can be read by others.
    """
    given = environment.get(WEBHOOK_SECRET, "").encode("utf-8", "surrogateescape")
    return given or _kept(folder / "webhook.secret").strip()


def mail_password(folder: Path, environment: Mapping[str, str]) -> str:
    """Return the password at `mail_server`, from the environment or `mail.password`; or nothing.

    Raises:
        SettingsError: its file cannot be used or can be read by others.
    """
    path = folder / "mail.password"
    if (given := environment.get(MAIL_PASSWORD)) or not path.exists():
        return given or ""
    return _kept(path).decode().strip()


def _kept(path: Path) -> bytes:
    try:
        return _from_file(path)
    except OSError as error:
        raise SettingsError(f"cannot use {path}: {error.strerror}") from error


def _from_file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_key(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(f"{path} can be read by others: run chmod 600 {path}")
    return path.read_bytes()


def _make_key(path: Path) -> None:
    """Write a whole key or none: a start that was cut short must not leave half of one."""
    with suppress(FileExistsError), appearing(path) as unfinished:  # another's key counts
        unfinished.write_bytes(urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")


def _decoded(text: bytes, where: str) -> bytes:
    try:
        key = b64decode(text.strip(), altchars=b"-_", validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(f"{where} is not a master key: it needs 32 bytes in URL-safe base64")
    return key
