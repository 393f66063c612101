"""Trains the latent diffusion transformer on a pack of latents and conditions.

    python decoder.py --latents pack.npz --hidden-size 384 --layers 6 --out decoder.pt --compile

It needs torch, numpy and safetensors, networks.py, common.py, muon.py and the pack that bundle.py made, and runs on
a CPU or a GPU. With `--start` it goes on from an earlier decoder: what has the same shape there is taken over, the rest
starts anew. Rectified flow (arXiv 2209.03003): x_t = (1 - t) x + t noise, the network gives noise - x, and t is
logit-normal (arXiv 2403.03206, 3.1) unless told otherwise. Each step draws a concept by its weight
and the root of its drawings, then a drawing (all views and copies of one outline or model are one), then a view of
it, then one of the concept's conditions, words or sound. One condition in eight is the learned null condition.

Where the pack has features of an image encoder, hidden states in the middle are aligned with them through a small head
(representation alignment, arXiv 2410.06940), by a weight that falls to 0 (arXiv 2505.16792: longer does not help).
"""

import argparse
import json
import os
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from common import (Average, Clock, ThreadCount, device_and_threads, learning_rate,
                    save_checkpoint, write_pieces)
from muon import Muon
from networks import DiffusionTransformer

CONDITION_NOISE = 0.15
NULL_FRACTION = 0.12
# Of the features' weight in the loss: at the start, and the part of the training in which it falls to 0.
ALIGNMENT_WEIGHT, ALIGNMENT_END = 0.5, 0.7
ALIGNMENT_WIDTH = 1024


class Samples:
    """Balanced batches, drawn on the device: latents [batch, channels, 16, 16] and unit conditions [batch, 384]."""

    def __init__(self, pack, device):
        def tensor(name):
            return torch.from_numpy(pack[name]).to(device)
        self.device, self.latents, self.vectors = device, tensor("latents"), tensor("vectors")
        self.scale = tensor("scale").float().view(1, -1, 1, 1)
        self.concept = tensor("concept").long()
        self.features = tensor("features") if "features" in pack else None
        concept, group, weights = pack["concept"], pack["group"], pack["weights"].astype(np.float64)
        # A concept of few drawings is drawn less often, so that they are not learnt by heart while others wait.
        drawings = np.bincount(concept[np.unique(group, return_index=True)[1]], minlength=len(weights))
        chances = weights / np.maximum(drawings, 1) ** 0.5
        chances = chances[concept] / np.bincount(group)[group]
        self.edges = torch.from_numpy(np.cumsum(chances / chances.sum())).to(device)
        # Rows sorted by concept and kind: where each concept's words and sounds start, and how many there are.
        kind = 2 * pack["row_concept"].astype(np.int64) + pack["is_sound"]
        self.rows = torch.from_numpy(np.argsort(kind, kind="stable")).to(device)
        counts = np.bincount(kind, minlength=2 * len(weights))
        self.counts = torch.from_numpy(counts).to(device)
        self.starts = torch.from_numpy(np.cumsum(counts) - counts).to(device)

    def batch(self, count):
        def random():
            return torch.rand(count, device=self.device, dtype=torch.float64)
        views = torch.searchsorted(self.edges, random()).clamp_max(len(self.edges) - 1)
        kind = 2 * self.concept[views]
        kind = kind + ((self.counts[kind + 1] > 0) & (random() < 0.5)).long()
        rows = self.rows[self.starts[kind] + (random() * self.counts[kind]).long()]
        conditions = F.normalize(self.vectors[rows].float(), dim=1)
        scale = CONDITION_NOISE * torch.rand(count, 1, device=self.device) / conditions.shape[1] ** 0.5
        conditions = conditions + scale * torch.randn_like(conditions)
        features = None if self.features is None else self.features[views]
        return self.latents[views].float() * self.scale, F.normalize(conditions, dim=1), features


