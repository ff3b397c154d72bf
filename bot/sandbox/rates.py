"""Slack's rate limits: a bucket per channel for posting, a sliding minute per method for the rest."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

MINUTE = timedelta(minutes=1)
POST_BURST = 4
POSTS_A_MINUTE = 300


@dataclass(slots=True)
class _Bucket:
    """One token a second comes in, up to the burst."""

    tokens: float
    filled: datetime


class Rates:
    """Answers how many whole seconds to wait, 0 when the call may go ahead and is counted."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._windows: dict[str, deque[datetime]] = defaultdict(deque)

    def wait_for_post(self, channel: str, now: datetime) -> int:
        bucket = self._buckets.setdefault(channel, _Bucket(POST_BURST, now))
        elapsed = max(0.0, (now - bucket.filled).total_seconds())
        bucket.tokens = min(float(POST_BURST), bucket.tokens + elapsed)
        bucket.filled = now
        if bucket.tokens < 1:
            return ceil(1 - bucket.tokens)
        wait = self.wait_for_method("chat.postMessage", POSTS_A_MINUTE, now)
        if not wait:
            bucket.tokens -= 1
        return wait

    def wait_for_method(self, method: str, a_minute: int, now: datetime) -> int:
        window = self._windows[method]
        while window and now - window[0] >= MINUTE:
            window.popleft()
        if len(window) >= a_minute:
            return max(1, ceil((window[0] + MINUTE - now).total_seconds()))
        window.append(now)
        return 0
