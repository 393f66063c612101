"""Makes Models/components/drawn-words: the sentence vectors of the words for what the bundled decoder draws.

    python drawn_words.py

The words are the nouns and sayings of ../concepts.tsv and the names of ../nouns.tsv, each with the concept that it names;
a saying near another of its concept is left out. A prompt whose nearest word is farther than FAR is not one of these things.
"""

import csv
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from audioset_words import COMPONENTS, SentenceEncoder
from component import write_checksums

FOLDER = COMPONENTS / "drawn-words"
TRAINING = Path(__file__).resolve().parents[1]
FAR = 0.57
# Cosine above which a word tells nothing that another of its concept does not.
ALIKE = 0.8


def words() -> dict[str, str]:
    """Every word with its concept; a word of several concepts is that of the first."""
    with open(TRAINING / "concepts.tsv", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: dict[str, str] = {}
    for row in rows:
        for word in [row["concept"], *row["nouns"].split("|"), *row["sayings"].split("|")]:
            if word:
                found.setdefault(word, row["concept"])
    for line in (TRAINING / "nouns.tsv").read_text(encoding="utf-8").splitlines():
        *_, name = names = line.split("\t")
        found |= {word: name for word in names if word not in found}
    return found


def told_apart(found: dict[str, str], vectors: np.ndarray) -> list[int]:
    """Rows of the words but those that are near an earlier one of their concept; a concept's own name stays."""
    concepts, kept = list(found.values()), []
    for row, (word, concept) in enumerate(found.items()):
        alike = any(concepts[other] == concept and vectors[row] @ vectors[other] > ALIKE for other in kept)
        if word == concept or not alike:
            kept.append(row)
    return kept


def convert() -> None:
    FOLDER.mkdir(exist_ok=True)
    found = words()
    vectors = SentenceEncoder()(list(found))
    kept, rows = told_apart(found, vectors), list(found.items())
    found, vectors = dict(rows[row] for row in kept), vectors[kept]
    save_file({"embeddings": vectors.astype(np.float16)}, FOLDER / "embeddings.safetensors")
    (FOLDER / "words.tsv").write_text("".join(f"{word}\t{concept}\n" for word, concept in found.items()))
    config = {"model_type": "drawn-words", "text_encoder": "all-minilm-l6-v2", "far": FAR}
    (FOLDER / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_checksums(FOLDER)


if __name__ == "__main__":
    convert()
