"""Secrets at rest: sealed when the server's configuration gives a key, marked plain when not.

The key is a Fernet key in the environment variable ``OMNICHANNEL_SECRET_KEY`` or, as
``secret_key``, in the section ``[omnichannel]`` of the server's configuration file. Several keys,
separated by commas, let a key be changed: the first one seals, all of them open.
"""

import os
from configparser import ConfigParser, Error as ConfigError

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PLAIN, SEALED = "plain:", "sealed:"


class KeyMissing(Exception):
    """The secret was sealed with a key that the server does not know (any more)."""


def _keys(config_file: str | None) -> list[str]:
    keys = os.environ.get("OMNICHANNEL_SECRET_KEY", "")
    if not keys and config_file:
        parser = ConfigParser(interpolation=None)
        try:
            parser.read(config_file)
        except ConfigError:
            return []
        keys = parser.get("omnichannel", "secret_key", fallback="")
    return [key.strip() for key in keys.split(",") if key.strip()]


def _box(config_file: str | None) -> MultiFernet | None:
    keys = _keys(config_file)
    return MultiFernet([Fernet(key) for key in keys]) if keys else None


def seal(secret: str, config_file: str | None = None) -> str:
    """Return what is stored for a secret; empty for an empty one."""
    box = _box(config_file)
    if not secret:
        return ""
    return SEALED + box.encrypt(secret.encode()).decode() if box else PLAIN + secret


def unseal(stored: str, config_file: str | None = None) -> str:
    """Return the secret that was stored.

    :raises KeyMissing: it cannot be opened with the keys at hand
    """
    if not stored:
        return ""
    if stored.startswith(PLAIN):
        return stored.removeprefix(PLAIN)
    box = _box(config_file)
    if not box:
        raise KeyMissing
    try:
        return box.decrypt(stored.removeprefix(SEALED).encode()).decode()
    except InvalidToken:
        raise KeyMissing from None
