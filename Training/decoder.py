"""Trains the latent diffusion transformer on the curated concepts.

    python decoder.py --data pictures.npz --conditions conditions.npz --autoencoder autoencoder.pt \\
        --latents latents.npz --start ../Models/components/decoder --out decoder.pt --compile

It goes on from an earlier decoder, whose latents autoencoder.py kept to. Rectified flow (arXiv 2209.03003):
x_t = (1 - t) x + t noise, the network gives noise - x, and t is logit-normal (arXiv 2403.03206, 3.1). Latents of many
views of every picture, turned, bent and recoloured, are made once; each step draws a concept by its weight and the
root of its views, then a view of it, then one of the concept's conditions, words or sound. One condition in eight is
the learned null condition.
"""

import argparse
import json
import os
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from common import (Average, Clock, ThreadCount, device_and_threads, learning_rate,
                    save_checkpoint)
from networks import Autoencoder, DiffusionTransformer
from pictures import SIDE

# Views of a picture of a concept with a weight of at least 1, and of the others.
VIEWS, OTHER_VIEWS = 16, 4
NEVER_MIRRORED = {"clock", "watch", "stopwatch", "music", "keyboard"}
# Standard deviation of the points of a 5x5 grid that bend a view, in half sides of the picture.
BEND = 0.025
CONDITION_NOISE = 0.15
NULL_FRACTION = 0.12


def load_autoencoder(path, device):
    """Averaged weights with the latent statistics measured at the end of the training."""
    saved = torch.load(path, map_location=device)
    network = Autoencoder().to(device).eval()
    network.load_state_dict(saved["average"])
    return network


def placed(random):
    """[1, 2, 3]: where each point of a view comes from: turned, sheared, stretched, scaled, moved within the square."""
    angle, shear = np.deg2rad(random.uniform(-8, 8)), random.uniform(-0.1, 0.1)
    scale, stretch = random.uniform(0.7, 1), np.exp(random.uniform(-0.06, 0.06))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    inverse = np.linalg.inv(turn @ [[1, shear], [0, 1]] @ np.diag([stretch, 1 / stretch])) / scale
    shift = random.uniform(scale - 1, 1 - scale, (2, 1))
    return torch.from_numpy(np.hstack([inverse, -inverse @ shift]).astype(np.float32))[None]


def recolouring(random):
    """[3, 3]: a turn of the hue about the grey axis, another saturation, other strengths of the three colours."""
    hue, saturation = random.normal(0, 0.03) * 2 * np.pi, random.uniform(0.75, 1.2)
    grey, same = np.full((3, 3), 1 / 3), np.eye(3)
    across = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turned = grey + saturation * (np.cos(hue) * (same - grey) + np.sin(hue) * across)
    return torch.from_numpy((random.uniform(0.9, 1.1, (3, 1)) * turned).astype(np.float32))


