"""ComfyUI: workflows are checked, queued, run one after the other and kept in a history.

Options: old true, a server that draws its own ids and interrupts whatever runs; stranger seconds, another person's workflow.
"""

import email.parser
import email.policy
import json
import threading
import time
import uuid
from typing import Any

from servers import comfyui_socket, pictures
from servers.base import Answer, Broken, Call, ModelServer, as_json

# Of each node: its inputs, as a type, a range or a list of choices.
nodes: dict[str, dict[str, Any]] = {
    "CheckpointLoaderSimple": {"ckpt_name": ["dream-v2.safetensors", "sketch.safetensors"]},
    "CLIPTextEncode": {"text": str, "clip": "link"},
    "EmptyLatentImage": {"width": (16, 16384), "height": (16, 16384), "batch_size": (1, 4096)},
    "KSampler": {"model": "link", "seed": (0, 2**64 - 1), "steps": (1, 10000), "cfg": (0.0, 100.0), "sampler_name": ["euler", "dpmpp_2m"],
                 "scheduler": ["normal", "karras"], "positive": "link", "negative": "link", "latent_image": "link", "denoise": (0.0, 1.0)},
    "VAEDecode": {"samples": "link", "vae": "link"},
    "VAEEncode": {"pixels": "link", "vae": "link"},
    "SaveImage": {"images": "link", "filename_prefix": str},
    "LoadImage": {"image": "uploaded"},
}


