"""Telegram: the Bot API as a bot sees it, and the people who write to bots."""

from .network import Telegram

NETWORK = Telegram
