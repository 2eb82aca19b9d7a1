"""Every image server: what it is asked, strictly, and what becomes of everything that it can do wrong.

The servers are processes that speak the real APIs; the command is `troupe paint`, which asks a server as the runner does.
"""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.painting import Painter, entry, workflow
from harness.waiting import eventually
from servers import pictures
from servers.process import ServerProcess

kinds = ["dalle-playground", "openai", "webui", "comfyui"]


@pytest.fixture
def painter(binary: Path) -> Iterator[Painter]:
    painter = Painter(binary)
    yield painter
    painter.folder.cleanup()


@pytest.fixture
def serve() -> Iterator[Callable[..., ServerProcess]]:
    """Starts servers; at the end, none of them may have been asked anything that its real like does not know."""
    running: list[ServerProcess] = []

    def start(kind: str, **options: Any) -> ServerProcess:
        running.append(ServerProcess(kind, **options))
        return running[-1]

    yield start
    try:
        for server in running:
            if server.process is not None and server.process.poll() is None:
                assert server.record()["violations"] == []
    finally:
        for server in running:
            server.kill()


# Every server

@pytest.mark.parametrize("kind", kinds)
def test_pictures_come(kind: str, serve, painter: Painter) -> None:
    server = serve(kind)
    painter.configure(entry(kind, [server]))
    one = painter.paint("a red fox", "-n", "1", "--seed", "7")
    assert one.text["prompt"] == "a red fox" and one.text["model"] == kind
    four = painter.paint("a red fox", "-n", "4", "--seed", "7")
    assert four.width > one.width and four.height > one.height
    painted = server.painted()
    assert sum(p["count"] for p in painted) == 5 and {p["prompt"] for p in painted} == {"a red fox"}


@pytest.mark.parametrize("kind", kinds)
def test_when_nothing_listens_it_says_so(kind: str, serve, painter: Painter) -> None:
    server = serve(kind)
    painter.configure(entry(kind, [server]))
    server.kill()
    said = painter.refused("x")
    assert f"nothing answers at {server.address}" in said and "is the server running?" in said


@pytest.mark.parametrize("kind", kinds)
@pytest.mark.parametrize("fault", ["500", "hang up", "cut body", "cut picture", "lying picture", "no picture"])
def test_another_server_paints_what_one_spoils(kind: str, fault: str, serve, painter: Painter) -> None:
    if kind == "comfyui" and fault == "cut body":
        pytest.skip("its pictures are files of their own: see cut picture")
    bad, good = serve(kind, faults=[fault] * 9), serve(kind)
    painter.configure(entry(kind, [bad, good]))
    painter.paint("a red fox", "-n", "1")
    assert len(good.painted()) == 1


@pytest.mark.parametrize("kind", kinds)
@pytest.mark.parametrize("fault", ["500", "hang up", "cut picture", "lying picture", "no picture"])
def test_alone_it_is_an_error_without_the_prompt(kind: str, fault: str, serve, painter: Painter) -> None:
    server = serve(kind, faults=[fault] * 9)
    painter.configure(entry(kind, [server]))
    said = painter.refused("a very secret prompt", "-n", "1")
    assert server.address in said and "secret" not in said


@pytest.mark.parametrize("kind", kinds)
def test_lack_of_memory_is_told_from_other_errors(kind: str, serve, painter: Painter) -> None:
    server = serve(kind, memory=2)
    painter.configure(entry(kind, [server]), workflow_file=workflow(count=True))
    said = painter.refused("a red fox", "-n", "4")
    assert "memory" in said
    painter.paint("a red fox", "-n", "2")


@pytest.mark.parametrize("kind", kinds)
def test_where_one_lacks_memory_a_larger_one_paints(kind: str, serve, painter: Painter) -> None:
    small, large = serve(kind, memory=2), serve(kind, seconds=0.1)
    painter.configure(entry(kind, [small, large]), workflow_file=workflow(count=True))
    painter.paint("a red fox", "-n", "4")
    assert [p["count"] for p in large.painted()] == [4] and small.painted() == []


