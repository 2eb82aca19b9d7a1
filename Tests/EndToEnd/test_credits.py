"""Credits at the terminal: the ledger's commands, and a hundred processes that want the same voucher."""

import csv
import io
import json
import os
import sqlite3
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from harness.postgres import postgres

ids = [str(100_000_000_000_000_000 + n) for n in range(100)]


@pytest.fixture
def troupe(binary: Path, tmp_path: Path):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}

    def run(*arguments: str, status: int = 0, text: str = "") -> str:
        done = subprocess.run([binary, *arguments], cwd=tmp_path, env=clean, input=text, capture_output=True, text=True, timeout=240)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + (done.stderr if status else "")
    return run


def test_a_grant_is_seen_in_the_balance_and_its_key_makes_it_once(troupe) -> None:
    assert "50 credits to user:123; 50 available" in troupe("credits", "grant", "123", "50", "--note", "welcome", "--key", "first")
    assert "made before" in troupe("credits", "grant", "123", "50", "--key", "first")
    assert "with other contents" in troupe("credits", "grant", "123", "51", "--key", "first", status=1)
    troupe("credits", "grant", "pool:5", "7")
    assert json.loads(troupe("credits", "balance", "123", "--json")) == {
        "account": "user:123", "posted": 50, "held": 0, "available": 50, "debt": 0}
    everything = {line["account"]: line["posted"] for line in json.loads(troupe("credits", "balance", "--json"))}
    assert everything == {"user:123": 50, "pool:5": 7, "house:issued": -57, "house:sales": 0, "house:revenue": 0}


@pytest.mark.parametrize("arguments, status", [
    (("grant", "nobody", "5"), 64), (("grant", "123", "many"), 64), (("grant", "123", "0"), 1), (("grant", "123", "9" * 18), 1),
    (("grant", "123"), 64), (("balance", "x"), 64),
])
def test_what_cannot_be_granted_is_said(troupe, arguments: tuple[str, ...], status: int) -> None:
    troupe("credits", *arguments, status=status)
    assert json.loads(troupe("credits", "audit", "--json"))["transfers"] == 0


def test_vouchers_are_made_listed_redeemed_and_revoked(troupe) -> None:
    made = json.loads(troupe("voucher", "create", "--credits", "50", "--count", "3", "--expires", "30d", "--note", "party, =1+1", "--json"))
    assert len({line["code"] for line in made}) == 3 and all(line["code"].startswith("TRPE-") for line in made)
    assert "50 credits to user:7" in troupe("voucher", "redeem", "7", text=made[0]["code"].lower() + "\n")
    assert "redeemed before" in troupe("voucher", "redeem", "7", text=made[0]["code"])
    assert "somebody else" in troupe("voucher", "redeem", "8", text=made[0]["code"], status=1)
    assert "revoked" in troupe("voucher", "revoke", str(made[1]["number"]))
    assert "revoked" in troupe("voucher", "redeem", "8", text=made[1]["code"], status=1)
    assert "redeemed already, by user:7" in troupe("voucher", "revoke", str(made[0]["number"]), status=1)
    assert "no such voucher" in troupe("voucher", "revoke", "999", status=1)
    typo = made[2]["code"][:-1] + ("0" if made[2]["code"][-1] != "0" else "1")
    assert "typing error" in troupe("voucher", "redeem", "8", text=typo, status=1)
    rows = list(csv.DictReader(io.StringIO(troupe("voucher", "list", "--format", "csv"))))
    assert [row["state"] for row in rows] == ["open", "revoked", "redeemed"]
    assert rows[0]["note"] == "party, =1+1" and rows[0]["code"] == "" and rows[2]["redeemed_by"] == "user:7"
    assert [line["number"] for line in json.loads(troupe("voucher", "list", "--state", "open", "--json"))] == [made[2]["number"]]
    troupe("voucher", "revoke", made[2]["code"])
    for arguments in (("--credits", "0"), ("--credits", "5", "--count", "0"), ("--credits", "5", "--count", "10001")):
        troupe("voucher", "create", *arguments, status=1)
    troupe("voucher", "create", "--credits", "5", "--expires", "soon", status=64)


