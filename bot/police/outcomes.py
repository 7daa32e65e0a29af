"""What became of a mail, each outcome within one transaction: the row, the log, the coordinators.

    cut ──▶ rendered ──▶ accepted
                └──────▶ refused (somebody must act) · dropped (nobody gets it any more)

A server that is busy changes nothing but the time of the next try: 1, 2, 4 … 60 minutes. Bytes are
kept for three days after they were accepted; their digest stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.journal import journal
from bot.operations.logs import Told
from bot.police.issue import label
from bot.store import police as rows
from bot.store.police import Digest, Line

if TYPE_CHECKING:
    from bot.store.tx import Tx

KEEP_BYTES: Final = timedelta(hours=72)
_FIRST_RETRY: Final = timedelta(minutes=1)
_LAST_RETRY: Final = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNews:
    """A mail was accepted, or refused for good: coordinators are told.

    `dropped`: its address was taken out of the configuration, and no other gets what it holds.
    """

    neighbourhood: str
    line: str
    number: int
    mailbox: str
    accepted: bool
    reason: str = ""
    dropped: bool = False


class Outcomes:
    """Writes down how it went; `on_mail` tells the coordinators in the same transaction."""

    def __init__(self, on_mail: Callable[[Tx, MailNews], None]) -> None:
        self._on_mail = on_mail

    def rendered(self, tx: Tx, row: Digest, *, file: str, sha256: str) -> Digest:
        """The mail's bytes are on disk."""
        row = row._replace(state="rendered", file=file, sha256=sha256, attempts=0, reason="")
        rows.save(tx, row)
        return row

    def accepted(self, tx: Tx, row: Digest, line: Line) -> None:
        """The server took it."""
        rows.save(
            tx,
            row._replace(
                state="accepted", accepted_at=tx.now_ms, attempts=row.attempts + 1, reason=""
            ),
        )
        told = {"line": line.id, "number": label(row.number), "sha256": row.sha256}
        journal.append(tx, line.neighbourhood, "mail.accepted", told)
        self._tell(tx, row, line, accepted=True)

    def refused(self, tx: Tx, row: Digest, line: Line, reason: str) -> None:
        """The server will not take it: somebody must do something first."""
        rows.save(tx, row._replace(state="refused", attempts=row.attempts + 1, reason=reason))
        self._will_not_go(tx, row, line, reason)

    def dropped(self, tx: Tx, row: Digest, line: Line) -> None:
        """Its address is no longer configured, and no other gets what it holds."""
        self._will_not_go(tx, row, line, row.reason, dropped=True)

    def postponed(self, tx: Tx, row: Digest, reason: str) -> None:
        """Not now; the same bytes go again after a while."""
        wait = min(_FIRST_RETRY * 2 ** min(row.attempts, 10), _LAST_RETRY)
        rows.save(
            tx,
            row._replace(
                attempts=row.attempts + 1, reason=reason, next_try_at=tx.now_ms + _ms(wait)
            ),
        )

    def forget_bytes(self, tx: Tx) -> list[str]:
        """Accepted three days ago: the digest stays, the bytes may go. Their files."""
        old = rows.old_files(tx, tx.now_ms - _ms(KEEP_BYTES))
        for row in old:
            rows.save(tx, row._replace(file=""))
        return [row.file for row in old]

    def _will_not_go(
        self, tx: Tx, row: Digest, line: Line, reason: str, *, dropped: bool = False
    ) -> None:
        told = {"line": line.id, "number": label(row.number), "reason": reason}
        journal.append(tx, line.neighbourhood, "mail.refused", told)
        self._tell(tx, row, line, accepted=False, reason=reason, dropped=dropped)

    def _tell(
        self,
        tx: Tx,
        row: Digest,
        line: Line,
        *,
        accepted: bool,
        reason: str = "",
        dropped: bool = False,
    ) -> None:
        self._on_mail(
            tx,
            MailNews(
                neighbourhood=line.neighbourhood,
                line=line.id,
                number=row.number,
                mailbox=line.address,
                accepted=accepted,
                reason=reason,
                dropped=dropped,
            ),
        )
        if accepted:
            log.info("police mail %s of %s: accepted", label(row.number), line.id)
        else:  # perhaps there is no coordinator to tell
            outcome = "dropped" if dropped else "refused"
            args = (label(row.number), line.id, outcome, Told(reason))
            log.warning("police mail %s of %s: %s: %s", *args)


def _ms(span: timedelta) -> int:
    """Whole milliseconds."""
    return span // timedelta(milliseconds=1)
