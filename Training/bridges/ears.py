"""How well audio encoders name sounds without any training, beside each other.

    for ear in yamnet efficientat-mn04 two-ears; do
        fusemix-gen embed SOUNDS --encoder $ear --features scores -o runs/ears/SET-$ear.safetensors; done
    python ears.py --latents runs/ears --sets SET=SOUNDS …

SOUNDS is a folder of clips whose sub-folders have the names of what sounds, or hold such folders and a clips.tsv. A clip is
told among the names of its set by the class names weighed by their scores (audioset_words.py), and shares are means over the
names. Classes of other encoders count where they have the name of one of yamnet's.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from latents import Latents
from targets import COMPONENTS, embeddings, encoder, labels, specific, unit

EARS = ["yamnet", "efficientat-mn04", "two-ears"]
POWERS = [1.0, 1.5]


def scores(path: Path, ear: str) -> Latents:
    """Scores of yamnet's classes in their order."""
    latents = Latents.read(path)
    names = (COMPONENTS / ear / "labels.txt").read_text().splitlines()
    place = {name: index for index, name in enumerate(names)}
    latents.vectors = latents.vectors[:, [place[name] for name in labels()]]
    return latents


def named(folder: Path) -> dict[str, str]:
    """What each clip is, by its path."""
    tables = [folder / "clips.tsv", *sorted(folder.glob("*/clips.tsv"))]
    found = {}
    for table in filter(Path.exists, tables):
        with open(table) as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                found[str((table.parent / row["file"]).relative_to(folder))] = row.get("label") or row["class"]
    return found


def told(latents: Latents, names: dict[str, str], power: float) -> tuple[float, float]:
    """The share of clips told rightly, and its mean over the names."""
    candidates = sorted(set(names.values()))
    texts = encoder()(candidates)
    vectors = latents.rows(list(names))
    conditions = unit(np.where(specific(), np.maximum(vectors, 0), 0) ** power @ unit(embeddings()))
    right = (conditions @ texts.T).argmax(axis=1) == [candidates.index(name) for name in names.values()]
    of = np.array(list(names.values()))
    return right.mean(), np.mean([right[of == name].mean() for name in candidates])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latents", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", required=True, help="NAME=FOLDER")
    arguments = parser.parse_args()
    print("| set | clips, names | " + " | ".join(f"{ear}, p = {p}" for ear in EARS for p in POWERS) + " |")
    print("|---" * (2 + len(EARS) * len(POWERS)) + "|")
    for name, folder in (pair.split("=", 1) for pair in arguments.sets):
        names = named(Path(folder))
        cells = []
        for ear in EARS:
            latents = scores(arguments.latents / f"{name}-{ear}.safetensors", ear)
            cells += [f"{told(latents, names, power)[1]:.3f}" for power in POWERS]
        print(f"| {name} | {len(names)}, {len(set(names.values()))} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
