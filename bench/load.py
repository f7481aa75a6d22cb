"""The load generator, a process of its own: python -m bench.load < job.json > answers.json

The job says what to post where, and by how many clients at once. The answers are, for each request,
the milliseconds to the last byte and the HTTP status (0: no answer).
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT = 60


@dataclass(frozen=True)
class Answers:
    """What came back, in the order of the requests."""

    milliseconds: Sequence[float]
    statuses: Sequence[int]

    @property
    def failed(self) -> int:
        """Return how many were not answered with 200."""
        return sum(status != 200 for status in self.statuses)

    def part(self, number: int, of: int) -> "Answers":
        """Return one side's answers, where so many sides took turns."""
        return Answers(self.milliseconds[number::of], self.statuses[number::of])


def run(requests: list[tuple[str, str]], clients: int = 1) -> Answers:
    """Post these bodies to these addresses from another process."""
    job = json.dumps({"requests": requests, "clients": clients})
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=job, capture_output=True, text=True, check=True
    )
    pairs = json.loads(done.stdout)
    return Answers([time for time, _status in pairs], [status for _time, status in pairs])


def take_turns(url: str, other_url: str, bodies: list[str], clients: int = 1) -> list[Answers]:
    """Post each body to both addresses, in turn; return the answers of the one and of the other."""
    answers = run([(to, body) for body in bodies for to in (url, other_url)], clients)
    return [answers.part(number, of=2) for number in range(2)]


def post(url: str, body: str) -> tuple[float, int]:
    """Return milliseconds and status of one request, on a connection of its own."""
    parts = urlsplit(url)
    began = time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        connection.request("POST", parts.path, body.encode(), {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        status = response.status
    except OSError:
        status = 0
    finally:
        connection.close()
    return (time.perf_counter() - began) * 1000, status


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    with ThreadPoolExecutor(job["clients"]) as pool:
        answers = list(pool.map(lambda request: post(*request), job["requests"]))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
