"""Views of a picture for the denoiser: turned, bent, scaled, moved and recoloured, on white."""

import numpy as np
import torch
import torch.nn.functional as F

SIDE = 256
NEVER_MIRRORED = {"clock", "watch", "stopwatch", "music", "keyboard"}
# Standard deviation of the points of a 5x5 grid that bend a view, in half sides of the picture.
BEND = 0.025


def placed(random):
    """[1, 2, 3]: where each point of a view comes from: turned, sheared, stretched, scaled, moved within the square."""
    angle, shear = np.deg2rad(random.uniform(-8, 8)), random.uniform(-0.1, 0.1)
    scale, stretch = random.uniform(0.7, 1), np.exp(random.uniform(-0.06, 0.06))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    inverse = np.linalg.inv(turn @ [[1, shear], [0, 1]] @ np.diag([stretch, 1 / stretch])) / scale
    shift = random.uniform(scale - 1, 1 - scale, (2, 1))
    return torch.from_numpy(np.hstack([inverse, -inverse @ shift]).astype(np.float32))[None]


def recolouring(random):
    """[3, 3]: a turn of the hue about the grey axis, another saturation, other strengths of the three colours."""
    hue, saturation = random.normal(0, 0.03) * 2 * np.pi, random.uniform(0.75, 1.2)
    grey, same = np.full((3, 3), 1 / 3), np.eye(3)
    across = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turned = grey + saturation * (np.cos(hue) * (same - grey) + np.sin(hue) * across)
    return torch.from_numpy((random.uniform(0.9, 1.1, (3, 1)) * turned).astype(np.float32))


def drawn(job):
    """What is random of a view: the bend's grid, the place, the colours."""
    random = np.random.default_rng(job)
    return random.normal(0, BEND, (2, 5, 5)), placed(random)[0].numpy(), recolouring(random).numpy()


def views(pictures, mirrored, parts):
    """[batch, 3, 256, 256] in [-1, 1] of uint8 [batch, 256, 256, 3]: other views of them, slightly bent, on white."""
    device = pictures.device
    ink = 1 - pictures.permute(0, 3, 1, 2).float() / 255
    ink = torch.where(mirrored.view(-1, 1, 1, 1), ink.flip(3), ink)
    bends, places, colours = (torch.from_numpy(np.stack(part)).float().to(device) for part in zip(*parts))
    bends = F.interpolate(bends, (SIDE, SIDE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
    grid = F.affine_grid(places, ink.shape, align_corners=False) + bends
    ink = F.grid_sample(ink, grid, padding_mode="zeros", align_corners=False)
    return 1 - 2 * torch.einsum("bij,bjhw->bihw", colours, ink).clamp(0, 1)
