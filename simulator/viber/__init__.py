"""Viber: the bot API as a bot sees it, and the people who write to bots."""

from .network import Viber

NETWORK = Viber
