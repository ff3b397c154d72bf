"""HTTP mode: payloads as POST requests that carry Slack's signature."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

from bot.sandbox.delivery import Ack, Delivery
from bot.sandbox.values import Json


@dataclass(frozen=True, slots=True)
class SignedRequests:
    """Carries each payload to one URL of the app."""

    url: str
    signing_secret: str

    async def carry(self, delivery: Delivery, *, within: float) -> Ack:
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._post, delivery, within), within)
        except TimeoutError:
            return Ack("operation_timeout")
        except (OSError, HTTPException):
            return Ack("dispatch_failed")

    def _post(self, delivery: Delivery, within: float) -> Ack:
        target = urlsplit(self.url)
        connection = HTTPConnection(target.hostname or "127.0.0.1", target.port or 80, timeout=within)
        body, content_type = _body(delivery)
        headers = self._signature(body) | {"Content-Type": content_type} | _retry_headers(delivery)
        try:
            connection.request("POST", target.path or "/", body=body, headers=headers)
            response = connection.getresponse()
            answer = response.read().decode()
        finally:
            connection.close()
        return Ack(payload=_answer(answer)) if response.status == 200 else Ack("dispatch_failed")

    def _signature(self, body: bytes) -> dict[str, str]:
        """Signed with the real time, because verifiers compare it with their own clock."""
        stamp = str(int(time.time()))
        signed = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _body(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.envelope == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.envelope == "interactive":
        fields = {"payload": json.dumps(delivery.payload)}
    else:
        fields = {name: str(value) for name, value in delivery.payload.items()}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _retry_headers(delivery: Delivery) -> dict[str, str]:
    if not delivery.retry:
        return {}
    reason = "http_timeout" if delivery.reason == "timeout" else "http_error"
    return {"X-Slack-Retry-Num": str(delivery.retry), "X-Slack-Retry-Reason": reason}


def _answer(text: str) -> Json | None:
    if not text:
        return None
    if text.startswith("{"):
        payload: Json = json.loads(text)
        return payload
    return {"text": text}
