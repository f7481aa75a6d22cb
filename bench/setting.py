"""What all measurements share: the database, the servers on it, the sizes."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import events, servers
from .session import Database, Session

#: As in production: two processes for requests, and as many scheduled actions at once as lanes.
WORKERS = 2
CRON_WORKERS = 4
LANES = [f"ir_cron_inbound_{number}" for number in range(4)]


class Broken(Exception):
    """What was measured did not do what it should: a figure would mean nothing."""


@dataclass
class Setting:
    """Where and how much is measured."""

    command: list[str]
    database: str
    log: Path
    port: int = 0
    requests: int = 300
    backlog: int = 1000
    large_backlog: int = 5000
    chats: int = 100
    rounds: int = 5
    races: int = 1000
    conversations: int = 300_000
    _channel: dict = field(default_factory=dict)
    _team: dict = field(default_factory=dict)

    def odoo(self, *options: str) -> servers.Server:
        """Return Odoo as in production, in processes."""
        return servers.odoo(
            self.command,
            self.database,
            self.log,
            f"--workers={WORKERS}",
            "--limit-time-real=600",
            "--limit-time-cpu=600",
            *options,
            port=self.port,
        )

    def install(self) -> None:
        """Our side of the measurements is in the database, and every index a production has."""
        self.sql().rows("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        server = servers.odoo(
            self.command,
            self.database,
            self.log,
            "--init=omnichannel_bench",
            "--update=omnichannel_inbox",
            "--workers=0",
            "--max-cron-threads=0",
        )
        with server:
            pass

    @contextlib.contextmanager
    def copy(self, suffix: str = "copy") -> Iterator["Setting"]:
        """A setting with a database like this one, as long as it is used; nobody is connected."""
        name, all_databases = f"{self.database}_{suffix}", Database("postgres")
        all_databases.rows(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        all_databases.rows(f'CREATE DATABASE "{name}" TEMPLATE "{self.database}"')
        try:
            yield replace(self, database=name, port=0)
        finally:
            all_databases.rows(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def session(self, server: servers.Server) -> Session:
        """Return the administrator, signed in."""
        return Session(server.url, self.database)

    def sql(self) -> Database:
        """Return a connection to the database."""
        return Database(self.database)

    def channel(self, server: servers.Server) -> dict:
        """Return address, secret and id of the one channel, made when first asked for."""
        if not self._channel:
            self._channel = self.session(server).call(
                "omnichannel.bench",
                "prepare_channel",
                {
                    "name": "Benchmark",
                    "network": "vk",
                    "account_ref": str(events.GROUP),
                    "access_token": "SECRET",
                },
            )
        return self._channel

    def team(self, server: servers.Server) -> dict:
        """Return ids and logins of many channels and their operators, made when asked for."""
        if not self._team:
            self._team = self.session(server).call("omnichannel.bench", "prepare_team", 20, 9)
        return self._team

    def forget_events(self, channel: dict) -> None:
        """What was stored and not worked off is gone."""
        self.sql().rows(
            "DELETE FROM omnichannel_inbound WHERE channel_id = %s AND state = 'received'",
            channel["id"],
        )

    def let_lanes_work(self, working: bool) -> None:
        """The lanes rest, or all of them are told to begin."""
        self._switch_lanes(LANES if working else [])

    def let_one_lane_work(self) -> None:
        """The first lane is told to begin, the others rest."""
        self._switch_lanes(LANES[:1])

    def _switch_lanes(self, working: list[str]) -> None:
        self.sql().rows(
            """
            UPDATE ir_cron
               SET active = name = ANY(%s), nextcall = now() AT TIME ZONE 'UTC'
              FROM ir_model_data
             WHERE model = 'ir.cron' AND res_id = ir_cron.id AND name = ANY(%s)
            """,
            working,
            LANES,
        )
        Database("postgres").rows("SELECT pg_notify('cron_trigger', %s)", self.database)

    def wait_until_worked_off(self, lanes: int = len(LANES), patience: float = 300) -> float:
        """Return the seconds until nothing waits any more in the first so many lanes."""
        sql, began = self.sql(), time.monotonic()
        while sql.number(
            "SELECT count(*) FROM omnichannel_inbound WHERE state = 'received' AND lane < %s", lanes
        ):
            self.expect(time.monotonic() - began < patience, "the lanes do not work off what waits")
            time.sleep(0.02)
        return time.monotonic() - began

    @staticmethod
    def expect(condition: bool, otherwise: str) -> None:
        """:raises Broken: the condition is false"""
        if not condition:
            raise Broken(otherwise)


def split_command(words: list[str]) -> tuple[list[str], list[str]]:
    """Return what stands before -- and what stands behind it."""
    position = words.index("--") if "--" in words else len(words)
    return words[:position], words[position + 1 :]
