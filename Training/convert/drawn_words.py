"""Makes Models/components/drawn-words: the sentence vectors of the words for what the bundled decoder draws.

    python drawn_words.py

The words are the nouns and sayings of ../concepts.tsv, each with the concept that it names. A prompt whose nearest word
is farther than FAR is not one of these things.
"""

import csv
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from audioset_words import COMPONENTS, SentenceEncoder
from component import write_checksums

FOLDER = COMPONENTS / "drawn-words"
CONCEPTS = Path(__file__).resolve().parents[1] / "concepts.tsv"
FAR = 0.57


def words() -> dict[str, str]:
    """Every word with its concept; a word of several concepts is that of the first."""
    with open(CONCEPTS, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: dict[str, str] = {}
    for row in rows:
        for word in [row["concept"], *row["nouns"].split("|"), *row["sayings"].split("|")]:
            if word:
                found.setdefault(word, row["concept"])
    return found


def convert() -> None:
    FOLDER.mkdir(exist_ok=True)
    found = words()
    vectors = SentenceEncoder()(list(found))
    save_file({"embeddings": vectors.astype(np.float16)}, FOLDER / "embeddings.safetensors")
    (FOLDER / "words.tsv").write_text("".join(f"{word}\t{concept}\n" for word, concept in found.items()))
    config = {"model_type": "drawn-words", "text_encoder": "all-minilm-l6-v2", "far": FAR}
    (FOLDER / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_checksums(FOLDER)


if __name__ == "__main__":
    convert()
