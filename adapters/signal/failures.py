"""What went wrong, in the core's terms.

The REST layer turns nearly every failure of signal-cli into 400 with a sentence
(`src/api/api.go`), and the sentences name phone numbers. So they are recognised here and never
passed on: each reason is ours.

What may have been sent: a request whose connection was never made was not sent. One that left and
got no answer, or that broke off, may have been. 5xx is not the server's own word for a failed send
(that is 400): it comes from a crash half-way or from a proxy in between, so a send is uncertain
then; only 503 says that the request was not taken up. Requests whose repetition changes nothing (a
deletion, a reaction, a question) are simply tried again.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import requests
import urllib3

from bot.errors import (
    IdentityUntrusted,
    MessengerError,
    NotAllowed,
    Permanent,
    RateLimited,
    RecipientGone,
    Retryable,
    TooLarge,
    Uncertain,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Signal-Server's message bucket holds 60 and refills one a second (RateLimiters.java).
RATE_PAUSE = timedelta(seconds=60)
# A captcha needs a person; when it is solved, the account should not wait much longer.
CHALLENGE_PAUSE = timedelta(minutes=10)
OUTDATED_PAUSE = timedelta(minutes=10)
_TOKEN = re.compile(r'challenge token "?([^\s"]+)', re.IGNORECASE)
_WAIT = re.compile(r"(?:retry after|wait) \"?(\d{1,9})\"? seconds", re.IGNORECASE)


def unanswered(error: requests.RequestException, *, repeatable: bool) -> MessengerError:
    """For a request without an answer. The original, which carries the URL, must not be chained."""
    if _never_left(error):
        return Retryable("signal-cli-rest-api can't be reached")
    reason = "signal-cli-rest-api gave no answer"
    return Retryable(reason) if repeatable else Uncertain(reason)


def refused(status: int, body: Any, *, repeatable: bool) -> MessengerError:
    """For an answer that isn't a success."""
    said = body.get("error") if isinstance(body, dict) else None
    sentence = said.lower() if isinstance(said, str) else ""
    if status == 429:
        return _rate_limited(sentence, _tokens(body))
    if status >= 500:
        reason = f"signal-cli-rest-api answered {status}"
        return Retryable(reason) if repeatable or status == 503 else Uncertain(reason)
    if status == 413:
        return TooLarge("signal-cli-rest-api takes no request as large as this")
    for words, meaning in _SENTENCES:
        if any(word in sentence for word in words):
            return meaning(sentence)
    return Permanent(f"signal-cli-rest-api refused the request ({status}); its log says why")


def per_recipient(reason: str) -> MessengerError:
    """For one recipient's failure in the answer to a send."""
    known: dict[str, Callable[[], MessengerError]] = {
        "UNREGISTERED_FAILURE": lambda: RecipientGone("not registered on Signal"),
        "IDENTITY_FAILURE": lambda: IdentityUntrusted("the safety number changed"),
        "NETWORK_FAILURE": lambda: Retryable("signal-cli could not reach Signal"),
        "RATE_LIMIT_FAILURE": lambda: _rate_limited("", []),
        "INVALID_PRE_KEY_FAILURE": lambda: Retryable("the recipient's keys are not available now"),
    }
    return known.get(reason, lambda: Retryable("Signal reports a failure we don't know"))()


def _rate_limited(sentence: str, tokens: list[str]) -> RateLimited:
    challenge = next(iter(tokens), None)
    asked = _WAIT.search(sentence)
    pause = timedelta(seconds=int(asked[1])) if asked else RATE_PAUSE
    if challenge is None:
        return RateLimited("Signal limits this account", after=pause, scope="account")
    return RateLimited(
        "Signal asks this account to solve a captcha",
        after=min(max(pause, RATE_PAUSE), CHALLENGE_PAUSE) if asked else CHALLENGE_PAUSE,
        scope="account",
        challenge=challenge,
    )


def _tokens(body: Any) -> list[str]:
    tokens = body.get("challenge_tokens") if isinstance(body, dict) else None
    return [one for one in tokens or [] if isinstance(one, str) and one]


def _captcha(sentence: str) -> RateLimited:
    """Of the modes that start signal-cli for each request: the token stands in the sentence."""
    token = _TOKEN.search(sentence)
    return _rate_limited(sentence, [token[1]] if token else ["unknown"])


# In this order: the first whose words occur. The words are signal-cli's (SendCommand.java,
# SendMessageResultUtils.java) and signal-cli-rest-api's (client.go, jsonrpc2.go).
_SENTENCES: tuple[tuple[tuple[str, ...], Callable[[str], MessengerError]], ...] = (
    (("captcha", "proof required"), _captcha),
    (("rate limit", "ratelimit"), lambda said: _rate_limited(said, [])),
    (("untrusted",), lambda _: IdentityUntrusted("the safety number changed")),
    (
        ("not registered", "unregistered"),
        lambda _: RecipientGone("not registered on Signal"),
    ),
    (
        ("not a group member", "not a member", "group not found", "not allowed to send"),
        lambda _: NotAllowed("the bot may not write in this group"),
    ),
    (
        ("update your profile",),
        lambda _: NotAllowed("the bot's account needs a profile name before it can use groups"),
    ),
    (
        ("statuscode: 499", "[499]", "deprecated"),
        lambda _: Retryable(
            "signal-cli is too old for Signal: update signal-cli-rest-api", after=OUTDATED_PAUSE
        ),
    ),
    (("attachment",), lambda _: Permanent("Signal takes no such file")),
    # Nobody got it, and the REST layer drops why: a network fault or a recipient that left.
    # Unknown counts as temporary; the core gives up after a while.
    (("failed to send", "no prekeys"), lambda _: Retryable("signal-cli could not send")),
)


def _never_left(error: requests.RequestException) -> bool:
    """Whether no connection was made, so that the server can't have had the request."""
    if isinstance(
        error,
        (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.InvalidURL),
    ):
        return True
    inner = error.args[0] if error.args else None
    cause = getattr(inner, "reason", inner)
    return isinstance(
        cause, urllib3.exceptions.NewConnectionError | urllib3.exceptions.NameResolutionError
    )
