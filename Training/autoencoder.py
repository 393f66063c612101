"""Trains the convolutional autoencoder on cleaned pictures.

    python autoencoder.py --data pictures.npz --start ../Models/components/autoencoder --out autoencoder.pt

It starts from an autoencoder of pictures half as wide: the first convolution then sees the halved picture, the last
one doubles every pixel, and the last level is twice as wide with every channel there twice, so that the first step
computes what the smaller network did (`grown`). The latents are held near those of the smaller encoder, so that a
denoiser of its latents can be continued too.

Most steps see random 128x128 crops, a quarter of a picture's cost, the rest whole pictures, so
that the group statistics of both are met. The loss is L1 on colours plus L1 on horizontal and
vertical differences at three scales, which keeps the line art sharp. Noise on the latent makes
the decoder forgiving, a faint penalty on its square keeps the noise meaningful.
"""

import argparse
import json
import os
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from augment import SIDE
from common import Average, Clock, ThreadCount, device_and_threads, learning_rate, save_checkpoint
from networks import Autoencoder

LATENT_NOISE = 0.1
LATENT_PENALTY = 1e-3
# Weight of the mean squared distance to the latents of the smaller encoder.
HOLD = 0.02
# Twin channels of the widened level are told apart by noise of this share of a weight's own spread.
TWIN_NOISE = 0.05
CROP = 128
HELD_OUT = 128


def grown(state, picture_patch, twins):
    """Tensors of the half-sized network made those of `Autoencoder()`: same latents of the halved picture, each
    pixel drawn twice as wide and high. `picture_patch` is the smaller encoder's patch, `twins` the index of the
    decoder's last level, whose channels are doubled side by side (its groups of a norm keep their statistics)."""
    state = {name: tensor.float() for name, tensor in state.items()}
    p, first = picture_patch, state["encoder.conv_in.weight"]
    out, side = first.shape[0], 2 * p
    first = first.view(out, -1, p, 1, p, 1, 3, 3).expand(-1, -1, -1, 2, -1, 2, -1, -1) / 4
    state["encoder.conv_in.weight"] = first.reshape(out, -1, 3, 3)
    level = [f"decoder.levels.{twins}.", f"decoder.upsamplers.{twins - 1}.", "decoder.norm_out."]
    for name in [n for n in state if n.startswith(tuple(level))]:
        tensor = state[name].repeat_interleave(2, 0)
        if tensor.ndim == 4:
            if "upsamplers" not in name:
                tensor = tensor.repeat_interleave(2, 1) / 2
            tensor = tensor + TWIN_NOISE * tensor.std() * torch.randn_like(tensor)
        state[name] = tensor
    for part in ("weight", "bias"):
        last = state[f"decoder.conv_out.{part}"]
        if part == "weight":
            last = last.repeat_interleave(2, 1) / 2
        shape = last.shape[1:]
        last = last.view(3, side // 4, 1, side // 4, 1, *shape).expand(-1, -1, 2, -1, 2, *[-1] * len(shape))
        state[f"decoder.conv_out.{part}"] = last.reshape(-1, *shape)
    return state


def start(folder, network):
    """Starts `network` from the component in `folder`; gives that component's own encoder back, frozen, and its
    latent statistics."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    state = load_file(folder / "model.safetensors")
    network.load_state_dict(grown(state, config["encoder_patch"], len(config["decoder_channels"]) - 1))
    smaller = Autoencoder(**{**config, "latent_mean": [0.0] * 4, "latent_std": [1.0] * 4})
    smaller.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    statistics = {name: config[name] for name in ("latent_mean", "latent_std")}
    return smaller.encoder.eval().requires_grad_(False), statistics


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
            top, left = self.random.integers(0, SIDE - side + 1, 2)
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
    smaller, statistics = start(options.start, network)
    smaller.to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.lr, betas=(0.9, 0.99),
                                  weight_decay=0.01)
    average, step, elapsed = Average(network, 0.998), 0, 0.0
    if os.path.exists(options.out):
        saved = torch.load(options.out, map_location=device)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        average.state, step, elapsed = saved["average"], saved["step"], saved["elapsed"]
    data = Pictures(options.data, read_keys(options.favour), options.seed + step)
    clock, threads = Clock(options.minutes, elapsed), ThreadCount(options.threads)

    def advance():
        whole = step % 4 == 3
        x = data.batch(4 if whole else 16, SIDE if whole else CROP).to(
            device, memory_format=torch.channels_last)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(options.lr, step, clock.progress, warmup=100)
        with torch.autocast(device.type, torch.bfloat16):
            latent = network.encoder(x)
            noisy = latent + LATENT_NOISE * torch.randn_like(latent)
            y = network.decoder(noisy)
            held = smaller(F.avg_pool2d(x, 2))
        drift = (latent.float() - held.float()).pow(2).mean()
        penalty = HOLD * drift + LATENT_PENALTY * latent.float().pow(2).mean()
        colours = reconstruction_loss(x, y.float())
        optimiser.zero_grad(set_to_none=True)
        (colours + penalty).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        return colours.item(), drift.item()

    while clock.progress < 1:
        colours, drift = threads.measure(advance)
        average.update(network, step)
        step += 1
        if step % 50 == 0:
            print(f"step {step} minutes {clock.elapsed / 60:.1f} loss {colours:.4f} drift {drift:.3f}", flush=True)
        if step % 250 == 0 or clock.progress >= 1:
            report(network, average, data, step)
            save_checkpoint(options.out, network=network.state_dict(), average=average.state,
                            optimiser=optimiser.state_dict(), step=step, elapsed=clock.elapsed, **statistics)


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
    parser.add_argument("--start", type=pathlib.Path, required=True, help="component of pictures half as wide")
    parser.add_argument("--out", required=True, help="checkpoint, resumed when it exists")
    parser.add_argument("--minutes", type=float, default=36)
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
