"""The files in Deployment speak of settings, commands and metrics that exist."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from harness.process import Troupe
from harness.waiting import eventually

repository = Path(__file__).resolve().parents[2]
folder = repository / "Deployment"
files = sorted(path for path in folder.rglob("*") if path.is_file())
task = json.loads((folder / "ecs/troupe.json").read_text())


@pytest.fixture(scope="module")
def commands(binary: Path) -> set[str]:
    text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^  ([a-z]+) ", text, re.MULTILINE))


def test_every_setting_is_one_that_is_read() -> None:
    source = (repository / "Sources/App/Configuration/Settings+Reading.swift").read_text()
    known = set(re.findall(r'"((?:TROUPE|DISCORD)_[A-Z_]+)"', source))
    for path in files:
        used = set(re.findall(r"\b(?:TROUPE|DISCORD)_[A-Z_]+\b", path.read_text()))
        assert used <= known, f"{path}: {used - known}"


def containers() -> list[tuple[str, list[str]]]:
    compose = yaml.safe_load((folder / "compose.yaml").read_text())
    found = [(name, service["command"]) for name, service in compose["services"].items() if service["image"] == "troupe"]
    for document in yaml.safe_load_all((folder / "kubernetes/troupe.yaml").read_text()):
        if document["kind"] == "Deployment":
            found += [(one["name"], one["args"]) for one in document["spec"]["template"]["spec"]["containers"]]
    return found + [(one["name"], one["command"]) for one in task["containerDefinitions"]]


def test_every_process_runs_a_command_of_troupe(commands: set[str]) -> None:
    assert len(containers()) == 9
    for name, arguments in containers():
        assert arguments[0] in commands, name
    assert "migrate" in commands


def test_every_process_is_locked_in() -> None:
    for document in yaml.safe_load_all((folder / "kubernetes/troupe.yaml").read_text()):
        if document["kind"] == "Deployment":
            pod = document["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"]
            for container in pod["containers"]:
                assert container["securityContext"]["readOnlyRootFilesystem"]
                assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    for container in task["containerDefinitions"]:
        assert container["user"] == "10001" and container["readonlyRootFilesystem"]
        assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
        secret = {one["name"] for one in container["secrets"]}
        assert {"DISCORD_TOKEN", "TROUPE_DATABASE"} <= secret and not secret & {one["name"] for one in container["environment"]}
        assert all(re.fullmatch(r"arn:aws:secretsmanager:[^:]+:\d{12}:secret:troupe:\w+::", one["valueFrom"]) for one in container["secrets"])
    assert "USER 10001" in (folder / "Dockerfile").read_text()


def test_nobody_is_killed_who_still_has_time_to_finish() -> None:
    company = (repository / "Sources/App/Composition/Company.swift").read_text()
    grace = re.search(r"maximumGracefulShutdownDuration = \.seconds\((\d+)\)", company)
    assert grace
    pods = [d["spec"]["template"]["spec"] for d in yaml.safe_load_all((folder / "kubernetes/troupe.yaml").read_text()) if d["kind"] == "Deployment"]
    given = [pod["terminationGracePeriodSeconds"] for pod in pods] + [one["stopTimeout"] for one in task["containerDefinitions"]]
    for path, key in ("compose.yaml", "stop_grace_period: "), ("systemd/troupe.service", "TimeoutStopSec="):
        given += [int(found) for found in re.findall(key + r"(\d+)", (folder / path).read_text())]
    assert len(given) == 8 and min(given) > int(grace.group(1)), given


def test_the_console_s_health_is_seen(troupe: Troupe) -> None:
    console = next(one for one in task["containerDefinitions"] if one["name"] == "console")
    kind, *check = console["healthCheck"]["command"]
    assert kind == "CMD" and f"/{console['portMappings'][0]['containerPort']} " in check[-1]
    eventually(lambda: "The console: " in troupe.printed(), "the console's address is printed")
    found = re.search(r"The console: http://127\.0\.0\.1:(\d+)/", troupe.printed())
    assert found
    healthy = [*check[:-1], check[-1].replace("/8080", f"/{found.group(1)}")]
    assert subprocess.run(healthy, timeout=60).returncode == 0
    for wrong in [part.replace("/readyz", "/nowhere") for part in healthy], [*check[:-1], check[-1].replace("/8080", "/1")]:
        assert subprocess.run(wrong, timeout=60, stderr=subprocess.DEVNULL).returncode != 0


def test_the_dashboard_shows_metrics_that_are_told() -> None:
    told = "".join(path.read_text() for path in (repository / "Sources").rglob("*.swift"))
    board = json.loads((folder / "grafana/troupe.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(expressions) > 10
    for name in re.findall(r"troupe_\w+", " ".join(expressions) + (folder / "kubernetes/troupe.yaml").read_text()):
        assert f'"{name.removesuffix("_bucket")}"' in told, name


def test_the_image_carries_every_library_that_the_command_needs() -> None:
    dockerfile = (folder / "Dockerfile").read_text()
    wanted = re.search(r"install-system-packages.sh (libvips.*)$", (repository / "Makefile").read_text(), re.MULTILINE)
    assert wanted
    for package in wanted.group(1).split():
        assert package in dockerfile, package
