"""The bridge beside class names alone and beside its rivals: ridge, CCA and the paper's FuseMix.

    python compare.py --latents runs/bridges --out runs/bridges/compare --program fusemix-gen

LATENTS holds labels.tsv of collect.py, and for each of `EARS` EAR.safetensors of its sounds.tsv (`embed --features both`).
Every bridge is trained on the named sounds with whole sources held out in turn, with a sixth of the classes held out in
turn, and on all (`all/ours` is what is bundled). Fold 4 of ESC-10 and the sources of collect.MEASURED are never trained on.
A clip is told among the names of its set by the nearest of their texts; shares are means over the names, and intervals
those of 4,000 draws of names and of clips within these.
"""

import argparse
import hashlib
import subprocess
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from adapters import Adapter
from collect import MEASURED, table
from latents import Latents
from targets import POWER, encoder, names, specific, text, unit

EARS = ["yamnet", "two-ears"]
SMALL_SOURCES = ["bigsoundbank", "blanket", "max-audio"]
HELD_OUT = {"antum-mod-sounds": ["antum-mod-sounds"], "esc50": ["esc50"], "instruments": ["instruments"],
            "three small sources": SMALL_SOURCES, "esc10": ["esc10"]}
CLASS_GROUPS = 6
TOWER = ["--width", "256", "--blocks", "1", "--expansion", "4", "--dropout", "0.3", "--validation", "0"]
FUSEMIX = ["--batch", "512", "--mixing", "permutation", "--lambda-per-sample", "--with-unmixed", "--positives", "y",
           "--standardise", *TOWER]
OURS = "ours"
BRIDGES = {
    OURS: [*FUSEMIX, "--anchored", "--base-power", "3", "--base-gain", "10", "--correction-penalty", "1",
           "--epochs", "12", "--lr", "5e-4"],
    "ridge": ["--method", "linear", "--validation", "0"],
    "CCA, 256 channels": ["--method", "cca", "--output-size", "256", "--validation", "0"],
    "FuseMix, two towers": [*FUSEMIX, "--output-size", "256", "--epochs", "20"],
}


class Sounds:
    def __init__(self, folder: Path) -> None:
        rows = table(folder / "labels.tsv")
        latents = {ear: Latents.read(folder / f"{ear}.safetensors") for ear in EARS}
        heard = set(latents[EARS[0]].ids)
        rows = [row for row in rows if row["id"] in heard]
        self.ids = [row["id"] for row in rows]
        self.source, self.fold, self.name = (np.array([row[key] for row in rows]) for key in ("source", "fold", "class"))
        self.latents = {ear: latents[ear].rows(self.ids) for ear in EARS}
        self.metadata = latents["two-ears"].metadata
        self.trainable = ~np.isin(self.source, MEASURED) & (self.fold != "4")
        self.class_group = np.array([hashlib.sha256(name.encode()).digest()[0] % CLASS_GROUPS for name in self.name])

    def scores(self, ear: str) -> np.ndarray:
        return np.where(specific(), np.maximum(self.latents[ear][:, -len(specific()):], 0), 0)


def class_names(sounds: Sounds, ear: str) -> np.ndarray:
    return unit(sounds.scores(ear) ** POWER @ names())


def write(folder: Path, sounds: Sounds, chosen: np.ndarray) -> list[str]:
    """The files that every bridge of a part learns from, as options of `train`."""
    folder.mkdir(parents=True, exist_ok=True)
    x, y, pairs = folder / "x.safetensors", folder / "y.safetensors", folder / "pairs.tsv"
    ids = [i for i, use in zip(sounds.ids, chosen) if use]
    Latents(ids, sounds.latents["two-ears"][chosen], sounds.metadata).write(x)
    classes = sorted(set(sounds.name[chosen]))
    Latents(classes, np.stack([text(name) for name in classes]),
            {"encoder": "all-minilm-l6-v2", "modality": "text"}).write(y)
    pairs.write_text("x\ty\n" + "".join(f"{i}\t{name}\n" for i, name in zip(ids, sounds.name[chosen])))
    return ["--x", x, "--y", y, "--pairs", pairs]


def train(program: str, files: list[str], options: list[str], base: Path, out: Path) -> Path:
    if not (out / "model.safetensors").exists():
        based = ["--base", base] if "--base-gain" in options else []
        call = [program, "train", *files, "-o", out, "--threads", "1", "--quiet", *based, *options]
        subprocess.run(list(map(str, call)), check=True)
    return out


class Bridge:
    """Embeddings of all the sounds by each of its trainings, and of texts."""

    def __init__(self, folders: dict[str, Path], x: np.ndarray) -> None:
        self.adapters = {part: (Adapter(folder, "x"), Adapter(folder, "y")) for part, folder in folders.items()}
        self.points = {part: adapter(x) for part, (adapter, _) in self.adapters.items()}

    def right(self, part: str, chosen: np.ndarray, sounds: Sounds, phrase: str, among: list[str]) -> np.ndarray:
        words = self.adapters[part][1](encoder()([phrase.format(name) for name in among]))
        return told(self.points[part][chosen], words, sounds.name[chosen], among)


