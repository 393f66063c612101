"""How well the training-free bridge of audioset_words.py names sounds.

    python evaluate_words.py --clips <ESC-10 folder with clips.tsv>

Prints, by power of the scores: the share of clips whose condition lies nearest to its own of the ten class
names, and the share whose class is among the first three heard labels (Samples/accepted-words.tsv).
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import soundfile
import torch
from scipy.signal import resample_poly

from audioset_words import COMPONENTS, SentenceEncoder, accepted, condition, heard
from yamnet_torch import YAMNet

SAMPLES = COMPONENTS.parents[1] / "Samples"


def windows(path: Path, rate: int, length: int, hop: int) -> torch.Tensor:
    """Windows a hop apart and a last one that ends with the sound; a short sound is padded with zeros."""
    samples, source_rate = soundfile.read(path, dtype="float32", always_2d=True)
    samples = resample_poly(samples.mean(axis=1), rate, source_rate).astype(np.float32)
    samples = np.pad(samples, (0, max(0, length - len(samples))))
    starts = list(range(0, len(samples) - length + 1, hop))
    if starts[-1] + length < len(samples):
        starts.append(len(samples) - length)
    return torch.from_numpy(np.stack([samples[i : i + length] for i in starts]))


def mean_scores(paths: list[Path]) -> np.ndarray:
    yamnet = YAMNet(COMPONENTS / "yamnet")
    layout = [yamnet.config[k] for k in ("sample_rate", "window_samples", "hop_samples")]
    return np.stack([yamnet(windows(path, *layout))[1].mean(dim=0).numpy() for path in paths])


def report_clips(folder: Path) -> None:
    with open(folder / "clips.tsv") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    scores = mean_scores([folder / row["file"] for row in rows])
    names = sorted({row["class"] for row in rows})
    own = np.array([names.index(row["class"]) for row in rows])
    words = accepted()
    held_out = np.array([row["fold"] == "4" for row in rows])
    public = held_out & np.array([row["licence"] == "CC0" for row in rows])
    encode = SentenceEncoder()
    plain, prompted = encode(names), encode([f"the sound of {name}" for name in names])
    print("power  nearest name  nearest 'the sound of'  heard: all  fold 4  fold 4 CC0")
    for power in (1, 1.5, 2, 3):
        conditions = condition(scores, power)
        near = [(conditions @ vectors.T).argmax(axis=1) == own for vectors in (plain, prompted)]
        hit = np.array(
            [bool(words[row["class"].replace(" ", "-")] & set(top)) for row, top in zip(rows, heard(conditions))]
        )
        shares = near[0].mean(), near[1].mean(), hit.mean(), hit[held_out].mean(), hit[public].mean()
        print(f"{power:<6} " + "  ".join(f"{share:.3f}" for share in shares))


def report_samples() -> None:
    paths = sorted(p for p in SAMPLES.iterdir() if p.suffix in (".ogg", ".flac", ".wav"))
    words = accepted()
    for path, top in zip(paths, heard(condition(mean_scores(paths)))):
        print("yes" if words[path.stem] & set(top) else "NO ", path.name, "; ".join(top))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, help="folder of ESC-10 with clips.tsv")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    report_samples()
    if arguments.clips:
        report_clips(arguments.clips)
