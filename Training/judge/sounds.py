"""Links the sounds of the judged concepts into a folder as NAME-SOURCE-NUMBER, for `fusemix-gen` and then the judge.

    python judge/sounds.py --esc10 ESC10 --tuxpaint /usr/share/tuxpaint/stamps --out runs/clips
    python judge/sounds.py --esc10 ESC10 --scratch /usr/share/scratch/Media/Sounds --gcompris runs/gcompris \
        --tuxpaint /usr/share/tuxpaint/stamps --one --out runs/blind/clips

Of ESC-10 fold 4; of the others the sounds of their lists in bridges whose caption is a concept or one of its nouns. With
`--one` the first of each concept, in this order of sources, as NAME. The bridge was trained on none of them.
"""

import argparse
import collections
import pathlib

from collect import ALSO, HERE, read_nouns, table

ESC10 = {"dog bark": "dog", "rooster": "rooster", "rain": "rain", "sea waves": "sea waves", "baby cry": "baby",
         "clock tick": "clock", "person sneeze": "sneeze", "helicopter": "helicopter", "fire crackling": "fire"}
# Of each source the list of its sounds and the ending that the list leaves out.
LISTS = {"scratch": ("scratch.tsv", ""), "gcompris": ("gcompris.tsv", ".ogg"), "tuxpaint": ("tux_paint.tsv", "")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esc10", type=pathlib.Path, required=True)
    for source in LISTS:
        parser.add_argument(f"--{source}", type=pathlib.Path)
    parser.add_argument("--one", action="store_true", help="one sound a concept")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    concepts = (HERE / "concepts.txt").read_text(encoding="utf-8").split("\n")[:-1]
    nouns = read_nouns(HERE.parent / "concepts.tsv") | ALSO
    sounds = [(ESC10.get(row["class"]), "esc10", options.esc10 / row["file"])
              for row in table(options.esc10 / "clips.tsv") if row["fold"] == "4"]
    for source, (file, ending) in LISTS.items():
        if folder := getattr(options, source):
            sounds += [(nouns.get(row["caption"]), source, folder / f"{row['sound']}{ending}")
                       for row in table(HERE.parent / "bridges" / file)]
    options.out.mkdir(parents=True, exist_ok=True)
    count = collections.Counter()
    for name, source, path in sounds:
        if name in concepts and not (options.one and any(known == name for known, _ in count)):
            title = name if options.one else f"{name}-{source}-{count[name, source]}"
            (options.out / f"{title}{path.suffix}").symlink_to(path.resolve())
            count[name, source] += 1
    print(", ".join(f"{name} {source} {number}" for (name, source), number in count.items()))


if __name__ == "__main__":
    main()