def test_no_code_is_in_the_file(troupe, tmp_path: Path) -> None:
    made = json.loads(troupe("voucher", "create", "--credits", "50", "--count", "20", "--json"))
    troupe("voucher", "redeem", "7", text=made[0]["code"])
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("troupe.db*"))
    for line in made:
        for text in (line["code"], line["code"].replace("-", ""), line["code"][5:14]):
            assert text.encode() not in everything


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_of_a_hundred_processes_one_redeems(binary: Path, tmp_path: Path, engine: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
    with postgres() if engine == "postgres" else nullcontext("sqlite:troupe.db") as address:
        environment = clean | {"TROUPE_DATABASE": address}

        def run(*arguments: str) -> str:
            return subprocess.run([binary, *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=240).stdout

        code = json.loads(run("voucher", "create", "--credits", "50", "--json"))[0]["code"]
        processes = [
            subprocess.Popen(
                [binary, "voucher", "redeem", user], cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True)
            for user in ids
        ]
        # All have the code in the same moment.
        for process in processes:
            process.stdin.write(code + "\n")
            process.stdin.close()
        statuses = [process.wait(120) for process in processes]
        words = [process.stdout.read() + process.stderr.read() for process in processes]
        assert statuses.count(0) == 1 and statuses.count(1) == 99, words
        assert sum("somebody else has redeemed this voucher" in word for word in words) == 99, words
        winner = ids[statuses.index(0)]
        accounts = {line["account"]: line["posted"] for line in json.loads(run("credits", "balance", "--json"))}
        assert accounts[f"user:{winner}"] == 50 and accounts["house:issued"] == -50
        assert json.loads(run("credits", "audit", "--json"))["sound"] is True


def test_the_audit_names_what_somebody_changed(troupe, tmp_path: Path) -> None:
    troupe("credits", "grant", "123", "50")
    assert "✓ 1 transfers, 1 accounts with 50 credits" in troupe("credits", "audit")
    with sqlite3.connect(tmp_path / "troupe.db") as database:
        database.execute("UPDATE credit_accounts SET posted = 5000 WHERE account = 'user:123'")
    report = troupe("credits", "audit", status=1)
    assert "✗ credit_accounts user:123: its balance, by the sum of its entries, is 5000, must be 50" in report
    assert "4950" in report


def test_the_older_services_file_comes_over_once(troupe, tmp_path: Path) -> None:
    uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    with sqlite3.connect(tmp_path / "database.db") as database:
        database.execute(
            "CREATE TABLE voucher (id INTEGER PRIMARY KEY AUTOINCREMENT, created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,"
            " voucher_id TEXT NOT NULL, person_id TEXT, credits INTEGER NOT NULL, redeemed BOOLEAN NOT NULL DEFAULT FALSE)")
        database.executemany("INSERT INTO voucher (voucher_id, person_id, credits, redeemed) VALUES (?, ?, ?, ?)", [
            (uuid, None, 25, False), ("4f2504e0-4f89-41d3-9a0c-0305e82c3301", "77", 5, True), ("broken", None, 5, False)])
    report = json.loads(troupe("voucher", "import", "database.db", "--json"))
    assert report["credited"] == 5 and report["open"] == 1 and len(report["skipped"]) == 1
    assert json.loads(troupe("voucher", "import", "database.db", "--json"))["existing"] == 2
    assert "25 credits" in troupe("voucher", "redeem", "8", text=uuid.upper())
    assert "no table voucher" in troupe("voucher", "import", "troupe.db", status=1)
    assert "cannot be read" in troupe("voucher", "import", "nothing.db", status=1)
