"""Packs all that decoder.py trains on into one small file: latents of views of the pictures, and the conditions.

    python pack.py --data pictures.npz --conditions conditions.npz --taef2 TAEF2 --projection projection.safetensors \\
        --out pack.npz

or with `--autoencoder autoencoder.pt` for latents of the bundled autoencoder. Views are made in rounds, those of the
judge's concepts first in each, so that a limit (`--minutes` of encoding, `--mebibytes` of the file) leaves out the
last rounds' views. Encoding goes on from its cache: the views come in the same order for the same data, whatever the
limits, and `--minutes 0` packs what there is. A file holds

    latents [views, channels, 16, 16] int8, times `scale` [channels]: zero mean, unit variance
    concept, group [views]            number of the concept; of the drawing, model or outline within all
    vectors [rows, 384] int8          unit conditions, times 1 / norm; row_concept, is_sound [rows]
    names, weights [concepts]         how often a concept is drawn
    mean, basis, deviation            of the projection, or latent_mean, latent_std of the autoencoder
"""

import argparse
import pathlib
import time

import numpy as np
import torch
from safetensors.torch import load_file

from augment import NEVER_MIRRORED, augmented

WANTED_WEIGHT = 6.0


class Taef2Latents:
    """[batch, 3, 256, 256] in [-1, 1] -> [batch, 48, 16, 16]."""

    def __init__(self, folder, projection, device):
        from latents import Projection
        from taef2 import TAEF2
        self.network, self.projection = TAEF2(folder).to(device), Projection.load(projection).to(device)
        tensors = load_file(projection)
        self.statistics = {"mean": tensors["mean"].numpy(), "basis": tensors["basis"].numpy(),
                           "deviation": tensors["scale"].numpy()}
        self.channels = len(tensors["scale"])

    def __call__(self, pictures):
        return self.projection.project(self.network.encode((pictures + 1) / 2))


class AutoencoderLatents:
    """[batch, 3, 256, 256] in [-1, 1] -> [batch, 4, 16, 16]; statistics measured at the training's end."""

    def __init__(self, path, device):
        from networks import Autoencoder
        saved = torch.load(path, map_location=device)
        self.statistics = {name: np.asarray(saved[name], np.float32) for name in ("latent_mean", "latent_std")}
        self.channels = len(self.statistics["latent_mean"])
        fields = {name: value.tolist() for name, value in self.statistics.items()}
        self.network = Autoencoder(**fields).to(device).eval()
        self.network.load_state_dict(saved["average"])

    def __call__(self, pictures):
        return self.network.encode(pictures.contiguous(memory_format=torch.channels_last))


def in_rounds(concepts, weights, views, other_views, random):
    """(picture, round) of every view, each round shuffled within those of the wanted concepts and within the others."""
    wanted = np.array([weights[name] >= WANTED_WEIGHT if name in weights else False for name in concepts])
    others = np.array([name in weights for name in concepts]) & ~wanted
    for number in range(max(views, other_views)):
        for which, count in ((wanted, views), (others, other_views)):
            if number < count:
                for picture in random.permutation(np.flatnonzero(which)):
                    yield int(picture), number


@torch.no_grad()
def encode(encoder, pictures, concepts, jobs, options, device):
    """Latents as float16 and the jobs that were done in time; goes on from what lies in `--cache` already."""
    start, parts = time.monotonic(), []
    with open(options.cache, "ab+") as cache:
        view = encoder.channels * 16 * 16 * 2
        whole = cache.seek(0, 2) // view
        cache.truncate(whole * view)
        cache.seek(0)
        before = np.frombuffer(cache.read(), np.float16).reshape(-1, encoder.channels, 16, 16)[:len(jobs)]
        parts, done = [before], len(before)
        while done < len(jobs) and time.monotonic() - start < 60 * options.minutes:
            views = [augmented(torch.from_numpy(pictures[picture]).permute(2, 0, 1),
                               number % 2 == 1 and concepts[picture] not in NEVER_MIRRORED,
                               np.random.default_rng([picture, number]))
                     for picture, number in jobs[done:done + options.batch]]
            with torch.autocast(device.type, torch.bfloat16):
                latents = encoder(torch.stack(views).to(device)).float().cpu().to(torch.float16).numpy()
            cache.write(latents.tobytes())
            cache.flush()
            parts.append(latents)
            done += len(views)
            if len(parts) % 20 == 0:
                print(f"{done} of {len(jobs)} views, {time.monotonic() - start:.0f} s", flush=True)
    return torch.from_numpy(np.concatenate(parts)), jobs[:done]


