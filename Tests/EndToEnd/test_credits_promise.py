"""Money and pictures agree, though the process is killed between any two steps.

Two paid requests walk at a time, one that becomes pictures and one whose model fails. The bot is killed with SIGKILL at each of
its requests to Discord, before, in the middle of and after the exchange, and started again on the same ledger. Then each request
that was answered with pictures was paid for once, each other one was not, nothing is held any more, and the ledger adds up.
"""

import itertools

import pytest

from harness.crossing import Crossing, Moment
from harness.mortal import Bot
from harness.paying import PaidRequest, check_sums, document, start
from harness.process import Troupe
from harness.waiting import eventually


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing):
    bot = Bot(emulator, crossing, document, settings={"TROUPE_CREDITS": "on"})
    bot.say("credits", "grant", emulator.control.people()[0]["id"], str(start))
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    yield bot
    bot.end()


def test_killed_at_every_exchange_each_request_is_paid_once_or_not_at_all(bot: Bot, crossing: Crossing, emulator: Troupe) -> None:
    everything: list[PaidRequest] = []
    for moment in Moment:
        for number in itertools.count(1):
            crossing.arm(number, moment, bot.kill)
            asked = [PaidRequest(emulator, bot, "painter"), PaidRequest(emulator, bot, "broken")]
            everything += asked
            eventually(
                lambda: crossing.fired.is_set()
                or crossing.number < number and all(request.is_answered() for request in asked) and not bot.unfinished(),
                "the place is reached or the walk is over", seconds=60)
            where = f"at request {number}, {moment.value}"
            walked = not crossing.fired.is_set()
            if walked:
                crossing.disarm()
            else:
                bot.start()
            for request in asked:
                request.settled(where)
            eventually(lambda: bot.is_online() and not bot.unfinished(), f"nothing is left over after a kill {where}", seconds=40)
            if walked:
                break
        assert number > 3, "a request walks over at least four exchanges"
    check_sums(bot, emulator.control.people()[0]["id"], everything)
    assert bot.kills >= 10