@pytest.mark.parametrize("kind", kinds)
def test_the_doctor_says_what_it_is_and_has_it_paint(kind: str, serve, painter: Painter) -> None:
    server, away = serve(kind), serve(kind)
    away.kill()
    painter.configure(entry(kind, [server, away]))
    findings = {f["check"]: f for f in painter.findings()}
    well = findings[f"model {kind} at {server.address}" + ("/v1" if kind == "openai" else "")]
    assert well["ok"], well
    named = {"dalle-playground": "dalle-playground", "openai": "OpenAI", "webui": "Stable Diffusion WebUI", "comfyui": "ComfyUI 0.3.75"}[kind]
    assert named in well["detail"] and "painted" in well["detail"]
    ill = findings[f"model {kind} at {away.address}" + ("/v1" if kind == "openai" else "")]
    assert not ill["ok"] and "is the server running?" in ill["detail"]


# dalle-playground

@pytest.mark.parametrize("dialect", ["A", "B", "C"])
def test_dalle_playground_of_any_age(dialect: str, serve, painter: Painter) -> None:
    server = serve("dalle-playground", dialect=dialect)
    painter.configure(entry("dalle-playground", [server]))
    painter.paint("a red fox", "-n", "3")
    paths = [r["path"] for r in server.record()["requests"]]
    assert paths == (["/generate"] if dialect == "C" else ["/generate", "/dalle"])
    assert "asked at /" in next(f["detail"] for f in painter.findings() if f["check"].startswith("model"))


# OpenAI

@pytest.mark.parametrize("model", ["gpt-image-1.5", "dall-e-2"])
def test_openai_models_of_both_kinds(model: str, serve, painter: Painter) -> None:
    server = serve("openai", model=model)
    painter.configure(entry("openai", [server], parameters={"quality": "low"} if model.startswith("gpt") else {}))
    painter.paint("a red fox", "-n", "1", "--size", "1024x1024")
    painter.paint("a red fox", "-n", "2")
    assert [(p["count"], p["size"], p["stream"]) for p in server.painted()] == [(1, "1024x1024", model.startswith("gpt")), (2, None, False)]


def test_openai_starts_from_a_picture(serve, painter: Painter) -> None:
    server = serve("openai")
    painter.configure(entry("openai", [server]))
    (painter.path / "from.png").write_bytes(pictures.drawn("first", 1))
    painter.paint("a red fox", "-n", "1", "--from", "from.png")
    painter.paint("a red fox", "-n", "2", "--from", "from.png")
    assert [(p["image"], p["count"]) for p in server.painted()] == [(True, 1), (True, 2)]


def test_openai_moderation_is_a_refusal_and_repeats_no_prompt(serve, painter: Painter) -> None:
    first, second = serve("openai"), serve("openai")
    painter.configure(entry("openai", [first, second]))
    said = painter.refused("a forbidden fruit", "-n", "1")
    assert "moderation_blocked" in said and "fruit" not in said
    asked = [r for s in (first, second) for r in s.record()["requests"]]
    assert len(asked) == 1, "another server would refuse it too"


def test_openai_asks_again_when_told(serve, painter: Painter) -> None:
    server = serve("openai", faults=[{"429": 1}, {"429": 1}])
    painter.configure(entry("openai", [server]))
    start = time.monotonic()
    painter.paint("a red fox", "-n", "1")
    assert 2 <= time.monotonic() - start and len(server.record()["requests"]) == 3


def test_openai_does_not_wait_for_ever(serve, painter: Painter) -> None:
    server = serve("openai", faults=[{"429": 900}])
    painter.configure(entry("openai", [server]))
    assert "429" in painter.refused("a red fox", "-n", "1")


def test_openai_wrong_key_is_not_repeated(serve, painter: Painter) -> None:
    server = serve("openai", key="sk-another")
    painter.configure(entry("openai", [server]))
    said = painter.refused("a red fox", "-n", "1")
    assert "check the key" in said and "sk-" not in said


def test_openai_unknown_model(serve, painter: Painter) -> None:
    server = serve("openai", model="gpt-image-3")
    painter.configure(entry("openai", [server]) | {"model": "gpt-image-2"})
    assert "does not exist" in painter.refused("a red fox", "-n", "1")


@pytest.mark.parametrize(("link", "words"), [("stranger", "add it to downloadHosts"), ("private", "no https link")])
def test_links_of_a_legacy_model_lead_nowhere_else(link: str, words: str, serve, painter: Painter) -> None:
    server = serve("openai", model="local-model", link=link, refuse=["response_format"])
    painter.configure(entry("openai", [server]))
    assert words in painter.refused("a red fox", "-n", "1")


