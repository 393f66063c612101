"""Adds to an anchored adapter the keys by which its correction is read as class names.

    python keys.py --data runs/bridges/compare/all/ours --component runs/bridges/compare/all/ours/sound-condition

A ridge regression from the corrections of the training sounds to what sets their own names apart (nothing for the sounds
that are unlabelled) undoes what the targets' contrast did; key = gain * (that map, transposed) * what sets the class's name
apart, 0 for the general classes. The program multiplies a class's weight by exp(<correction, key>).

Writes `keys.safetensors` (keys [classes, channels], half precision) and SHA256SUMS anew.
"""

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from adapters import Adapter
from latents import Latents
from targets import base_weight, named, unit  # makes convert/ known
from component import write_checksums  # noqa: E402

GAIN = 5.0
RIDGE = 0.01  # mean variances of a channel


def keys(adapter: Adapter, x: np.ndarray, known: list[str]) -> np.ndarray:
    classes = sorted(set(known) - {""})
    names = named(classes)
    own = np.stack([names[classes.index(name)] if name else np.zeros(names.shape[1]) for name in known])
    corrections = adapter.correction(x.astype(np.float64))
    gram = corrections.T @ corrections
    gram += RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
    reading = np.linalg.solve(gram, corrections.T @ own)
    return GAIN * unit(base_weight().astype(np.float64)) @ reading.T


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of compare.py with x.safetensors and known.tsv")
    parser.add_argument("--component", type=Path, required=True)
    arguments = parser.parse_args()
    x = Latents.read(arguments.data / "x.safetensors").vectors
    known = [line.split("\t")[1] for line in (arguments.data / "known.tsv").read_text().splitlines()]
    made = keys(Adapter(arguments.component, "x"), x, known)
    save_file({"keys": made.astype(np.float16)}, arguments.component / "keys.safetensors")
    write_checksums(arguments.component)


if __name__ == "__main__":
    main()
