"""What both trainings share: a schedule by the clock, moving averages, checkpoints."""

import math
import os
import time

import torch


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
        for name, value in module.state_dict().items():
            self.state[name].lerp_(value, 1 - decay)


def save_checkpoint(path, **state):
    """Written beside, then renamed: an interrupted run never leaves half a checkpoint."""
    torch.save(state, f"{path}.part")
    os.replace(f"{path}.part", path)


def device_and_threads(threads):
    torch.set_num_threads(threads)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
