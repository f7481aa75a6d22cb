"""Delivers events to the company's server: in order per chat, and again if that fails.

======== =================================================================================
state    of a parcel
======== =================================================================================
waiting  not tried yet, or will be tried again at ``due``
done     the receiver accepted it
lost     tried as often as the network does, or the receiver wanted no more
======== =================================================================================
"""

import heapq
import itertools
import logging
import queue
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field

import requests

from .keep import kept

_logger = logging.getLogger(__name__)
WORKERS = 24
KEPT_PARCELS = 20_000
HOLD_POLL = 0.05


@kept
class Parcel:
    """One event on its way to one address."""

    id: str
    network: str
    kind: str
    account: str
    server: str
    lane: str  # parcels of one lane are first tried one after the other
    url: str
    body: str
    state: str = "waiting"
    due: float = 0
    attempts: list = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What came back: status 0 is nothing at all."""

    status: int
    text: str = ""
    headers: dict = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the network does about an answer; ``due`` is a time the receiver asked for."""

    state: str  # done, again, lost
    due: float = 0


class Courier:
    """Takes parcels and delivers them in the background."""

    def __init__(self, faults, networks: dict):
        self.pace = 1.0  # all delays of the networks are multiplied by this
        self.faults = faults
        self.networks = networks
        self.parcels: deque[Parcel] = deque(maxlen=KEPT_PARCELS)
        self._lock = threading.Lock()
        self._lanes: dict[str, deque] = {}
        self._tasks = queue.SimpleQueue()
        self._workers = self._free = 0
        self._later = []
        self._later_changed = threading.Condition()
        self._tie = itertools.count()
        self._sessions = threading.local()
        self._era = 0

    def start(self) -> None:
        """Begin to work."""
        threading.Thread(target=self._keep_time, daemon=True).start()

    def clear(self) -> None:
        """Forget all parcels, those on their way too."""
        with self._lock:
            self._era += 1
            self.parcels.clear()
            self._lanes.clear()
        with self._later_changed:
            self._later.clear()

    def restore(self, parcels: list) -> None:
        """Go on with the parcels of an earlier life."""
        self.parcels.extend(parcels)
        for parcel in parcels:
            if parcel.state == "waiting":
                self._schedule(parcel, max(parcel.due, time.time()))

    def send(self, parcel: Parcel) -> None:
        """Take a parcel; it goes out when those before it in its lane were tried."""
        self.parcels.append(parcel)
        if self.faults.events.shuffle:
            wait = random.uniform(0, self.faults.events.shuffle)  # noqa: S311 - not for secrets
            self._schedule(parcel, time.time() + wait)
            return
        with self._lock:
            lane = self._lanes.setdefault(parcel.lane, deque())
            lane.append(parcel)
            if len(lane) == 1:
                self._give_work(self._work_lane, parcel.lane, self._era)

    def repeat(self, parcel: Parcel, times: int = 1) -> None:
        """Deliver a parcel again, whatever became of it before."""
        answers = self._post_copies(parcel, times, len(parcel.attempts))
        self._conclude(parcel, answers, self._era)

    def find(self, parcel_id: str) -> list[Parcel]:
        """Return the parcels of one event (one per address)."""
        return [parcel for parcel in list(self.parcels) if parcel.id == parcel_id]

    def idle(self) -> bool:
        """Return whether nothing waits to be tried for the first time."""
        return not any(parcel.state == "waiting" and not parcel.attempts for parcel in self.parcels)

    def _give_work(self, *task) -> None:
        """Let a worker do the task, a new one if all are busy (call this with the lock)."""
        self._tasks.put(task)
        if self._tasks.qsize() > self._free and self._workers < WORKERS:
            self._workers += 1
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                self._free += 1
            task, *arguments = self._tasks.get()
            with self._lock:
                self._free -= 1
            try:
                task(*arguments)
            except Exception:  # one parcel must not stop the others
                _logger.exception("A delivery failed inside the simulator")

    def _work_lane(self, name: str, era: int) -> None:
        with self._lock:
            lane = self._lanes.get(name)
            parcel = lane[0] if lane and era == self._era else None
        if parcel is None:
            return
        try:
            self._attempt(parcel, era)
        finally:
            self._let_go(parcel, era)

    def _try_again(self, parcel: Parcel, era: int) -> None:
        try:
            self._attempt(parcel, era)
        finally:
            self._let_go(parcel, era)

    def _let_go(self, parcel: Parcel, era: int) -> None:
        """The next parcel of the lane may go, unless this one holds it back."""
        if parcel.state != "waiting" or not self.networks[parcel.network].in_order:
            self._advance(parcel, era)

    def _advance(self, parcel: Parcel, era: int) -> None:
        with self._lock:
            name = parcel.lane
            lane = self._lanes.get(name)
            if not lane or era != self._era or lane[0] is not parcel:
                return
            lane.popleft()
            if lane:
                self._give_work(self._work_lane, name, era)
            else:
                del self._lanes[name]

    def _attempt(self, parcel: Parcel, era: int) -> None:
        while self.faults.events.hold and era == self._era:
            time.sleep(HOLD_POLL)
        if era != self._era or parcel.state != "waiting":
            return
        first = not parcel.attempts
        copies = max(1, self.faults.events.copies) if first else 1
        self._conclude(parcel, self._post_copies(parcel, copies, len(parcel.attempts)), era)

    def _post_copies(self, parcel: Parcel, copies: int, counter: int) -> list[Answer]:
        """Deliver the parcel so many times at once, and return the answers."""
        answers = []

        def post(number):
            answers.append(self._post(parcel, counter + number))

        threads = [threading.Thread(target=post, args=(n,), daemon=True) for n in range(1, copies)]
        for thread in threads:
            thread.start()
        post(0)
        for thread in threads:
            thread.join()
        return answers

    def _post(self, parcel: Parcel, counter: int) -> Answer:
        network = self.networks[parcel.network]
        started = time.time()
        headers = network.events.headers(parcel, counter)
        answer = self.post(parcel.url, parcel.body, headers, network.delivery_timeout)
        parcel.attempts.append(
            {
                "at": started,
                "counter": counter,
                "seconds": round(time.time() - started, 4),
                "status": answer.status,
                "answer": answer.text[:200],
                "error": answer.error,
            }
        )
        return answer

    def post(self, url: str, body: str, headers: dict, timeout: float) -> Answer:
        """Post to the company's server as the networks do: directly, following nothing."""
        if not hasattr(self._sessions, "session"):
            self._sessions.session = requests.Session()
            self._sessions.session.trust_env = False
        try:
            reply = self._sessions.session.post(
                url,
                data=body.encode(),
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            )
            return Answer(reply.status_code, reply.text, dict(reply.headers))
        except requests.RequestException as error:
            return Answer(0, error=type(error).__name__)

    def _conclude(self, parcel: Parcel, answers: list[Answer], era: int) -> None:
        if era != self._era:
            return
        network = self.networks[parcel.network]
        verdicts = [network.events.judge(parcel, answer) for answer in answers]
        best = min(verdicts, key=lambda verdict: ("done", "lost", "again").index(verdict.state))
        if best.state != "again":
            parcel.state = best.state
            return
        round_number = len(parcel.attempts) - 1
        if round_number >= len(network.repeat_after):
            parcel.state = "lost"
            return
        wait = network.repeat_after[round_number] * self.pace
        self._schedule(parcel, best.due or time.time() + wait)

    def _schedule(self, parcel: Parcel, due: float) -> None:
        parcel.due = due
        with self._later_changed:
            heapq.heappush(self._later, (due, next(self._tie), parcel, self._era))
            self._later_changed.notify()

    def _keep_time(self) -> None:
        while True:
            with self._later_changed:
                while not self._later or self._later[0][0] > time.time():
                    wait = self._later[0][0] - time.time() if self._later else None
                    self._later_changed.wait(wait)
                _due, _tie, parcel, era = heapq.heappop(self._later)
            with self._lock:
                self._give_work(self._try_again, parcel, era)
