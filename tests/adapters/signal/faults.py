"""What goes wrong on demand, in the words of the real server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OWN_NUMBER = "+32470123456"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How one request goes wrong.

    With a `status` it is answered so. With `hang` it gets no answer until the client gives up; with
    `drop` the connection is cut instead of an answer. `done` says whether it is carried out before.
    """

    status: int | None = None
    body: dict[str, Any] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False
    done: bool = False


HANG = Fault(hang=True)
DROP_AFTER_SENDING = Fault(drop=True, done=True)
BROKEN = Fault(status=500, body={"error": "runtime error"})
UNAVAILABLE = Fault(status=503)
UNTRUSTED = Fault(
    status=400, body={"error": "Unable to complete request due to untrusted recipient keys"}
)


def rate_limited(*tokens: str) -> Fault:
    """429 as json-rpc mode gives it; with tokens a captcha is wanted."""
    return Fault(
        status=429,
        body={
            "error": "Failed to send message due to rate limiting. Use the attached challenge tokens "
            "to lift the rate limit restrictions via the '/v1/accounts/{number}/rate-limit-challenge'"
            " endpoint.",
            "challenge_tokens": list(tokens),
            "account": OWN_NUMBER,
        },
    )


def captcha_sentence(number: str, token: str, seconds: int) -> Fault:
    """400 as the modes give it that start signal-cli for each request."""
    sentence = (
        f'CAPTCHA proof required for sending to "{number}", available options "RECAPTCHA" with '
        f'challenge token "{token}", or wait "{seconds}" seconds.\n'
    )
    return Fault(status=400, body={"error": sentence})


def gone(number: str) -> Fault:
    """What signal-cli says of a number that left Signal, with the number in it."""
    return Fault(status=400, body={"error": f"The user {number} is not registered."})
