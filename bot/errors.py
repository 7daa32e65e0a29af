"""Every error that Saarbot raises on purpose.

    SaarbotError
    ├── ConfigurationError        a file, its line and key, and what would be right (exit 2)
    ├── Unusable                  what a key names can't be used as things are; says the cure
    ├── StoreError
    │   ├── StoreBusy             a second process holds the data directory
    │   └── StoreFull             nothing more can be written; people are told to call 101
    ├── RequestRefused            what a person or operator asked can't be done; says why
    ├── PackageError              a police package or chain doesn't hold; names what broke
    ├── MailError                 the mail server refused or can't be reached
    │   ├── MailTemporary         try again later
    │   └── MailPermanent         somebody must change something first
    └── MessengerError            what an adapter reports; the core decides what follows
        ├── Retryable             not sent; try again after a while
        ├── RateLimited           not sent; the chat or the account must pause
        ├── Uncertain             nobody knows whether it was sent
        ├── ChatMoved             the chat has another address now
        └── Permanent             not sent and never will be, as it stands
            ├── RecipientGone     blocked, deleted, left
            ├── NotAllowed        the bot lacks a right in this chat
            ├── IdentityUntrusted a safety number changed
            ├── WindowClosed      the messenger allows no free message now
            └── TooLarge          over the messenger's limit

An error that fits none of these is treated as temporary.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from pathlib import Path

    from bot.messaging.address import Address


class SaarbotError(Exception):
    """Root of everything Saarbot raises on purpose."""


class ConfigurationError(SaarbotError):
    """A configuration, script or text is wrong; says where and what would be right."""

    def __init__(
        self, message: str, *, file: Path | str | None = None, line: int | None = None
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        place = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(place + message)


class Unusable(SaarbotError):
    """What a key of the configuration names can't be used as things are; `cure` is what to do.

    The key may be right: somebody else has the port, the folder belongs to another user.
    """

    def __init__(self, key: str, detail: str, *, cure: str) -> None:
        self.key = key
        self.detail = detail
        self.cure = cure
        super().__init__(f"{key}: {detail}: {cure}")


class StoreError(SaarbotError):
    """The store can't do what was asked."""


class StoreBusy(StoreError):
    """Another process holds this data directory."""

    @classmethod
    def folder(cls, folder: Path) -> Self:
        """Another `run` or `demo` works there."""
        return cls(f"another saarbot already works in {folder}; end that one first")


class StoreFull(StoreError):
    """Nothing more can be written: the disk is full or failing."""


class RequestRefused(SaarbotError):
    """What was asked can't be done; the text says why, for the person who asked."""


class PackageError(SaarbotError):
    """A package or a chain doesn't hold."""


class MailError(SaarbotError):
    """The mail did not leave."""


class MailTemporary(MailError):
    """The same bytes may be accepted later."""


class MailPermanent(MailError):
    """The same bytes will never be accepted."""


class MessengerError(SaarbotError):
    """What a messenger answered, in the core's terms."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason or type(self).__name__
        super().__init__(self.reason)


class Retryable(MessengerError):
    """Not sent; may be tried again, at the earliest after `after`."""

    def __init__(self, reason: str = "", *, after: timedelta | None = None) -> None:
        self.after = after
        super().__init__(reason)


class RateLimited(MessengerError):
    """Not sent; `scope` must pause for `after`. `challenge` is a captcha's token, if one is asked."""

    def __init__(
        self,
        reason: str = "",
        *,
        after: timedelta,
        scope: Literal["chat", "account"] = "chat",
        challenge: str | None = None,
    ) -> None:
        self.after = after
        self.scope = scope
        self.challenge = challenge
        super().__init__(reason)


class Uncertain(MessengerError):
    """The request left and no answer came: it may have been sent."""


class ChatMoved(MessengerError):
    """The chat lives at `to` now; what was to be sent goes there."""

    def __init__(self, to: Address) -> None:
        self.to = to
        super().__init__("chat moved")


class Permanent(MessengerError):
    """Not sent, and trying again changes nothing."""


class RecipientGone(Permanent):
    """The recipient blocked the bot, left, or deleted the account."""


class NotAllowed(Permanent):
    """The bot lacks a right in this chat."""


class IdentityUntrusted(Permanent):
    """The recipient's safety number changed; the operator must trust it first."""


class WindowClosed(Permanent):
    """The messenger allows no free message to this person now."""


class TooLarge(Permanent):
    """Over the messenger's limit of `limit` bytes or characters."""

    def __init__(self, reason: str = "", *, limit: int | None = None) -> None:
        self.limit = limit
        super().__init__(reason)
