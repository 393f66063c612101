"""Distils TAEF2 into an autoencoder as small and quick as the bundled one, for the denoiser's projected latents.

    python distil.py --data pictures.npz --taef2 TAEF2 --projection projection.safetensors \\
        --out distilled.pt

The decoder learns to show the latents that TAEF2's encoder and the projection give of a picture, the encoder learns to
give these latents; so the two are an `Autoencoder` like the bundled one, only of more latent channels, and neither
TAEF2 nor the projection is needed to draw. All but the two layers next to the latents start from `--start`. Pictures are
whole, moved by a few pixels and half of them mirrored, never bent: a resampled picture would teach soft outlines.
The decoder's loss is L1 on colours plus L1 on horizontal and vertical differences at three scales, which keeps line art
sharp; noise on the latents makes it forgiving.
"""

import argparse
import os
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from common import Average, Clock, ThreadCount, device_and_threads, learning_rate, save_checkpoint, write_pieces
from latents import Projection, held_out
from networks import Autoencoder
from taef2 import TAEF2

LATENT_NOISE = 0.1
# Pictures have a margin of ten pixels.
MOVED = 10
TESTED = 64


class Pictures:
    """Batches of pictures [batch, 3, 256, 256] in [-1, 1]; whole concepts are held out."""

    def __init__(self, path, seed):
        data, self.random = np.load(path), np.random.default_rng(seed)
        pictures, apart = data["pictures"], np.array([held_out(name) for name in data["concepts"]])
        rows = np.random.default_rng(0).choice(np.flatnonzero(apart), TESTED, replace=False)
        self.held_out = signed(pictures[rows])
        self.pictures, self.train = pictures, np.flatnonzero(~apart)

    def batch(self, count):
        out = signed(self.pictures[self.random.choice(self.train, count)])
        for index in range(count):
            picture = out[index].roll(tuple(self.random.integers(-MOVED, MOVED + 1, 2).tolist()), (1, 2))
            out[index] = picture.flip(2) if self.random.random() < 0.5 else picture
        return out


def signed(pictures):
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def differences(x):
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction_loss(x, y):
    loss = (x - y).abs().mean()
    for scale in range(3):
        if scale:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        loss = loss + sum((a - b).abs().mean() for a, b in zip(differences(x), differences(y)))
    return loss


def warm_start(network, folder):
    own, state = network.state_dict(), load_file(folder / "model.safetensors")
    network.load_state_dict({name: tensor.float() for name, tensor in state.items()
                             if own[name].shape == tensor.shape}, strict=False)


@torch.no_grad()
def decibels(network, teach, pictures, device):
    """Mean over the pictures of the signal-to-noise ratio: from the teacher's latents, and from the encoder's own."""
    ratios = []
    for x in pictures.to(device).split(8):
        for latents in (teach(x), network.encode(x)):
            error = ((network.decode(latents).clamp(-1, 1) - x) / 2).pow(2).mean((1, 2, 3))
            ratios.append(-10 * error.log10().mean().item())
    return np.mean(ratios[::2]), np.mean(ratios[1::2])


def train(options):
    device = device_and_threads(options.threads)
    torch.manual_seed(options.seed)
    taef2, projection = TAEF2(options.taef2).to(device), Projection.load(options.projection).to(device)

    @torch.no_grad()
    def teach(x):
        with torch.autocast(device.type, torch.bfloat16):
            return projection.project(taef2.encode((x + 1) / 2))

    channels = len(projection.scale)
    config = {"latent_channels": channels, "latent_mean": [0.0] * channels, "latent_std": [1.0] * channels}
    network = Autoencoder(**config).to(device, memory_format=torch.channels_last)
    if options.start:
        warm_start(network, options.start)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.lr, betas=(0.9, 0.99), weight_decay=0.01)
    average, step, elapsed = Average(network, 0.998), 0, 0.0
    if os.path.exists(options.out):
        saved = torch.load(options.out, map_location=device)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        average.state, step, elapsed = saved["average"], saved["step"], saved["elapsed"]
    data = Pictures(options.data, options.seed + step)
    clock, threads = Clock(options.minutes, elapsed), ThreadCount(options.threads)
    last_save = clock.elapsed

    def advance():
        x = data.batch(options.batch).to(device, memory_format=torch.channels_last)
        target = teach(x)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(options.lr, step, clock.progress, warmup=100)
        with torch.autocast(device.type, torch.bfloat16):
            given = network.encoder(x)
            y = network.decoder(target + LATENT_NOISE * torch.randn_like(target))
        colours, distance = reconstruction_loss(x, y.float()), (given.float() - target).pow(2).mean()
        optimiser.zero_grad(set_to_none=True)
        (colours + options.encoder_weight * distance).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        return colours.item(), distance.item()

    while clock.progress < 1:
        colours, distance = threads.measure(advance)
        average.update(network, step)
        step += 1
        if step % 25 == 0:
            print(f"step {step} minutes {clock.elapsed / 60:.1f} loss {colours:.4f} latents {distance:.3f}", flush=True)
        if clock.elapsed - last_save > 60 * options.save_minutes or clock.progress >= 1:
            last_save = clock.elapsed
            save_checkpoint(options.out, config=config, network=network.state_dict(), average=average.state,
                            optimiser=optimiser.state_dict(), step=step, elapsed=clock.elapsed)
            if options.pieces:
                write_pieces(options.pieces, config, average.state)
            averaged = Autoencoder(**config).to(device).eval()
            averaged.load_state_dict(average.state)
            ratios = decibels(averaged, teach, data.held_out, device)
            print(f"step {step} held out: {ratios[0]:.2f} dB from TAEF2's latents, {ratios[1]:.2f} dB from its own",
                  flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="what pictures.py made")
    parser.add_argument("--taef2", required=True, help="folder with taef2_encoder.pth and taef2_decoder.pth")
    parser.add_argument("--projection", required=True, help="what latents.py made")
    parser.add_argument("--start", type=pathlib.Path, help="component to go on from")
    parser.add_argument("--out", required=True, help="checkpoint, resumed when it exists")
    parser.add_argument("--pieces", type=pathlib.Path, help="folder for the averaged weights in half precision")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--encoder-weight", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
