"""Trains the convolutional autoencoder on cleaned pictures.

    python autoencoder.py --data pictures.npz --out autoencoder.pt --minutes 23

Most steps see random 64x64 crops, a quarter of a picture's cost, the rest whole pictures, so
that the group statistics of both are met. The loss is L1 on colours plus L1 on horizontal and
vertical differences at three scales, which keeps the line art sharp. Noise on the latent makes
the decoder forgiving, a faint penalty on its square keeps the noise meaningful.
"""

import argparse
import os

import numpy as np
import torch
import torch.nn.functional as F

from common import Average, Clock, device_and_threads, learning_rate, save_checkpoint
from networks import Autoencoder

LATENT_NOISE = 0.1
LATENT_PENALTY = 1e-3
HELD_OUT = 128


def differences(x):
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction_loss(x, y):
    loss = (x - y).abs().mean()
    for scale in range(3):
        if scale:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        loss = loss + sum((a - b).abs().mean() for a, b in zip(differences(x), differences(y)))
    return loss


class Pictures:
    """Batches of augmented pictures, [batch, 3, side, side] in [-1, 1]."""

    def __init__(self, path, favoured, seed):
        data = np.load(path)
        keys = data["keys"]
        self.random = np.random.default_rng(seed)
        order = np.random.default_rng(0).permutation(len(keys))
        pictures = torch.from_numpy(data["pictures"]).permute(0, 3, 1, 2).contiguous()
        held_out = [i for i in order[:HELD_OUT] if keys[i] not in favoured]
        self.held_out = pictures[held_out]
        self.pictures = pictures
        self.everything = np.array([i for i in order if i not in held_out])
        chosen = [i for i in self.everything if keys[i] in favoured]
        self.favoured = np.array(chosen) if chosen else self.everything

    def batch(self, count, side):
        half = self.random.random(count) < 0.5
        rows = np.where(half, self.random.choice(self.favoured, count),
                        self.random.choice(self.everything, count))
        out = []
        for row in rows:
            top, left = self.random.integers(0, 128 - side + 1, 2)
            crop = self.pictures[row, :, top:top + side, left:left + side]
            out.append(crop.flip(2) if self.random.random() < 0.5 else crop)
        return torch.stack(out).float() / 127.5 - 1


@torch.no_grad()
def psnr(network, pictures):
    x = pictures.float() / 127.5 - 1
    y = torch.cat([network.decode(network.encode(part)) for part in x.split(16)]).clamp(-1, 1)
    error = ((x - y) / 2).pow(2).mean(dim=(1, 2, 3))
    return (-10 * error.log10()).mean().item()


def train(options):
    device = device_and_threads(options.threads)
    torch.manual_seed(options.seed)
    network = Autoencoder().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.lr, betas=(0.9, 0.99),
                                  weight_decay=0.01)
    average, step, elapsed = Average(network, 0.999), 0, 0.0
    if os.path.exists(options.out):
        saved = torch.load(options.out, map_location=device)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        average.state, step, elapsed = saved["average"], saved["step"], saved["elapsed"]
    data = Pictures(options.data, read_keys(options.favour), options.seed + step)
    clock = Clock(options.minutes, elapsed)
    while clock.progress < 1:
        whole = step % 4 == 3
        x = data.batch(8 if whole else 32, 128 if whole else 64).to(
            device, memory_format=torch.channels_last)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(options.lr, step, clock.progress)
        with torch.autocast(device.type, torch.bfloat16):
            latent = network.encoder(x)
            noisy = latent + LATENT_NOISE * torch.randn_like(latent)
            y = network.decoder(noisy)
        loss = reconstruction_loss(x, y.float()) + LATENT_PENALTY * latent.float().pow(2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network, step)
        step += 1
        if step % 50 == 0:
            print(f"step {step} minutes {clock.elapsed / 60:.1f} loss {loss.item():.4f} "
                  f"latent rms {latent.float().pow(2).mean().sqrt().item():.2f}", flush=True)
        if step % 500 == 0 or clock.progress >= 1:
            report(network, average, data, step)
            save_checkpoint(options.out, network=network.state_dict(), average=average.state,
                            optimiser=optimiser.state_dict(), step=step, elapsed=clock.elapsed)


def report(network, average, data, step):
    raw = {k: v.clone() for k, v in network.state_dict().items()}
    network.load_state_dict(average.state)
    print(f"step {step} held-out PSNR {psnr(network, data.held_out):.2f} dB", flush=True)
    network.load_state_dict(raw)


def read_keys(path):
    """The second column of the picture table: the pictures that half of every batch is drawn from."""
    if not path:
        return set()
    with open(path, encoding="utf-8") as lines:
        return {line.rstrip("\n").split("\t")[1] for line in lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--favour", help="pictures.tsv: pictures that make up half of every batch")
    parser.add_argument("--out", required=True, help="checkpoint, resumed when it exists")
    parser.add_argument("--minutes", type=float, default=23)
    parser.add_argument("--lr", type=float, default=1.5e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
