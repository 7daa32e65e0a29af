"""The alarm clock wakes, and goes on waking."""

from __future__ import annotations

import asyncio

import pytest

from bot.operations.schedule import Schedule


async def test_it_wakes_again_and_again_even_after_a_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One failing wake is logged and costs none of the next."""
    woken = asyncio.Event()
    count = 0

    async def act() -> None:
        nonlocal count
        count += 1
        if count == 1:
            raise RuntimeError("first")
        woken.set()

    schedule = Schedule()
    schedule.every(0.05, "police", act)
    schedule.start()
    await asyncio.wait_for(woken.wait(), 10)
    schedule.stop()

    assert count >= 2
    assert "a scheduled act failed: police" in caplog.text


async def test_a_plain_function_is_woken_too() -> None:
    """`police.wake` is no coroutine."""
    woken = asyncio.Event()
    schedule = Schedule()
    schedule.every(0.05, "police", woken.set)
    schedule.each_minute("minute", woken.set)
    schedule.start()
    await asyncio.wait_for(woken.wait(), 10)
    schedule.stop()
    schedule.stop()


async def test_a_slow_act_is_not_started_twice() -> None:
    """While one wake still works, the next is left out, not piled up."""
    going, most = 0, 0
    seen = asyncio.Event()

    async def slow() -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await asyncio.sleep(0.2)
        going -= 1
        seen.set()

    schedule = Schedule()
    schedule.every(0.05, "slow", slow)
    schedule.start()
    await asyncio.wait_for(seen.wait(), 10)
    schedule.stop()
    assert most == 1
