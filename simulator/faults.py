"""What the networks were told to do wrong."""

import dataclasses
import fnmatch
import itertools
import threading

FOR_EVER = -1
EFFECTS = ("error", "status", "garbage", "drop")


@dataclasses.dataclass
class Fault:
    """One thing that goes wrong, for the next ``times`` calls that match."""

    network: str = "*"
    method: str = "*"  # a pattern: messages.*, upload.*, media
    times: int = 1
    skip: int = 0  # this many calls go well before
    slow: float = 0  # seconds before the answer
    error: int = 0  # a refusal in the network's own words
    status: int = 0  # an HTTP status with ``body``
    body: str = ""
    garbage: bool = False  # 200 with something unreadable
    drop: str = ""  # before, after: the connection is closed without an answer
    parameters: dict = dataclasses.field(default_factory=dict)  # only calls with these values
    id: int = 0

    def matches(self, network: str, method: str, parameters: dict) -> bool:
        """Return whether this call is meant."""
        return (
            self.times != 0
            and fnmatch.fnmatchcase(network, self.network)
            and fnmatch.fnmatchcase(method, self.method)
            and all(str(parameters.get(key)) == str(v) for key, v in self.parameters.items())
        )

    @property
    def decides(self) -> bool:
        """Return whether the call ends otherwise than usual (and not only later)."""
        return any(getattr(self, effect) for effect in EFFECTS)


@dataclasses.dataclass
class Trouble:
    """What one call meets: a delay, and at most one fault that decides its end."""

    seconds: float = 0
    fault: Fault | None = None


@dataclasses.dataclass
class EventFaults:
    """How events are delivered."""

    copies: int = 1  # every event that often, at the same time
    shuffle: float = 0  # events wait up to so many seconds, and lose their order
    hold: bool = False  # nothing is delivered until this is false again


class Faults:
    """All faults that are switched on."""

    def __init__(self):
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self.clear()

    def clear(self) -> None:
        """Let everything go well."""
        with self._lock:
            self._faults: list[Fault] = []
            self.events = EventFaults()
            self.rate_limit = True

    def add(self, values: dict) -> Fault:
        """Switch a fault on.

        :raises TypeError: it names something that does not exist.
        """
        fault = Fault(**values)
        if fault.drop not in {"", "before", "after"}:
            raise TypeError("drop is 'before' or 'after'")
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
        return fault

    def all(self) -> list[dict]:
        """Return the faults that can still happen."""
        with self._lock:
            return [dataclasses.asdict(fault) for fault in self._faults if fault.times != 0]

    def meet(self, network: str, method: str, parameters: dict) -> Trouble:
        """Return what this call meets, and count it."""
        trouble = Trouble()
        with self._lock:
            for fault in self._faults:
                if not fault.matches(network, method, parameters):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.decides and trouble.fault:
                    continue
                self._count_down(fault)
                trouble.seconds += fault.slow
                trouble.fault = fault if fault.decides else trouble.fault
        return trouble

    @staticmethod
    def _count_down(fault: Fault) -> None:
        if fault.times > 0:
            fault.times -= 1
