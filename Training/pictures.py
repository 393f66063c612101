"""Collects the captioned pictures, cleans them and stores them as one array.

    python pictures.py --emoji DIR --out pictures.npz

The drawings, their concepts and captions are those of the image-text bridge (bridges/pictures_text.py): DIR holds
the emoji sources as folders (noto, emojitwo, fxemoji), clip art comes from Debian's openclipart-png as far as
bridges/clipart.tsv names it. A concept of concepts.tsv takes the drawings named after it and those that pictures.tsv
gives it by eye; every other drawing keeps its own name. A picture becomes 256x256 RGB: flattened onto white, cropped
to what is drawn, scaled to fit 236 pixels, centred. Its key is "source/path". dropped.tsv, beside the array, says
what was left out and why.
"""

import argparse
import collections
import csv
import pathlib
import sys
from multiprocessing import Pool

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "bridges"))
import concepts as names  # noqa: E402
import pictures_text as drawings  # noqa: E402
from views import drawn  # noqa: E402

SIDE = 256
CONTENT = 236
# Pictures of one concept closer than this, in mean levels of a 32x32 picture, are copies of one drawing.
SAME = 2.0


def found(emoji, openclipart, cldr, picked, dropped):
    """Every drawing with a name, and those that were picked by eye without one."""
    keywords = names.read_keywords(cldr)
    labels = names.read_labels(cldr / "properties" / "labels.txt")
    result = [drawing for source in drawings.EMOJI_SETS
              for drawing in drawings.emoji_drawings(emoji, source, keywords, labels, dropped) if drawing]
    result += drawings.clip_art_drawings(openclipart, keywords, dropped)
    known = {drawing.key for drawing in result}
    for key, concept in picked.items():
        if key not in known:
            folder = openclipart if key.startswith("openclipart/") else emoji / key.split("/")[0]
            result.append(drawings.Drawing(key, folder / key.partition("/")[2], concept, [concept]))
    return result


def clean(path):
    """uint8 [256, 256, 3], or None where the file cannot be read, is blank or very long."""
    picture = drawn(path)
    if picture is None:
        return None
    scale = CONTENT / max(picture.size)
    picture = picture.resize([max(1, round(length * scale)) for length in picture.size], Image.Resampling.LANCZOS)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    return np.asarray(square)


def without_copies(kept, dropped):
    """Of drawings of one concept that look the same, the first."""
    seen, result = collections.defaultdict(list), []
    for picture, drawing, concept in kept:
        small = np.asarray(Image.fromarray(picture).resize((32, 32))).astype(np.float32)
        if any(np.abs(small - other).mean() < SAME for other in seen[concept]):
            dropped.append((drawing.key, "copy of another"))
        else:
            seen[concept].append(small)
            result.append((picture, drawing, concept))
    return result


def read_nouns(path):
    """{noun: concept} of concepts.tsv."""
    return {noun: row["concept"] for row in drawings.table(path) for noun in row["nouns"].split("|") if noun}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--emoji", type=pathlib.Path, required=True)
    parser.add_argument("--openclipart", type=pathlib.Path, default=pathlib.Path("/usr/share/openclipart/png"))
    parser.add_argument("--cldr", type=pathlib.Path, default=pathlib.Path("/usr/share/unicode/cldr/common"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    nouns, dropped = read_nouns(HERE / "concepts.tsv"), []
    picked = {row["key"]: row["concept"] for row in drawings.table(HERE / "pictures.tsv")}
    everything = found(options.emoji, options.openclipart, options.cldr, picked, dropped)
    with Pool(options.jobs) as pool:
        cleaned = pool.map(clean, [drawing.path for drawing in everything], chunksize=32)
    kept = []
    for picture, drawing in zip(cleaned, everything):
        concept = picked.get(drawing.key) or nouns.get(drawing.concept, drawing.concept)
        if picture is None:
            dropped.append((drawing.key, "unreadable, empty or a thin line"))
        else:
            kept.append((picture, drawing, concept))
    kept = without_copies(kept, dropped)
    np.savez(options.out, pictures=np.stack([picture for picture, _, _ in kept]),
             keys=np.array([drawing.key for _, drawing, _ in kept]),
             concepts=np.array([concept for _, _, concept in kept]),
             captions=np.array(["|".join(drawing.captions) for _, drawing, _ in kept]))
    drawings.write(options.out.parent / "dropped.tsv", ("picture", "why"), dropped)
    print(f"{len(kept)} pictures of {len({concept for _, _, concept in kept})} concepts")
    print(collections.Counter((key.split("/")[0], why) for key, why in dropped))


if __name__ == "__main__":
    main()
