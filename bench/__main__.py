"""Measure what the product promises: python -m bench --database NAME [options] -- <Odoo's command>

The database has the addon and nobody uses it. Odoo runs as in production, in processes; the load
comes from another process. Figures are ratios of what was measured side by side in rounds that
take turns, so they can be compared between machines.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from . import acknowledging, arriving, races, sending, servers, sizes, working_off
from .figures import Figure, table
from .plot import plot
from .setting import Broken, Setting, split_command

QUICK = {
    "requests": 100,
    "backlog": 300,
    "large_backlog": 1000,
    "chats": 40,
    "rounds": 3,
    "races": 50,
    "conversations": 30_000,
}
MEASUREMENTS = {
    "acknowledging": acknowledging.measure,
    "working_off": working_off.measure,
    "arriving": arriving.measure,
    "sending": sending.measure,
    "sizes": sizes.measure,
    "races": races.measure,
}


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """Return what was asked for, and how Odoo is started."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="in less than two minutes")
    parser.add_argument("--only", choices=MEASUREMENTS, help="only this part")
    parser.add_argument("--requests", type=int, default=300, help="per round, default %(default)s")
    parser.add_argument("--backlog", type=int, default=1000, help="events, default %(default)s")
    parser.add_argument(
        "--large-backlog", type=int, default=5000, help="events, default %(default)s"
    )
    parser.add_argument("--chats", type=int, default=100, help="of clients, default %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="default %(default)s")
    parser.add_argument("--races", type=int, default=1000, help="default %(default)s")
    parser.add_argument(
        "--conversations", type=int, default=300_000, help="at most, default %(default)s"
    )
    parser.add_argument("--port", type=int, default=0, help="of Odoo, default: a free one")
    parser.add_argument("--write", type=Path, help="put the table into this document")
    own, command = split_command(sys.argv[1:])
    return parser.parse_args(own), command


def setting_of(options: argparse.Namespace, command: list[str], log: Path) -> Setting:
    """Return the setting that the options describe."""
    sizes = {name: getattr(options, name) for name in QUICK}
    if options.quick:
        sizes |= QUICK
    return Setting(command, options.database, log, options.port, **sizes)


def machine() -> str:
    """Return the machine in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, "
        f"Python {platform.python_version()}; load before the first round: {busy:.1f}"
    )


def report(setting: Setting, figures: list[Figure], conditions: str) -> str:
    """Return the table with its circumstances."""
    return (
        f"{time.strftime('%d %B %Y')}. {conditions}.\n"
        f"Sizes: {setting.requests} requests a round, {setting.backlog} events over "
        f"{setting.chats} chats, {setting.rounds} rounds that take turns, {setting.races} races, "
        f"{setting.conversations} conversations.\n\n{table(figures)}\n"
    )


def write(document: Path, text: str, part: str = "") -> None:
    """What stands between two marks of the document is this text.

    :param part: the only one that was measured, if so; it has marks of its own
    """
    document.write_text(replaced(document.read_text(encoding="utf-8"), text, part), "utf-8")


def check_place(options: argparse.Namespace) -> None:
    """The document has a place for what will be measured, or nothing is measured."""
    if options.write:
        try:
            replaced(options.write.read_text(encoding="utf-8"), "", options.only or "")
        except ValueError as error:
            sys.exit(f"{options.write}: {error}")


def replaced(document: str, text: str, part: str = "") -> str:
    """Return the document with this text between the marks of the part.

    :raises ValueError: it has no such marks
    """
    of = f" of {part}" if part else ""
    begin, end = f"<!-- figures{of} -->\n", f"<!-- end of figures{of} -->"
    before, found, rest = document.partition(begin)
    _old, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"no {begin.strip()} … {end}")
    return f"{before}{begin}\n{text}\n{end}{after}"


def main() -> None:
    """Measure, print the table; the exit code is 1 if a promise is not kept."""
    servers.end_with_us()
    options, command = arguments()
    check_place(options)
    conditions, figures = machine(), []
    with tempfile.TemporaryDirectory() as folder:
        setting = setting_of(options, command, Path(folder) / "odoo.log")
        try:
            setting.install()
            for name, measure in MEASUREMENTS.items():
                if options.only in (None, name):
                    for figure in measure(setting):
                        figures.append(figure)
                        sys.stderr.write(f"· {figure.name}: {figure.row()[1]}\n")
        except (Broken, RuntimeError) as error:
            sys.exit(f"{error}\n{setting.log.read_text(errors='replace')[-3000:]}")
    text = report(setting, figures, conditions)
    sys.stdout.write(f"\n{text}")
    if options.write:
        write(options.write, text, options.only or "")
        curves = {figure.name: figure.curve for figure in figures if figure.curve}
        if curves:
            options.write.with_suffix(".svg").write_text(plot(curves, sizes.LIMIT), "utf-8")
    sys.exit(not all(figure.holds for figure in figures))


if __name__ == "__main__":
    main()
