"""Credits bought in Discord: each purchase credited once and then consumed, whatever dies in between; refunds are reversed."""

import itertools
import json

import pytest

from harness.control import Control, Refused
from harness.crossing import Crossing, Moment
from harness.mortal import Bot, painter
from harness.process import Troupe
from harness.waiting import eventually

credits = 50
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def sku(emulator: Troupe) -> str:
    emulator.control.make_sku("Something else")
    return emulator.control.make_sku("50 credits", price="4.99")["id"]


@pytest.fixture(scope="module")
def bot(emulator: Troupe, crossing: Crossing, sku: str):
    document = f"""
models:
  - {{name: painter, kind: image, engine: neural, path: '{painter}', price: 10}}
credits:
  articles:
    - {{sku: "{sku}", credits: {credits}}}
"""
    bot = Bot(emulator, crossing, document, settings={"TROUPE_CREDITS": "on"})
    bot.start()
    eventually(bot.is_online, "the bot is online", seconds=60)
    eventually(lambda: "credits" in [command["name"] for command in emulator.control.state()["commands"]], "the commands are there", seconds=60)
    yield bot
    assert json.loads(bot.say("credits", "audit", "--json"))["sound"] is True
    bot.end()


class Buyer:
    """Somebody new."""

    def __init__(self, emulator: Troupe, bot: Bot):
        self.bot = bot
        self.id = emulator.control.make_user(f"buyer{next(numbers)}")["id"]
        self.control: Control = emulator.control.acting_as(self.id)
        self.channel = self.control.channel("pictures")

    def ask(self, name: str, options: dict | None = None, **query) -> dict:
        return self.control.settled(self.control.command(self.channel, name, options), seconds=60, **query)["message"]

    def has(self, posted: int, debt: int = 0) -> bool:
        line = json.loads(self.bot.say("credits", "balance", self.id, "--json"))
        return (line["posted"], line["debt"]) == (posted, debt)

    def is_consumed(self, entitlement: dict) -> bool:
        return any(e["id"] == entitlement["id"] and e["consumed"] for e in self.control.entitlements())


def test_what_is_for_sale_is_in_credits_and_a_purchase_is_credited_and_consumed(emulator: Troupe, bot: Bot, sku: str) -> None:
    buyer = Buyer(emulator, bot)
    shown = lambda: buyer.ask("credits", contains="no credits")["components"]  # what is for sale is asked of Discord at the start
    row = eventually(shown, "what is for sale is known", seconds=60)[0]
    assert [(button["style"], button["sku_id"]) for button in row["components"]] == [(6, sku)]
    first = buyer.control.buy(sku, test_mode=True)
    assert first["type"] == 4
    eventually(lambda: buyer.is_consumed(first), "the purchase is consumed")
    assert buyer.has(credits)
    # Used up, so it can be bought again.
    second = buyer.control.buy(sku)
    eventually(lambda: buyer.is_consumed(second), "the second purchase is consumed")
    assert buyer.has(2 * credits)
    assert f"`+{credits}` bought" in buyer.ask("credits", contains="bought")["content"]


def test_what_is_not_in_the_price_list_brings_nothing(emulator: Troupe, bot: Bot) -> None:
    buyer = Buyer(emulator, bot)
    other = next(sku["id"] for sku in emulator.control.skus() if sku["name"] == "Something else")
    buyer.control.buy(other)
    with pytest.raises(Refused):
        buyer.control.buy(other)  # nobody consumed it
    assert buyer.has(0)


def test_a_refund_takes_back_what_is_there_and_the_rest_is_owed(emulator: Troupe, bot: Bot, sku: str) -> None:
    buyer = Buyer(emulator, bot)
    bought = buyer.control.buy(sku)
    eventually(lambda: buyer.has(credits), "the credits are there")
    buyer.ask("generate", {"prompt": "a red square", "count": 2}, attachments=1)
    eventually(lambda: buyer.has(credits - 20), "the pictures are paid")
    buyer.control.refund(bought["id"])
    eventually(lambda: buyer.has(0, debt=20), "the purchase is taken back")
    bot.say("credits", "grant", buyer.id, "25")
    assert buyer.has(5)


def test_what_happens_while_the_bot_is_away_is_found_at_its_start(emulator: Troupe, bot: Bot, sku: str) -> None:
    buyer, regretful, quick = (Buyer(emulator, bot) for _ in range(3))
    kept = regretful.control.buy(sku)
    eventually(lambda: regretful.has(credits), "the credits are there")
    bot.kill()
    bought = buyer.control.buy(sku)
    regretful.control.refund(kept["id"])
    quick.control.refund(quick.control.buy(sku)["id"])
    bot.start()
    eventually(lambda: buyer.is_consumed(bought) and buyer.has(credits), "the purchase was found", seconds=60)
    eventually(lambda: regretful.has(0), "the refund was found")
    assert quick.has(0)


def test_killed_at_every_exchange_a_purchase_is_credited_once(emulator: Troupe, bot: Bot, crossing: Crossing, sku: str) -> None:
    for moment in Moment:
        for number in itertools.count(1):
            buyer = Buyer(emulator, bot)
            crossing.arm(number, moment, bot.kill)
            bought = buyer.control.buy(sku)
            settled = "SELECT 1 FROM credit_purchases WHERE id = ? AND consumed_at IS NOT NULL"
            eventually(
                lambda: crossing.fired.is_set() or crossing.number < number and bot.rows(settled, f"discord:{bought['id']}"),
                "the place is reached or the walk is over")
            walked = not crossing.fired.is_set()
            if walked:
                crossing.disarm()
            else:
                bot.start()
                eventually(bot.is_online, "the bot is online again", seconds=60)
            eventually(lambda: buyer.is_consumed(bought) and buyer.has(credits), f"one purchase, credited once, after a kill at {number}, {moment.value}")
            assert bot.rows("SELECT count(*) FROM credit_transfers WHERE credit = ? AND code = 'purchase'", f"user:{buyer.id}") == [(1,)]
            if walked:
                break
        assert number > 1, "a purchase walks over at least one exchange"
