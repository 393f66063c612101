"""A small Stable Diffusion model with weights by chance, as the fixtures describe it."""

import array
import json
import math
import random
import shutil

from served import root

fixtures = root / "Tests/SoundBridgeTests/Fixtures/pipelines"


def write(folder, name="sd1"):
    """Writes the model into a folder that is not there yet."""
    shutil.copytree(fixtures / name, folder)
    shutil.copytree(fixtures / "tokenizer", folder / "tokenizer")
    chance = random.Random(1)
    for part, shapes in json.loads((folder / "shapes.json").read_text()).items():
        header, weights = {}, array.array("f")
        for tensor, shape in shapes.items():
            count, start = math.prod(shape), 4 * len(weights)
            if len(shape) > 1:
                scale, centre = math.sqrt(3 / math.prod(shape[1:])), 0
            else:
                scale, centre = 0.1, float(tensor.endswith(".weight"))
            weights.extend(centre + scale * chance.uniform(-1, 1) for _ in range(count))
            header[tensor] = {"dtype": "F32", "shape": shape, "data_offsets": [start, 4 * len(weights)]}
        text = json.dumps(header).encode()
        stem = "model" if part.startswith("text") else "diffusion_pytorch_model"
        (folder / part / f"{stem}.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + weights.tobytes())