def augmented(picture, mirrored, random):
    """[3, 256, 256] in [0, 255] -> [-1, 1]: another view of it, slightly bent, on white."""
    ink = 1 - picture.float() / 255
    if mirrored:
        ink = ink.flip(2)
    bend = torch.from_numpy(random.normal(0, BEND, (1, 2, 5, 5)).astype(np.float32))
    bend = F.interpolate(bend, (SIDE, SIDE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
    grid = F.affine_grid(placed(random), (1, 3, SIDE, SIDE), align_corners=False) + bend
    ink = F.grid_sample(ink[None], grid, padding_mode="zeros", align_corners=False)[0]
    return 1 - 2 * torch.einsum("ij,jhw->ihw", recolouring(random), ink).clamp(0, 1)


@torch.no_grad()
def make_latents(options, conditions, device):
    """Raw latents [views, 4, 16, 16] of every concept's pictures and the name of each one's concept."""
    data = np.load(options.data)
    pictures = torch.from_numpy(data["pictures"]).permute(0, 3, 1, 2)
    network = load_autoencoder(options.autoencoder, device)
    weight_of = dict(zip(conditions["names"], conditions["weights"]))
    random, latents, names = np.random.default_rng(0), [], []
    for picture, name in zip(pictures, data["concepts"]):
        if name not in weight_of:
            continue
        count = VIEWS if weight_of[name] >= 1 else OTHER_VIEWS
        mirrored = 0 if name in NEVER_MIRRORED else count // 2
        views = torch.stack([augmented(picture, view < mirrored, random) for view in range(count)])
        with torch.autocast(device.type, torch.bfloat16):
            latents.append(network.encoder(views.to(device, memory_format=torch.channels_last)).float())
        names += [name] * count
    print(f"{len(names)} views", flush=True)
    return torch.cat(latents), np.array(names)


def read_latents(options, conditions, device):
    """The latents and the number of each one's concept, from `--latents`, which is made where it does not exist."""
    if not os.path.exists(options.latents):
        latents, names = make_latents(options, conditions, device)
        np.savez(options.latents, latents=latents.numpy(force=True).astype(np.float16), names=names)
    data = np.load(options.latents)
    number_of = {name: number for number, name in enumerate(conditions["names"])}
    return torch.from_numpy(data["latents"]).float(), np.array([number_of[name] for name in data["names"]])


class Samples:
    """Balanced batches: latents [batch, 4, 16, 16] and unit conditions [batch, 384]."""

    def __init__(self, latents, concept, conditions, seed):
        self.latents, self.random = latents, np.random.default_rng(seed)
        self.vectors = torch.from_numpy(conditions["vectors"].astype(np.float32))
        # A concept of few pictures is drawn less often, so that they are not learnt by heart while others wait.
        weights = conditions["weights"] * np.bincount(concept, minlength=len(conditions["weights"])) ** 0.5
        self.chances = weights / weights.sum()
        self.views = [np.flatnonzero(concept == c) for c in range(len(weights))]
        sound = conditions["is_sound"]
        kinds = [(conditions["concept"] == c) for c in range(len(weights))]
        self.conditions = [[np.flatnonzero(k & ~sound), np.flatnonzero(k & sound)] for k in kinds]

    def batch(self, count):
        concepts = self.random.choice(len(self.chances), count, p=self.chances)
        views = [self.random.choice(self.views[c]) for c in concepts]
        rows = []
        for c in concepts:
            words, sounds = self.conditions[c]
            as_sound = len(sounds) and self.random.random() < 0.5
            rows.append(self.random.choice(sounds if as_sound else words))
        conditions = self.vectors[rows]
        scale = CONDITION_NOISE * torch.rand(count, 1) / conditions.shape[1] ** 0.5
        conditions = conditions + scale * torch.randn_like(conditions)
        return self.latents[views], F.normalize(conditions, dim=1)


def flow_loss(network, x, condition):
    """Mean squared error of the velocity."""
    count = len(x)
    t = torch.sigmoid(torch.randn(count, device=x.device))
    noise = torch.randn_like(x)
    dropped = torch.rand(count, 1, device=x.device) < NULL_FRACTION
    condition = torch.where(dropped, network.null_condition, condition)
    at = t.view(-1, 1, 1, 1)
    with torch.autocast(x.device.type, torch.bfloat16):
        velocity = network((1 - at) * x + at * noise, t, condition)
    return (velocity.float() - (noise - x)).pow(2).mean()


def make_optimisers(network, lr):
    """Muon (orthogonalised momentum) for the blocks' matrices, AdamW for everything else.

    Each comes with its peak learning rate; Muon's is scaled to AdamW's usual update size.
    """
    matrices = [p for p in network.blocks.parameters() if p.ndim == 2]
    chosen = {id(p) for p in matrices}
    others = [p for p in network.parameters() if id(p) not in chosen]
    muon = torch.optim.Muon(matrices, lr=3 * lr, weight_decay=0.01, momentum=0.95,
                            adjust_lr_fn="match_rms_adamw")
    adamw = torch.optim.AdamW(others, lr=lr, betas=(0.9, 0.98), weight_decay=0.01)
    return [(muon, 3 * lr), (adamw, lr)]


def train(options):
    device = device_and_threads(options.threads)
    torch.manual_seed(options.seed)
    conditions = np.load(options.conditions)
    latents, concept = read_latents(options, conditions, device)
    statistics = torch.load(options.autoencoder, map_location="cpu")
    mean, std = (torch.tensor(statistics[name]).view(1, -1, 1, 1) for name in ("latent_mean", "latent_std"))
    before = json.loads((options.start / "config.json").read_text(encoding="utf-8"))
    config = {name: before[name] for name in ("hidden_size", "num_layers")}
    network = DiffusionTransformer(**config).to(device)
    state = load_file(options.start / "model.safetensors")
    network.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    optimisers = make_optimisers(network, options.lr)
    average, step, elapsed = Average(network, options.ema), 0, 0.0
    if os.path.exists(options.out):
        saved = torch.load(options.out, map_location=device)
        network.load_state_dict(saved["network"])
        for (optimiser, _), state in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        average.state, step, elapsed = saved["average"], saved["step"], saved["elapsed"]
    samples = Samples((latents - mean) / std, concept, conditions, options.seed + step)
    clock, losses = Clock(options.minutes, elapsed), []
    # Compiled loops would otherwise keep the thread count that they were compiled under.
    compiling = {"cpp.dynamic_threads": True}
    forward = torch.compile(network, options=compiling) if options.compile else network
    forward.null_condition = network.null_condition
    last_save, threads = clock.elapsed, ThreadCount(options.threads)

    def advance():
        x, condition = (part.to(device) for part in samples.batch(options.batch))
        loss = flow_loss(forward, x, condition)
        network.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for optimiser, peak in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(peak, step, clock.progress, warmup=50)
            optimiser.step()
        return loss.item()

    while clock.progress < 1:
        losses.append(threads.measure(advance))
        average.update(network, step)
        step += 1
        if step % 50 == 0:
            print(f"step {step} minutes {clock.elapsed / 60:.1f} samples {step * options.batch} "
                  f"loss {np.mean(losses[-50:]):.4f} seconds "
                  + ", ".join(f"{n}: {s:.2f}" for n, s in threads.seconds.items()), flush=True)
        if clock.elapsed - last_save > 180 or clock.progress >= 1:
            last_save = clock.elapsed
            save_checkpoint(options.out, config=config, network=network.state_dict(),
                            average=average.state, optimisers=[o.state_dict() for o, _ in optimisers],
                            step=step, elapsed=clock.elapsed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--conditions", required=True)
    parser.add_argument("--autoencoder", required=True, help="checkpoint of autoencoder.py")
    parser.add_argument("--latents", required=True, help="the views' latents (.npz), made when there are none")
    parser.add_argument("--start", type=pathlib.Path, required=True, help="component to go on from")
    parser.add_argument("--out", required=True, help="checkpoint, resumed when it exists")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=7e-4)
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--compile", action="store_true")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
