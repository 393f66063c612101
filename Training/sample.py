"""Draws a contact sheet with the PyTorch networks, to look at a decoder while it trains.

    python sample.py --autoencoder autoencoder.pt --decoder decoder.pt \\
        --encoder all-minilm-l6-v2 --sheet sheet.png --folder generated

Euler steps from t = 1 to t = 0, classifier-free guidance against the learned null condition.
"""

import argparse
import os

import numpy as np
import torch
from PIL import Image

from conditions import SentenceEncoder
from networks import Autoencoder, DiffusionTransformer

JUDGED = ("dog", "cat", "bird", "rooster", "cow", "frog", "rain", "clock", "guitar", "drum",
          "train", "car", "helicopter", "fire", "baby")


def load_networks(autoencoder_path, decoder_path):
    """The averaged networks of two checkpoints; latent statistics are those of the decoder's."""
    saved = torch.load(decoder_path, map_location="cpu")
    decoder = DiffusionTransformer(**saved["config"]).eval()
    decoder.load_state_dict(saved["average"])
    autoencoder = Autoencoder(latent_mean=saved["latent_mean"].flatten().tolist(),
                              latent_std=saved["latent_std"].flatten().tolist()).eval()
    autoencoder.load_state_dict(torch.load(autoencoder_path, map_location="cpu")["average"])
    return autoencoder, decoder


@torch.no_grad()
def generate(autoencoder, decoder, conditions, seeds, steps=20, guidance=3.0):
    """[batch, 384] unit conditions, one seed each -> uint8 pictures [batch, 128, 128, 3]."""
    shape = (4, 2 * decoder.side, 2 * decoder.side)
    x = torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds])
    both = torch.cat([conditions, decoder.null_condition.expand_as(conditions)])
    times = torch.linspace(1, 0, steps + 1)
    for t, following in zip(times, times[1:]):
        velocity = decoder(torch.cat([x, x]), t.expand(2 * len(x)), both)
        with_condition, without = velocity.chunk(2)
        x = x + (following - t) * (without + guidance * (with_condition - without))
    pictures = autoencoder.decode(x).clamp(-1, 1)
    return ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def contact_sheet(pictures, columns):
    rows = [np.concatenate(pictures[i:i + columns], axis=1) for i in range(0, len(pictures), columns)]
    return Image.fromarray(np.concatenate(rows, axis=0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--autoencoder", required=True)
    parser.add_argument("--decoder", required=True)
    parser.add_argument("--encoder", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--names", default=",".join(JUDGED))
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--sheet", help="one PNG, a row for each name")
    parser.add_argument("--folder", help="NAME-SEED.png, as the judge wants them")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    names = options.names.split(",")
    embeddings = torch.from_numpy(SentenceEncoder(options.encoder)(names))
    networks = load_networks(options.autoencoder, options.decoder)
    pictures = []
    for embedding in embeddings:
        conditions = embedding.expand(options.seeds, -1)
        pictures += list(generate(*networks, conditions, range(options.seeds),
                                  options.steps, options.guidance))
    if options.sheet:
        columns = options.seeds * max(1, 16 // options.seeds)
        blanks = -len(pictures) % columns
        contact_sheet(pictures + [np.full_like(pictures[0], 255)] * blanks, columns).save(options.sheet)
    if options.folder:
        os.makedirs(options.folder, exist_ok=True)
        for number, picture in enumerate(pictures):
            name = f"{names[number // options.seeds]}-{number % options.seeds}.png"
            Image.fromarray(picture).save(os.path.join(options.folder, name))


if __name__ == "__main__":
    main()
