"""The same training step in PyTorch, timed in the same way: training_peer.py THREADS BATCH X Y STEPS."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(0.6)

    def forward(self, x):
        return x + self.down(self.dropout(functional.gelu(self.up(self.norm(x)))))


class Adapter(nn.Sequential):
    def __init__(self, width):
        super().__init__(*[Block(width) for _ in range(4)], nn.LayerNorm(width), nn.Linear(width, 512))

    def forward(self, x):
        return functional.normalize(super().forward(x), dim=1)


def main():
    threads, batch, x_size, y_size, steps = map(int, sys.argv[1:])
    torch.set_num_threads(threads)
    latents = [torch.rand(2 * batch, size) * 2 - 1 for size in (x_size, y_size)]
    adapters = nn.ModuleList([Adapter(x_size), Adapter(y_size)])
    temperature = nn.Parameter(torch.tensor(0.07))
    weights = [p for p in adapters.parameters() if p.dim() >= 2]
    others = [p for p in adapters.parameters() if p.dim() < 2] + [temperature]
    optimiser = torch.optim.AdamW(
        [{"params": weights, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}], lr=1e-3, fused=True)
    target = torch.arange(batch)

    def step():
        order = torch.randperm(2 * batch)
        share = torch.distributions.Beta(1.0, 1.0).sample()
        mixed = [share * z[order[:batch]] + (1 - share) * z[order[batch:]] for z in latents]
        x, y = (adapter(z) for adapter, z in zip(adapters, mixed))
        logits = x @ y.T / temperature
        loss = (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            temperature.clamp_(0.001, 0.5)

    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    measured = sorted(seconds[1:]) or seconds
    print(json.dumps({"pairs_per_second": batch / measured[0], "median": batch / measured[len(measured) // 2]}))


if __name__ == "__main__":
    main()
