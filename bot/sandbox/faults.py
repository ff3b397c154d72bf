"""What can be made to go wrong, and when."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Literal

CallFault = Literal["429", "500", "reset", "response_lost", "slow"]
DeliveryFault = Literal["duplicate_delivery", "reordered_delivery", "socket_dropped"]

CALL_FAULTS: tuple[CallFault, ...] = ("429", "500", "reset", "response_lost", "slow")
DELIVERY_FAULTS: tuple[DeliveryFault, ...] = ("duplicate_delivery", "reordered_delivery", "socket_dropped")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing going wrong, on calls whose name matches the glob `method`.

    Names of deliveries are `events_api/message`, `interactive/block_actions`, `slash_commands` and so on.
    Exactly one of `every` (each n-th), `next` (the next n) and `chance` (0..1) says when; none means always.
    `seconds` is the Retry-After of a 429 and the delay of `slow`.
    """

    kind: CallFault | DeliveryFault
    method: str = "*"
    every: int | None = None
    next: int | None = None
    chance: float | None = None
    seconds: float = 1.0
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - repeatable, not secret

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.every, self.next, self.chance)) > 1:
            raise ValueError("A fault takes only one of every=, next= and chance=; give one or none.")

    def strikes(self, occurrence: int) -> bool:
        """Whether it goes wrong on the n-th matching call, counted from one."""
        if self.every is not None:
            return occurrence % self.every == 0
        if self.next is not None:
            return occurrence <= self.next
        return self.chance is None or self.random.random() < self.chance


class Faults:
    """The faults now in force. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._seen: Counter[int] = Counter()

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self._seen.clear()

    def on_call(self, method: str) -> Fault | None:
        """The fault that strikes this Web API call, if any."""
        return self._strike(method, lambda fault: fault.kind in CALL_FAULTS)

    def on_delivery(self, name: str, kind: DeliveryFault) -> Fault | None:
        """The fault of this kind that strikes this delivery, if any."""
        return self._strike(name, lambda fault: fault.kind == kind)

    def _strike(self, name: str, concerned: Callable[[Fault], bool]) -> Fault | None:
        struck = None
        with self._lock:
            for fault in self._faults:
                if concerned(fault) and fnmatchcase(name, fault.method):
                    self._seen[id(fault)] += 1
                    if struck is None and fault.strikes(self._seen[id(fault)]):
                        struck = fault
        return struck
