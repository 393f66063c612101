"""The bundled EfficientNet-Lite0 in PyTorch: what the denoiser's hidden states are aligned with (arXiv 2410.06940)."""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn


def padded(x, kernel, stride):
    """TensorFlow's SAME padding, the odd pixel below and at the right."""
    missing = [max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in x.shape[2:]]
    (above, left) = (total // 2 for total in missing)
    return F.pad(x, (left, missing[1] - left, above, missing[0] - above))


class EfficientNetLite(nn.Module):
    """[batch, 3, side, side] in [-1, 1] -> the last convolution's features [batch, 1280, side / 32, side / 32]."""

    def __init__(self, folder):
        super().__init__()
        folder = pathlib.Path(folder)
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        for name, tensor in load_file(folder / "model.safetensors").items():
            self.register_buffer(name.replace(".", "_"), tensor.float())

    def layer(self, x, name, kernel=1, stride=1):
        weight, bias = (getattr(self, f"{name}_{part}".replace(".", "_")) for part in ("weight", "bias"))
        groups = x.shape[1] // weight.shape[1]
        return F.conv2d(padded(x, kernel, stride), weight, bias, stride, groups=groups)

    def forward(self, pictures):
        x = ((pictures + 1) * 127.5 - self.config["pixel_mean"]) / self.config["pixel_scale"]
        x = F.relu6(self.layer(x, "stem", 3, 2))
        for number, block in enumerate(self.config["blocks"]):
            name, before = f"blocks.{number}.", x
            if block["expansion"] != 1:
                x = F.relu6(self.layer(x, name + "expand"))
            x = F.relu6(self.layer(x, name + "depthwise", block["kernel"], block["stride"]))
            x = self.layer(x, name + "project")
            if block["stride"] == 1 and x.shape == before.shape:
                x = x + before
        return F.relu6(self.layer(x, "head"))
