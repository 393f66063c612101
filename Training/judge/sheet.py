"""Lays pictures named NAME-SEED.png out as a contact sheet, two names a row in the judge's order.

    python judge/sheet.py --generated runs/generated --sheet ../Models/components/decoder/sheet.png
"""

import argparse
import pathlib

from PIL import Image

NAMES = ["dog", "cat", "bird", "rooster", "cow", "frog", "rain", "clock", "guitar", "drum", "train", "car",
         "helicopter", "fire", "baby"]
SEEDS, COLUMNS, SIDE, GAP = range(4), 8, 128, 4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    parser.add_argument("--sheet", required=True)
    options = parser.parse_args()
    files = [options.generated / f"{name}-{seed}.png" for name in NAMES for seed in SEEDS]
    rows, step = -(-len(files) // COLUMNS), SIDE + GAP
    sheet = Image.new("RGB", (COLUMNS * step - GAP, rows * step - GAP), "white")
    for index, file in enumerate(files):
        sheet.paste(Image.open(file).convert("RGB"), (index % COLUMNS * step, index // COLUMNS * step))
    sheet.save(options.sheet, optimize=True)


if __name__ == "__main__":
    main()
