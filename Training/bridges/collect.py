"""Lists the sounds that the bridge is trained and measured on for `fusemix-gen embed`, and what each of them is.

    python collect.py --esc10 ESC10 --sounds SOUNDS --rendered runs/rendered --gcompris runs/gcompris --out runs/bridges

ESC10 and the folders of SOUNDS hold a clips.tsv (file, class or label, credit). Writes `sounds.tsv` (path, id) and
`labels.tsv` (id, source, fold, class), and `credits.tsv` for the card of what is trained on them. Sources of `MEASURED` are
never trained on, nor is fold 4.
"""

import argparse
import csv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGED = {
    "sonic-pi": (Path("/usr/share/sonic-pi/samples"), ".flac"),
    "tux-paint": (Path("/usr/share/tuxpaint/stamps"), ""),
    "scratch": (Path("/usr/share/scratch/Media/Sounds"), ""),
}
MEASURED = [*PACKAGED, "gcompris"]


def table(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write(path: Path, rows: list[tuple]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("esc10", "sounds", "rendered", "gcompris", "out"):
        parser.add_argument("--" + name, type=Path, required=True)
    arguments = parser.parse_args()
    esc10, rendered = arguments.esc10.resolve(), arguments.rendered.resolve()
    collections = {"esc10": esc10} | {clips.parent.name: clips.parent
                                      for clips in sorted(arguments.sounds.resolve().glob("*/clips.tsv"))}
    found = []  # (path, id, source, fold, class)
    credits = []  # (clip, author and address, licence)
    for source, folder in collections.items():
        for row in table(folder / "clips.tsv"):
            clip, fold = f"{source}/{row['file']}", row.get("fold", "")
            found.append((folder / row["file"], clip, source, fold, row.get("class") or row["label"]))
            if fold != "4":
                credits.append((clip, row.get("credit") or f"{row['author']} {row['source']}", row["licence"]))
    found += [(rendered / row["path"], row["id"], "rendered", "", row["class"]) for row in table(rendered / "sounds.tsv")]
    measured = PACKAGED | {"gcompris": (arguments.gcompris.resolve(), ".ogg")}
    for source, (folder, suffix) in measured.items():
        found += [(folder / f"{row['sound']}{suffix}", f"{source}/{row['sound']}", source, "", row["caption"])
                  for row in table(HERE / f"{source.replace('-', '_')}.tsv") if row.get("use", "evaluate") == "evaluate"]
    write(arguments.out / "sounds.tsv", [("path", "id"), *(sound[:2] for sound in found)])
    write(arguments.out / "labels.tsv", [("id", "source", "fold", "class"), *(sound[1:] for sound in found)])
    write(arguments.out / "credits.tsv", [("clip", "credit", "licence"), *credits])
    print(f"{len(found)} sounds in {arguments.out / 'sounds.tsv'}")


if __name__ == "__main__":
    main()
