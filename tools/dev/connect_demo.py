"""Press *Connect* on the demonstration channels: connect_demo.py <Odoo> <simulator> [database].

Does what an administrator does in the form of a channel: sets the address of the simulator, and
presses the button. A channel that is connected to this simulator is left alone.
"""

import sys

from web_client import Administrator

SIMULATED = [["api_url", "=like", "http://127.0.0.1:%"]]


def main() -> None:
    """Connect what is a draft, or was connected to a simulator at another address."""
    odoo, simulator, *database = sys.argv[1:]
    administrator = Administrator(odoo, *database)
    administrator.call("ir.config_parameter", "set_param", "web.base.url", odoo)
    channels = administrator.call(
        "omnichannel.channel", "search_read", SIMULATED, ["name", "state", "api_url"]
    )
    for channel in channels:
        if channel["state"] == "connected" and channel["api_url"] == simulator:
            continue
        administrator.call("omnichannel.channel", "write", [channel["id"]], {"api_url": simulator})
        administrator.press("omnichannel.channel", "action_connect", channel["id"])
        print(f"· connected {channel['name']}")


if __name__ == "__main__":
    main()
