"""GGUF files of every format that is read: `troupe chat` writes what llama.cpp writes from the same file."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

pytest.importorskip("xllamacpp")
pytest.importorskip("gguf")

from harness import random_llama
from harness.llama_server import LlamaServer

formats = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K"]
messages = ["hello world, what is my name? 😀 ☃", "hello", "the name is a world", "what?", "é ünï ☃", "you and my name", "1 + 2", "A B C", "world",
            "my world, my name", "is you the a?", "and what is the name of 😀"]


def chat(binary: Path, folder: Path, message: str, tokens: int) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
    done = subprocess.run(
        [binary, "chat", message, "--temperature", "0", "--max-tokens", str(tokens)], cwd=folder, env=clean, capture_output=True, text=True,
        timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix("\n")


def llama_cpp(server: LlamaServer, message: str, tokens: int) -> str:
    body = {"messages": [{"role": "user", "content": message}], "temperature": 0, "max_tokens": tokens, "cache_prompt": False}
    answer = requests.post(f"{server.address}/chat/completions", json=body, timeout=120).json()
    return answer["choices"][0]["message"]["content"]


@pytest.fixture
def both(binary: Path, tmp_path: Path) -> Iterator[Callable[[str, str, int], tuple[str, str]]]:
    """Has Troupe and llama.cpp write from the same file."""
    servers: dict[str, LlamaServer] = {}

    def write(kind: str, message: str, tokens: int) -> tuple[str, str]:
        if kind not in servers:
            model = tmp_path / f"{kind}.gguf"
            random_llama.write(model, width=256, heads=4, key_heads=2, kind=kind, seed=7)
            entry = {"name": "random", "kind": "chat", "engine": "neural", "path": str(model)}
            (tmp_path / "troupe.yaml").write_text(json.dumps({"models": [entry]}))
            servers[kind] = LlamaServer(model)
        # Half a character at the end is told by one and not by the other.
        texts = chat(binary, tmp_path, message, tokens), llama_cpp(servers[kind], message, tokens)
        return texts[0].strip("\ufffd \n"), texts[1].strip("\ufffd \n")

    yield write
    for server in servers.values():
        server.stop()


def test_a_long_text_is_the_same(both: Callable[[str, str, int], tuple[str, str]]) -> None:
    ours, theirs = both("F32", messages[0], 24)
    assert ours == theirs and len(ours) > 20


# Where weights have few bits, both round what is multiplied with them, in their own ways, and random weights prefer no token
# clearly. So the first two tokens of most texts agree; were a format read wrongly, hardly any would.
@pytest.mark.parametrize("kind", formats)
def test_texts_begin_the_same_in_every_format(kind: str, both: Callable[[str, str, int], tuple[str, str]]) -> None:
    pairs = [both(kind, message, 2) for message in messages]
    same = sum(ours == theirs for ours, theirs in pairs)
    assert same >= 9, pairs
