"""Post a fixture to the running server: replay.py <Odoo's address> vk/webhook/text.

Each time on a channel of its own with the credentials that the fixtures were made with, because a
channel takes the same event only once. The channels of earlier times are archived.
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

from web_client import Administrator

FIXTURES = Path("omnichannel_inbox/tests/fixtures")


def main() -> None:
    """Print what the server answered."""
    odoo, name = sys.argv[1:]
    path = FIXTURES / f"{name}.json"
    if not path.is_file():
        sys.exit(f"There is no {path}.")
    fixture = json.loads(path.read_text(encoding="utf-8"))
    channel = open_channel(Administrator(odoo), network=name.partition("/")[0])
    status, answer = post(f"{odoo}/omnichannel/webhook/{channel['webhook_token']}", fixture)
    print(f"{status} {answer}\nSee the channel “{channel['name']}” at {odoo}/odoo")
    sys.exit(status != 200)


def open_channel(administrator: Administrator, network: str) -> dict:
    """Return a fresh draft channel that believes what is in the fixtures."""
    settings = json.loads((FIXTURES / network / "settings.json").read_text(encoding="utf-8"))
    title = f"Replay {network}"
    old = administrator.call("omnichannel.channel", "search", [["name", "=", title]])
    administrator.call("omnichannel.channel", "write", old, {"active": False})
    created = administrator.call(
        "omnichannel.channel", "create", {"name": title, "network": network, **settings}
    )
    fields = ["name", "webhook_token"]
    return administrator.call("omnichannel.channel", "read", [created], fields)[0]


def post(address: str, fixture: dict) -> tuple[int, str]:
    """Return status and text of the answer."""
    request = urllib.request.Request(  # noqa: S310 - the address is this machine's
        address, fixture["body"].encode(), fixture["headers"]
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


if __name__ == "__main__":
    main()