def told(points: np.ndarray, words: np.ndarray, truths: np.ndarray, among: list[str]) -> np.ndarray:
    return np.array(among)[(points @ words.T).argmax(axis=1)] == truths


class Question:
    """Clips, each with the training that is asked, told among the names of them all."""

    def __init__(self, sounds: Sounds, parts: dict[str, np.ndarray]) -> None:
        self.sounds, self.parts = sounds, parts
        self.truths = np.concatenate([sounds.name[chosen] for chosen in parts.values()])
        self.among = sorted(set(self.truths))

    def by(self, bridge: Bridge, phrase: str) -> np.ndarray:
        return np.concatenate([bridge.right(part, chosen, self.sounds, phrase, self.among)
                               for part, chosen in self.parts.items()])

    def untrained(self, points: np.ndarray, phrase: str) -> np.ndarray:
        words = encoder()([phrase.format(name) for name in self.among])
        return np.concatenate([told(points[chosen], words, self.sounds.name[chosen], self.among)
                               for chosen in self.parts.values()])

    def mean(self, right: np.ndarray) -> float:
        return float(np.mean([right[self.truths == name].mean() for name in self.among]))

    def interval(self, difference: np.ndarray) -> str:
        random = np.random.default_rng(0)
        means = np.empty((4000, len(self.among)))
        for place, name in enumerate(self.among):
            own = difference[self.truths == name]
            means[:, place] = own[random.integers(len(own), size=(4000, len(own)))].mean(axis=1)
        draws = np.take_along_axis(means, random.integers(len(self.among), size=means.shape), axis=1).mean(axis=1)
        low, high = np.percentile(draws, [2.5, 97.5])
        return f"{self.mean(difference):+.3f} ({low:+.3f} to {high:+.3f})"


def questions(sounds: Sounds) -> dict[str, Question]:
    named = ~np.isin(sounds.source, [*MEASURED, "rendered", "esc10"])
    sources = {part: np.isin(sounds.source, held) for part, held in HELD_OUT.items()}
    groups = {f"classes {group}": sounds.class_group == group for group in range(CLASS_GROUPS)}
    found = {"the 701 clips": Question(sounds, {part: mask for part, mask in sources.items() if part != "esc10"})}
    found |= {part: Question(sounds, {part: mask}) for part, mask in sources.items()}
    found["the 701 clips, classes held out"] = Question(sounds, {part: mask & named for part, mask in groups.items()})
    found["ESC-10, classes held out"] = Question(
        sounds, {part: mask & (sounds.source == "esc10") for part, mask in groups.items()
                 if (mask & (sounds.source == "esc10")).any()})
    found["ESC-10, fold 4"] = Question(sounds, {"all": (sounds.source == "esc10") & (sounds.fold == "4")})
    return found | {source: Question(sounds, {"all": sounds.source == source}) for source in MEASURED}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("latents", "out"):
        parser.add_argument("--" + name, type=Path, required=True)
    parser.add_argument("--program", default="fusemix-gen")
    arguments = parser.parse_args()
    sounds = Sounds(arguments.latents)
    arguments.out.mkdir(parents=True, exist_ok=True)
    base = arguments.out / "names.safetensors"
    save_file({"weight": np.ascontiguousarray(names().T)}, base)

    training = {part: sounds.trainable & ~np.isin(sounds.source, held) for part, held in HELD_OUT.items()}
    training |= {f"classes {group}": sounds.trainable & (sounds.class_group != group) for group in range(CLASS_GROUPS)}
    training["all"] = sounds.trainable
    folders = {part: arguments.out / part.replace(" ", "-") for part in training}
    files = {part: write(folders[part], sounds, chosen) for part, chosen in training.items()}
    bridges = {}
    for name, options in BRIDGES.items():
        trained = {part: train(arguments.program, files[part], options, base,
                               folder / name.split(",")[0].replace(" ", "-")) for part, folder in folders.items()}
        bridges[name] = Bridge(trained, sounds.latents["two-ears"])
        print(name, "trained", flush=True)

    untrained = {f"class names, {ear}": class_names(sounds, ear) for ear in EARS}
    for phrase in ("the sound of {}", "{}"):
        print(f"\n{phrase}\n| set | clips, names | " + " | ".join([*untrained, *bridges])
              + " | ours to class names, yamnet | to class names, two-ears |")
        print("|---" * (4 + len(untrained) + len(bridges)) + "|")
        for title, question in questions(sounds).items():
            right = {name: question.untrained(points, phrase) for name, points in untrained.items()}
            right |= {name: question.by(bridge, phrase) for name, bridge in bridges.items()}
            differences = [question.interval(right[OURS].astype(float) - right[name]) for name in untrained]
            print(f"| {title} | {len(question.truths)}, {len(question.among)} | "
                  + " | ".join([f"{question.mean(of):.3f}" for of in right.values()] + differences) + " |", flush=True)


if __name__ == "__main__":
    main()
