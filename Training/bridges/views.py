"""Views of one drawing: the drawing alone on white, and variations of size, place, side, ground and colour."""

import colorsys
import random
import zlib

import numpy as np
from PIL import Image, ImageChops, ImageEnhance
from scipy import ndimage

SIDE = 256
# What an image encoder sees of a square picture is its inner 7/8.
SEEN = SIDE * 7 // 8
COUNT = 6
LONGEST = 4


def drawn(path):
    """The drawing on white, cropped to what is not white; None where there is nothing, or only a thin line."""
    try:
        picture = Image.open(path).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((512, 512), Image.Resampling.LANCZOS)
    white = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(white, picture).convert("RGB")
    difference = ImageChops.difference(picture, Image.new("RGB", picture.size, "white"))
    box = difference.convert("L").point(lambda level: 255 if level > 5 else 0).getbbox()
    if box is None or max(box[2] - box[0], box[3] - box[1]) > LONGEST * min(box[2] - box[0], box[3] - box[1]):
        return None
    return picture.crop(box)


def cut_out(picture):
    """RGBA: the white that touches the border becomes transparent."""
    white = np.pad(np.asarray(picture).min(axis=2) >= 250, 1, constant_values=True)
    regions, _ = ndimage.label(white)
    outside = (regions == regions[0, 0])[1:-1, 1:-1]
    picture = picture.convert("RGBA")
    picture.putalpha(Image.fromarray(np.where(outside, 0, 255).astype(np.uint8)))
    return picture


def framed(cutting, longest, shift=(0, 0), ground=(255, 255, 255), angle=0.0, mirrored=False):
    """A square picture of SIDE with the drawing's longest side of so many pixels, centred but for the shift."""
    if mirrored:
        cutting = cutting.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if angle:
        cutting = cutting.rotate(angle, Image.Resampling.BICUBIC, expand=True)
        cutting = cutting.crop(cutting.getbbox())
    scale = longest / max(cutting.size)
    cutting = cutting.resize([max(1, round(n * scale)) for n in cutting.size], Image.Resampling.LANCZOS)
    layer = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    layer.paste(cutting, ((SIDE - cutting.width) // 2 + shift[0], (SIDE - cutting.height) // 2 + shift[1]))
    return Image.alpha_composite(Image.new("RGBA", (SIDE, SIDE), (*ground, 255)), layer).convert("RGB")


def pastel(draw):
    levels = colorsys.hsv_to_rgb(draw.random(), draw.uniform(0.15, 0.6), draw.uniform(0.6, 1))
    return tuple(round(255 * level) for level in levels)


def views(picture, key, count=COUNT):
    """The first `count` of COUNT views of a drawing, the same for the same key; the first is the drawing as it is."""
    cutting, draw = cut_out(picture), random.Random(zlib.crc32(key.encode()))
    places = [draw.randint(-24, 24) for _ in range(2)]
    made = [
        lambda: framed(cutting, SEEN),
        lambda: framed(cutting, SEEN + 16, mirrored=True),
        lambda: framed(cutting, 160, shift=places),
        lambda: framed(cutting, 200, ground=pastel(draw), angle=draw.uniform(-12, 12), mirrored=draw.random() < 0.5),
        lambda: framed(cutting, SEEN, ground=pastel(draw)),
        lambda: ImageEnhance.Color(framed(cutting, 184, angle=draw.uniform(-8, 8), mirrored=True)).enhance(0),
    ]
    return [make() for make in made[:count]]
