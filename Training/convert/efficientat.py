"""Converts EfficientAT's mn04 into Models/components/efficientat-mn04.

    pip install -r requirements.txt
    python efficientat.py mn04_as_mAP_432.pt class_labels_indices.csv ../../Models/components/efficientat-mn04

Batch normalisation is folded into the weights, which are stored in half precision.
"""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from component import require, write_checksums
from efficientat_torch import BANDS, FFT, HIGHEST, HOP, RATE, WINDOW, EfficientAT

SOURCE_SHA256 = "899a8c6217063f6941793102a2780b3dd788ab11fce468d9cf5f0577c453321c"


def reference(source: Path) -> EfficientAT:
    model = EfficientAT()
    model.load_state_dict(torch.load(source, map_location="cpu", weights_only=True))
    return model.eval()


def dumped(config: dict) -> str:
    """JSON with a block a line."""
    blocks = ",\n".join("    " + json.dumps(block) for block in config["blocks"])
    rest = json.dumps({key: value for key, value in config.items() if key != "blocks"}, indent=2)
    return f'{rest[:-2]},\n  "blocks": [\n{blocks}\n  ]\n}}\n'


def convert(source: Path, names: Path, folder: Path) -> None:
    require(source, SOURCE_SHA256)
    model = reference(source)
    with open(names) as table:
        labels = [row["display_name"] for row in csv.DictReader(table)]
    config = {
        "model_type": "efficientat",
        "sample_rate": RATE,
        "window_samples": 10 * RATE,
        "hop_samples": 5 * RATE,
        "shortest_samples": 5 * RATE,
        "emphasis": 0.97,
        "frame_length": WINDOW,
        "frame_step": HOP,
        "fft_length": FFT,
        "mel_bins": BANDS,
        "mel_min_hz": 0.0,
        "mel_max_hz": HIGHEST,
        "log_offset": 1e-5,
        "mean": -4.5,
        "scale": 5.0,
        "stem_channels": model.features[0][0].out_channels,
        "embedding_length": model.classifier[2].in_features,
        "hidden_size": model.classifier[2].out_features,
        "classes": len(labels),
        "blocks": [block.settings for block in model.features[1:-1]],
    }
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {k: np.ascontiguousarray(v.astype(np.float16)) for k, v in model.folded().items()}
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(dumped(config))
    (folder / "labels.txt").write_text("\n".join(labels) + "\n")
    write_checksums(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="mn04_as_mAP_432.pt")
    parser.add_argument("labels", type=Path, help="class_labels_indices.csv of AudioSet")
    parser.add_argument("folder", type=Path, help="the component's folder")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.labels, arguments.folder)
