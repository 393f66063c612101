"""Lays pictures named NAME.png out as a sheet of numbers for a reader who is to say what each shows, in an order by lot.

    python judge/blind.py --generated runs/blind/words --sheet ../Models/components/decoder/blind/words.jpg > runs/blind/words.tsv

Prints sheet, number and name of each; columns for what was read and whether it is right are added by hand.
"""

import argparse
import pathlib
import random

from PIL import Image, ImageDraw

COLUMNS, SIDE, GAP, CAPTION = 10, 112, 8, 14


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    parser.add_argument("--sheet", type=pathlib.Path, required=True)
    parser.add_argument("--lot", type=int, default=0)
    options = parser.parse_args()
    files = sorted(options.generated.glob("*.png"))
    random.Random(options.lot).shuffle(files)
    width, height = SIDE + GAP, SIDE + CAPTION + GAP
    sheet = Image.new("RGB", (COLUMNS * width, -(-len(files) // COLUMNS) * height), "white")
    draw = ImageDraw.Draw(sheet)
    for index, file in enumerate(files):
        left, top = index % COLUMNS * width + GAP // 2, index // COLUMNS * height
        draw.text((left, top), str(index + 1), fill="black")
        picture = Image.open(file).convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        sheet.paste(picture, (left, top + CAPTION))
        print(options.sheet.stem, index + 1, file.stem, sep="\t")
    sheet.save(options.sheet, optimize=True, progressive=True, quality=60)


if __name__ == "__main__":
    main()
