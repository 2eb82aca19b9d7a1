"""The credits API over HTTP: what its OpenAPI document promises, the older voucher service's routes, and health."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harness.process import free_port
from harness.waiting import eventually


class Service:
    """`troupe console` on a free port, with a token that is good for everything."""

    def __init__(self, binary: Path, folder: Path):
        self.address = f"http://127.0.0.1:{free_port()}"
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
        self.environment = clean | {"TROUPE_HTTP": self.address.removeprefix("http://")}
        self.binary, self.folder = binary, folder
        self.token = self.make_token("all")
        self.process = subprocess.Popen([binary, "console"], cwd=folder, env=self.environment, stdin=subprocess.DEVNULL)
        eventually(self.is_up, "the service is up", seconds=60)

    def make_token(self, name: str, *scopes: str) -> str:
        words = [word for scope in scopes for word in ("--scope", scope)]
        return self.command("token", "create", name, *words).strip()

    def command(self, *arguments: str) -> str:
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def is_up(self) -> bool:
        try:
            return requests.get(self.address + "/healthz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def ask(self, method: str, path: str, *, token: str | None = None, **options) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.token}"} | options.pop("headers", {})
        return requests.request(method, self.address + path, headers=headers, timeout=60, **options)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0


@pytest.fixture(scope="module")
def service(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(binary, tmp_path_factory.mktemp("console"))
    yield service
    service.stop()


def made(service: Service, credits: int, key: str) -> dict:
    answer = service.ask("POST", "/api/v1/vouchers", json={"credits": credits}, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    return answer.json()["vouchers"][0]


def test_a_voucher_becomes_credits_of_one_person_once(service: Service) -> None:
    voucher = made(service, 50, "first")
    redeemed = service.ask("POST", "/api/v1/redemptions", json={"code": voucher["code"], "user": "42"})
    assert redeemed.status_code == 200 and redeemed.json()["redeemed_by"] == "user:42"
    assert service.ask("POST", "/api/v1/redemptions", json={"code": voucher["code"], "user": "42"}).status_code == 200
    assert service.ask("POST", "/api/v1/redemptions", json={"code": voucher["code"], "user": "43"}).status_code == 409
    assert service.ask("GET", "/api/v1/accounts/user:42").json() == {"account": "user:42", "posted": 50, "held": 0, "available": 50, "debt": 0}


def test_codes_are_told_once_and_a_repeat_makes_no_more(service: Service) -> None:
    voucher = made(service, 1, "repeat")
    again = service.ask("POST", "/api/v1/vouchers", json={"credits": 1}, headers={"Idempotency-Key": "repeat"})
    assert again.status_code == 409
    assert "code" not in service.ask("GET", f"/api/v1/vouchers/{voucher['number']}").json()
    assert voucher["code"] not in service.ask("GET", "/api/v1/vouchers").text


def test_a_transfer_repeated_moves_nothing_more_and_nothing_falls_below_zero(service: Service) -> None:
    give = {"from": "house:issued", "to": "user:7", "amount": 5}
    for _ in range(3):
        assert service.ask("POST", "/api/v1/transfers", json=give, headers={"Idempotency-Key": "gift-7"}).status_code == 201
    assert service.ask("GET", "/api/v1/accounts/user:7").json()["available"] == 5
    take = {"from": "user:7", "to": "user:8", "amount": 6}
    assert service.ask("POST", "/api/v1/transfers", json=take, headers={"Idempotency-Key": "too-much"}).status_code == 402
    other = service.ask("POST", "/api/v1/transfers", json=give | {"amount": 6}, headers={"Idempotency-Key": "gift-7"})
    assert other.status_code == 409 and other.headers["content-type"] == "application/problem+json"


def test_a_token_is_needed_and_good_only_for_its_scopes(service: Service) -> None:
    assert requests.get(service.address + "/api/v1/vouchers", timeout=60).status_code == 401
    assert service.ask("GET", "/api/v1/vouchers", token="troupe_made_up").status_code == 401
    reader = service.make_token("reader", "balances:read")
    assert service.ask("GET", "/api/v1/accounts/user:1", token=reader).status_code == 200
    refused = service.ask("POST", "/api/v1/vouchers", token=reader, json={"credits": 1}, headers={"Idempotency-Key": "no"})
    assert refused.status_code == 403 and "vouchers:write" in refused.json()["detail"]
    service.command("token", "revoke", "reader")
    assert service.ask("GET", "/api/v1/accounts/user:1", token=reader).status_code == 401


def test_an_older_bot_finds_its_four_routes(service: Service) -> None:
    """The calls of dalle-discord-bot's client, in its order; the token stands in the address."""
    base = service.address.replace("http://", f"http://bot:{service.token}@")
    code = requests.post(f"{base}/vouchers", json={"credits": 20}, timeout=60).json()["voucher_id"]
    assert requests.get(f"{base}/vouchers/{code}", timeout=60).json()["credits"] == 20
    assert requests.get(f"{base}/vouchers/no-such-voucher", timeout=60).status_code == 404
    redeem = {"request_type": "REDEEM_VOUCHER", "person_id": "900"}
    assert requests.patch(f"{base}/vouchers/{code}", json=redeem, timeout=60).status_code == 200
    assert requests.patch(f"{base}/vouchers/{code}", json=redeem | {"person_id": "901"}, timeout=60).status_code == 409
    subtract = {"request_type": "SUBTRACT_CREDITS", "credits": 3}
    assert requests.patch(f"{base}/vouchers/{code}", json=subtract, timeout=60).status_code == 200
    vouchers = requests.get(f"{base}/vouchers?person_id=900", timeout=60).json()
    assert sum(voucher["credits"] for voucher in vouchers) == 17
    assert requests.patch(f"{base}/vouchers/{code}", json=subtract | {"credits": 18}, timeout=60).status_code == 402
    assert requests.get(f"{base}/vouchers", timeout=60).status_code == 400


