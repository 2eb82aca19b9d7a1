"""Stable Diffusion WebUI and SD.Next: one job at a time, progress by the id of a task or of the whole server.

Options: flavour "a1111" or "sdnext"; key "name:password"; api false, as without --api; grid true, a grid before the pictures;
stranger seconds, another person's job that runs first and shows its own preview.
"""

import base64
import json
import threading
import time
from typing import Any

from servers import pictures
from servers.base import Answer, Call, ModelServer, as_json, finished, misbehave

# Of the many fields of the real request, with their types.
fields: dict[str, Any] = {
    "prompt": str, "negative_prompt": str, "styles": list, "seed": int, "sampler_name": str, "scheduler": str, "batch_size": int,
    "n_iter": int, "steps": int, "cfg_scale": (int, float), "width": int, "height": int, "restore_faces": bool, "tiling": bool,
    "denoising_strength": (int, float), "override_settings": dict, "override_settings_restore_afterwards": bool, "send_images": bool,
    "save_images": bool, "alwayson_scripts": dict, "force_task_id": str, "enable_hr": bool, "init_images": list, "mask": str,
}
checkpoints = ["dream-v2.safetensors [abcdef0123]", "sketch.safetensors [0123abcdef]"]


class WebUI(ModelServer):
    def __init__(self, **options: Any):
        super().__init__(**{"flavour": "a1111", "api": True, **options})
        self.current: dict[str, Any] | None = None
        self.waiting: list[str] = []
        self.finished: list[str] = []
        self.interrupted = threading.Event()
        self.previews = 0
        self.interrupts: list[str | None] = []

    @property
    def is_next(self) -> bool:
        return self.behaviour["flavour"] == "sdnext"

    def tell(self, changes: dict[str, Any]) -> None:
        if seconds := changes.pop("stranger", None):
            threading.Thread(target=self.strange_job, args=(seconds,), daemon=True).start()
            while self.current is None:
                time.sleep(0.005)
        super().tell(changes)

    def record(self) -> dict[str, Any]:
        return {**super().record(), "interrupts": self.interrupts}

    def strange_job(self, seconds: float) -> None:
        """Somebody at the server's own page."""
        with self.card:
            self.begin("task(stranger)", "task(stranger)", 1, seconds, "a stranger's secret", 1)
            self.run(seconds)
            self.end("task(stranger)")

    # HTTP

    def handle(self, call: Call) -> Answer:
        if problem := self.unauthorized(call):
            return problem
        route = (call.method, call.path)
        if route == ("POST", "/internal/progress"):
            return self.task_progress(call)
        if call.path.startswith("/sdapi/") and not self.behaviour["api"]:
            return as_json({"detail": "Not Found"}, 404)
        if route in (("POST", "/sdapi/v1/txt2img"), ("POST", "/sdapi/v1/img2img")):
            return self.paint(call, call.path.endswith("img2img"))
        if route == ("GET", "/sdapi/v1/progress"):
            return self.server_progress(call)
        if route == ("POST", "/sdapi/v1/interrupt"):
            with self.lock:
                now = self.current["id"] if self.current else None
                self.interrupts.append(now)
                if now == "task(stranger)":
                    self.violation("a stranger's job was interrupted")
                self.interrupted.set()
            return as_json({})
        if route == ("GET", "/sdapi/v1/options"):
            return as_json({"sd_model_checkpoint": checkpoints[0], "samples_format": "png"})
        if route == ("GET", "/sdapi/v1/version") and self.is_next:
            return as_json({"app": "sd.next", "updated": "2026-01-01"})
        return as_json({"detail": "Not Found"}, 404)

    def unauthorized(self, call: Call) -> Answer | None:
        key = self.behaviour.get("key")
        wanted = "Basic " + base64.b64encode(key.encode()).decode() if key else None
        if wanted is None or not call.path.startswith("/sdapi/") or call.headers.get("Authorization") == wanted:
            return None
        return as_json({"detail": "Incorrect username or password"}, 401, **{"WWW-Authenticate": "Basic"})

    def error(self, status: int, name: str = "RuntimeError", words: str = "something broke") -> Answer:
        return as_json({"error": name, "detail": "", "body": "", "errors": words}, status)

    def paint(self, call: Call, from_image: bool) -> Answer:
        try:
            body = call.json()
        except json.JSONDecodeError:
            return as_json({"detail": [{"loc": ["body", 0], "msg": "Expecting value", "type": "value_error.jsondecode"}]}, 422)
        for name, value in body.items():
            if name not in fields:
                self.violation(f"the field {name} is not known to the WebUI")
            elif not isinstance(value, fields[name]) or isinstance(value, bool) and fields[name] is not bool:
                return as_json({"detail": [{"loc": ["body", name], "msg": f"value is not a valid {fields[name]}", "type": "type_error"}]}, 422)
        if self.is_next and "force_task_id" in body:
            body.pop("force_task_id")  # Its request has no such field; unknown ones are passed over.
        if from_image:
            if not body.get("init_images"):
                return as_json({"detail": "Init image not found"}, 404)
            if not base64.b64decode(body["init_images"][0], validate=True).startswith(b"\x89PNG"):
                return as_json({"detail": "Invalid encoded image"}, 500)
        if body.get("sampler_name") not in (None, "Euler", "Euler a", "DPM++ 2M"):
            return as_json({"detail": "Sampler not found"}, 404)
        wanted = (body.get("override_settings") or {}).get("sd_model_checkpoint")
        if wanted is not None and not any(c.startswith(wanted) for c in checkpoints):
            return self.error(500, "RuntimeError", f"Unknown checkpoint: {wanted}")
        return self.work(body)

    # The work

    def work(self, body: dict[str, Any]) -> Answer:
        task = body.get("force_task_id") or f"task({len(self.requests)})"
        count, seed = body.get("batch_size", 1) * body.get("n_iter", 1), body.get("seed", -1)
        width, height = body.get("width", 512), body.get("height", 512)
        with self.lock:
            self.waiting.append(task)
        with self.card:
            fault = self.next_fault()
            with self.lock:
                self.waiting.remove(task)
            if answer := misbehave(fault, lambda status: self.error(status)):
                self.finished.append(task)
                return answer
            job = ("API TXT" if self.is_next else "scripts_txt2img")
            self.begin(task, job, count, self.seconds(count), body["prompt"], seed)
            try:
                if self.is_too_much(count):
                    name, words = "OutOfMemoryError", "CUDA out of memory. Tried to allocate 1.50 GiB (GPU 0; 8.00 GiB total capacity)"
                    return self.error(500, name, words)
                with self.lock:
                    self.painted.append({
                        "id": task, "prompt": body["prompt"], "negative": body.get("negative_prompt", ""), "count": count, "seed": seed,
                        "steps": body.get("steps", 50), "size": [width, height], "image": bool(body.get("init_images"))})
                is_whole = self.run(self.seconds(count))
                with self.lock:
                    self.painted[-1]["whole"] = is_whole
            finally:
                self.end(task)
        # Small on the wire, to keep tests quick.
        small = (max(8, width // 4), max(8, height // 4))
        images = [pictures.text(pictures.spoilt(pictures.drawn(body["prompt"], seed + i, *small), fault)) for i in range(count)]
        info = {"prompt": body["prompt"], "seed": seed, "all_seeds": [seed + i for i in range(count)], "index_of_first_image": 0}
        if self.behaviour.get("grid") and count > 1:
            images.insert(0, pictures.text(pictures.drawn("the grid", 0)))
            info["index_of_first_image"] = 1
        return finished(as_json({"images": images, "parameters": body, "info": json.dumps(info)}), fault)

    def begin(self, task: str, job: str, count: int, seconds: float, prompt: str, seed: int) -> None:
        with self.lock:
            self.interrupted.clear()
            self.current = {
                "id": task, "job": job, "count": count, "start": time.monotonic(), "seconds": seconds, "prompt": prompt, "seed": seed}

    def run(self, seconds: float) -> bool:
        """Twenty steps; an interruption ends it after the step."""
        for _ in range(20):
            if self.interrupted.is_set():
                return False
            time.sleep(seconds / 20)
        return True

    def end(self, task: str) -> None:
        with self.lock:
            self.current = None
            self.finished = (self.finished + [task])[-16:]

    # Progress

    def fraction(self) -> float:
        assert self.current is not None
        return min(1.0, (time.monotonic() - self.current["start"]) / max(0.001, self.current["seconds"]))

    def task_progress(self, call: Call) -> Answer:
        body = call.json()
        for name in body.keys() - {"id_task", "id_live_preview", "live_preview"}:
            self.violation(f"the field {name} is not known to /internal/progress")
        with self.lock:
            task = body.get("id_task")
            if self.current is None or self.current["id"] != task:
                answer = {"active": False, "queued": task in self.waiting, "completed": task in self.finished, "progress": None, "eta": None,
                          "live_preview": None, "id_live_preview": -1, "textinfo": "Waiting..."}
                return as_json(answer)
            fraction = self.fraction()
            shown = int(fraction * 4)
            preview = None
            if shown != body.get("id_live_preview", -1):
                data = pictures.drawn(self.current["prompt"], self.current["seed"], 64, 64, "JPEG", fraction)
                preview = "data:image/jpeg;base64," + pictures.text(data)
            return as_json({"active": True, "queued": False, "completed": False, "progress": fraction, "eta": 1.0,
                            "live_preview": preview, "id_live_preview": shown, "textinfo": None})

    def server_progress(self, call: Call) -> Answer:
        with self.lock:
            state = {"skipped": False, "interrupted": self.interrupted.is_set(), "job": "", "job_count": 0, "job_no": 0, "sampling_step": 0,
                     "sampling_steps": 0}
            if self.current is None:
                return as_json({"progress": 0.0, "eta_relative": 0.0, "state": state, "current_image": None, "textinfo": None})
            state |= {"job": self.current["job"], "job_count": self.current["count"]}
            image = None
            if call.query.get("skip_current_image") != "true":
                image = pictures.text(pictures.drawn(self.current["prompt"], self.current["seed"], 64, 64))
            return as_json({"progress": self.fraction(), "eta_relative": 1.0, "state": state, "current_image": image, "textinfo": None})
