"""The load generator, a process of its own: python -m bench.load < job.json > answers.json

The job says what to post where, by how many clients at once, and perhaps how many a second. The
answers are, for each request, the milliseconds to the last byte, the HTTP status (0: no answer) and
the time at which it began.
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
    began: Sequence[float]  # Unix time

    @property
    def failed(self) -> int:
        """Return how many were not answered with 200."""
        return sum(status != 200 for status in self.statuses)

    def part(self, number: int, of: int) -> "Answers":
        """Return one side's answers, where so many sides took turns."""
        return Answers(
            self.milliseconds[number::of], self.statuses[number::of], self.began[number::of]
        )


def run(
    requests: list[tuple[str, str]], clients: int = 1, rate: float = 0, cookie: str = ""
) -> Answers:
    """Post these bodies to these addresses from another process.

    :param rate: so many a second, whether they are answered or not; as fast as can be if 0
    """
    job = json.dumps({"requests": requests, "clients": clients, "rate": rate, "cookie": cookie})
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=job, capture_output=True, text=True, check=True
    )
    return Answers(*zip(*json.loads(done.stdout), strict=True))


def take_turns(urls: Sequence[str], bodies: list[str], clients: int = 1) -> list[Answers]:
    """Post each body to all addresses, in turn; return the answers of each address."""
    answers = run([(to, body) for body in bodies for to in urls], clients)
    return [answers.part(number, of=len(urls)) for number in range(len(urls))]


def post(url: str, body: str, cookie: str = "") -> tuple[float, int, float]:
    """Return milliseconds, status and beginning of one request, on a connection of its own."""
    parts = urlsplit(url)
    headers = {"Content-Type": "application/json", **({"Cookie": cookie} if cookie else {})}
    at, began = time.time(), time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        connection.request("POST", parts.path, body.encode(), headers)
        response = connection.getresponse()
        response.read()
        status = response.status
    except OSError:
        status = 0
    finally:
        connection.close()
    return (time.perf_counter() - began) * 1000, status, at


def main() -> None:
    """Do the job on standard input."""
    job, began, answers = json.load(sys.stdin), time.monotonic(), []
    with ThreadPoolExecutor(job["clients"]) as pool:
        for number, request in enumerate(job["requests"]):
            if job["rate"]:
                time.sleep(max(0, began + number / job["rate"] - time.monotonic()))
            answers.append(pool.submit(post, *request, job["cookie"]))
    json.dump([answer.result() for answer in answers], sys.stdout)


if __name__ == "__main__":
    main()
