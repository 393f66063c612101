"""Carries pictures and conditions to a GPU in one small file, and encodes as many views there as the denoiser can use.

    python bundle.py make --data pictures.npz --conditions conditions.npz --out bundle.npz          # on any machine
    python bundle.py encode --bundle bundle.npz --taef2 TAEF2 --projection projection.safetensors \\
        --features efficientnet-lite0 --out pack.npz                                                # on the GPU's

Encoding views takes a CPU hours and a GPU a minute, and pictures as WebP weigh less than their latents; so the
bundle holds those: `webp` (all files, one after the other) and `ends`, concepts and groups of the pictures, and the
conditions, `vectors` [rows, 384] int8 of any length with `row_concept` and `is_sound`, `names` and `weights` of the concepts.
Views are made in rounds, those of the judge's concepts first in each, so that a limit of minutes leaves out the last
rounds' views. The pack has the conditions and

    latents [views, 48, 16, 16] int8, times `scale` [48]
    concept, group [views]            number of the concept; of the drawing, model or outline within all
    features [views, 64, 128] int8    with `--features`: what an image encoder makes of a view, its strongest components at
                                      the places of the tokens, of any length

`--pictures` gives distil.py its pictures back. A machine with torch, numpy, safetensors and Pillow is enough, and these
files: bundle, augment, taef2, latents and efficientnet.
"""

import argparse
import io
import itertools
import pathlib
import time
from multiprocessing import Pool

import numpy as np
import torch
from PIL import Image

from augment import NEVER_MIRRORED, drawn, views
from efficientnet import EfficientNetLite
from latents import Projection
from taef2 import TAEF2

WANTED_WEIGHT = 6.0
FEATURES = 128
CONDITIONS = ("vectors", "is_sound", "row_concept", "names", "weights")


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


def squeezed(job):
    picture, quality = job
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()


def opened(file):
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


def make(options):
    data, conditions = np.load(options.data), dict(np.load(options.conditions))
    known = np.isin(data["concepts"], conditions["names"])
    pictures, concepts = data["pictures"][known], data["concepts"][known]
    with Pool(options.jobs) as pool:
        files = pool.map(squeezed, ((picture, options.quality) for picture in pictures), chunksize=64)
    used = np.flatnonzero(np.isin(conditions["names"], concepts))
    np.savez(options.out, webp=np.frombuffer(b"".join(files), np.uint8), ends=np.cumsum([len(file) for file in files]),
             concepts=concepts, groups=data["groups"][known],
             **packed_conditions(conditions, used, options.sounds, np.random.default_rng(0)))
    print(f"{len(files)} pictures, {options.out.stat().st_size / 2**20:.1f} MiB")


def in_rounds(concepts, weights, views, other_views, random):
    """(picture, round) of every view, each round shuffled within those of the wanted concepts and within the others."""
    wanted = np.array([weights[name] >= WANTED_WEIGHT if name in weights else False for name in concepts])
    others = np.array([name in weights for name in concepts]) & ~wanted
    for number in range(max(views, other_views)):
        for which, count in ((wanted, views), (others, other_views)):
            if number < count:
                for picture in random.permutation(np.flatnonzero(which)):
                    yield int(picture), number


class Latents:
    """[batch, 3, 256, 256] in [-1, 1] -> [batch, 48, 16, 16]."""

    def __init__(self, folder, projection, device):
        self.network, self.projection = TAEF2(folder).to(device), Projection.load(projection).to(device)

    def __call__(self, pictures):
        return self.projection.project(self.network.encode((pictures + 1) / 2))


class Features:
    """[batch, 3, 256, 256] -> int8 [batch, 64, 128]: strongest components of an image encoder's, by its first batches."""

    def __init__(self, folder, device, fitted_on=16):
        self.network = EfficientNetLite(folder).to(device, memory_format=torch.channels_last)
        self.waiting, self.fitted_on, self.basis = [], fitted_on, None

    def fit(self):
        places = torch.cat(self.waiting).flatten(0, 1).double()
        self.mean = places.mean(0)
        self.basis = torch.linalg.eigh(torch.cov((places - self.mean).T))[1][:, -FEATURES:].float()
        self.mean = self.mean.float()

    def projected(self, features):
        numbers = (features.float() - self.mean) @ self.basis
        return (127 * numbers / numbers.abs().amax(2, keepdim=True).clamp_min(1e-6)).round().to(torch.int8).cpu()

    def __call__(self, pictures):
        """Features of this batch, or of all that waited for the components."""
        x = pictures.contiguous(memory_format=torch.channels_last)
        self.waiting.append(self.network(x).flatten(2).mT)
        if self.basis is None and len(self.waiting) == self.fitted_on:
            self.fit()
        return self.flushed() if self.basis is not None else []

    def flushed(self):
        if self.basis is None:
            self.fit()
        done, self.waiting = [self.projected(features) for features in self.waiting], []
        return done


