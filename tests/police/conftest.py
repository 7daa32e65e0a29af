"""A real store, a real mail server on loopback, and a clock that the test turns."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.store.engine import Store
from tests.police.desk import Desk, smtp_to
from tests.police.issued import packed, unzipped
from tests.police.postoffice import Authority, PostOffice, authority
from tests.police.story import Story, local
from tests.tables import store_in


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(local(12, 6, 31))


@pytest.fixture
def story(store: Store, clock: SettableClock) -> Story:
    return Story(store, clock)


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
async def office(tmp_path: Path, ca: Authority) -> AsyncIterator[PostOffice]:
    office = PostOffice(tmp_path / "mailbox", tls=ca.server())
    async with office:
        yield office


@pytest.fixture
def desk(story: Story, office: PostOffice, ca: Authority) -> Desk:
    return Desk(story, smtp_to(office, ca))


@pytest.fixture(scope="session")
def nights_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the story's night, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("night")
    clock = SettableClock(local(12, 6, 31))
    store = store_in(folder / "var", clock)
    story = Story(store, clock)
    story.night()
    made = packed(story, folder / "made").file
    store.close()
    return made


@pytest.fixture
def bag(nights_package: Path, tmp_path: Path) -> Path:
    """That package, unpacked for this test."""
    return unzipped(nights_package, tmp_path / "unpacked")


@pytest.fixture
def sound(nights_package: Path, tmp_path: Path) -> Path:
    """That package, a copy for this test."""
    return Path(shutil.copy(nights_package, tmp_path))
