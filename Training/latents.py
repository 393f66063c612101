"""Finds the latent space of the denoiser: TAEF2's latents, folded 2x2, as few numbers as still show the drawings.

    python latents.py --data pictures.npz --taef2 TAEF2 --out projection.safetensors

A picture is 32x32 places of 32 numbers to TAEF2; 2x2 places together are 128 numbers (pixel-unshuffle: number
4 * channel + 2 * row + column) at 16x16 places. Their principal components, the first 48 of them unless told otherwise,
divided by the root mean square of their standard deviations, are the latents: distances are TAEF2's, so that noise takes
what matters least first. (Each divided by its own, details weighed as much as outlines, and a denoiser of 7 million
samples drew blots.) The file holds

    mean   [128]     of the folded latents
    basis  [48, 128] orthonormal rows, the strongest component first
    scale  [48]      all alike: latents = basis (folded - mean) / scale

Printed is what is left of held-out pictures (every concept of the held-out ones is unseen) for each of `--try`.
"""

import argparse
import zlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from taef2 import TAEF2


class Projection(nn.Module):
    """[batch, 32, 32, 32] of TAEF2 <-> [batch, components, 16, 16] of zero mean."""

    def __init__(self, mean, basis, scale):
        super().__init__()
        for name, value in (("mean", mean), ("basis", basis), ("scale", scale)):
            self.register_buffer(name, value.float())

    @classmethod
    def load(cls, path):
        return cls(**load_file(path))

    @classmethod
    def fitted(cls, folded):
        """All components of [places, numbers]."""
        mean = folded.double().mean(0)
        covariance = torch.cov((folded.double() - mean).T)
        variance, vectors = torch.linalg.eigh(covariance)
        return cls(mean, vectors.flip(1).T.contiguous(), variance.flip(0).clamp_min(1e-12).sqrt())

    def first(self, count):
        return Projection(self.mean, self.basis[:count].contiguous(), self.scale[:count].contiguous())

    def project(self, latents):
        centred = F.pixel_unshuffle(latents.float(), 2) - self.mean.view(1, -1, 1, 1)
        return torch.einsum("kc,bchw->bkhw", self.basis, centred) / self.scale.view(1, -1, 1, 1)

    def restore(self, numbers):
        folded = torch.einsum("kc,bkhw->bchw", self.basis, numbers.float() * self.scale.view(1, -1, 1, 1))
        return F.pixel_shuffle(folded + self.mean.view(1, -1, 1, 1), 2)


def held_out(concept):
    """One concept in eight, by its name."""
    return zlib.crc32(concept.encode()) % 8 == 0


@torch.no_grad()
def encoded(network, pictures, device, batch=16):
    """TAEF2's latents of uint8 [pictures, 256, 256, 3]."""
    parts = []
    for start in range(0, len(pictures), batch):
        x = torch.from_numpy(pictures[start:start + batch]).to(device).permute(0, 3, 1, 2) / 255
        with torch.autocast(device.type, torch.bfloat16):
            parts.append(network.encode(x).float().cpu())
    return torch.cat(parts)


@torch.no_grad()
def decibels(network, latents, pictures, device, batch=16):
    """Mean over the pictures of each one's peak signal-to-noise ratio."""
    ratios = []
    for start in range(0, len(pictures), batch):
        x = torch.from_numpy(pictures[start:start + batch]).to(device).permute(0, 3, 1, 2) / 255
        y = network.decode(latents[start:start + batch].to(device))
        ratios.append(-10 * torch.log10((x - y).pow(2).mean((1, 2, 3))))
    return torch.cat(ratios).mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="what pictures.py made")
    parser.add_argument("--taef2", required=True, help="folder with taef2_encoder.pth and taef2_decoder.pth")
    parser.add_argument("--out", required=True)
    parser.add_argument("--components", type=int, default=48)
    parser.add_argument("--try", dest="tried", type=int, nargs="*", default=[32, 48, 64])
    parser.add_argument("--fitted-on", type=int, default=2000, help="pictures, drawn evenly")
    parser.add_argument("--tested-on", type=int, default=96)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = TAEF2(options.taef2).to(device)
    data, random = np.load(options.data), np.random.default_rng(0)
    pictures, apart = data["pictures"], np.array([held_out(name) for name in data["concepts"]])

    def some(rows, count):
        return pictures[random.choice(rows, min(count, len(rows)), replace=False)]

    train = encoded(network, some(np.flatnonzero(~apart), options.fitted_on), device)
    every = Projection.fitted(F.pixel_unshuffle(train, 2).permute(0, 2, 3, 1).reshape(-1, 4 * train.shape[1]))
    test = some(np.flatnonzero(apart), options.tested_on)
    latents = encoded(network, test, device)
    whole = decibels(network, latents, test, device)
    print(f"{len(train)} pictures; {len(test)} of other concepts: {whole:.2f} dB with all 128 numbers", flush=True)
    for count in options.tried:
        kept = (every.scale[:count].pow(2).sum() / every.scale.pow(2).sum()).item()
        projection = every.first(count)
        ratio = decibels(network, projection.restore(projection.project(latents)), test, device)
        print(f"{count} numbers: {100 * kept:.2f} % of the variance, {ratio:.2f} dB", flush=True)
    projection = every.first(options.components)
    projection.scale.fill_(projection.scale.pow(2).mean().sqrt())
    save_file(dict(projection.named_buffers()), options.out)


if __name__ == "__main__":
    main()
