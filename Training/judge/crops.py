"""Lays pictures out at full size with a crop of each, beside a real drawing of the thing and a crop of that.

    python judge/crops.py --generated runs/words --pictures runs/pictures.npz --source noto --out crops.png violin-0 tractor-0

A crop is the square of a third of the side with the strongest edges, every pixel tripled.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image

SIDE, CROP, GAP = 256, 85, 8


def busiest(picture):
    """The crop whose neighbouring pixels differ the most."""
    grey = picture.astype(np.float64).mean(2)
    edges = np.abs(np.diff(grey, axis=0))[:, :-1] + np.abs(np.diff(grey, axis=1))[:-1]
    sums = np.pad(edges.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = sums[CROP:, CROP:] - sums[:-CROP, CROP:] - sums[CROP:, :-CROP] + sums[:-CROP, :-CROP]
    top, left = np.unravel_index(inside.argmax(), inside.shape)
    return picture[top:top + CROP, left:left + CROP].repeat(3, 0).repeat(3, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", required=True, help="what pictures.py made")
    parser.add_argument("--source", default="noto", help="of the real drawing")
    parser.add_argument("--out", required=True)
    parser.add_argument("names", nargs="+", help="NAME-SEED, files of the folder without .png")
    options = parser.parse_args()
    data = np.load(options.pictures)
    sources = np.array([key.partition("/")[0] for key in data["keys"].tolist()])
    sheet = Image.new("RGB", (4 * (SIDE + GAP) - GAP, len(options.names) * (SIDE + GAP) - GAP), "white")
    for row, name in enumerate(options.names):
        drawn = np.asarray(Image.open(options.generated / f"{name}.png").convert("RGB"))
        alike = (data["concepts"] == name.rpartition("-")[0]) & (sources == options.source)
        real = data["pictures"][np.flatnonzero(alike)[0]]
        for column, picture in enumerate((drawn, busiest(drawn), real, busiest(real))):
            sheet.paste(Image.fromarray(picture), (column * (SIDE + GAP), row * (SIDE + GAP)))
    sheet.save(options.out, optimize=True, progressive=True, quality=64)


if __name__ == "__main__":
    main()
