"""What both trainings share: a schedule by the clock, moving averages, checkpoints."""

import json
import math
import os
import time

import torch
from safetensors.torch import load_file, save_file

PIECE = 16 * 2**20


class Clock:
    """Progress through a time budget that survives a resume: machines differ, minutes do not."""

    def __init__(self, minutes, elapsed=0.0):
        self.total = 60.0 * minutes
        self.start = time.monotonic() - elapsed

    @property
    def elapsed(self):
        return time.monotonic() - self.start

    @property
    def progress(self):
        return min(1.0, self.elapsed / self.total)


def learning_rate(peak, step, progress, warmup=300, floor=0.02):
    """Linear warm-up by steps, then a cosine by the clock down to floor * peak."""
    cosine = floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))
    return peak * min(1.0, (step + 1) / warmup) * cosine


class Average:
    """Exponential moving average of a module's state, warmed up so that early steps count less."""

    def __init__(self, module, decay):
        self.decay = decay
        self.state = {k: v.detach().clone() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module, step):
        decay = min(self.decay, (1 + step) / (10 + step))
        values = module.state_dict()
        torch._foreach_lerp_(list(self.state.values()), [values[name] for name in self.state], 1 - decay)


def save_checkpoint(path, **state):
    """Written beside, then renamed: an interrupted run never leaves half a checkpoint."""
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def write_pieces(folder, config, state):
    """config.json and the tensors in half precision, as few files of at most 16 MiB as their order gives."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces, size = [{}], 0
    for name, tensor in state.items():
        tensor = tensor.to("cpu", torch.float16).contiguous()
        # A quarter MiB is left for the header.
        if pieces[-1] and size + tensor.nbytes > PIECE - 2**18:
            pieces.append({})
            size = 0
        pieces[-1][name] = tensor
        size += tensor.nbytes
    for number, piece in enumerate(pieces):
        save_file(piece, folder / f"part-{number:02d}.part")
        os.chmod(folder / f"part-{number:02d}.part", 0o644)
        os.replace(folder / f"part-{number:02d}.part", folder / f"part-{number:02d}.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def read_pieces(folder):
    """(fields of config.json, tensors) of what write_pieces wrote, or of a component's folder."""
    state = {}
    for path in sorted(folder.glob("*.safetensors")):
        state |= {name: tensor.float() for name, tensor in load_file(path).items()}
    return json.loads((folder / "config.json").read_text(encoding="utf-8")), state


def averaged(path):
    """(fields of config.json, averaged weights) of a checkpoint, a folder of pieces or a component's folder."""
    if path.is_dir():
        return read_pieces(path)
    saved = torch.load(path, map_location="cpu")
    statistics = {name: saved[name] for name in ("latent_mean", "latent_std") if name in saved}
    return saved.get("config", {}) | statistics, saved["average"]


class ThreadCount:
    """As many threads as lately were fastest.

    On a shared machine a second thread can cost more than it gives: every parallel loop waits for
    its slowest thread. So each count from 1 to `most` is tried again once in `PERIOD` steps.
    """

    PERIOD = 30

    def __init__(self, most):
        self.seconds = {count: 0.0 for count in range(1, most + 1)}
        self.steps = 0

    def measure(self, step):
        """Runs step() under the chosen count and remembers how long it took."""
        turn = self.steps % self.PERIOD
        count = turn + 1 if turn < len(self.seconds) else min(self.seconds, key=self.seconds.get)
        torch.set_num_threads(count)
        start = time.monotonic()
        result = step()
        taken = time.monotonic() - start
        before = self.seconds[count]
        self.seconds[count] = taken if turn < len(self.seconds) else 0.7 * before + 0.3 * taken
        self.steps += 1
        return result


def device_and_threads(threads):
    torch.set_num_threads(threads)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
