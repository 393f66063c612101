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


def augmented(picture, mirrored, random):
    """[3, 256, 256] in [0, 255] -> [-1, 1]: another view of it, slightly bent, on white."""
    ink = 1 - picture.float() / 255
    if mirrored:
        ink = ink.flip(2)
    bend = torch.from_numpy(random.normal(0, BEND, (1, 2, 5, 5)).astype(np.float32))
    bend = F.interpolate(bend, (SIDE, SIDE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
    grid = F.affine_grid(placed(random), (1, 3, SIDE, SIDE), align_corners=False) + bend
    ink = F.grid_sample(ink[None], grid, padding_mode="zeros", align_corners=False)[0]
    return 1 - 2 * torch.einsum("ij,jhw->ihw", recolouring(random), ink).clamp(0, 1)
