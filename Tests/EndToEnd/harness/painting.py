"""`troupe paint` and `troupe doctor` with models on servers, as a person at a terminal runs them."""

import io
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from servers.process import ServerProcess

engines = {"dalle-playground": "dalle-playground", "openai": "openai", "webui": "sd-webui", "comfyui": "comfyui"}


def workflow(count: bool = False, image: bool = False) -> dict[str, Any]:
    """The workflow that everybody begins with, as ComfyUI exports it; with marks where it must do more."""
    nodes: dict[str, Any] = {
        "3": {"class_type": "KSampler", "inputs": {
            "seed": 156680208700286, "steps": 20, "cfg": 8.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
            "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream-v2.safetensors"}},
        "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512, "batch_size": 1}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blur", "clip": ["4", 1]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
        "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "troupe"}},
    }
    if count or image:
        nodes["3"]["inputs"]["seed"] = "%seed%"
        nodes["6"]["inputs"]["text"] = "%prompt%"
        nodes["7"]["inputs"]["text"] = "%negative:blur%"
    if count:
        nodes["5"]["inputs"]["batch_size"] = "%count%"
    if image:
        nodes["3"]["inputs"]["denoise"] = "%strength%"
        nodes["10"] = {"class_type": "LoadImage", "inputs": {"image": "%image%"}}
        nodes["5"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["10", 0], "vae": ["4", 2]}}
    return nodes


def entry(kind: str, servers: list[ServerProcess], **more: Any) -> dict[str, Any]:
    """A model's entry in troupe.yaml, and what it needs."""
    model: dict[str, Any] = {"name": kind, "kind": "image", "engine": engines[kind], "url": [server.address for server in servers], "secondsPerPicture": 1}
    if kind == "openai":
        model |= {"model": servers[0].options.get("model", "gpt-image-1.5"), "key": "${IMAGES_KEY}"}
    if kind == "comfyui":
        model |= {"workflow": "workflow.json"}
    return model | more


class Painter:
    """A folder with a configuration, in which the command runs."""

    def __init__(self, binary: Path):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory(prefix="troupe-paint-")
        self.path = Path(self.folder.name)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "TROUPE_"))}
        self.environment["IMAGES_KEY"] = "sk-test"

    def configure(self, *models: dict[str, Any], workflow_file: dict[str, Any] | None = None) -> "Painter":
        # JSON is YAML.
        (self.path / "troupe.yaml").write_text(json.dumps({"models": list(models)}))
        (self.path / "workflow.json").write_text(json.dumps(workflow_file or workflow()))
        return self

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.binary, *arguments], cwd=self.path, env=self.environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)

    def run(self, *arguments: str, seconds: float = 240) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=seconds)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def paint(self, *arguments: str) -> Image.Image:
        """Paints; the whole of what was written."""
        done = self.run("paint", *arguments, "-o", "out.png")
        assert done.returncode == 0, done.stderr
        image = Image.open(io.BytesIO((self.path / "out.png").read_bytes()))
        image.load()
        return image

    def refused(self, *arguments: str) -> str:
        """What is said of a painting that cannot be."""
        done = self.run("paint", *arguments, "-o", "out.png")
        assert done.returncode != 0, done.stdout
        return done.stderr

    def findings(self) -> list[dict[str, Any]]:
        return json.loads(self.run("doctor", "--json").stdout)
