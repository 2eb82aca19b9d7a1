"""A payment service of the tests' own: sealed events in the shapes of Stripe's documentation, as its servers would post them.

Sources: https://docs.stripe.com/webhooks/signature, https://docs.stripe.com/api/events/object,
https://docs.stripe.com/api/checkout/sessions/object, https://docs.stripe.com/api/charges/object
"""

import hashlib
import hmac
import itertools
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

numbers = itertools.count(1)


def seal(body: bytes, secret: str, at: float | None = None, scheme: str = "v1") -> str:
    """The header `Stripe-Signature`."""
    moment = int(time.time() if at is None else at)
    code = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},{scheme}={code}"


def event(kind: str, thing: dict[str, Any], name: str | None = None) -> dict[str, Any]:
    return {
        "id": name or f"evt_1Test{next(numbers):08d}", "object": "event", "api_version": "2024-06-20", "created": int(time.time()),
        "data": {"object": thing}, "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None}, "type": kind,
    }


def session(reference: str | None, link: str, payment: str, amount: int, currency: str = "eur", status: str = "paid") -> dict[str, Any]:
    """A checkout session that somebody went through."""
    return {
        "id": f"cs_test_{payment}", "object": "checkout.session", "amount_subtotal": amount, "amount_total": amount,
        "client_reference_id": reference, "currency": currency, "customer": None, "customer_details": {"email": "someone@example.com"},
        "livemode": False, "metadata": {}, "mode": "payment", "payment_intent": payment, "payment_link": link, "payment_status": status,
        "status": "complete", "success_url": "https://example.com", "url": None,
    }


def charge(payment: str, amount: int, refunded: int, currency: str = "eur") -> dict[str, Any]:
    """A charge of which so much went back."""
    return {
        "id": f"ch_{payment}", "object": "charge", "amount": amount, "amount_captured": amount, "amount_refunded": refunded,
        "currency": currency, "paid": True, "payment_intent": payment, "refunded": refunded == amount, "status": "succeeded",
    }


@dataclass
class PaymentService:
    """Posts events to a Troupe."""

    address: str
    secret: str

    def post(self, what: dict[str, Any] | bytes, header: str | None = None, secret: str | None = None, at: float | None = None) -> tuple[int, Any]:
        """The status and what the answer says."""
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        header = header if header is not None else seal(body, secret or self.secret, at)
        request = urllib.request.Request(
            f"{self.address}/payments/stripe", body, {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header})
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def completed(self, *arguments: Any, **more: Any) -> dict[str, Any]:
        return event("checkout.session.completed", session(*arguments, **more))

    def refunded(self, *arguments: Any) -> dict[str, Any]:
        return event("charge.refunded", charge(*arguments))
