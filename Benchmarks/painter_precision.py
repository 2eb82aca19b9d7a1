"""What the pocket painter loses when its decoder is kept in 8 bits: attributes right of held-out prompts, as stored and in 8 bits.

Both are painted by `troupe paint` from the same prompts and seeds, and judged as in its card (Training/painter/evaluate.py).

usage: painter_precision.py TROUPE [--count 160]      needs what Training/painter/requirements.txt names
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
from PIL import Image

repository = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(repository / "Training/painter"))

from evaluate import report, wishes  # noqa: E402
from judge import judge  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("troupe", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--count", type=int, default=160)
    options = parser.parse_args()
    asked = wishes(options.count, seed=2024)
    weights = str(repository / "Sources/PocketModels/Weights/painter")
    for precision in "stored", "8bit":
        with tempfile.TemporaryDirectory() as folder:
            model = {"name": "painter", "kind": "image", "engine": "neural", "path": weights, "precision": precision}
            pathlib.Path(folder, "troupe.yaml").write_text(json.dumps({"models": [model]}))

            def paint(number: int) -> numpy.ndarray:
                command = [options.troupe, "paint", asked[number][1], "-n", "1", "--seed", str(number), "-o", f"{number}.png"]
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
                # A single picture is shown at twice its size.
                return numpy.asarray(Image.open(pathlib.Path(folder, f"{number}.png")).convert("RGB").resize((128, 128), Image.BOX))

            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                pictures = list(pool.map(paint, range(options.count)))
        report(precision, [judge(scene, picture, claim) for (scene, _, claim), picture in zip(asked, pictures)])


if __name__ == "__main__":
    main()
