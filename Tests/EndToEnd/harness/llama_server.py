"""A llama.cpp server in a process of its own, from the `xllamacpp` wheel, on a free port.

    python -m harness.llama_server MODEL.gguf [KEY]

prints its address and serves until its standard input ends.
"""

import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parents[1]


class LlamaServer:
    """The server, with the address that ends in `/v1`."""

    def __init__(self, model: Path, key: str = ""):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harness.llama_server", str(model), key], cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("LISTENING "):
                self.address = line.split()[1]
                return
        raise RuntimeError("the llama.cpp server did not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.port = 0
    params.n_ctx = 512
    params.n_parallel = 2
    params.warmup = False
    params.use_jinja = True
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.model_alias = {"random"}
    if len(sys.argv) > 2 and sys.argv[2]:
        params.api_keys = [sys.argv[2]]
    server = xllamacpp.Server(params)
    print("LISTENING", f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