class Aligned(nn.Module):
    """The network, and a head that tells an image encoder's features from its hidden states."""

    def __init__(self, network, layer, features):
        super().__init__()
        self.network, self.layer = network, layer
        width = network.patch_embedding.out_features
        self.head = nn.Sequential(nn.Linear(width, ALIGNMENT_WIDTH), nn.SiLU(), nn.Linear(ALIGNMENT_WIDTH, features))

    def forward(self, x, t, condition, features):
        """(velocity, mean cosine of the features and what the head tells)."""
        velocity, hidden_states = self.network(x, t, condition, layer=self.layer)
        told = self.head(hidden_states)
        return velocity, F.cosine_similarity(told.float(), features.float(), dim=2).mean()


def times(count, options, device):
    if options.timesteps == "uniform":
        return torch.rand(count, device=device)
    return torch.sigmoid(options.time_mean + options.time_spread * torch.randn(count, device=device))


def flow_losses(network, null_condition, x, condition, features, t):
    """Mean squared error of the velocity, and 1 - cosine of the features (0 where there are none)."""
    noise = torch.randn_like(x)
    dropped = torch.rand(len(x), 1, device=x.device) < NULL_FRACTION
    condition = torch.where(dropped, null_condition, condition)
    at = t.view(-1, 1, 1, 1)
    noisy = (1 - at) * x + at * noise
    with torch.autocast(x.device.type, torch.bfloat16):
        velocity, cosine = network(noisy, t, condition, features) if features is not None else (
            network(noisy, t, condition), torch.ones((), device=x.device))
    return (velocity.float() - (noise - x)).pow(2).mean(), 1 - cosine


def make_optimisers(network, head, lr):
    """Muon for the blocks' matrices, AdamW for everything else, each with its peak learning rate."""
    matrices = [p for p in network.blocks.parameters() if p.ndim == 2]
    chosen = {id(p) for p in matrices}
    others = [p for p in [*network.parameters(), *head] if id(p) not in chosen]
    adamw = torch.optim.AdamW(others, lr=lr, betas=(0.9, 0.98), weight_decay=0.01, fused=others[0].is_cuda)
    return [(Muon(matrices, lr=3 * lr), 3 * lr), (adamw, lr)]


def warm_start(network, folder):
    """Takes over what has the same name and shape; says what starts anew. Positions are computed."""
    state, own = load_file(folder / "model.safetensors"), network.state_dict()
    taken = {name: tensor.float() for name, tensor in state.items()
             if name in own and own[name].shape == tensor.shape and name != "position_embedding"}
    network.load_state_dict(taken, strict=False)
    anew = sorted(own.keys() - taken.keys() - {"position_embedding"})
    print(f"taken over from {folder}: {len(taken)} tensors; anew: {', '.join(anew) or 'none'}", flush=True)


def configuration(options, channels):
    """Fields of config.json that differ from the constructor's own, the widths as of the decoder to go on from."""
    before = json.loads((options.start / "config.json").read_text(encoding="utf-8")) if options.start else {}
    sizes = {"hidden_size": options.hidden_size, "num_layers": options.layers}
    sizes |= {"modulation_rank": options.modulation_rank, "token_signal": options.token_signal}
    sizes = {name: given or before.get(name) for name, given in sizes.items()}
    fixed = {"in_channels": channels, "patch_size": options.patch, "shift": options.shift}
    return fixed | {name: value for name, value in sizes.items() if value}


