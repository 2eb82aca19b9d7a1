"""Credits bought by card: log in with Discord on the purchase page, pay elsewhere, and be credited by what the service tells, sealed."""

import concurrent.futures
import http.cookiejar
import itertools
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from harness.card_payments import PaymentService, event, seal
from harness.process import Troupe, free_port

secret = "whsec_a-secret-of-the-tests"
link = "plink_1Test500"
document = f"""
credits:
  articles:
    - {{sku: {link}, credits: 500, link: "https://pay.example.com/b/test500", price: 4.99 EUR}}
    - {{sku: plink_1Open, credits: 20, link: "https://pay.example.com/b/open"}}
"""
numbers = itertools.count(1)


class Shop:
    """`troupe console` beside an emulator, with a shop."""

    def __init__(self, emulator: Troupe):
        self.emulator = emulator
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        application = emulator.control.state()["applications"][0]["id"]
        shown = emulator.control.change_application(application, redirect_uris=[f"{self.address}/shop/callback"])
        self.troupe = Troupe(
            emulator.binary, "console", document=document,
            settings={
                "TROUPE_CREDITS": "on", "TROUPE_HTTP": f"127.0.0.1:{self.port}", "DISCORD_API_BASE_URL": f"{emulator.address}/api/v10",
                "DISCORD_CLIENT_ID": application, "DISCORD_CLIENT_SECRET": shown["client_secret"],
                "TROUPE_PUBLIC_ADDRESS": self.address, "TROUPE_PAYMENT_SECRET": secret,
            })
        self.payments = PaymentService(self.address, secret)

    def balance(self, user: str) -> dict:
        return json.loads(self.troupe.say("credits", "balance", user, "--json"))

    def give(self, giver: str, receiver: str, credits: int) -> None:
        token = self.troupe.say("token", "create", f"gift{next(numbers)}").strip()
        body = json.dumps({"from": f"user:{giver}", "to": f"user:{receiver}", "amount": credits}).encode()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"gift{next(numbers)}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.address}/api/v1/transfers", body, headers), timeout=30) as response:
            assert response.status == 201

    def has(self, user: str, posted: int) -> bool:
        return self.balance(user)["posted"] == posted


@pytest.fixture(scope="module")
def shop(emulator: Troupe):
    shop = Shop(emulator)
    with shop.troupe.living():
        yield shop
        assert json.loads(shop.troupe.say("credits", "audit", "--json"))["sound"] is True
        assert secret not in shop.troupe.log.read_text()


