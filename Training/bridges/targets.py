"""What the bridge from sounds to conditions starts from, and the texts that it is trained towards."""

import functools
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "convert"))
from audioset_words import COMPONENTS, POWER, SentenceEncoder, embeddings, labels, specific  # noqa: E402, F401

PHRASES = ["{}", "the sound of {}", "a sound of {}", "a recording of {}"]


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def names() -> np.ndarray:
    """[classes, channels]: the names' vectors, zeros for the general ones."""
    return np.where(specific()[:, None], unit(embeddings()), 0).astype(np.float32)


@functools.cache
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@functools.cache
def text(name: str) -> np.ndarray:
    return unit(encoder()([phrase.format(name) for phrase in PHRASES]).sum(axis=0))