def quantised(latents, step):
    """int8 of the same shape, and the step of each channel: a coarser one where 127 steps do not reach."""
    reach = latents.abs().amax((0, 2, 3)).float()
    scale = (reach / 127).clamp_min(step)
    return (latents.float() / scale.view(1, -1, 1, 1)).round().to(torch.int8).numpy(), scale.numpy()


def packed_conditions(conditions, used, sounds, random):
    """Arrays of the conditions of the used concepts, at most so many made-up sounds of each."""
    kept = []
    for number in used:
        rows = np.flatnonzero(conditions["concept"] == number)
        made_up = rows[conditions["is_sound"][rows]]
        kept += [rows[~conditions["is_sound"][rows]], random.permutation(made_up)[:sounds]]
    rows = np.concatenate(kept)
    vectors = conditions["vectors"][rows].astype(np.float32)
    vectors = np.round(vectors * 127 / np.abs(vectors).max(1, keepdims=True)).astype(np.int8)
    renumbered = {number: index for index, number in enumerate(used)}
    return {"vectors": vectors, "is_sound": conditions["is_sound"][rows],
            "row_concept": np.array([renumbered[number] for number in conditions["concept"][rows]], np.int32),
            "names": conditions["names"][used], "weights": conditions["weights"][used]}


def write(path, arrays, views, limit):
    """The first of the views that fit within `limit` bytes."""
    per_view = ("latents", "concept", "group")
    while True:
        np.savez_compressed(path, **{name: array[:views] if name in per_view else array
                                     for name, array in arrays.items()})
        size = path.stat().st_size
        print(f"{path}: {views} views, {size / 2**20:.1f} MiB", flush=True)
        if size <= limit:
            return
        views = int(0.98 * views * limit / size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="what pictures.py made")
    parser.add_argument("--conditions", required=True, help="what conditions.py made")
    parser.add_argument("--taef2", help="folder with taef2_encoder.pth and taef2_decoder.pth")
    parser.add_argument("--projection", help="what latents.py made")
    parser.add_argument("--autoencoder", help="checkpoint of autoencoder.py, in place of the two above")
    parser.add_argument("--out", type=pathlib.Path, required=True, help=".npz")
    parser.add_argument("--views", type=int, default=4, help="of a picture of the judge's concepts")
    parser.add_argument("--other-views", type=int, default=1)
    parser.add_argument("--sounds", type=int, default=96, help="made-up sounds of a concept")
    parser.add_argument("--minutes", type=float, default=1e6, help="of encoding")
    parser.add_argument("--cache", type=pathlib.Path, help="encoded views; OUT with .cache without it")
    parser.add_argument("--mebibytes", type=float, default=60)
    parser.add_argument("--step", type=float, default=1 / 8, help="of a latent number, in its standard deviations")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.cache = options.cache or options.out.with_suffix(".cache")
    if bool(options.autoencoder) == bool(options.taef2 and options.projection):
        parser.error("give --taef2 and --projection, or --autoencoder")
    torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    encoder = (AutoencoderLatents(options.autoencoder, device) if options.autoencoder
               else Taef2Latents(options.taef2, options.projection, device))
    data, conditions, random = np.load(options.data), dict(np.load(options.conditions)), np.random.default_rng(0)
    concepts, groups = data["concepts"], data["groups"]
    weights = dict(zip(conditions["names"].tolist(), conditions["weights"].tolist()))
    jobs = list(in_rounds(concepts.tolist(), weights, options.views, options.other_views, random))
    latents, jobs = encode(encoder, data["pictures"], concepts, jobs, options, device)
    values, scale = quantised(latents, options.step)
    numbers = {name: number for number, name in enumerate(conditions["names"].tolist())}
    of_view = np.array([numbers[concepts[picture]] for picture, _ in jobs])
    used, concept = np.unique(of_view, return_inverse=True)
    # Outlines of the same name under two concepts are two groups.
    shown = np.array([f"{concepts[picture]}\t{groups[picture]}" for picture, _ in jobs])
    arrays = {"latents": values, "scale": scale, "concept": concept.astype(np.int32),
              "group": np.unique(shown, return_inverse=True)[1].astype(np.int32), **encoder.statistics,
              **packed_conditions(conditions, used, options.sounds, random)}
    write(options.out, arrays, len(jobs), options.mebibytes * 2**20)


if __name__ == "__main__":
    main()
