"""What the phone page asks for: everything that is newer than what it has."""

import json
import secrets
import time
from collections.abc import Iterator

from werkzeug.wrappers import Request, Response

from . import pictures

MESSAGES_SHOWN = 80
HEARTBEAT = 15.0
AT_MOST_EVERY = 0.1  # seconds between two pieces of news


class Phone:
    """Tells the page about clients, accounts and chats."""

    def __init__(self, city):
        self.city = city
        self.life = secrets.token_hex(4)  # versions of another start of the server mean nothing

    def state(self, request: Request) -> Response:
        """Return what changed after the version ``since`` of this ``life`` of the server."""
        world = self.city.world
        known = request.args.get("life") == self.life
        since = request.args.get("since", 0, int) if known else 0
        with world.lock:
            data = {
                "life": self.life,
                "version": world.version,
                "now": time.time(),
                "chats": self._chats(since),
            }
            if since < world.structure_version:
                data |= {"people": self._people(), "complete": True}
        text = json.dumps(data, ensure_ascii=False)
        return Response(text, content_type="application/json; charset=utf-8")

    def news(self, request: Request) -> Response:
        """Return a stream of server-sent events: the number of the newest version, each time."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(self._stream(), content_type="text/event-stream", headers=headers)

    def sticker(self, request: Request, number: int) -> Response:
        """Return the picture of a sticker, for choosing one."""
        headers = {"Cache-Control": "max-age=86400"}
        return Response(pictures.sticker(number, 160), content_type="image/png", headers=headers)

    def _stream(self) -> Iterator[str]:
        version = -1
        while True:
            newest = self.city.world.wait_for_news(version, HEARTBEAT)
            yield f"data: {newest}\n\n" if newest != version else ": still here\n\n"
            version = newest
            time.sleep(AT_MOST_EVERY)

    def _people(self) -> dict:
        world, media = self.city.world, self.city.media
        return {
            "networks": [
                {"code": code, "label": network.label}
                for code, network in self.city.networks.items()
            ],
            "accounts": [
                {
                    "network": one.network,
                    "id": one.id,
                    "name": one.name,
                    "picture": media.url(one.picture),
                }
                for one in world.accounts.values()
            ],
            "clients": [
                {
                    "network": one.network,
                    "id": one.id,
                    "name": one.name,
                    "first_name": one.first_name,
                    "picture": media.url(one.picture),
                }
                for one in world.clients.values()
            ],
        }

    def _chats(self, since: int) -> list[dict]:
        world = self.city.world
        everything = since < world.structure_version
        return [
            self._chat(chat) for chat in world.chats.values() if everything or chat.version > since
        ]

    def _chat(self, chat) -> dict:
        network = self.city.networks[chat.network]
        shown = chat.visible()[-MESSAGES_SHOWN:]
        return {
            "network": chat.network,
            "account": chat.account,
            "client": chat.client,
            "messages": [network.view_message(chat, message) for message in shown],
            "unread": sum(
                message.outgoing and message.number > chat.read_by_client for message in shown
            ),
            **network.view_chat(chat),
        }
