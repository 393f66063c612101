"""The bridge beside its rivals: class names alone, ridge, CCA, FuseMix, and the correction that is bundled.

    python compare.py --sounds runs/bridges/sounds.safetensors --labels runs/bridges/labels.tsv \
        --evaluate runs/bridges/evaluate --out runs/bridges/compare --program fusemix-gen

Trains every one eleven times (`all/ours/sound-condition` is the one that is bundled, after `keys.py`): with all ten classes of ESC-10, and with each class left out, its sounds and its name. Prints
a  fold 4 of ESC-10 (none of it trained on), told among the ten names;
b  every clip of ESC-10 told among the ten names by the adapter that never met its class, with the difference to the class
   names on the same clips and its 95 % interval (4,000 paired draws of clips);
c  named Sonic Pi samples and Tux Paint's sounds, of other things and from other sources.
Latents of the sounds of c: `fusemix-gen embed evaluate/NAME.tsv --features both`, beside the lists.
"""

import argparse
import subprocess
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from adapters import Adapter
from collect import table
from keys import keys
from latents import Latents
from targets import EMBEDDING, POWER, base_weight, embeddings, encoder, labels, pairs, sentences, specific, unit

TEMPLATES = ["{}", "the sound of {}"]
SMALL = ["--width", "256", "--dropout", "0.3", "--batch", "512", "--epochs", "60", "--validation", "0"]
OURS = ["--anchored", "--base-power", "1.5", "--standardise", "--loss", "cosine", "--correction-penalty", "0.05",
        "--mixing", "permutation", "--lambda-per-sample", "--with-unmixed"]
RIVALS = {
    "linear (ridge)": ["--method", "linear", "--validation", "0"],
    "CCA, 256 channels": ["--method", "cca", "--output-size", "256", "--validation", "0"],
    "the paper's FuseMix, small form": SMALL,
}


def train(program: str, folder: Path, out: Path, options: list[str]) -> Path:
    if not (out / "model.safetensors").exists():
        call = [program, "train", "--x", folder / "x.safetensors", "--y", folder / "y.safetensors", "-o", out,
                "--threads", "1", "--quiet", *options]
        subprocess.run(list(map(str, call)), check=True)
    return out


def write(folder: Path, ids: list[str], x: np.ndarray, y: np.ndarray, sounds: Latents) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    Latents(ids, x, sounds.metadata).write(folder / "x.safetensors")
    Latents(ids, y, {"encoder": "all-minilm-l6-v2", "modality": "text"}).write(folder / "y.safetensors")
    return folder


def class_names(x: np.ndarray) -> np.ndarray:
    return unit(np.where(specific(), np.maximum(x[:, EMBEDDING:], 0), 0) ** POWER @ unit(embeddings()))


def with_keys(adapter: Adapter, key: np.ndarray):
    """The condition that the decoder gets, as `AnchoredAdapter` makes it."""
    def condition(x: np.ndarray) -> np.ndarray:
        weights = np.maximum(x[:, EMBEDDING:], 0) ** POWER * np.exp(adapter.correction(x.astype(np.float64)) @ key.T)
        return unit(np.where(specific(), weights, 0) @ unit(embeddings()))
    return condition


def identity(texts: np.ndarray) -> np.ndarray:
    return texts


class Evaluation:
    def __init__(self, x: np.ndarray, truths: list[str]) -> None:
        self.x, self.names = x, sorted(set(truths))
        self.truths = np.array([self.names.index(name) for name in truths])
        self.texts = {template: encoder()([template.format(name) for name in self.names]) for template in TEMPLATES}

    def right(self, sounds, words, template: str, items=slice(None)) -> np.ndarray:
        return (sounds(self.x[items]) @ words(self.texts[template]).T).argmax(axis=1) == self.truths[items]