def test_links_to_the_server_itself_are_followed(serve, painter: Painter) -> None:
    server = serve("openai", model="local-model", refuse=["response_format"])
    painter.configure(entry("openai", [server]))
    painter.paint("a red fox", "-n", "2")
    paths = [r["path"] for r in server.record()["requests"]]
    assert paths == ["/v1/images/generations", "/v1/images/generations", "/files/0-0.png", "/files/0-1.png"]


def test_a_server_that_does_not_stream(serve, painter: Painter) -> None:
    server = serve("openai", refuse=["stream"])
    painter.configure(entry("openai", [server]))
    painter.paint("a red fox", "-n", "1")
    assert [p["stream"] for p in server.painted()] == [False]


# Stable Diffusion WebUI and SD.Next

@pytest.mark.parametrize("flavour", ["a1111", "sdnext"])
def test_webui_wishes(flavour: str, serve, painter: Painter) -> None:
    server = serve("webui", flavour=flavour, grid=True)
    painter.configure(entry("webui", [server], model="sketch", parameters={"sampler_name": "Euler a", "negative_prompt": "blur"}))
    done = painter.run(
        "paint", "a red fox", "-n", "3", "--seed", "7", "--negative", "dogs", "--size", "768x512", "--steps", "12", "--guidance", "4", "--json")
    assert json.loads(done.stdout)["seeds"] == [7, 8, 9]
    painted = server.painted()[0]
    assert painted | {"id": None, "whole": None} == {
        "id": None, "whole": None, "prompt": "a red fox", "negative": "blur, dogs", "count": 3, "seed": 7, "steps": 12, "size": [768, 512], "image": False}
    (painter.path / "from.png").write_bytes(pictures.drawn("first", 1))
    painter.paint("a red fox", "-n", "1", "--from", "from.png")
    assert server.painted()[1]["image"]


def test_webui_password(serve, painter: Painter) -> None:
    server = serve("webui", key="me:secret")
    painter.configure(entry("webui", [server], key="me:secret"))
    painter.paint("a red fox", "-n", "1")
    painter.configure(entry("webui", [server], key="me:wrong"))
    said = painter.refused("a red fox", "-n", "1")
    assert "check the key" in said and "wrong" not in said


def test_webui_without_its_api_says_how_to_start_it(serve, painter: Painter) -> None:
    server = serve("webui", api=False)
    painter.configure(entry("webui", [server]))
    assert "start it with --api" in painter.refused("a red fox", "-n", "1")
    assert any("start it with --api" in f["detail"] for f in painter.findings())


@pytest.mark.parametrize("kind", ["webui", "comfyui"])
def test_interrupted_it_stops_its_own_work_only(kind: str, serve, painter: Painter) -> None:
    server = serve(kind, seconds=5)
    painter.configure(entry(kind, [server]))
    painting = painter.start("paint", "a red fox", "-n", "1")
    eventually(lambda: server.painted(), "the painting has begun")
    painting.send_signal(signal.SIGINT)
    assert painting.wait(60) == 130
    eventually(lambda: server.record()["interrupts"] == [server.painted()[0]["id"]], "the server was told to stop")


@pytest.mark.parametrize(("kind", "options"), [("webui", {}), ("webui", {"flavour": "sdnext"}), ("comfyui", {}), ("comfyui", {"old": True})])
def test_interrupted_behind_a_stranger_it_does_not_stop_the_stranger(kind: str, options: dict[str, Any], serve, painter: Painter) -> None:
    server = serve(kind, **options)
    painter.configure(entry(kind, [server]))
    server.become(stranger=4)
    painting = painter.start("paint", "a red fox", "-n", "1")
    path = {"webui": "/sdapi/v1/txt2img", "comfyui": "/prompt"}[kind]
    eventually(lambda: any(r["path"] == path for r in server.record()["requests"]), "the painting was asked for")
    time.sleep(0.5)
    painting.send_signal(signal.SIGINT)
    assert painting.wait(60) == 130
    assert server.record()["interrupts"] == []
    if kind == "comfyui":
        time.sleep(4)
        assert server.painted() == [], "it was taken out of the queue"


# ComfyUI