class ComfyUI(ModelServer):
    def __init__(self, **options: Any):
        super().__init__(**options)
        self.number = 0
        self.pending: list[list[Any]] = []
        self.running: list[list[Any]] = []
        self.history: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.uploads: set[str] = set()
        self.interrupted = threading.Event()
        self.interrupts: list[str | None] = []
        self.has_work = threading.Condition(self.lock)
        self.sockets = comfyui_socket.Sockets()
        threading.Thread(target=self.work, daemon=True).start()

    def record(self) -> dict[str, Any]:
        return {**super().record(), "interrupts": self.interrupts}

    def tell(self, changes: dict[str, Any]) -> None:
        if seconds := changes.pop("stranger", None):
            with self.has_work:
                self.pending.append([self.number, "stranger", {"secret": "a stranger's secret", "seconds": seconds}, {}, []])
                self.number += 1
                self.has_work.notify()
            while not any(entry[1] == "stranger" for entry in self.running):
                time.sleep(0.005)
        super().tell(changes)

    def websocket(self, handler: Any, call: Call) -> None:
        self.sockets.serve(handler, call)

    # HTTP

    def handle(self, call: Call) -> Answer:
        path = call.path.removeprefix("/api") if call.path.startswith("/api/") else call.path
        route = (call.method, path)
        if route == ("POST", "/prompt"):
            return self.submit(call)
        if route == ("GET", "/queue"):
            with self.lock:
                return as_json({"queue_running": self.running, "queue_pending": self.pending})
        if call.method == "GET" and path.startswith("/history/"):
            with self.lock:
                entry = self.history.get(path.removeprefix("/history/"))
                return as_json({path.removeprefix("/history/"): entry} if entry else {})
        if route == ("GET", "/view"):
            data = self.files.get(call.query.get("filename", ""))
            return Answer(200, data, "image/png") if data and call.query.get("type") == "output" else Answer(404)
        if route == ("POST", "/queue"):
            return self.delete(call)
        if route == ("POST", "/interrupt"):
            return self.interrupt(call)
        if route == ("POST", "/upload/image"):
            return self.upload(call)
        if route == ("GET", "/system_stats"):
            return as_json({
                "system": {"os": "posix", "comfyui_version": "0.3.10" if self.behaviour.get("old") else "0.3.75", "python_version": "3.12"},
                "devices": [{"name": "cuda:0 NVIDIA GeForce RTX 3070 : cudaMallocAsync", "type": "cuda", "index": 0}]})
        return Answer(404, b"404: Not Found", "text/plain; charset=utf-8")

    def submit(self, call: Call) -> Answer:
        fault = self.next_fault()
        if fault == "500":
            return Answer(500, b"500 Internal Server Error\n\nServer got itself in trouble", "text/plain; charset=utf-8")
        if fault == "hang up":
            raise Broken
        body = call.json()
        for name in body.keys() - {"prompt", "prompt_id", "client_id", "extra_data", "number", "front", "partial_execution_targets"}:
            self.violation(f"the field {name} is not known to ComfyUI")
        if "prompt" not in body:
            return as_json({"error": {"type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided", "extra_info": {}}, "node_errors": {}}, 400)
        if problem := self.problem(body["prompt"]):
            return problem
        given = None if self.behaviour.get("old") else body.get("prompt_id")
        prompt_id = str(given or uuid.uuid4())
        outputs = [id for id, node in body["prompt"].items() if node["class_type"] == "SaveImage"]
        with self.has_work:
            if any(entry[1] == prompt_id for entry in self.running + self.pending):
                self.violation("a workflow was sent again under an id that is in the queue")
            number = self.number
            self.number += 1
            self.pending.append([number, prompt_id, body["prompt"], {"client_id": body.get("client_id"), "fault": fault}, outputs])
            self.has_work.notify()
        return as_json({"prompt_id": prompt_id, "number": number, "node_errors": {}})

    def problem(self, prompt: dict[str, Any]) -> Answer | None:
        errors: dict[str, Any] = {}
        for id, node in prompt.items():
            kind = node.get("class_type")
            if kind not in nodes:
                error = {"type": "invalid_prompt", "message": f"Cannot execute because node {kind} does not exist.", "details": f"Node ID '#{id}'", "extra_info": {}}
                return as_json({"error": error, "node_errors": {}}, 400)
            found = []
            for name, wanted in nodes[kind].items():
                if name not in node["inputs"]:
                    found.append(("required_input_missing", "Required input is missing", name))
                elif text := self.complaint(node["inputs"][name], wanted, prompt):
                    found.append((text[0], text[1], f"{name}: {node['inputs'][name]!r} {text[2]}"))
            if found:
                errors[id] = {"errors": [{"type": t, "message": m, "details": d, "extra_info": {}} for t, m, d in found], "dependent_outputs": ["9"], "class_type": kind}
        if errors:
            error = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": "", "extra_info": {}}
            return as_json({"error": error, "node_errors": errors}, 400)
        return None

    def complaint(self, value: Any, wanted: Any, prompt: dict[str, Any]) -> tuple[str, str, str] | None:
        if wanted == "link":
            is_link = isinstance(value, list) and len(value) == 2 and value[0] in prompt and isinstance(value[1], int)
            return None if is_link else ("bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", "")
        if wanted == "uploaded":
            return None if value in self.uploads else ("custom_validation_failed", "Custom validation failed for node", "Invalid image file")
        if wanted is str:
            return None if isinstance(value, str) else ("invalid_input_type", "Failed to convert an input value to a STRING value", "")
        if isinstance(wanted, list):
            return None if value in wanted else ("value_not_in_list", "Value not in list", f"not in {wanted}")
        if isinstance(value, bool) or not isinstance(value, int if isinstance(wanted[0], int) else (int, float)):
            return ("invalid_input_type", "Failed to convert an input value to a number", "")
        if value < wanted[0]:
            return ("value_smaller_than_min", f"Value {value} smaller than min of {wanted[0]}", "")
        return ("value_bigger_than_max", f"Value {value} bigger than max of {wanted[1]}", "") if value > wanted[1] else None

    def delete(self, call: Call) -> Answer:
        body = call.json()
        if body.get("clear"):
            self.violation("the whole queue was cleared")
        with self.lock:
            for id in body.get("delete", []):
                if id == "stranger":
                    self.violation("a stranger's workflow was taken out of the queue")
                self.pending = [entry for entry in self.pending if entry[1] != id]
        return Answer(200)

    def interrupt(self, call: Call) -> Answer:
        wanted = None if self.behaviour.get("old") or not call.body else call.json().get("prompt_id")
        with self.lock:
            now = self.running[0][1] if self.running else None
            if wanted is None or wanted == now:
                self.interrupts.append(now)
                if now == "stranger":
                    self.violation("a stranger's workflow was interrupted")
                self.interrupted.set()
        return Answer(200)

    def upload(self, call: Call) -> Answer:
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + call.headers["Content-Type"].encode() + b"\r\n\r\n" + call.body)
        parts = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
        image = parts.get("image")
        if image is None or not image.get_filename():
            return Answer(400)
        if not image.get_payload(decode=True).startswith(b"\x89PNG"):
            self.violation("what was uploaded is no PNG")
        self.uploads.add(image.get_filename())
        return as_json({"name": image.get_filename(), "subfolder": "", "type": "input"})

    # The work

    def work(self) -> None:
        while True:
            with self.has_work:
                while not self.pending:
                    self.has_work.wait()
                entry = self.pending.pop(0)
                self.running = [entry]
                self.interrupted.clear()
            status, messages, outputs = self.run(entry)
            with self.lock:
                self.history[entry[1]] = {
                    "prompt": entry, "outputs": outputs, "meta": {},
                    "status": {"status_str": status, "completed": status == "success", "messages": messages}}
                self.running = []
            self.sockets.tell_all("status", {"status": {"exec_info": {"queue_remaining": len(self.pending)}}})

    def run(self, entry: list[Any]) -> tuple[str, list[Any], dict[str, Any]]:
        _, id, prompt, extra, outputs = entry
        start: list[Any] = [["execution_start", {"prompt_id": id}]]
        client = extra.get("client_id")
        if id == "stranger":
            done = self.steps(prompt["seconds"], id, None, prompt["secret"], 1)
            return ("success" if done else "error", start, {})
        sampler = next((node["inputs"] for node in prompt.values() if node["class_type"] == "KSampler"), {})
        text = prompt[sampler["positive"][0]]["inputs"]["text"]
        latent = prompt[sampler["latent_image"][0]]["inputs"]
        count, seed = latent.get("batch_size", 1), sampler["seed"]
        width, height = latent.get("width", 512), latent.get("height", 512)
        if self.is_too_much(count):
            error = {"prompt_id": id, "node_id": "3", "node_type": "KSampler", "exception_type": "torch.OutOfMemoryError", "traceback": [],
                     "exception_message": "Allocation on device 0 would exceed allowed memory. (out of memory)\nCurrently allocated     : 6.50 GiB\n"}
            self.sockets.tell(client, "execution_error", error)
            return "error", start + [["execution_error", error]], {}
        with self.lock:
            self.painted.append({
                "id": id, "prompt": text, "negative": prompt[sampler["negative"][0]]["inputs"]["text"], "count": count, "seed": seed,
                "steps": sampler["steps"], "size": [width, height], "image": "pixels" in latent})
        if not self.steps(self.seconds(count), id, client, text, seed):
            return "error", start + [["execution_interrupted", {"prompt_id": id, "node_id": "3", "node_type": "KSampler"}]], {}
        images = []
        for index in range(count):
            name = f"ComfyUI_{len(self.files):05}_.png"
            data = pictures.drawn(text, seed + index, max(8, width // 4), max(8, height // 4))
            self.files[name] = pictures.spoilt(data, extra.get("fault"))
            images.append({"filename": name, "subfolder": "", "type": "output"})
        result = {node: {"images": images} for node in outputs}
        for node in outputs:
            self.sockets.tell(client, "executed", {"node": node, "output": result[node], "prompt_id": id})
        self.sockets.tell(client, "executing", {"node": None, "prompt_id": id})
        return "success", start + [["execution_success", {"prompt_id": id}]], result

    def steps(self, seconds: float, id: str, client: str | None, text: str, seed: int) -> bool:
        """Twenty of them; an interruption ends it after the step."""
        for step in range(20):
            if self.interrupted.is_set():
                return False
            time.sleep(seconds / 20)
            self.sockets.tell(client, "progress", {"value": step + 1, "max": 20, "prompt_id": id, "node": "3"})
            if step % 5 == 4:
                self.sockets.show(client, pictures.drawn(text, seed, 64, 64, "JPEG", (step + 1) / 20))
        return True