def interval(right: np.ndarray, baseline: np.ndarray) -> str:
    difference = right.astype(float) - baseline
    draws = np.random.default_rng(0).integers(len(difference), size=(4000, len(difference)))
    low, high = np.percentile(difference[draws].mean(axis=1), [2.5, 97.5])
    return f"{difference.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("sounds", "labels", "evaluate", "out"):
        parser.add_argument("--" + name, type=Path, required=True)
    parser.add_argument("--program", default="fusemix-gen")
    arguments = parser.parse_args()
    sounds, listed = Latents.read(arguments.sounds), table(arguments.labels)
    clips = [row for row in listed if row["source"] == "esc10"]
    esc = Evaluation(sounds.rows([row["id"] for row in clips]), [row["class"] for row in clips])
    fold4 = np.array([row["fold"] == "4" for row in clips])
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file({"weight": np.ascontiguousarray(base_weight().T)}, arguments.out / "base.safetensors")

    bridges: dict[str, dict] = {"class names, no training": {}}
    for left_out in [*esc.names, None]:
        rows = [row for row in listed if row["fold"] != "4" and row["class"] != left_out]
        folder = arguments.out / (left_out or "all").replace(" ", "-")
        ids, x, y, known = pairs(sounds, rows, own=1.0, contrast=0.7)
        data = write(folder / "ours", ids, x, y, sounds)
        (data / "known.tsv").write_text("".join(f"{name}\t{of}\n" for name, of in zip(ids, known)))
        ours = train(arguments.program, data, data / "sound-condition",
                     ["--base", arguments.out / "base.safetensors", *OURS, *SMALL])
        adapter = Adapter(ours, "x")
        bridges["class names, no training"][left_out] = class_names, identity
        bridges.setdefault("ours: the adapter", {})[left_out] = adapter, identity
        bridges.setdefault("ours: the decoder's condition", {})[left_out] = (
            with_keys(adapter, keys(adapter, x, known)), identity)
        # The others learn the same sounds with their captions, and the prototypes with the names of their classes.
        classes = [label for label, is_specific in zip(labels(), specific()) if is_specific]
        captions = [row["caption"] for row in rows] + classes
        different = sorted(set(captions))
        texts = dict(zip(different, sentences(different)))
        data = write(folder / "texts", ids, x, np.stack([texts[caption] for caption in captions]), sounds)
        for name, options in RIVALS.items():
            component = train(arguments.program, data, folder / name.split()[-2 if "form" in name else 0], options)
            bridges.setdefault(name, {})[left_out] = Adapter(component, "x"), Adapter(component, "y")
        print(folder.name, flush=True)

    others = {}
    for name in ("sonic-pi", "tux-paint"):
        latents = Latents.read(arguments.evaluate / f"{name}.safetensors")
        truth = dict(line.split("\t") for line in (arguments.evaluate / f"{name}.tsv").read_text().splitlines())
        truth = {Path(path).name: label for path, label in truth.items()}
        others[name] = Evaluation(latents.vectors, [truth[Path(i).name] for i in latents.ids])
    for template in TEMPLATES:
        print(f"\n{template}\n| bridge | a | b | b, difference | Sonic Pi | Tux Paint |\n|---|---|---|---|---|---|")
        baseline = esc.right(class_names, identity, template)
        for name, trained in bridges.items():
            right = np.zeros(len(clips), bool)
            for index, left_out in enumerate(esc.names):
                items = esc.truths == index
                right[items] = esc.right(*trained[left_out], template, items)
            a = esc.right(*trained[None], template, fold4).mean()
            c = [evaluation.right(*trained[None], template) for evaluation in others.values()]
            gaps = [interval(mine, evaluation.right(class_names, identity, template))
                    for mine, evaluation in zip(c, others.values())]
            cells = " | ".join(f"{mine.mean():.3f}, {gap}" for mine, gap in zip(c, gaps))
            print(f"| {name} | {a:.3f} | {right.mean():.3f} | {interval(right, baseline)} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
