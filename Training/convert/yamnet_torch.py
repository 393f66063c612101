"""YAMNet in PyTorch: the float twin of the int8 TFLite graph, loaded from the converted component."""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn.functional import conv2d, linear, pad


def mel_matrix(config: dict) -> torch.Tensor:
    """Triangles on the HTK mel scale over the magnitude bins (tf.signal.linear_to_mel_weight_matrix)."""
    mel = lambda hertz: 1127 * np.log(1 + hertz / 700)
    bins = np.linspace(0, config["sample_rate"] / 2, config["fft_length"] // 2 + 1)[1:]
    edges = np.linspace(mel(config["mel_min_hz"]), mel(config["mel_max_hz"]), config["mel_bins"] + 2)
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((mel(bins) - low) / (centre - low), (high - mel(bins)) / (high - centre))
    return torch.from_numpy(np.pad(np.maximum(triangles, 0), ((0, 0), (1, 0)))).float()


class YAMNet:
    def __init__(self, folder: Path):
        self.config = json.loads((folder / "config.json").read_text())
        self.weights = {k: v.float() for k, v in load_file(folder / "model.safetensors").items()}
        self.mel = mel_matrix(self.config)
        self.window = torch.hann_window(self.config["frame_length"], periodic=True)

    def log_mel(self, samples: torch.Tensor) -> torch.Tensor:
        """Waveforms [batch, 15600] to patches [batch, 96, 64]."""
        c = self.config
        frames = samples.unfold(-1, c["frame_length"], c["frame_step"]) * self.window
        magnitude = torch.fft.rfft(frames, n=c["fft_length"]).abs()
        return torch.log(magnitude @ self.mel.T + c["log_offset"])

    @torch.no_grad()
    def __call__(self, samples: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Waveforms [batch, 15600] to embeddings [batch, 1024] and scores [batch, 521]."""
        x = self.log_mel(samples)[:, None]
        for i, layer in enumerate(self.config["layers"]):
            weight, bias = self.weights[f"layers.{i}.weight"], self.weights[f"layers.{i}.bias"]
            groups = weight.shape[0] if layer["depthwise"] else 1
            x = pad(x, same_padding(x.shape[2:], weight.shape[2], layer["stride"]))
            x = conv2d(x, weight, bias, stride=layer["stride"], groups=groups).clamp(0, 6)
        embedding = x.mean(dim=(2, 3))
        scores = linear(embedding, self.weights["classifier.weight"], self.weights["classifier.bias"]).sigmoid()
        return embedding, scores


def same_padding(size: tuple[int, int], kernel: int, stride: int) -> list[int]:
    """TensorFlow's SAME padding as [left, right, top, bottom]: the odd pixel goes right and below."""
    padding = []
    for length in reversed(size):
        total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
        padding += [total // 2, total - total // 2]
    return padding
