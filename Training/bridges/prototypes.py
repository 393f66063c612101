"""Adds a few made-up latents for each class that YAMNet knows, so that no class is forgotten.

    python prototypes.py --component ../Models/components/yamnet --general ../Models/components/audioset-words/general.tsv \
        --lists runs/audio-text

Reads sounds.safetensors (embedding and scores side by side, from `fusemix-gen embed --features both`) and pairs.tsv.
A prototype is the embedding of a training sound, drawn by chance, pushed along the class's row of the classifier until the
class has the score 0.9; its scores are what the classifier makes of that. Writes all.safetensors, all-texts.tsv and
all-pairs.tsv.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

EACH = 4
PHRASINGS = ("{}", "the sound of {}")
LOGIT = np.log(0.9 / 0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("component", "general", "lists"):
        parser.add_argument("--" + name, type=Path, required=True)
    arguments = parser.parse_args()
    lists = arguments.lists
    weights = load_file(arguments.component / "model.safetensors")
    w, b = (weights[f"classifier.{name}"].astype(np.float64) for name in ("weight", "bias"))
    labels = (arguments.component / "labels.txt").read_text().splitlines()
    general = {line.split("\t")[0] for line in arguments.general.read_text().splitlines()}
    with safe_open(lists / "sounds.safetensors", "np") as stored:
        sounds, metadata = stored.get_tensor("vectors"), stored.metadata()
        blob, offsets = stored.get_tensor("ids").tobytes(), stored.get_tensor("id_offsets")
    ids = [blob[start:end].decode() for start, end in zip(offsets, offsets[1:])]
    with open(lists / "pairs.tsv", newline="") as lines:
        pairs = list(csv.DictReader(lines, delimiter="\t"))
    training = {pair["x"] for pair in pairs if pair["split"] == "train"}
    pool = sounds[[name in training for name in ids], : w.shape[1]].astype(np.float64)

    random = np.random.default_rng(0)
    rows, names, texts = [], [], set()
    for index, label in enumerate(labels):
        if label in general:
            continue
        for number in range(EACH):
            z = pool[random.integers(len(pool))].copy()
            # Embeddings are means of clipped activations: what leaves their range is brought back, and pushed again.
            for _ in range(20):
                gap = LOGIT - (w[index] @ z + b[index])
                if gap <= 1e-3:
                    break
                z = np.clip(z + gap * w[index] / (w[index] @ w[index]), 0, 6)
            scores = 1 / (1 + np.exp(-(w @ z + b)))
            name = f"class/{index}-{number}"
            rows.append(np.concatenate([z, scores]))
            names.append(name)
            for phrasing in PHRASINGS:
                text = phrasing.format(label.lower())
                texts.add(text)
                pairs.append({"x": name, "y": text, "group": f"class/{index}", "split": "train"})
    encoded = [name.encode() for name in ids + names]
    tensors = {
        "id_offsets": np.cumsum([0] + [len(name) for name in encoded], dtype=np.int64),
        "ids": np.frombuffer(b"".join(encoded), np.uint8),
        "vectors": np.concatenate([sounds, np.array(rows, np.float32)]),
    }
    save_file(tensors, lists / "all.safetensors", metadata)
    texts |= set((lists / "texts.tsv").read_text().splitlines()[1:])
    (lists / "all-texts.tsv").write_text("text\n" + "".join(text + "\n" for text in sorted(texts)))
    with open(lists / "all-pairs.tsv", "w", newline="") as out:
        writer = csv.DictWriter(out, ["x", "y", "group", "split"], delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(pairs)


if __name__ == "__main__":
    main()
