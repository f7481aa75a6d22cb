"""The networks, by code."""

from .base import Protocol

PROTOCOLS: dict[str, type[Protocol]] = {}


def register(protocol: type[Protocol]) -> type[Protocol]:
    """Class decorator: the network exists from now on."""
    PROTOCOLS[protocol.code] = protocol
    return protocol
