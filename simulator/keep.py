"""Keeps the simulated world in a file, so that a restart changes nothing for those connected.

Only classes marked with ``@kept`` are written; they are plain dataclasses.
"""

import dataclasses
import json
import logging
import os
from pathlib import Path

_logger = logging.getLogger(__name__)
_TYPE = "~"
_classes = {}


def kept(cls):
    """Make the class a dataclass that may be written to the file and read from it."""
    cls = dataclasses.dataclass(cls)
    _classes[cls.__name__] = cls
    return cls


def encode(value):
    """Return the value as JSON can say it."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return {
            _TYPE: type(value).__name__,
            **{name: encode(getattr(value, name)) for name in names},
        }
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {key: encode(item) for key, item in value.items()}
        return {_TYPE: "dict", "items": [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def decode(value):
    """Return what :func:`encode` was given; fields that no longer exist are forgotten."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    name = value.get(_TYPE)
    if name is None:
        return {key: decode(item) for key, item in value.items()}
    if name == "dict":
        return {decode(k): decode(v) for k, v in value["items"]}
    cls = _classes[name]
    known = {field.name for field in dataclasses.fields(cls)}
    return cls(**{key: decode(item) for key, item in value.items() if key in known})


def write(path: Path, value) -> None:
    """Put the value into the file: wholly, or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(encode(value), ensure_ascii=False), encoding="utf-8")
    os.replace(draft, path)  # noqa: PTH105 - atomic, and says so


def read(path: Path):
    """Return what the file holds, or None if there is none or it is of another time."""
    if not path.exists():
        return None
    try:
        return decode(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError):
        _logger.warning("%s is not readable: starting anew", path.name)
        return None
