"""The command at the terminal: what it says and how it ends when something is wrong."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.process import Troupe

repository = Path(__file__).resolve().parents[2]
checkpoint = repository / "Tests/NeuralTests/Fixtures/painter-half"


def run(binary: Path, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
    return subprocess.run([binary, *arguments], cwd=folder, env=clean | environment, capture_output=True, text=True, timeout=240)


def test_pictures_are_painted_into_a_file(binary: Path, tmp_path: Path) -> None:
    done = run(binary, tmp_path, "paint", "a large red heart", "-n", "2", "--seed", "3", "-o", "heart.png", "--json")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert receipt["file"] == "heart.png" and receipt["seeds"] == [3, 4]
    picture = (tmp_path / "heart.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and b"a large red heart" in picture


def test_the_same_seed_paints_the_same_picture(binary: Path, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        assert run(binary, tmp_path, "paint", "a green star", "-n", "1", "--seed", "9", "-o", name).returncode == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize("arguments", [("paint", ""), ("paint", "x" * 5000), ("paint", "x", "-n", "0"), ("paint", "x", "-n", "100"), ("juggle",)])
def test_a_wrong_call_ends_with_status_64(binary: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(binary, tmp_path, *arguments).returncode == 64


@pytest.mark.parametrize("bytes_kept", [0, 5, 100, 5_000])
def test_a_truncated_checkpoint_is_named_with_its_file(binary: Path, tmp_path: Path, bytes_kept: int) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(checkpoint, broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:bytes_kept])
    done = run(binary, tmp_path, "paint", "a circle", "--model", str(broken))
    assert done.returncode == 1
    assert "model.safetensors" in done.stderr


def test_a_wrong_token_says_where_to_get_one_and_ends(binary: Path, tmp_path: Path) -> None:
    with_token = Troupe(binary, "emulator", "--token", "the-right-one")
    try:
        with_token.start()
        for command in ("run", "bot"):
            done = run(binary, tmp_path, command, DISCORD_TOKEN="a-wrong-one", DISCORD_API_BASE_URL=f"{with_token.address}/api/v10")
            assert done.returncode == 1
            assert "discord.com/developers" in done.stderr and "a-wrong-one" not in done.stderr + done.stdout
        doctor = run(binary, tmp_path, "doctor", "--json", DISCORD_TOKEN="a-wrong-one", DISCORD_API_BASE_URL=f"{with_token.address}/api/v10")
        assert doctor.returncode == 1
        assert [finding["check"] for finding in json.loads(doctor.stdout) if not finding["ok"]] == ["discord"]
    finally:
        with_token.stop()
        with_token.remove()


def test_a_port_in_use_is_said_with_what_to_do(binary: Path, tmp_path: Path) -> None:
    first = Troupe(binary, "emulator")
    try:
        first.start()
        done = run(binary, tmp_path, "emulator", "--listen", f"127.0.0.1:{first.port}")
        assert done.returncode == 1
        assert f"127.0.0.1:{first.port} is in use" in done.stderr
    finally:
        first.stop()
        first.remove()


def test_the_doctor_finds_nothing_wrong_in_an_empty_folder(binary: Path, tmp_path: Path) -> None:
    done = run(binary, tmp_path, "doctor")
    assert done.returncode == 0, done.stdout
    assert "✓ database" in done.stdout and "✓ model pocket" in done.stdout


def test_a_file_that_is_no_database_is_said(binary: Path, tmp_path: Path) -> None:
    (tmp_path / "troupe.db").write_bytes(b"not a database, whatever its name says " * 100)
    done = run(binary, tmp_path, "doctor", "--json")
    assert done.returncode == 1
    assert "troupe.db" in next(finding["detail"] for finding in json.loads(done.stdout) if finding["check"] == "database")