@pytest.mark.parametrize("text", ["'; DROP TABLE credit_vouchers; --", '" OR "1"="1', "%27%20OR%201=1", "\u0000", "💥" * 40])
def test_what_looks_like_sql_is_only_text(service: Service, text: str) -> None:
    assert service.ask("GET", f"/api/v1/accounts/{requests.utils.quote(text, safe='')}").status_code == 400
    assert service.ask("POST", "/api/v1/redemptions", json={"code": text, "user": "1"}).status_code in (404, 422)
    answer = service.ask("POST", "/api/v1/vouchers", json={"credits": 1, "note": text}, headers={"Idempotency-Key": str(abs(hash(text)))})
    assert answer.status_code == 201
    assert service.ask("GET", "/api/v1/accounts/house:issued").status_code == 200
    # The older routes.
    quoted = requests.utils.quote(text, safe="")
    assert service.ask("GET", f"/vouchers/{quoted}").status_code == 404
    assert service.ask("GET", f"/vouchers?person_id={quoted}").status_code in (200, 400)
    redeem = {"request_type": "REDEEM_VOUCHER", "person_id": text}
    assert service.ask("PATCH", f"/vouchers/{quoted}", json=redeem).status_code in (400, 404, 422)
    assert json.loads(service.command("credits", "audit", "--json"))["findings"] == []


def test_schemathesis_finds_nothing(service: Service, tmp_path: Path) -> None:
    schemathesis = Path(os.sys.executable).parent / "schemathesis"
    # What can be read may still be refused: nobody has that many credits, the voucher is used up.
    refusals = '["2xx", "401", "402", "403", "404", "409", "410", "422", "429"]'
    (tmp_path / "schemathesis.toml").write_text(f"[checks]\npositive_data_acceptance.expected-statuses = {refusals}\n")
    done = subprocess.run(
        [
            schemathesis, "run", service.address + "/api/v1/openapi.json", "--url", service.address, "--header", f"Authorization: Bearer {service.token}",
            "--checks", "all", "--max-examples", "40", "--seed", "1", "--workers", "1", "--generation-database", "none", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-6000:]
