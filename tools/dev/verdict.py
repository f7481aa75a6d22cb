"""Count what the test runs in a folder did: verdict.py <folder> <known warnings>.

The folder holds <run>.log and <run>.exit (the exit code) of each run: those of `ODOO_RUNS` are
Odoo's, the others are unittest's. The last line that is printed is
`N passed, N failed, N skipped`. A run that did not come to its end, or ran nothing, is a failure,
and so is a warning in Odoo's log that is not in the list of known ones. Secrets of
fixtures and tests hold the word SECRET: a line that holds it, in any of these logs or in what a
server beside them said (<server>.said), is a leak.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ODOO_LINE = re.compile(
    r"\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)"
)
ODOO_STARTED = re.compile(r"Starting (\S+) \.\.\.")
ODOO_FAILED = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(setUpClass \S+|tearDownClass \S+|\S+)")
ODOO_SKIPPED = re.compile(r"skipped (.+?) : (.*)")
ODOO_SUMMARY = re.compile(r"\d+ failed, \d+ error\(s\) of (\d+) tests")
HOOT_SUMMARY = re.compile(r"Passed (\d+) tests|Failed (\d+) tests \((\d+) passed")

ODOO_RUNS = {"odoo", "first", "second", "third", "beside", "example"}
MARKER = "SECRET"

UNIT_RAN = re.compile(r"^Ran (\d+) tests? in", re.MULTILINE)
UNIT_FAILED = re.compile(r"^(?:FAIL|ERROR): (\S+ \(\S+\))", re.MULTILINE)
UNIT_SKIPPED = re.compile(r"^(.+?) \.\.\. skipped (.*)$", re.MULTILINE)


@dataclass
class Tally:
    """What one run did."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def tally_unittest(log: str, exit_code: int) -> Tally:
    """Read the output of `python -m unittest --verbose`."""
    tally = Tally()
    ran = sum(int(number) for number in UNIT_RAN.findall(log))
    tally.failed = sorted(set(UNIT_FAILED.findall(log)))
    tally.skipped = [": ".join(found) for found in UNIT_SKIPPED.findall(log)]
    tally.passed = max(0, ran - len(tally.failed) - len(tally.skipped))
    if tally.failed:
        tally.details.append(log[log.find("=" * 70) :])
    elif exit_code or not ran:
        tally.failed.append(f"the run itself: {ran} tests, exit code {exit_code}")
        tally.details.append("\n".join(log.splitlines()[-20:]))
    return tally


@dataclass
class OdooRun:
    """Reads Odoo's log, one line after the other."""

    known_warnings: list[str]
    started: dict[str, None] = field(default_factory=dict)  # in their order
    failed: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    summary: int | None = None
    hoot_passed: int = 0
    _in_failure: bool = False

    def read(self, line: str) -> None:
        """Take note of one line; lines of a traceback belong to the failure above them."""
        found = ODOO_LINE.match(line)
        if not found:
            if self._in_failure:
                self.details.append(line)
            return
        level, logger, text = found["level"], found["logger"], found["text"]
        self._in_failure = False
        if level == "INFO":
            self._read_progress(logger, text)
        if summary := ODOO_SUMMARY.search(text):
            self.summary = int(summary[1])
        elif level in {"WARNING", "ERROR", "CRITICAL"}:
            self._read_complaint(logger, text, line)

    def _read_progress(self, logger: str, text: str) -> None:
        if started := ODOO_STARTED.match(text):
            self.started[f"{logger}: {started[1]}"] = None
        elif skipped := ODOO_SKIPPED.match(text):
            self.skipped[f"{logger}: {skipped[1]}"] = skipped[2]
        elif logger.endswith(".browser") and (hoot := HOOT_SUMMARY.search(text)):
            self.hoot_passed += int(hoot[1] or hoot[3])

    def _read_complaint(self, logger: str, text: str, line: str) -> None:
        if any(known in line for known in self.known_warnings):
            return
        self._in_failure = True
        self.details += ["", line]
        if failed := ODOO_FAILED.match(text):
            self.failed.add(f"{logger}: {failed[1]}")
        else:
            self.complaints.append(logger)

    def tally(self, exit_code: int) -> Tally:
        """Return what the whole run did."""
        if self.started and self.summary is None:
            self.failed.add(list(self.started)[-1])  # the run died in it
        ran_well = self.started.keys() - self.failed - self.skipped.keys()
        tally = Tally(len(ran_well) + self.hoot_passed, sorted(self.failed), details=self.details)
        tally.skipped = [f"{name}: {reason}" for name, reason in self.skipped.items()]
        if complaints := [logger for logger in self.complaints if not self._is_of_failed(logger)]:
            tally.failed.append(f"the log: {len(complaints)} line(s) that nobody excused")
        if not self.started:
            tally.failed.append("the run itself: no test was started")
        elif self.summary != len(self.started) or (exit_code and not self.failed):
            tally.failed.append(
                f"the run itself: {len(self.started)} tests started, {self.summary} reported, "
                f"exit code {exit_code}"
            )
        return tally

    def _is_of_failed(self, logger: str) -> bool:
        """Whether a browser said it in a test that failed: <module>.<class>.<method>.browser."""
        said = re.fullmatch(r"(.+)\.(\w+\.\w+)\.browser", logger)
        return bool(said) and f"{said[1]}: {said[2]}" in self.failed


def tally_odoo(log: str, exit_code: int, known_warnings: list[str]) -> Tally:
    """Read Odoo's log."""
    run = OdooRun(known_warnings)
    for line in log.splitlines():
        run.read(line)
    tally = run.tally(exit_code)
    if tally.failed and not tally.details:
        tally.details = log.splitlines()[-20:]
    return tally


def read_known_warnings(path: Path) -> list[str]:
    """Return the texts that a line may contain; an empty one would excuse everything."""
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = [line for line in lines if not line.startswith("#")]
    if "" in texts:
        sys.exit(f"{path} has an empty line, which would excuse every warning: remove it.")
    return texts


def tally_secrets(folder: Path) -> Tally:
    """Look through everything that was said during the runs; what leaked is not said again."""
    tally = Tally()
    for path in sorted(path for path in folder.iterdir() if path.suffix in {".log", ".said"}):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found = [number for number, line in enumerate(lines, 1) if MARKER in line]
        tally.failed += [f"a secret in {path.name}, line {number}" for number in found]
        tally.passed += not found
    return tally


def report(name: str, tally: Tally) -> None:
    """Print one run: its failures in full, its skipped tests, its figures."""
    print(f"\n── {name}: {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    if tally.failed:
        print("\n".join(tally.details))
        print("\n".join(f"failed: {test}" for test in tally.failed))
    for test in tally.skipped:
        print(f"skipped: {test}")


def main() -> None:
    """Print the verdict; the exit code is 1 unless everything that ran passed."""
    folder, known_warnings = Path(sys.argv[1]), read_known_warnings(Path(sys.argv[2]))
    tallies = []
    for path in sorted(folder.glob("*.log")):
        log = path.read_text(encoding="utf-8", errors="replace")
        exit_code = int(path.with_suffix(".exit").read_text(encoding="ascii"))
        if path.stem in ODOO_RUNS:
            tallies.append(tally_odoo(log, exit_code, known_warnings))
        else:
            tallies.append(tally_unittest(log, exit_code))
        report(path.stem, tallies[-1])
    tallies.append(tally_secrets(folder))
    report("secrets in what was said", tallies[-1])
    passed = sum(tally.passed for tally in tallies)
    failed = sum(len(tally.failed) for tally in tallies)
    skipped = sum(len(tally.skipped) for tally in tallies)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
