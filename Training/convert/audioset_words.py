"""Makes Models/components/audioset-words: the sentence vectors of YAMNet's class names.

    python audioset_words.py

A name is embedded as it is written ("Baby cry, infant cry"), by the component all-minilm-l6-v2.
`general.tsv` and `voices.tsv` are kept by hand and only checked here.
"""

import csv
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertModel

from component import write_checksums

COMPONENTS = Path(__file__).resolve().parents[2] / "Models/components"
FOLDER = COMPONENTS / "audioset-words"
POWER = 1.5
# As in Sources/SoundBridge/Conditioning/VoiceRule.swift.
HEARD = 0.02


class SentenceEncoder:
    def __init__(self, folder: Path = COMPONENTS / "all-minilm-l6-v2"):
        self.model = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32).eval()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self.tokenizer.enable_truncation(limit)

    @torch.no_grad()
    def __call__(self, texts: list[str]) -> np.ndarray:
        """Texts to unit vectors [texts, 384]."""
        ids = [torch.tensor([self.tokenizer.encode(text).ids]) for text in texts]
        means = torch.stack([self.model(i).last_hidden_state[0].mean(dim=0) for i in ids])
        return torch.nn.functional.normalize(means, dim=1).numpy()


def labels() -> list[str]:
    return (COMPONENTS / "yamnet/labels.txt").read_text().splitlines()


def general() -> list[str]:
    """The names that are neither heard nor weighed: categories, surroundings, properties of a signal."""
    return [line.split("\t")[0] for line in (FOLDER / "general.tsv").read_text().splitlines()]


def specific() -> np.ndarray:
    """Which of the labels name one thing, as a mask [521]."""
    left_out = set(general())
    return np.array([label not in left_out for label in labels()])


def voices() -> dict[str, str]:
    """Labels of a talker's voice, each with "yields" or "beside"."""
    return dict(line.split("\t") for line in (FOLDER / "voices.tsv").read_text().splitlines())


def talk() -> np.ndarray:
    """Which of the labels give way to others, as a mask [521]."""
    remarks = voices()
    return np.array([remarks.get(label) == "yields" for label in labels()])


def beside_talk(scores: np.ndarray) -> np.ndarray:
    """Scores [items, 521], those of talk 0 where another specific class is heard."""
    voiced = voices()
    others = specific() & np.array([label not in voiced for label in labels()])
    is_heard = np.where(others, scores, 0).max(axis=1) >= HEARD
    return np.where(is_heard[:, None] & talk(), 0, scores)


def embeddings() -> np.ndarray:
    """The vectors of the labels, [521, 384]."""
    return load_file(FOLDER / "embeddings.safetensors")["embeddings"].astype(np.float32)


def condition(scores: np.ndarray, power: float = POWER) -> np.ndarray:
    """The training-free bridge: scores [..., 521] to unit vectors [..., 384] in the sentence space."""
    mixed = np.where(specific(), scores, 0) ** power @ embeddings()
    return mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)


def heard(conditions: np.ndarray, count: int = 3) -> np.ndarray:
    """The labels nearest to conditions [items, 384], best first, [items, count]."""
    similarity = np.where(specific(), conditions @ embeddings().T, -np.inf)
    return np.array(labels())[np.argsort(-similarity, axis=1)[:, :count]]


def accepted() -> dict[str, set[str]]:
    """The labels that are right for each class of ESC-10 and other samples."""
    words: dict[str, set[str]] = {}
    with open(COMPONENTS.parents[1] / "Samples/accepted-words.tsv") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            words.setdefault(row["sample"], set()).add(row["label"])
    return words


def convert() -> None:
    names = labels()
    if unknown := {*general(), *voices()} - set(names):
        raise SystemExit(f"general.tsv, voices.tsv: {sorted(unknown)} are not labels")
    vectors = SentenceEncoder()(names)
    save_file({"embeddings": vectors.astype(np.float16)}, FOLDER / "embeddings.safetensors")
    config = {
        "model_type": "label-embeddings",
        "labels": "yamnet/labels.txt",
        "text_encoder": "all-minilm-l6-v2",
        "prompt": "{label}",
        "score_power": POWER,
    }
    (FOLDER / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_checksums(FOLDER)


if __name__ == "__main__":
    convert()
