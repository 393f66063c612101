"""Lists the real pictures of the judged concepts: writes judge/pictures.tsv (name, source, file).

    python judge/collect.py --pictures runs/pictures.npz --root SOURCES

The decoder's own sources (noto, emojitwo, fxemoji, openclipart) come from what pictures.py made; under SOURCES lie
also the sources that it never sees: mulberry and tuxpaint by their captions, openmoji by the characters that
pictures.tsv picks by eye from noto. A name must be the concept itself or one of its nouns in concepts.tsv.
"""

import argparse
import collections
import pathlib
import re
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "bridges")]
from pictures import clean, read_nouns  # noqa: E402
from pictures_text import table, write  # noqa: E402

# Names of the unseen sources that say the same in other words.
ALSO = {"sneeze cold": "sneeze", "thunder storm": "thunder", "lightning bolt": "thunder", "drums": "drum",
        "wave": "sea waves", "hen": "chicken", "a fire truck": "fire engine", "lightning": "thunder"}


def mulberry(root):
    for row in table(root / "mulberry/captions.tsv"):
        yield row["caption"], row["file"]


def tuxpaint(root):
    """The first line of a stamp's text is its English caption."""
    folder = root / "tuxpaint"
    for path in sorted(p for p in folder.rglob("*.png")):
        text = path.with_suffix(".txt")
        if text.exists():
            caption = text.read_text(encoding="utf-8", errors="replace").split("\n")[0].strip(" .!")
            yield re.sub(r"^(a|an|the|some) ", "", caption.lower()), path.relative_to(folder).as_posix()


def openmoji(root):
    picked = {row["key"]: row["concept"] for row in table(HERE.parent / "pictures.tsv")}
    for key, concept in picked.items():
        found = re.fullmatch(r"noto/emoji_u([0-9a-f_]+)\.png", key)
        name = found and f"{found.group(1).upper().replace('_', '-')}.png"
        if name and (root / "openmoji" / name).exists():
            yield concept, name


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    options = parser.parse_args()
    concepts = (HERE / "concepts.txt").read_text(encoding="utf-8").split("\n")[:-1]
    nouns = read_nouns(HERE.parent / "concepts.tsv") | {name: name for name in concepts} | ALSO
    data = np.load(options.pictures)
    rows = [(concept, *key.split("/", 1)) for concept, key in zip(data["concepts"].tolist(), data["keys"].tolist())]
    for source, entries in (("mulberry", mulberry), ("openmoji", openmoji), ("tuxpaint", tuxpaint)):
        rows += [(nouns.get(name.lower().strip(" 0123456789")), source, file) for name, file in entries(options.root)]
    rows = sorted(row for row in rows if row[0] in concepts and clean(options.root / row[1] / row[2]) is not None)
    write(HERE / "pictures.tsv", ("name", "source", "file"), rows)
    print(collections.Counter(source for _, source, _ in rows))
    for name in concepts:
        sources = collections.Counter(source for concept, source, _ in rows if concept == name)
        print(name, dict(sources), "" if len(sources) >= 3 else "FEWER THAN 3 SOURCES")


if __name__ == "__main__":
    main()
