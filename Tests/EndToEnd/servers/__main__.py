"""python -m servers KIND --port N --options JSON: one server, until it is killed. Prints its port when it listens."""

import argparse
import json

from servers.base import Listener, ModelServer
from servers.comfyui import ComfyUI
from servers.dalle_playground import DallePlayground
from servers.openai_images import OpenAIImages
from servers.seeing import Ollama, OpenAIChat
from servers.webui import WebUI

kinds: dict[str, type[ModelServer]] = {
    "dalle-playground": DallePlayground, "openai": OpenAIImages, "webui": WebUI, "comfyui": ComfyUI,
    "openai-chat": OpenAIChat, "ollama": Ollama}

parser = argparse.ArgumentParser(prog="python -m servers")
parser.add_argument("kind", choices=kinds)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--options", type=json.loads, default={})
arguments = parser.parse_args()
listener = Listener(kinds[arguments.kind](**arguments.options), arguments.port)
print(listener.server_address[1], flush=True)
listener.serve_forever()