def quantised(latents):
    """int8 of the same shape, and the step of each channel."""
    scale = latents.abs().amax((0, 2, 3)).float() / 127
    return (latents.float() / scale.view(1, -1, 1, 1)).round().to(torch.int8).numpy(), scale.numpy()


@torch.no_grad()
def encode(options):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    bundle, start = dict(np.load(options.bundle)), time.monotonic()
    with Pool(options.jobs) as pool:
        files = (part.tobytes() for part in np.split(bundle["webp"], bundle["ends"][:-1]))
        pictures = np.stack(pool.map(opened, files, chunksize=64))
    concepts, names = bundle["concepts"], bundle["names"].tolist()
    if options.pictures:
        np.savez(options.pictures, pictures=pictures, concepts=concepts)
    print(f"{len(pictures)} pictures, {time.monotonic() - start:.0f} s", flush=True)
    encoder, start = Latents(options.taef2, options.projection, device), time.monotonic()
    jobs = list(in_rounds(concepts.tolist(), dict(zip(names, bundle["weights"].tolist())), options.views,
                          options.other_views, np.random.default_rng(0)))
    shown, latents, features, done = torch.from_numpy(pictures).to(device), [], [], 0
    describe = Features(options.features, device) if options.features else lambda x: []
    with Pool(options.jobs) as pool:
        randoms = pool.imap(drawn, jobs, chunksize=256)
        while done < len(jobs) and time.monotonic() - start < 60 * options.minutes:
            part = jobs[done:done + options.batch]
            mirrored = [number % 2 == 1 and concepts[picture] not in NEVER_MIRRORED for picture, number in part]
            x = views(shown[[picture for picture, _ in part]], torch.tensor(mirrored, device=device),
                      list(itertools.islice(randoms, len(part))))
            with torch.autocast(device.type, torch.bfloat16):
                latents.append(encoder(x).half().cpu())
                features += describe(x)
            done += len(part)
        pool.terminate()
    if options.features:
        features += describe.flushed()
    print(f"{done} of {len(jobs)} views, {time.monotonic() - start:.0f} s", flush=True)
    values, scale = quantised(torch.cat(latents))
    rows = [picture for picture, _ in jobs[:done]]
    number_of = {name: number for number, name in enumerate(names)}
    # Outlines of the same name under two concepts are two groups.
    groups = np.array([f"{concept}\t{group}" for concept, group in zip(concepts, bundle["groups"])])
    np.savez(options.out, latents=values, scale=scale,
             concept=np.array([number_of[concepts[row]] for row in rows], np.int32),
             group=np.unique(groups[rows], return_inverse=True)[1].astype(np.int32),
             **({"features": torch.cat(features).numpy()} if features else {}),
             **{name: bundle[name] for name in CONDITIONS})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(required=True)
    making = verbs.add_parser("make")
    making.set_defaults(run=make)
    making.add_argument("--data", required=True, help="what pictures.py made")
    making.add_argument("--conditions", required=True, help="what conditions.py made")
    making.add_argument("--out", type=pathlib.Path, required=True)
    making.add_argument("--quality", type=int, default=80, help="of WebP")
    making.add_argument("--sounds", type=int, default=96, help="made-up sounds of a concept")
    encoding = verbs.add_parser("encode")
    encoding.set_defaults(run=encode)
    encoding.add_argument("--bundle", required=True)
    encoding.add_argument("--taef2", required=True, help="folder with taef2_encoder.pth and taef2_decoder.pth")
    encoding.add_argument("--projection", required=True, help="what latents.py made")
    encoding.add_argument("--out", required=True, help="what decoder.py trains on")
    encoding.add_argument("--pictures", help="what distil.py trains on")
    encoding.add_argument("--features", help="folder of efficientnet-lite0")
    encoding.add_argument("--views", type=int, default=24, help="of a picture of the judge's concepts")
    encoding.add_argument("--other-views", type=int, default=6)
    encoding.add_argument("--minutes", type=float, default=3, help="the last rounds are left out after these")
    encoding.add_argument("--batch", type=int, default=256)
    for verb in (making, encoding):
        verb.add_argument("--jobs", type=int, default=2, help="processes that write or read WebP")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
