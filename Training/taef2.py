"""TAEF2, a tiny autoencoder of the TAESD family (github.com/madebyollin/taesd, MIT): 256x256x3 <-> 32x32x32.

Pictures are RGB in [0, 1]; latents are squashed by 3 * tanh(z / 3) before they are decoded. The numbers in the names
of its files' tensors are places in one sequence of layers, and so they are here.
"""

import pathlib

import torch
from torch import nn

WIDTH, LATENT_CHANNELS = 64, 32


def convolution(inputs, outputs, **options):
    return nn.Conv2d(inputs, outputs, 3, padding=1, **options)


class Clamp(nn.Module):
    def forward(self, x):
        return 3 * torch.tanh(x / 3)


class Block(nn.Module):
    """relu(x + three convolutions of x); with `pooled`, x first gains a normalised part of its own pixels' channels."""

    def __init__(self, pooled):
        super().__init__()
        self.conv = nn.Sequential(convolution(WIDTH, WIDTH), nn.ReLU(), convolution(WIDTH, WIDTH), nn.ReLU(),
                                  convolution(WIDTH, WIDTH))
        self.pool = nn.Sequential(
            nn.Conv2d(WIDTH, 4 * WIDTH, 1, bias=False), nn.GroupNorm(4, 4 * WIDTH), nn.ReLU(),
            nn.Conv2d(4 * WIDTH, WIDTH, 1, bias=False)) if pooled else None

    def forward(self, x):
        if self.pool is not None:
            x = x + self.pool(x)
        return torch.relu(x + self.conv(x))


def blocks(count, pooled=False):
    return [Block(pooled) for _ in range(count)]


def encoder():
    """[batch, 3, 256, 256] in [0, 1] -> [batch, 32, 32, 32]."""
    def halving():
        return convolution(WIDTH, WIDTH, stride=2, bias=False)
    return nn.Sequential(convolution(3, WIDTH), *blocks(1), halving(), *blocks(3), halving(), *blocks(3), halving(),
                         *blocks(3, pooled=True), convolution(WIDTH, LATENT_CHANNELS))


def decoder():
    """[batch, 32, 32, 32] -> [batch, 3, 256, 256]; in [0, 1] but for small overshoots."""
    def doubling():
        return [nn.Upsample(scale_factor=2), convolution(WIDTH, WIDTH, bias=False)]
    return nn.Sequential(Clamp(), convolution(LATENT_CHANNELS, WIDTH), nn.ReLU(), *blocks(3, pooled=True), *doubling(),
                         *blocks(3), *doubling(), *blocks(3), *doubling(), *blocks(1), convolution(WIDTH, 3))


class TAEF2(nn.Module):
    """Both halves, from a folder with `taef2_encoder.pth` and `taef2_decoder.pth`; nothing of it is trained."""

    def __init__(self, folder):
        super().__init__()
        self.encoder, self.decoder = encoder(), decoder()
        for name, half in (("encoder", self.encoder), ("decoder", self.decoder)):
            state = torch.load(pathlib.Path(folder) / f"taef2_{name}.pth", map_location="cpu", weights_only=True)
            half.load_state_dict({key: tensor.float() for key, tensor in state.items()})
        self.requires_grad_(False).eval()
        self.to(memory_format=torch.channels_last)

    def encode(self, pictures):
        return self.encoder(pictures.contiguous(memory_format=torch.channels_last))

    def decode(self, latents):
        return self.decoder(latents.contiguous(memory_format=torch.channels_last)).clamp(0, 1)
