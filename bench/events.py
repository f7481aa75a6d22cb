"""Events as VK sends them, of clients who write."""

import itertools
import json
import time
import uuid

GROUP = 700_000_001
FIRST_CLIENT = 500_000_001
_numbers = itertools.count(int(time.time() * 10) % 10**9)


def clients(count: int) -> list[int]:
    """Return so many people."""
    return list(range(FIRST_CLIENT, FIRST_CLIENT + count))


def message(client: int, text: str, secret: str = "") -> tuple[str, str, str]:
    """Return key, chat and body of the event of a new message."""
    number, key = next(_numbers), uuid.uuid4().hex
    event = {
        "type": "message_new",
        "event_id": key,
        "v": "5.199",
        "group_id": GROUP,
        "object": {
            "client_info": {"keyboard": True, "lang_id": 0},
            "message": {
                "id": number,
                "conversation_message_id": number,
                "date": int(time.time()),
                "peer_id": client,
                "from_id": client,
                "out": 0,
                "random_id": 0,
                "text": text,
                "attachments": [],
                "fwd_messages": [],
            },
        },
    }
    if secret:
        event["secret"] = secret
    return key, str(client), json.dumps(event, ensure_ascii=False)
