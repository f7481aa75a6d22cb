"""VK: messages of a community, API 5.199 and the Callback API."""

from .network import Vk

NETWORK = Vk