class Browser:
    """A browser without a window: cookies and redirects."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), self.Stay())

    def get(self, address: str, data: bytes | None = None) -> tuple[int, str, dict[str, str]]:
        try:
            with self.opener.open(address, data, timeout=120) as response:
                return response.status, response.read().decode(), {name.lower(): value for name, value in response.headers.items()}
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), {name.lower(): value for name, value in error.headers.items()}


def log_in(shop: Shop, user: str, approve: bool = True) -> tuple[Browser, int, str]:
    browser = Browser()
    status, _, headers = browser.get(f"{shop.address}/shop/login")
    assert status == 303 and headers["location"].startswith(f"{shop.emulator.address}/oauth2/authorize?")
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers["location"]).query))
    assert query["scope"] == "identify"
    back = shop.emulator.control.acting_as(user).call("POST", "oauth2/authorize", {**{k: query[k] for k in ("client_id", "redirect_uri", "scope", "state")}, "approve": approve})
    status, page, headers = browser.get(back["location"])
    return browser, status, page


def somebody(shop: Shop) -> str:
    return shop.emulator.control.make_user(f"shopper{next(numbers)}", global_name="A <b>shopper</b>")["id"]


def reference(shop: Shop, user: str) -> str:
    browser, status, _ = log_in(shop, user)
    assert status == 303
    page = browser.get(f"{shop.address}/shop")[1]
    found = re.search(r'href="https://pay\.example\.com/b/test500\?client_reference_id=([A-Za-z0-9_-]{1,200})"', page)
    assert found, page
    return found[1]


def test_a_person_logs_in_buys_and_is_credited(shop: Shop, tab) -> None:
    user = somebody(shop)
    page = tab(shop.address).page
    page.goto(f"{shop.address}/shop")
    expect(page.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("listitem").first).to_contain_text("500 credits 4.99 EUR")
    page.get_by_text("Log in with Discord").click()
    page.locator(f'input[value="{user}"]').check()
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_test_id("who")).to_have_text("You are A <b>shopper</b> and have 0 credits.")
    bought = page.get_by_role("listitem").first.get_by_text("Buy").get_attribute("href")
    assert bought.startswith("https://pay.example.com/b/test500?client_reference_id=")
    paid = shop.payments.completed(bought.split("=")[-1], link, "pi_story", 499)
    assert shop.payments.post(paid) == (200, {"received": True, "outcome": "credited"})
    page.reload()
    expect(page.get_by_test_id("who")).to_have_text("You are A <b>shopper</b> and have 500 credits.")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("Log in with Discord")).to_be_visible()


def test_told_again_and_again_and_at_once_it_is_credited_once(shop: Shop) -> None:
    user = somebody(shop)
    who = reference(shop, user)
    paid = shop.payments.completed(who, link, "pi_again", 499)
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        outcomes = [answer["outcome"] for _, answer in pool.map(lambda _: shop.payments.post(paid), range(40))]
    assert sorted(outcomes) == ["credited"] + ["repeated"] * 39
    assert shop.payments.post(shop.payments.completed(who, link, "pi_again", 499))[1]["outcome"] == "repeated"
    assert shop.has(user, 500)


def test_money_that_goes_back_takes_the_credits_in_whatever_order_it_is_told(shop: Shop) -> None:
    user = somebody(shop)
    who = reference(shop, user)
    shop.payments.post(shop.payments.completed(who, link, "pi_back", 499))
    # Money goes back bit by bit; each event says how much it is by now.
    some, more = shop.payments.refunded("pi_back", 499, 100), shop.payments.refunded("pi_back", 499, 300)
    assert shop.payments.post(some)[1]["outcome"] == "refunded"
    assert shop.has(user, 400)
    assert [shop.payments.post(told)[1]["outcome"] for told in (more, some, more)] == ["refunded", "repeated", "repeated"]
    assert shop.has(user, 200)
    assert shop.payments.post(shop.payments.refunded("pi_back", 499, 499))[1]["outcome"] == "refunded"
    assert shop.has(user, 0)
    assert shop.payments.post(shop.payments.refunded("pi_early", 499, 499))[1]["outcome"] == "noted"
    assert shop.payments.post(shop.payments.completed(who, link, "pi_early", 499))[1]["outcome"] == "refunded"
    assert shop.has(user, 0)
    assert shop.payments.post(shop.payments.refunded("pi_half", 499, 250))[1]["outcome"] == "noted"
    assert shop.payments.post(shop.payments.completed(who, link, "pi_half", 499))[1]["outcome"] == "refunded"
    assert shop.has(user, 250)


def test_what_was_spent_of_money_that_went_back_is_owed(shop: Shop) -> None:
    user, friend = somebody(shop), somebody(shop)
    shop.payments.post(shop.payments.completed(reference(shop, user), link, "pi_spent", 499))
    shop.give(user, friend, 450)
    shop.payments.post(shop.payments.refunded("pi_spent", 499, 250))
    assert shop.balance(user)["posted"] == 0 and shop.balance(user)["debt"] == 200
    shop.troupe.say("credits", "grant", user, "210")
    assert shop.balance(user)["posted"] == 10 and shop.balance(user)["debt"] == 0
    assert json.loads(shop.troupe.say("credits", "audit", "--json"))["findings"] == []


def test_only_a_good_seal_of_this_moment_is_believed(shop: Shop) -> None:
    user = somebody(shop)
    paid = shop.payments.completed(reference(shop, user), link, "pi_seal", 499)
    body = json.dumps(paid).encode()
    now = time.time()
    for header in ("", "t=1", "nonsense", f"t={int(now)},v1=" + "0" * 64, seal(body, secret, scheme="v0"), seal(body + b" ", secret), "t=99999999999999999999,v1=" + "a" * 64):
        assert shop.payments.post(body, header)[0] == 400, header
    assert shop.payments.post(body, secret="whsec_another")[0] == 400
    assert shop.payments.post(body, at=now - 400)[0] == 400
    assert shop.payments.post(body, at=now + 400)[0] == 400
    assert shop.payments.post(b"not json")[0] == 400
    assert shop.payments.post(b"x" * 300_000)[0] == 413
    assert shop.has(user, 0)
    # A secret that is being rolled seals twice.
    rolled = seal(body, "whsec_older", at=now) + "," + seal(body, secret, at=now).split(",")[1]
    assert shop.payments.post(body, rolled)[1]["outcome"] == "credited"


def test_what_was_not_paid_or_not_here_brings_nothing(shop: Shop) -> None:
    user = somebody(shop)
    who = reference(shop, user)
    nothing = [
        shop.payments.completed(who, link, "pi_unpaid", 499, status="unpaid"),
        shop.payments.completed(who, "plink_other", "pi_other", 499),
        shop.payments.completed(who, link, "pi_cheap", 1),
        shop.payments.completed(who, link, "pi_yen", 499, currency="jpy"),
        shop.payments.completed(user, link, "pi_plain", 499),
        shop.payments.completed(who[:-1] + ("0" if who[-1] != "0" else "1"), link, "pi_forged", 499),
        shop.payments.completed(None, link, "pi_nobody", 499),
        event("customer.created", {"id": "cus_1", "object": "customer"}),
    ]
    for told in nothing:
        assert shop.payments.post(told) == (200, {"received": True, "outcome": "ignored"}), told
    assert shop.has(user, 0)
    # Paid later, by a method that takes its time.
    late = event("checkout.session.async_payment_succeeded", nothing[0]["data"]["object"] | {"payment_status": "paid"})
    assert shop.payments.post(late)[1]["outcome"] == "credited"
    assert shop.payments.post(shop.payments.completed(who, "plink_1Open", "pi_open", 12345))[1]["outcome"] == "credited"
    assert shop.has(user, 520)


def test_a_login_that_was_not_begun_here_or_is_declined_is_none(shop: Shop) -> None:
    user = somebody(shop)
    browser, status, page = log_in(shop, user, approve=False)
    assert status == 403 and "You were not logged in." in page
    begun, other = Browser(), Browser()
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(begun.get(f"{shop.address}/shop/login")[2]["location"]).query)["state"][0]
    assert other.get(f"{shop.address}/shop/callback?code=abc&state={state}")[0] == 400
    assert begun.get(f"{shop.address}/shop/callback?code=abc&state={state}x")[0] == 400
    assert begun.get(f"{shop.address}/shop/callback?code=nonsense&state={state}")[0] == 403
    assert "Log in with Discord" in begun.get(f"{shop.address}/shop")[1]


def test_killed_in_the_middle_of_being_told_it_is_credited_once(shop: Shop) -> None:
    user = somebody(shop)
    who = reference(shop, user)
    told = [shop.payments.completed(who, link, f"pi_kill{n}", 499) for n in range(10)]

    def post(number: int) -> None:
        try:
            shop.payments.post(told[number])
        except OSError:
            pass  # killed in the middle

    for number in range(10):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            posted = pool.submit(post, number)
            time.sleep(number * 0.002)
            shop.troupe.kill()
            posted.result()
        shop.troupe.start()
        # The service tells it again until it is answered.
        assert shop.payments.post(told[number])[0] == 200
        assert shop.has(user, 500 * (number + 1))
