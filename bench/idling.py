"""What an operator costs who has the page open and does nothing."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import median

from . import filling
from .figures import Figure, at_most
from .listening import Listener
from .session import Session
from .setting import Setting

#: How often each thing is done that a browser does by itself every 20 to 60 seconds.
TIMES = 20
#: Seconds between two of them: Odoo refuses a browser that tells it more.
PAUSE = 0.25
QUERY = re.compile(r"\[([\d.]+) ms\] query:\s*(.{0,100})")


def measure(setting: Setting) -> Figure:
    """Return what the slowest of an idle operator's queries usually takes.

    His conversation's channel has a trouble and a colleague looks at it too: otherwise his browser
    would ask nothing.
    """
    with setting.odoo("--max-cron-threads=0", "--log-handler=odoo.sql_db:DEBUG") as server:
        session = Session(server.url, setting.database, "operator1")
        sql = setting.sql()
        conversation, _thread = filling.conversation(sql, filling.SHORT)
        # A page that has been open for a while asks for what is newer.
        last = sql.number("SELECT COALESCE(max(id), 0) FROM bus_bus")
        sql.close()
        with Listener(server, session, last) as browser:
            for idle in _what_a_browser_does(session, browser, conversation):
                idle()  # fills the caches
            begin = server.log.stat().st_size
            for _time in range(TIMES):
                for idle in _what_a_browser_does(session, browser, conversation):
                    idle()
                    time.sleep(PAUSE)
        with server.log.open(errors="replace") as log:
            log.seek(begin)
            return _slowest(queries(log.read()))


def _what_a_browser_does(
    session: Session, browser: Listener, conversation: int
) -> list[Callable[[], object]]:
    def ask(method: str, *args) -> Callable[[], object]:
        return lambda: session.call("omnichannel.conversation", method, [conversation], *args)

    return [
        lambda: browser.send("update_presence", {"inactivity_period": 1000}),
        ask("announce_viewer", True),
        ask("get_trouble"),
    ]


def queries(log: str) -> dict[str, list[float]]:
    """Return the milliseconds of each query that Odoo says it made, by its first words."""
    found = defaultdict(list)
    for milliseconds, statement in QUERY.findall(log):
        found[statement].append(float(milliseconds))
    return found


def _slowest(found: dict[str, list[float]]) -> Figure:
    Setting.expect(bool(found), "the log has no queries")
    often = {statement: times for statement, times in found.items() if len(times) >= TIMES // 2}
    slowest = max(often, key=lambda statement: median(often[statement]))
    count = sum(map(len, found.values())) / TIMES
    return at_most(
        "The slowest query of an idle operator, usually",
        median(often[slowest]),
        1,
        f"{count:.0f} queries a minute; the slowest: {' '.join(slowest.split())[:60]} …",
        unit="ms",
    )
