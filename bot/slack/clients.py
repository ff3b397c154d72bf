"""Two Web API clients: one that never repeats a call, one for calls that may safely be repeated."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, ServerErrorRetryHandler

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Clients:
    """`posting` for chat.postMessage: the SDK's own retry would post twice after a lost answer.

    `idempotent` for reads, updates and publishes; it repeats after broken connections and server errors.
    """

    posting: WebClient
    idempotent: WebClient

    @classmethod
    def connect(cls, token: str, base_url: str) -> Clients:
        """Clients for one workspace; nothing is called yet."""
        retries = [
            ConnectionErrorRetryHandler(max_retry_count=2),
            ServerErrorRetryHandler(max_retry_count=2),
        ]
        return cls(
            posting=WebClient(token, base_url=base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[]),
            idempotent=WebClient(token, base_url=base_url, timeout=TIMEOUT_SECONDS, retry_handlers=retries),
        )
