"""Links the sounds of the judged concepts into a folder as NAME-SOURCE-NUMBER, for `fusemix-gen` and then the judge.

    python judge/sounds.py --esc10 ESC10 --tuxpaint /usr/share/tuxpaint/stamps --out runs/sounds

Of ESC-10 fold 4, of Tux Paint the sounds of bridges/tux_paint.tsv whose caption is a concept or one of its nouns.
"""

import argparse
import collections
import pathlib

from collect import ALSO, HERE, read_nouns, table

ESC10 = {"dog bark": "dog", "rooster": "rooster", "rain": "rain", "sea waves": "sea waves", "baby cry": "baby",
         "clock tick": "clock", "person sneeze": "sneeze", "helicopter": "helicopter", "fire crackling": "fire"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--esc10", type=pathlib.Path, required=True)
    parser.add_argument("--tuxpaint", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    concepts = (HERE / "concepts.txt").read_text(encoding="utf-8").split("\n")[:-1]
    nouns = read_nouns(HERE.parent / "concepts.tsv") | ALSO
    sounds = [(ESC10.get(row["class"]), "esc10", options.esc10 / row["file"])
              for row in table(options.esc10 / "clips.tsv") if row["fold"] == "4"]
    sounds += [(nouns.get(row["caption"]), "tuxpaint", options.tuxpaint / row["sound"])
               for row in table(HERE.parent / "bridges/tux_paint.tsv")]
    options.out.mkdir(parents=True, exist_ok=True)
    count = collections.Counter()
    for name, source, path in sounds:
        if name in concepts:
            link = options.out / f"{name}-{source}-{count[name, source]}{path.suffix}"
            link.symlink_to(path.resolve())
            count[name, source] += 1
    print(", ".join(f"{name} {source} {number}" for (name, source), number in count.items()))


if __name__ == "__main__":
    main()
