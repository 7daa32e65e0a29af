"""What every adapter promises, as a suite that its author runs.

    class TestTelegram(AdapterContract):
        @pytest.fixture
        async def peer(self, tmp_path: Path) -> AsyncIterator[Peer]:
            ...

The fixture gives the adapter and the messenger on its other side (`bot.testkit.peer.Peer`). A test
whose ability the messenger lacks is left out with the peer's own reason; nothing else is optional.
Tests need pytest-asyncio in automatic mode.
"""

from __future__ import annotations

from bot.testkit.contract.describing import DescribingContract
from bot.testkit.contract.failing import FailingContract
from bot.testkit.contract.media import MediaContract
from bot.testkit.contract.receiving import HandingOverContract, ParsingContract, ReceivingContract
from bot.testkit.contract.sending import ChangingContract, SendingContract

__all__ = ["AdapterContract"]


class AdapterContract(
    ReceivingContract,
    HandingOverContract,
    ParsingContract,
    MediaContract,
    SendingContract,
    ChangingContract,
    FailingContract,
    DescribingContract,
):
    """All that an adapter promises: subclass it, give the fixture `peer`."""
