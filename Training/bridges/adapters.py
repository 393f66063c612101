"""Trained adapters in NumPy, for what is fitted to them and measured in bulk."""

import json
from pathlib import Path

import numpy as np
from scipy.special import erf
from safetensors.numpy import load_file


class Adapter:
    """One side of a component that `fusemix-gen train` wrote: [n, inputs] -> unit vectors [n, outputs]."""

    def __init__(self, folder: Path, side: str) -> None:
        self.form = json.loads((folder / "config.json").read_text())[side]
        stored = load_file(folder / "model.safetensors")
        self.tensors = {name[2:]: stored[name].astype(np.float64) for name in stored if name[0] == side}

    def linear(self, name: str, x: np.ndarray) -> np.ndarray:
        return x @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def norm(self, name: str, x: np.ndarray) -> np.ndarray:
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5)
        return x * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def correction(self, x: np.ndarray) -> np.ndarray:
        """What the trained layers make of latents, before a base is corrected."""
        if self.form["kind"] == "identity":
            return x
        if self.form["kind"] == "fusemix":
            if "input_projection.weight" in self.tensors:
                x = self.linear("input_projection", x)
            for block in range(self.form["blocks"]):
                hidden = self.linear(f"blocks.{block}.up", self.norm(f"blocks.{block}.norm", x))
                x = x + self.linear(f"blocks.{block}.down", hidden * (1 + erf(hidden / np.sqrt(2))) / 2)
            x = self.norm("norm", x)
        return self.linear("output_projection", x)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        y = self.correction(np.asarray(x, np.float64))
        if base := self.form.get("base"):
            scores = np.maximum(x[:, base["start"] : base["start"] + base["count"]], 0) ** base["power"]
            vectors = self.tensors["base.weight"].T
            if gain := base.get("gain"):
                specific = vectors.any(axis=1)
                keys = np.where(specific[:, None], vectors - vectors[specific].mean(axis=0), 0)
                y = scores * np.exp(gain * y @ keys.T) @ vectors
            else:
                guess = scores @ vectors
                y = y + guess / np.maximum(np.linalg.norm(guess, axis=1, keepdims=True), 1e-12)
        return y / np.linalg.norm(y, axis=1, keepdims=True)
