"""Counts R@K from embeddings alone, and compares them with what `evaluate retrieval --json` told.

    python3 figures.py FUSEMIX_GEN DATASET FOLDER MODEL REPORT [FOLDS]

DATASET (flickr30k, coco, audiocaps, clotho) says how FOLDER is read, by Python's own csv and json; `embed` makes the vectors.
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def karpathy(annotations: Path) -> list[tuple[str, list[str]]]:
    images = [image for image in json.loads(annotations.read_text())["images"] if image["split"] == "test"]
    return [(image["filename"], [one["raw"] for one in image["sentences"]]) for image in images]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def items(dataset: str, folder: Path) -> list[tuple[Path, list[str]]]:
    """Each medium with its captions, in the annotations' order; those that are missing stay out."""
    if dataset == "audiocaps":
        clips: dict[str, list[str]] = {}
        for row in rows(folder / "test.csv"):
            clips.setdefault(f"{row['youtube_id']}_{row['start_time']}.wav", []).append(row["caption"])
        found, media = list(clips.items()), folder / "test"
    elif dataset == "clotho":
        found = [(row["file_name"], [row[f"caption_{n}"] for n in range(1, 6)])
                 for row in rows(folder / "clotho_captions_evaluation.csv")]
        media = folder / "evaluation"
    else:
        found = karpathy(folder / f"dataset_{dataset}.json")
        media = folder / {"coco": "val2014", "flickr30k": "flickr30k-images"}[dataset]
    return [(media / name, captions) for name, captions in found if (media / name).exists()]


def embedded(command: str, model: str, lines: list[dict], *options: str) -> np.ndarray:
    """Vectors of length 1 as they are ranked: rounded to single precision."""
    with tempfile.TemporaryDirectory() as scratch:
        table, output = Path(scratch) / "items.jsonl", Path(scratch) / "vectors.npy"
        table.write_text("".join(json.dumps(line) + "\n" for line in lines))
        subprocess.run([command, "embed", table, "--encoder", model, "-o", output, "--normalize", "--quiet", *options], check=True)
        return np.load(output).astype(np.float64)


def ranks(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    """From 1; wrong candidates with the best right one's score go before it."""
    best = np.where(right, scores, -np.inf).max(axis=1, keepdims=True)
    return 1 + (~right & (scores >= best)).sum(axis=1)


def main() -> None:
    command, dataset, folder, model, report = sys.argv[1:6]
    folds = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    media = items(dataset, Path(folder))
    captions = [caption for _, captions in media for caption in captions]
    owner = np.repeat(np.arange(len(media)), [len(captions) for _, captions in media])
    x = embedded(command, model, [{"path": str(path.resolve())} for path, _ in media])
    y = embedded(command, model, [{"text": text, "id": str(i)} for i, text in enumerate(captions)], "--modality", "text")
    # Pair by pair, so that equal vectors have equal scores.
    scores = (x[:, None] * y[None]).sum(axis=2)
    right = np.arange(len(media))[:, None] == owner[None]
    told = json.loads(Path(report).read_text())
    shares = {}
    for fold in range(folds):
        rows = np.arange(len(media))[fold * len(media) // folds : (fold + 1) * len(media) // folds]
        columns = np.isin(owner, rows)
        part = np.ix_(rows, columns)
        for direction, found in (("x_to_y", ranks(scores[part], right[part])), ("y_to_x", ranks(scores[part].T, right[part].T))):
            for name, share in [(f"R@{k}", (found <= k).mean()) for k in (1, 5, 10)] + [("MRR", (1 / found).mean())]:
                shares.setdefault((direction, name), []).append(share)
    line = [f"{dataset}: {len(media)} media, {len(captions)} captions"]
    for (direction, name), values in shares.items():
        value, ours = float(np.mean(values)), told[direction][name]["value"]
        if abs(value - ours) > 1e-9:
            sys.exit(f"{report}: {name} {direction} is {ours}, and {value} by NumPy.")
        line.append(f"{name} {100 * value:.1f}")
    counted = (told["dataset"]["media"], told["dataset"]["captions"])
    if counted != (len(media), len(captions)):
        sys.exit(f"{report}: {counted} media and captions, not {len(media)} and {len(captions)}.")
    print(", ".join(line))


if __name__ == "__main__":
    main()
