"""Keep the documents equal to the code: check.py, or check.py --write.

Looks whether README.md's table of networks says what their capabilities say, whether every code of
a failure has its row in runbook.md, and whether every link of ours leads somewhere. With --write
the table is made anew. Needs no Odoo.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
ADDON = ROOT / "omnichannel_inbox"
README = ROOT / "README.md"
RUNBOOK = ROOT / "docs" / "runbook.md"
BEGIN, END = "<!-- networks -->\n", "<!-- /networks -->\n"
YES, NO = "✓", "–"
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")


def load(name: str) -> ModuleType:
    """Return a module of the addon that needs no Odoo."""
    for package, folder in (("", ADDON), (".models", ADDON / "models")):
        module = ModuleType(ADDON.name + package)
        module.__path__ = [str(folder)]
        sys.modules.setdefault(module.__name__, module)
    return importlib.import_module(f"{ADDON.name}.{name}")


# The table of networks


def network_table() -> str:
    """Return the table of README.md: a line for what can be done, a column for each network."""
    networks = load("protocols").PROTOCOLS.values()
    lines = [["", *(f"[{network.label}]({page(network)})" for network in networks)]]
    lines.append(["---"] * len(lines[0]))
    columns = [list(abilities(network.capabilities)) for network in networks]
    for cells in zip(*columns, strict=True):
        name = cells[0][0]
        lines.append([name, *(value for _name, value in cells)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(network) -> str:
    return f"docs/networks/{network.code}.md"


def abilities(can) -> Iterator[tuple[str, str]]:
    """Yield what a network can do, in words, and how far."""
    yield "longest message, characters", str(can.max_text)
    yield "answers look as written", ", ".join(sorted(can.marks)) or NO
    yield "files in answers", ", ".join(sorted(can.files)) or NO
    yield "largest file", file_limit(can)
    yield "files in one message", str(can.files_per_message) if can.files else NO
    yield "reports to us", ", ".join(sorted(can.receipts)) or NO
    yield "answers quote a message", mark(can.quotes)
    yield "we can edit what was sent", mark(can.edits)
    yield "we can delete what was sent", mark(can.deletes)
    yield "client sees that we type", mark(can.typing)
    yield "answers with buttons", mark(bool(can.buttons.count))
    yield "company may write first", mark(can.may_write_first)
    yield "answer allowed", within(can.reply_window)
    yield "repeating a call is harmless", mark(can.idempotent)
    yield "calls a second", f"{can.calls_per_second:g}"


def mark(able: bool) -> str:
    return YES if able else NO


def file_limit(can) -> str:
    limits = sorted(set(can.max_file_bytes.values()))
    if not limits:
        return NO
    largest = f"{megabytes(limits[-1])} MB"
    return largest if len(limits) == 1 else f"{megabytes(limits[0])} to {largest}"


def megabytes(size: int) -> int:
    """Return the size as the network says it: some count with 1000, others with 1024."""
    return size // 10**6 if size % 10**6 == 0 else size >> 20


def within(window: timedelta | None) -> str:
    return f"within {window / timedelta(hours=1):g} h" if window else "always"


def with_table(text: str) -> str:
    """Return README.md with the table as it should be."""
    head, begin, rest = text.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not (begin and end):
        sys.exit(f"README.md has no {BEGIN.strip()} … {END.strip()}")
    return head + begin + network_table() + end + tail


# What is looked at


def complaints() -> Iterator[str]:
    """Yield what is wrong with the documents."""
    text = README.read_text(encoding="utf-8")
    if text != with_table(text):
        yield "README.md: its table of networks is not that of the code; run check.py --write"
    runbook = RUNBOOK.read_text(encoding="utf-8")
    for code in load("models.failures").FAILURES:
        if f"| `{code}` |" not in runbook:
            yield f"docs/runbook.md: the failure {code} has no row"
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "simulator/README.md"):
        yield from dead_links(document)


def dead_links(document: Path) -> Iterator[str]:
    for target, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path = document.parent / target
        if not path.exists():
            yield f"{document.relative_to(ROOT)}: {target} does not exist"
        elif anchor and anchor not in anchors(path):
            yield f"{document.relative_to(ROOT)}: {target} has no heading {anchor}"


def anchors(document: Path) -> set[str]:
    """Return the anchors that a document's headings get on GitHub and its like."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {"#" + each.replace(" ", "-") for each in words}


def main() -> None:
    """Say what is wrong, or write the table."""
    if sys.argv[1:] == ["--write"]:
        README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
        return
    wrong = list(complaints())
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
