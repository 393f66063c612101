"""Collects captioned pictures by source, cleans them and stores them as one array.

    python pictures.py --emoji DIR --openclipart /usr/share/openclipart/png --out pictures.npz

DIR holds the emoji sources as folders (noto, emojitwo, fxemoji), each with a captions.tsv of
file, caption, keywords, licence. A picture becomes 128x128 RGB: flattened onto white, cropped to
what is drawn, scaled to fit 118 pixels, centred. Its key is "source/path".
"""

import argparse
import csv
import pathlib
import re
from multiprocessing import Pool

import numpy as np
from PIL import Image

SIDE = 128
CONTENT = 118
EMOJI_SOURCES = ("noto", "emojitwo", "fxemoji")
# Text, flags and interface signs: they teach shapes that no sound has.
UNWANTED = re.compile(r"keycap|flag|letter|button|regional|hash sign|input|digit|asterisk|mark$|squared|tag ")
UNWANTED_FOLDERS = ("computer", "shapes", "signs_and_symbols", "special", "unsorted/duplicates", "buttons",
                    "logos", "geography", "transportation/roadsigns", "recreation/games/cards", "decorations")
# openclipart's stand-in for a missing picture; its near copies are dropped.
PLACEHOLDER = "openclipart/animals/birds/duck_yellow_ii_kurt_cagl_.png"


def emoji(root):
    """(path, key, caption) of every wanted emoji."""
    for source in EMOJI_SOURCES:
        with open(root / source / "captions.tsv", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if not UNWANTED.search(f"{row['caption']} {row['keywords']}".lower()):
                    yield root / source / row["file"], f"{source}/{row['file']}", row["caption"]


def openclipart(root):
    """(path, key, "") of every wanted clip-art picture; its titles are not reliable."""
    for path in sorted(root.rglob("*.png")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(UNWANTED_FOLDERS):
            yield path, f"openclipart/{name}", ""


def clean(path):
    """uint8 [128, 128, 3], or None where the file cannot be read, is blank or very long."""
    try:
        picture = Image.open(path).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((512, 512), Image.LANCZOS)
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    picture = Image.alpha_composite(white, picture).convert("RGB")
    drawn = (np.asarray(picture) < 250).any(axis=2)
    if drawn.sum() < 50:
        return None
    rows, columns = np.where(drawn)
    picture = picture.crop((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    width, height = picture.size
    if max(width, height) > 4 * min(width, height):
        return None
    scale = CONTENT / max(width, height)
    picture = picture.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.LANCZOS)
    square = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
    square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    return np.asarray(square)


def without_placeholders(pictures, keys):
    """Rows that do not look like the placeholder."""
    if PLACEHOLDER not in keys:
        return np.ones(len(keys), bool)
    placeholder = pictures[keys.index(PLACEHOLDER)].astype(np.int16)
    distance = np.array([np.abs(p - placeholder).mean() for p in pictures])
    return distance > 12


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--emoji", type=pathlib.Path, required=True)
    parser.add_argument("--openclipart", type=pathlib.Path, default="/usr/share/openclipart/png")
    parser.add_argument("--out", required=True)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    found = [*emoji(options.emoji), *openclipart(options.openclipart)]
    with Pool(options.jobs) as pool:
        cleaned = pool.map(clean, [path for path, _, _ in found], chunksize=32)
    kept = [(picture, *entry[1:]) for picture, entry in zip(cleaned, found) if picture is not None]
    pictures = np.stack([picture for picture, _, _ in kept])
    keys, captions = [key for _, key, _ in kept], [caption for _, _, caption in kept]
    good = without_placeholders(pictures, keys)
    np.savez(options.out, pictures=pictures[good], keys=np.array(keys)[good],
             captions=np.array(captions)[good])
    print(f"{good.sum()} pictures of {len(found)}")


if __name__ == "__main__":
    main()
