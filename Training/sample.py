"""Draws pictures with the PyTorch networks, to look at a decoder while it trains and to have it judged.

    python sample.py --autoencoder autoencoder.pt --decoder decoder.pt \\
        --encoder all-minilm-l6-v2 --sheet sheet.png --folder generated

Either network is a checkpoint or a component's folder, the decoder also a folder of pieces; a decoder of TAEF2's
projected latents takes `--taef2` and `--projection` in place of the autoencoder. Euler steps from t = 1 to t = 0,
classifier-free guidance against the learned null condition.
"""

import argparse
import pathlib

import numpy as np
import torch
from PIL import Image

from common import averaged
from conditions import SentenceEncoder
from latents import Projection
from networks import Autoencoder, DiffusionTransformer
from taef2 import TAEF2

HERE = pathlib.Path(__file__).resolve().parent


class Taef2Decoder:
    """Projected latents to pictures in [-1, 1]."""

    def __init__(self, folder, projection):
        self.network, self.projection = TAEF2(folder), Projection.load(projection)

    def decode(self, latents):
        return 2 * self.network.decode(self.projection.restore(latents)) - 1


def load_decoder(path):
    fields, state = averaged(path)
    decoder = DiffusionTransformer(**fields).eval()
    decoder.load_state_dict(state)
    return decoder


def load_autoencoder(path):
    fields, state = averaged(path)
    autoencoder = Autoencoder(**fields).eval()
    autoencoder.load_state_dict(state)
    return autoencoder


@torch.inference_mode()
def generate(autoencoder, decoder, conditions, seeds, steps=20, guidance=3.0):
    """[batch, 384] unit conditions, one seed each -> uint8 pictures [batch, 256, 256, 3]."""
    side, patch = decoder.side, decoder.patch_size
    shape = (decoder.final_projection.out_features // patch**2, patch * side, patch * side)
    x = torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds])
    both = torch.cat([conditions, decoder.null_condition.expand_as(conditions)])
    times, shift = torch.linspace(1, 0, steps + 1), decoder.shift
    times = shift * times / (1 + (shift - 1) * times)
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
    parser.add_argument("--autoencoder", type=pathlib.Path)
    parser.add_argument("--taef2", help="folder with taef2_encoder.pth and taef2_decoder.pth")
    parser.add_argument("--projection", help="what latents.py made")
    parser.add_argument("--decoder", type=pathlib.Path, required=True)
    parser.add_argument("--encoder", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--names", help="comma-separated; those of judge/concepts.txt without it")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--sheet", help="one PNG, names in order")
    parser.add_argument("--folder", type=pathlib.Path, help="NAME-SEED.png, as the judge wants them")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    listed = (HERE / "judge/concepts.txt").read_text(encoding="utf-8").split("\n")[:-1]
    names = options.names.split(",") if options.names else listed
    embeddings = torch.from_numpy(SentenceEncoder(options.encoder)(names))
    shower = (load_autoencoder(options.autoencoder) if options.autoencoder
              else Taef2Decoder(options.taef2, options.projection))
    networks = shower, load_decoder(options.decoder)
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
        options.folder.mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(pictures):
            name = f"{names[number // options.seeds]}-{number % options.seeds}.png"
            Image.fromarray(picture).save(options.folder / name)


if __name__ == "__main__":
    main()
