"""Collects the captioned pictures, cleans them and stores them as one array.

    python pictures.py --emoji DIR --out pictures.npz

The drawings, their concepts and captions are those of the image-text bridge (bridges/pictures_text.py): DIR holds
the emoji sources as folders (noto, emojitwo, fxemoji), clip art comes from Debian's openclipart-png as far as
bridges/clipart.tsv names it. Beside these, DIR may hold any of the folders of MORE, each with a captions.tsv (file,
caption, keywords, licence). A concept of concepts.tsv takes the drawings named after it and those that pictures.tsv
gives it by eye, of every emoji set where it gives one; every other drawing keeps its own name. A picture becomes
256x256 RGB: flattened onto white, cropped to what is drawn, scaled to fit 236 pixels, centred. Its key is
"source/path"; pictures of one model, animal or outline share a group. dropped.tsv, beside the array, says what was
left out and why.
"""

import argparse
import collections
import pathlib
import re
import sys
from multiprocessing import Pool

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "bridges"))
import concepts as names  # noqa: E402
import emoji as emoji_sets  # noqa: E402
import pictures_text as drawings  # noqa: E402
from views import drawn  # noqa: E402

SIDE = 256
CONTENT = 236
# Pictures of one concept closer than this, in mean levels of a 32x32 picture, are copies of one drawing.
SAME = 2.0
# Folders with captions of their own, and what of a file's name tells its group where it is not a picture for itself:
# the three Fluent sets share outlines, the renders are views of one model or of one horse.
MORE = {
    "twemoji": None, "blobmoji": None,
    "fluent3d": r"(.+)_3d$", "fluentcolor": r"(.+)_color$", "fluentflat": r"(.+)_flat$",
    "streamline-emojis": None, "streamline-ultimate": None, "glyphs-poly": None, "icons-misc": None,
    "meteocons": None, "quaternius": r"(.+)_\d+$", "kenney-cars": r"(.+)_\d+$", "kenney-animals": None,
    "horses-white": r"(horse\d+)-",
}
ONE_FAMILY = {"fluent3d": "fluent", "fluentcolor": "fluent", "fluentflat": "fluent"}


def group(key):
    """"fluent3d/bell_3d.png" -> "fluent/bell"; a picture that stands for itself is its own group."""
    source, _, path = key.partition("/")
    found_group = re.match(MORE.get(source) or "$.", pathlib.PurePath(path).stem)
    return f"{ONE_FAMILY.get(source, source)}/{found_group.group(1)}" if found_group else key


def captioned_drawings(root, source, unwanted, dropped):
    """Drawings whose folder has their names and keywords. Animals' faces that fill a disc or a square say so: they
    must not pass for the animal."""
    for row in drawings.table(root / source / "captions.tsv"):
        key, name = f"{source}/{row['file']}", row["caption"].lower()
        if names.UNWANTED.search(name) or name in unwanted:
            dropped.append((key, "text, flag, sign or bare shape"))
            continue
        if source == "kenney-animals":
            name = f"{row['file'].partition('_')[0]} {name}"
        concept, keywords = names.concept(name), [word for word in row["keywords"].split("|") if word]
        caption = concept if concept == "clock" else name
        yield drawings.Drawing(key, root / key, concept, names.captions(caption, keywords))


def read_unwanted(cldr):
    """Names of the characters of an unwanted kind."""
    labels = names.read_labels(cldr / "properties" / "labels.txt")
    return {name.lower() for characters, (name, _) in emoji_sets.read_cldr(cldr).items()
            if labels.get(characters) in names.UNWANTED_LABELS}


def named_by_eye(found, picked):
    """{name: concept} as far as pictures.tsv gives drawings of an emoji's name to one concept only."""
    result = collections.defaultdict(set)
    for drawing in found:
        if drawing.key in picked and drawing.key.split("/")[0] in drawings.EMOJI_SETS:
            result[drawing.captions[0]].add(picked[drawing.key])
    return {name: concepts.pop() for name, concepts in result.items() if len(concepts) == 1}


def found(emoji, openclipart, cldr, picked, dropped):
    """Every drawing with a name, and those that were picked by eye without one."""
    keywords = names.read_keywords(cldr)
    labels = names.read_labels(cldr / "properties" / "labels.txt")
    result = [drawing for source in drawings.EMOJI_SETS
              for drawing in drawings.emoji_drawings(emoji, source, keywords, labels, dropped) if drawing]
    result += drawings.clip_art_drawings(openclipart, keywords, dropped)
    known, unwanted = {drawing.key for drawing in result}, read_unwanted(cldr)
    by_eye = named_by_eye(result, picked)
    for source in MORE:
        if (emoji / source).is_dir():
            more = list(captioned_drawings(emoji, source, unwanted, dropped))
            result += more
            picked |= {d.key: by_eye[d.captions[0]] for d in more if d.captions[0] in by_eye and d.key not in picked}
    for key, concept in picked.items():
        if key not in known and key.split("/")[0] not in MORE:
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


def report(keys, concepts):
    """Of each of the judge's concepts: pictures and groups of the first sources, and of all."""
    for name in (HERE / "judge" / "concepts.txt").read_text(encoding="utf-8").splitlines():
        everything = [key for key, concept in zip(keys, concepts) if concept == name]
        first = [key for key in everything if key.split("/")[0] not in MORE]
        print(f"{name}: {len(first)} pictures before, {len(everything)} now, {len({*map(group, everything)})} groups")


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
             groups=np.array([group(drawing.key) for _, drawing, _ in kept]),
             captions=np.array(["|".join(drawing.captions) for _, drawing, _ in kept]))
    drawings.write(options.out.parent / "dropped.tsv", ("picture", "why"), dropped)
    print(f"{len(kept)} pictures of {len({concept for _, _, concept in kept})} concepts")
    report([drawing.key for _, drawing, _ in kept], [concept for _, _, concept in kept])
    print(collections.Counter((key.split("/")[0], why) for key, why in dropped))


if __name__ == "__main__":
    main()