def train(options):
    device = device_and_threads(options.threads)
    torch.manual_seed(options.seed)
    pack = dict(np.load(options.latents))
    config = configuration(options, pack["latents"].shape[1])
    network = DiffusionTransformer(**config).to(device)
    samples = Samples(pack, device)
    model = network
    if samples.features is not None:
        model = Aligned(network, options.alignment_layer, samples.features.shape[2]).to(device)
    head = [p for name, p in model.named_parameters() if name.startswith("head.")]
    step, elapsed, saved = 0, 0.0, None
    if os.path.exists(options.out):
        saved = torch.load(options.out, map_location=device)
        if saved["config"] != config:
            raise SystemExit(f"{options.out} is of {saved['config']}, not of {config}")
        model.load_state_dict(saved["model"])
    elif options.start:
        warm_start(network, options.start)
    optimisers, average = make_optimisers(network, head, options.lr), Average(network, options.ema)
    if saved:
        for (optimiser, _), state in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        average.state, step, elapsed = saved["average"], saved["step"], saved["elapsed"]
        torch.manual_seed(options.seed + step)
    print(f"{len(pack['latents'])} views of {len(pack['names'])} concepts, {len(pack['vectors'])} conditions; "
          f"{sum(p.numel() for p in network.parameters()):,} parameters on {device}", flush=True)
    clock, losses = Clock(options.minutes, elapsed), []
    on_cpu = device.type == "cpu"
    # Compiled loops would otherwise keep the thread count that they were compiled under.
    compiling = {"cpp.dynamic_threads": True} if on_cpu else None
    forward = torch.compile(model, options=compiling) if options.compile else model
    last_save, threads = clock.elapsed, ThreadCount(options.threads) if on_cpu else None

    def advance():
        x, condition, features = samples.batch(options.batch)
        flow, alignment = flow_losses(forward, network.null_condition, x, condition, features,
                                      times(options.batch, options, device))
        model.zero_grad(set_to_none=True)
        (flow + ALIGNMENT_WEIGHT * max(0, 1 - clock.progress / ALIGNMENT_END) * alignment).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser, peak in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(peak, step, clock.progress, warmup=50)
            optimiser.step()
        return torch.stack([flow, alignment]).detach()

    while clock.progress < 1:
        losses.append(threads.measure(advance) if threads else advance())
        average.update(network, step)
        step += 1
        if step % options.report == 0:
            flow, alignment = torch.stack(losses).mean(0).tolist()
            print(f"step {step} minutes {clock.elapsed / 60:.1f} samples {step * options.batch} "
                  f"loss {flow:.4f} alignment {alignment:.3f}"
                  + (" seconds " + ", ".join(f"{n}: {s:.2f}" for n, s in threads.seconds.items()) if threads else ""),
                  flush=True)
            losses.clear()
        if clock.elapsed - last_save > 60 * options.save_minutes or clock.progress >= 1:
            last_save = clock.elapsed
            save_checkpoint(options.out, config=config, model=model.state_dict(),
                            average=average.state, optimisers=[o.state_dict() for o, _ in optimisers],
                            step=step, elapsed=clock.elapsed)
            if options.pieces:
                write_pieces(options.pieces, config, average.state)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--latents", required=True, help="what bundle.py made of the bundle")
    parser.add_argument("--start", type=pathlib.Path, help="component to go on from")
    parser.add_argument("--out", required=True, help="checkpoint, resumed when it exists")
    parser.add_argument("--pieces", type=pathlib.Path, help="folder for the averaged weights, half precision, in "
                        "files of at most 16 MiB; written with every checkpoint")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--patch", type=int, default=2, help="side of a token: 2 gives 64 tokens, 1 gives 256")
    parser.add_argument("--hidden-size", type=int, help="as that of --start without it")
    parser.add_argument("--layers", type=int, help="as those of --start without it")
    parser.add_argument("--modulation-rank", type=int, help="full without it, or as that of --start")
    parser.add_argument("--token-signal", action="store_true", help="every token gets the signal too")
    parser.add_argument("--shift", type=float, default=1.0, help="of the times of sampling")
    parser.add_argument("--alignment-layer", type=int, default=3, help="blocks before the aligned hidden states")
    parser.add_argument("--timesteps", choices=["logit-normal", "uniform"], default="logit-normal")
    parser.add_argument("--time-mean", type=float, default=0.0, help="of the logit; above 0, more noise")
    parser.add_argument("--time-spread", type=float, default=1.0)
    parser.add_argument("--lr", type=float, default=7e-4)
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=int, default=50, help="steps between two lines")
    parser.add_argument("--compile", action="store_true")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
