"""Money and pictures agree with the queue in Redis too, where the price and the job are not put aside in one transaction.

As test_credits_promise.py, and besides the bot is killed at what it asks of Redis: between the price that was put aside and the
job, between the job and its result, between the result and what is said. At a few places, or at each with --every-place (and -s, to be told which).
"""

import pytest

from harness.crossing import Crossing, Moment
from harness.mortal import Bot
from harness.paying import PaidRequest, check_sums, document, start
from harness.process import Troupe
from harness.redis import Redis
from harness.redis_crossing import RedisCrossing
from harness.waiting import eventually

steps = ["enqueue", "claim", "record", "move", "claimDeliveries", "tell"]
few = [("enqueue", 1, Moment.BEFORE), ("enqueue", 2, Moment.BETWEEN), ("record", 1, Moment.BETWEEN), ("move", 1, Moment.AFTER), ("tell", 1, Moment.BEFORE)]
many = [(step, number, moment) for step in steps for moment in Moment for number in (1, 2, 3)]
exchanges = [(None, number, moment) for number in range(1, 10) for moment in Moment]


@pytest.fixture(scope="module")
def redis():
    server = Redis()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def queue(redis: Redis):
    queue = RedisCrossing(redis.port)
    yield queue
    queue.close()


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing, redis: Redis, queue: RedisCrossing):
    bot = Bot(emulator, crossing, document, settings={"TROUPE_CREDITS": "on", "TROUPE_QUEUE": queue.address}, queue=redis)
    bot.say("credits", "grant", emulator.control.people()[0]["id"], str(start))
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    yield bot
    bot.end()


def test_killed_at_every_exchange_with_redis_each_request_is_paid_once_or_not_at_all(
    bot: Bot, crossing: Crossing, queue: RedisCrossing, emulator: Troupe, request: pytest.FixtureRequest
) -> None:
    places = many + exchanges if request.config.getoption("--every-place") else few
    everything: list[PaidRequest] = []
    missed = []
    for step, number, moment in places:
        fired = queue.fired if step else crossing.fired
        if step:
            queue.arm(step, number, moment, bot.kill)
        else:
            crossing.arm(number, moment, bot.kill)
        where = f"at {step or 'request'} {number}, {moment.value}"
        asked = [PaidRequest(emulator, bot, "painter"), PaidRequest(emulator, bot, "broken")]
        everything += asked
        eventually(
            lambda: fired.is_set() or all(asking.is_answered() for asking in asked) and not bot.unfinished(),
            f"the place is reached or the walk is over: {where}", seconds=120)
        queue.disarm()
        crossing.disarm()
        if fired.is_set():
            if (step, moment) == ("enqueue", Moment.BEFORE):
                assert bot.rows("SELECT 1 FROM credit_holds WHERE state = 'held'"), "the price was put aside, and nothing asks for it yet"
            bot.start()
        else:
            missed.append(where)
        for asking in asked:
            asking.settled(where)
        eventually(lambda: bot.is_online() and not bot.unfinished(), f"nothing is left over after a kill {where}", seconds=120)
    check_sums(bot, emulator.control.people()[0]["id"], everything)
    assert bot.kills > 0
    print(f"killed {bot.kills} times at {len(places)} places; not reached: {', '.join(missed) or 'none'}")
