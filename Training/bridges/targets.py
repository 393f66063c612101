"""What each training sound of the bridge from sounds to conditions is to become.

A sound's *base* is what the bridge without training makes of it, with the names of the classes taken from their mean:
unit(Σ scoreᵖ (name − mean name)) over the specific classes. The target of an ESC-10 clip of folds 1 to 3 says what it is
and what it is not: unit(base + own · its name − contrast · Σ names of all training classes), each name less what the
names of all the encoder's classes have in common. Every other sound is unlabelled here: its target is its base. So is
that of the prototypes, latents that the classifier takes for one of its classes: real ones moved along the row of that
class.
"""

import functools
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from latents import Latents

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "convert"))
from audioset_words import COMPONENTS, POWER, SentenceEncoder, embeddings, labels, specific  # noqa: E402

TEMPLATES = ["{}", "the sound of {}", "a sound of {}", "a recording of {}"]
EMBEDDING = 1024
PROTOTYPE_LOGIT = 1.1  # a score of 0.75


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def base_weight() -> np.ndarray:
    """[classes, channels]: names less their mean, zeros for the general ones."""
    names = unit(embeddings())
    return np.where(specific()[:, None], names - names[specific()].mean(axis=0), 0).astype(np.float32)


@functools.cache
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@functools.cache
def sentence(name: str) -> np.ndarray:
    return unit(encoder()([template.format(name) for template in TEMPLATES]).sum(axis=0))


def sentences(names: list[str]) -> np.ndarray:
    """Unit vectors: of each name the mean over the templates."""
    return np.stack([sentence(name) for name in names])


@functools.cache
def common() -> np.ndarray:
    """What the names of the encoder's specific classes have in common."""
    return sentences([name for name, is_specific in zip(labels(), specific()) if is_specific]).mean(axis=0)


def named(classes: list[str]) -> np.ndarray:
    """What sets a class's name apart."""
    return sentences(classes) - common()


def prototypes(pool: np.ndarray, seed: int = 0) -> np.ndarray:
    """For each specific class a latent that the classifier takes for it, beside the scores that it gives."""
    weights = load_file(COMPONENTS / "yamnet/model.safetensors")
    rows, bias = weights["classifier.weight"].astype(np.float64), weights["classifier.bias"].astype(np.float64)
    classes = np.flatnonzero(specific())
    random = np.random.default_rng(seed)
    latents = pool[random.integers(len(pool), size=len(classes)), :EMBEDDING] * random.uniform(0.2, 1, (len(classes), 1))
    for _ in range(40):
        logits = (latents * rows[classes]).sum(axis=1) + bias[classes]
        missing = np.maximum(0, PROTOTYPE_LOGIT - logits) / (rows[classes] ** 2).sum(axis=1)
        latents = np.clip(latents + 1.2 * missing[:, None] * rows[classes], 0, 6)
    return np.concatenate([latents, 1 / (1 + np.exp(-(latents @ rows.T + bias)))], axis=1).astype(np.float32)


def pairs(sounds: Latents, rows: list[dict[str, str]], own: float, contrast: float, copies: int = 1):
    """Ids, latents, targets, and what each is: a class of ESC-10, or "" for a sound that is unlabelled here."""
    x = sounds.rows([row["id"] for row in rows])
    known = [row["class"] if row["source"].startswith("esc10") else "" for row in rows]
    others = np.array([not name for name in known])
    made = np.concatenate([prototypes(x[others], seed) for seed in range(copies)])
    x = np.concatenate([x, made])
    y = unit(x[:, EMBEDDING:] ** POWER @ base_weight())
    classes = sorted(set(known) - {""})
    names = named(classes)
    for i, name in enumerate(known):
        if name:
            y[i] = unit(y[i] + own * names[classes.index(name)] - contrast * names.sum(axis=0))
    ids = [row["id"] for row in rows] + [f"prototype/{i}" for i in range(len(made))]
    return ids, x, y, known + [""] * len(made)
