"""Files of latents as the program reads and writes them: ids and vectors in one .safetensors."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file


@dataclass
class Latents:
    ids: list[str]
    vectors: np.ndarray
    metadata: dict[str, str]

    @staticmethod
    def read(path: Path) -> "Latents":
        with safe_open(path, "np") as file:
            blob, offsets = bytes(file.get_tensor("ids")), file.get_tensor("id_offsets")
            ids = [blob[a:b].decode() for a, b in zip(offsets, offsets[1:])]
            return Latents(ids, file.get_tensor("vectors").astype(np.float32), file.metadata() or {})

    def rows(self, ids: list[str]) -> np.ndarray:
        row = {name: i for i, name in enumerate(self.ids)}
        return self.vectors[[row[name] for name in ids]]

    def write(self, path: Path) -> None:
        blobs = [name.encode() for name in self.ids]
        tensors = {
            "vectors": np.ascontiguousarray(self.vectors, np.float32),
            "ids": np.frombuffer(b"".join(blobs), np.uint8),
            "id_offsets": np.cumsum([0] + [len(blob) for blob in blobs]).astype(np.int64),
        }
        save_file(tensors, path, self.metadata)
