"""Lists the sounds of the bridges for `fusemix-gen embed`, and what each of them is.

    python collect.py --esc10 ESC10 --rendered runs/bridges/rendered --out runs/bridges

Writes into the folder `--out`:
- `sounds.tsv` (path, id, group): ESC-10 folds 1 to 4; three overlapping halves of each clip of folds 1 to 3 (in
  `crops/`); the sounds of `render.py`; the Sonic Pi samples that `sonic_pi.tsv` trains on.
- `labels.tsv` (id, source, fold, class, caption): the same sounds. Fold 4 is never trained on.
- `evaluate/*.tsv` (path, label): ESC-10 by fold, the named Sonic Pi samples, and Tux Paint's sounds, none of which is
  trained on.
"""

import argparse
import csv
import re
from pathlib import Path

import soundfile

HERE = Path(__file__).resolve().parent
SONIC_PI = Path("/usr/share/sonic-pi/samples")
TUX_PAINT = Path("/usr/share/tuxpaint/stamps")
CROP = 2.5  # seconds


def table(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write(path: Path, rows: list[tuple], header: tuple | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(([header] if header else []) + rows)


def crops(clip: Path, folder: Path, name: str) -> list[tuple[str, Path]]:
    """Three halves of a clip: its beginning, its middle and its end."""
    samples, rate = soundfile.read(clip)
    made = []
    for i in range(3):
        start = int(i * (len(samples) - CROP * rate) / 2)
        path = folder / f"{name}-{i}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples[start : start + int(CROP * rate)], rate, subtype="PCM_16")
        made.append((f"{name}-{i}", path))
    return made


def esc10(folder: Path, out: Path) -> list[tuple]:
    """(path, id, group, source, fold, class, caption) of the clips and crops."""
    sounds = []
    for row in table(folder / "clips.tsv"):
        name = Path(row["file"]).stem
        kind = row["class"]
        group = f"esc10/{row['freesound_id']}"
        sounds.append((folder / row["file"], f"esc10/{name}", group, "esc10", row["fold"], kind, kind))
        if row["fold"] != "4":
            sounds += [(path, f"esc10/{crop}", group, "esc10-crop", row["fold"], kind, kind)
                       for crop, path in crops(folder / row["file"], out / "crops", name)]
    return sounds


def rendered(folder: Path) -> list[tuple]:
    return [(folder / row["path"], row["id"], row["group"], "rendered", "", row["class"], row["caption"])
            for row in table(folder / "sounds.tsv")]


def sonic_pi(use: str) -> list[tuple[Path, str]]:
    return [(SONIC_PI / f"{row['sound']}.flac", row["caption"])
            for row in table(HERE / "sonic_pi.tsv") if row["use"] == use]


def evaluations(folder: Path, esc_folder: Path) -> None:
    clips = table(esc_folder / "clips.tsv")
    for fold in "1234":
        write(folder / f"esc10-{fold}.tsv",
              [(esc_folder / row["file"], row["class"]) for row in clips if row["fold"] == fold])
    write(folder / "esc10.tsv", [(esc_folder / row["file"], row["class"]) for row in clips])
    write(folder / "sonic-pi.tsv", sonic_pi("evaluate"))
    write(folder / "tux-paint.tsv", [(TUX_PAINT / row["sound"], row["caption"]) for row in table(HERE / "tux_paint.tsv")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--esc10", type=Path, required=True, help="folder of ESC-10 with clips.tsv")
    parser.add_argument("--rendered", type=Path, required=True, help="what render.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    sounds = esc10(arguments.esc10.resolve(), out) + rendered(arguments.rendered.resolve())
    sounds += [(path, f"sonic-pi/{path.stem}", f"sonic-pi/{path.stem}", "sonic-pi", "",
                re.sub("^(an|a) ", "", caption), caption) for path, caption in sonic_pi("train")]
    write(out / "sounds.tsv", [sound[:3] for sound in sounds], ("path", "id", "group"))
    write(out / "labels.tsv", [(sound[1], *sound[3:]) for sound in sounds], ("id", "source", "fold", "class", "caption"))
    evaluations(out / "evaluate", arguments.esc10.resolve())
    print(f"{len(sounds)} sounds in {out / 'sounds.tsv'}")


if __name__ == "__main__":
    main()