def test_comfyui_wishes(serve, painter: Painter) -> None:
    server = serve("comfyui")
    painter.configure(entry("comfyui", [server]))
    done = painter.run(
        "paint", "a %negative% fox", "-n", "2", "--seed", "7", "--negative", "dogs", "--size", "1216x832", "--steps", "12", "--guidance", "4", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["seeds"] == [7, 8]
    painted = server.painted()
    assert [p["seed"] for p in painted] == [7, 8] and len({p["id"] for p in painted}) == 2
    assert painted[0] | {"id": None} == {
        "id": None, "prompt": "a %negative% fox", "negative": "blur, dogs", "count": 1, "seed": 7, "steps": 12, "size": [1216, 832], "image": False}


def test_comfyui_batch_and_first_picture(serve, painter: Painter) -> None:
    server = serve("comfyui")
    painter.configure(entry("comfyui", [server]), workflow_file=workflow(count=True))
    painter.paint("a red fox", "-n", "3")
    painter.configure(entry("comfyui", [server]), workflow_file=workflow(image=True))
    (painter.path / "from.png").write_bytes(pictures.drawn("first", 1))
    assert "needs a picture to start from" in painter.refused("a red fox", "-n", "1")
    painter.paint("a red fox", "-n", "1", "--from", "from.png")
    assert [(p["count"], p["image"]) for p in server.painted()] == [(3, False), (1, True)]


def test_comfyui_of_an_older_version_draws_its_own_ids(serve, painter: Painter) -> None:
    server = serve("comfyui", old=True)
    painter.configure(entry("comfyui", [server]))
    painter.paint("a red fox", "-n", "2")
    assert len(server.painted()) == 2


def test_comfyui_says_what_its_server_lacks(serve, painter: Painter) -> None:
    server = serve("comfyui")
    graph = workflow()
    graph["4"]["inputs"]["ckpt_name"] = "gone.safetensors"
    painter.configure(entry("comfyui", [server]), workflow_file=graph)
    said = painter.refused("a very secret prompt", "-n", "1")
    assert "node 4 (CheckpointLoaderSimple): Value not in list: ckpt_name" in said and "secret" not in said
    graph["4"]["class_type"] = "MyLoader"
    painter.configure(entry("comfyui", [server]), workflow_file=graph)
    assert "node MyLoader does not exist" in painter.refused("x", "-n", "1")


def test_comfyui_waits_behind_others(serve, painter: Painter) -> None:
    server = serve("comfyui")
    painter.configure(entry("comfyui", [server]))
    server.become(stranger=1.5)
    painter.paint("a red fox", "-n", "1")
    assert len(server.painted()) == 1


@pytest.mark.parametrize("kind", kinds)
def test_a_server_restarted_in_the_middle(kind: str, serve, painter: Painter) -> None:
    """Of two, the other one paints; the one that forgot it may be asked again."""
    server, other = serve(kind, seconds=3), serve(kind)
    painter.configure(entry(kind, [server, other]))
    painting = painter.start("paint", "a red fox", "-n", "1", "-o", "out.png")
    eventually(lambda: server.painted(), "the painting has begun")
    server.kill()
    server.start()
    _, errors = painting.communicate(timeout=120)
    assert painting.returncode == 0, errors
    assert len(other.painted()) + len(server.painted()) == 1


# The configuration

@pytest.mark.parametrize(("change", "words"), [
    ({"engine": "dall-e"}, 'has the unknown engine "dall-e"; for kind image, known are pocket, neural, dalle-playground, openai, sd-webui, comfyui'),
    ({"engine": "openai", "model": None}, "needs a model"),
    ({"engine": "comfyui"}, "needs a workflow"),
    ({"engine": "comfyui", "workflow": "nothing.json"}, "nothing.json, which cannot be read"),
    ({"engine": "comfyui", "workflow": "troupe.yaml"}, "lack class_type or inputs"),
    ({"sizes": ["big"]}, "big is no size; write it as 768x512"),
    ({"url": "10.0.0.1:8000"}, "is no http or https address"),
    ({"requestsAtATime": 0}, "it must be 1 to 64"),
    ({"engine": "neural", "path": ".", "precision": "4bit"}, "it must be stored or 8bit"),
    ({"precision": "8bit"}, "only a model of kind image with engine neural has it"),
])
def test_configurations_that_cannot_be_used_say_what_to_write(change: dict[str, Any], words: str, painter: Painter) -> None:
    model = {"name": "m", "kind": "image", "engine": "sd-webui", "url": "http://127.0.0.1:1"} | change
    painter.configure({key: value for key, value in model.items() if value is not None})
    assert words in painter.refused("x")
