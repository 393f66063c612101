"""EfficientAT in PyTorch: the published network (Schmid et al., arXiv 2211.04772), which loads the published weights
strictly, and its front end. It can take the component's folded weights as well.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn

# Kernel, expanded channels, channels, squeeze and excitation, hard swish, stride: MobileNetV3-Large at width 1.
BLOCKS = [
    (3, 16, 16, False, False, 1), (3, 64, 24, False, False, 2), (3, 72, 24, False, False, 1), (5, 72, 40, True, False, 2),
    (5, 120, 40, True, False, 1), (5, 120, 40, True, False, 1), (3, 240, 80, False, True, 2), (3, 200, 80, False, True, 1),
    (3, 184, 80, False, True, 1), (3, 184, 80, False, True, 1), (3, 480, 112, True, True, 1), (3, 672, 112, True, True, 1),
    (5, 672, 160, True, True, 2), (5, 960, 160, True, True, 1), (5, 960, 160, True, True, 1),
]
RATE, FFT, WINDOW, HOP, BANDS, HIGHEST = 32000, 1024, 800, 320, 128, 15000.0
EPSILON = 1e-3


def divisible(value: float) -> int:
    """The nearest multiple of 8, at most 10 % smaller."""
    rounded = max(8, int(value + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * value else rounded


def convolution(inputs, outputs, kernel, stride=1, groups=1, activation=None):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs, eps=EPSILON)]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class Squeeze(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        inner = divisible(channels // 4)
        layer = nn.Module()
        layer.fc1, layer.fc2 = nn.Linear(channels, inner), nn.Linear(inner, channels)
        self.conc_se_layers = nn.ModuleList([layer])

    def forward(self, x):
        layer = self.conc_se_layers[0]
        return x * layer.fc2(layer.fc1(x.mean(dim=(2, 3))).relu()).sigmoid()[:, :, None, None]


class Block(nn.Module):
    def __init__(self, inputs, kernel, expanded, outputs, squeezes, is_hard, stride):
        super().__init__()
        activation = nn.Hardswish if is_hard else nn.ReLU
        layers = [] if expanded == inputs else [convolution(inputs, expanded, 1, activation=activation)]
        layers.append(convolution(expanded, expanded, kernel, stride, expanded, activation))
        layers += [Squeeze(expanded)] if squeezes else []
        self.block = nn.Sequential(*layers, convolution(expanded, outputs, 1))
        self.is_residual = stride == 1 and inputs == outputs
        self.settings = dict(kernel=kernel, stride=stride, expanded=expanded, channels=outputs,
                             squeeze=divisible(expanded // 4) if squeezes else 0,
                             activation="hard_swish" if is_hard else "relu")

    def forward(self, x):
        return self.block(x) + x if self.is_residual else self.block(x)

    def parts(self, name):
        """Names of the component for the block's convolutions, and its squeeze."""
        layers = list(self.block)
        convolutions = [layer for layer in layers if not isinstance(layer, Squeeze)]
        names = (["expand"] if len(convolutions) == 3 else []) + ["depthwise", "project"]
        squeeze = next((layer.conc_se_layers[0] for layer in layers if isinstance(layer, Squeeze)), None)
        return [(f"{name}.{part}", c) for part, c in zip(names, convolutions)], squeeze


class EfficientAT(nn.Module):
    def __init__(self, width: float = 0.4, classes: int = 527):
        super().__init__()
        inputs = divisible(16 * width)
        layers = [convolution(1, inputs, 3, 2, activation=nn.Hardswish)]
        for kernel, expanded, outputs, squeezes, is_hard, stride in BLOCKS:
            expanded, outputs = divisible(expanded * width), divisible(outputs * width)
            layers.append(Block(inputs, kernel, expanded, outputs, squeezes, is_hard, stride))
            inputs = outputs
        features, hidden = 6 * inputs, divisible(1280 * width)
        layers.append(convolution(inputs, features, 1, activation=nn.Hardswish))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(features, hidden),
                                        nn.Hardswish(), nn.Dropout(0.2), nn.Linear(hidden, classes))

    @torch.no_grad()
    def forward(self, sounds: torch.Tensor):
        """Sounds [items, samples] at 32 kHz to embeddings and scores."""
        maps = self.features(log_mel(sounds)[:, None])
        return maps.mean(dim=(2, 3)), self.classifier(maps).sigmoid()

    def convolutions(self):
        """Every convolution with its batch normalisation, and every linear layer, by the component's names."""
        folded, linear = [("stem", self.features[0])], []
        for index, block in enumerate(self.features[1:-1]):
            parts, squeeze = block.parts(f"blocks.{index}")
            folded += parts
            if squeeze is not None:
                linear += [(f"blocks.{index}.squeeze.reduce", squeeze.fc1), (f"blocks.{index}.squeeze.widen", squeeze.fc2)]
        linear += [("classifier.hidden", self.classifier[2]), ("classifier.output", self.classifier[5])]
        return folded + [("head", self.features[-1])], linear

    def folded(self) -> dict[str, np.ndarray]:
        """The component's tensors."""
        convolutions, linear = self.convolutions()
        tensors = {}
        for name, (weights, norm, *_) in convolutions:
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            tensors[f"{name}.weight"] = weights.weight * scale[:, None, None, None]
            tensors[f"{name}.bias"] = norm.bias - norm.running_mean * scale
        for name, layer in linear:
            tensors |= {f"{name}.weight": layer.weight, f"{name}.bias": layer.bias}
        return {name: tensor.detach().numpy() for name, tensor in tensors.items()}

    def load_component(self, folder: Path) -> "EfficientAT":
        tensors = {name: torch.from_numpy(value.astype(np.float32))
                   for name, value in load_file(folder / "model.safetensors").items()}
        convolutions, linear = self.convolutions()
        for name, (weights, norm, *_) in convolutions:
            weights.weight.data, norm.bias.data = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
            norm.weight.data.fill_(1)
            norm.running_mean.fill_(0)
            norm.running_var.fill_(1 - norm.eps)
        for name, layer in linear:
            layer.weight.data, layer.bias.data = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return self.eval()


def mel_banks() -> torch.Tensor:
    """Kaldi's triangles, straight over mels, [bands, bins]."""
    mel = lambda hertz: 1127 * np.log(1 + np.asarray(hertz) / 700)
    corners = np.linspace(0, mel(HIGHEST), BANDS + 2)
    places = mel(np.arange(FFT // 2) * RATE / FFT)
    low, peak, high = (corners[i : i + BANDS, None] for i in range(3))
    triangles = np.maximum(0, np.minimum((places - low) / (peak - low), (high - places) / (high - peak)))
    return torch.from_numpy(np.pad(triangles, ((0, 0), (0, 1)))).float()


def log_mel(sounds: torch.Tensor) -> torch.Tensor:
    """[items, samples] to [items, bands, frames]."""
    emphasised = sounds[:, 1:] - 0.97 * sounds[:, :-1]
    spectrum = torch.stft(emphasised, FFT, HOP, WINDOW, torch.hann_window(WINDOW, periodic=False), return_complex=True)
    return ((mel_banks() @ spectrum.abs() ** 2 + 1e-5).log() + 4.5) / 5


def component(folder: Path) -> EfficientAT:
    return EfficientAT(classes=json.loads((folder / "config.json").read_text())["classes"]).load_component(folder)
