"""Writes the two components, or one of them: half-precision averaged weights, config.json, card, sums.

    python export.py --autoencoder autoencoder.pt --decoder decoder.pt --models ../Models/components

A card is the template in cards/ with the sha256 and the sizes filled in.
"""

import argparse
import hashlib
import json
import os
import pathlib

import torch
from safetensors.torch import save_file

from common import averaged

AUTOENCODER = {
    "architecture": "convolutional_autoencoder",
    "sample_size": 256, "in_channels": 3, "latent_channels": 4,
    "encoder_patch": 8, "encoder_channels": [64, 128], "encoder_blocks": [1, 2],
    "decoder_patch": 4, "decoder_channels": [160, 96, 96], "decoder_blocks": [3, 2, 1],
    "norm_groups": 16, "norm_eps": 1e-6,
}
DECODER = {
    "architecture": "diffusion_transformer", "prediction_type": "flow",
    "sample_size": 16, "in_channels": 4, "patch_size": 2,
    "hidden_size": 0, "num_layers": 0, "attention_head_dim": 64, "mlp_ratio": 4,
    "condition_dim": 384, "timestep_embedding_dim": 256, "timestep_scale": 1000.0,
    "norm_eps": 1e-6,
}


def half(state):
    return {name: tensor.to(torch.float16).contiguous() for name, tensor in state.items()}


def write_component(folder, config, state, card):
    """The weights, renamed into place; then the configuration, and last the card with their hash."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    save_file(half(state), f"{weights}.part", metadata={"format": "pt"})
    os.chmod(f"{weights}.part", 0o644)
    os.replace(f"{weights}.part", weights)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    parameters = sum(tensor.numel() for tensor in state.values())
    text = card.read_text(encoding="utf-8")
    for mark, value in (("SHA256", digest), ("BYTES", f"{weights.stat().st_size:,}"),
                        ("PARAMETERS", f"{parameters:,}")):
        text = text.replace("{{" + mark + "}}", value)
    (folder / "README.md").write_text(text, encoding="utf-8")
    files = (folder / "config.json", weights)
    sums = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print(f"{weights}: {parameters:,} parameters, {weights.stat().st_size:,} bytes, {digest}")


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--autoencoder", type=pathlib.Path, help="checkpoint, or its folder of pieces")
    parser.add_argument("--decoder", type=pathlib.Path, help="checkpoint, or its folder of pieces")
    parser.add_argument("--models", type=pathlib.Path, default=here / "../Models/components")
    options = parser.parse_args()
    if options.autoencoder:
        config, state = averaged(options.autoencoder)
        write_component(options.models / "autoencoder", AUTOENCODER | config, state, here / "cards/autoencoder.md")
    if options.decoder:
        config, state = averaged(options.decoder)
        write_component(options.models / "decoder", DECODER | config, state, here / "cards/decoder.md")


if __name__ == "__main__":
    main()
