"""Lays pictures named NAME-SEED.png out as a contact sheet, four names a row, each with four seeds.

    python judge/sheet.py --generated runs/words --sheet ../Models/components/decoder/sheet.jpg

The names are those of judge/concepts.txt in their order, or all names of the folder in alphabetical order
(`--every`).
"""

import argparse
import pathlib

from PIL import Image

SEEDS, COLUMNS, SIDE, GAP = range(4), 16, 80, 3


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    parser.add_argument("--every", action="store_true", help="every name of the folder")
    parser.add_argument("--sheet", required=True)
    options = parser.parse_args()
    names = (here / "concepts.txt").read_text(encoding="utf-8").split("\n")[:-1]
    if options.every:
        names = sorted({file.stem.rpartition("-")[0] for file in options.generated.glob("*-*.png")})
    files = [options.generated / f"{name}-{seed}.png" for name in names for seed in SEEDS]
    rows, step = -(-len(files) // COLUMNS), SIDE + GAP
    sheet = Image.new("RGB", (COLUMNS * step - GAP, rows * step - GAP), "white")
    for index, file in enumerate(files):
        picture = Image.open(file).convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        sheet.paste(picture, (index % COLUMNS * step, index // COLUMNS * step))
    sheet.save(options.sheet, optimize=True, progressive=True, quality=68)


if __name__ == "__main__":
    main()
