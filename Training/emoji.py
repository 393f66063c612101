"""Makes the emoji folders that pictures.py reads, from clones of the public repositories.

    python emoji.py --clones CLONES --cldr /usr/share/unicode/cldr/common --out EMOJI

CLONES holds noto-emoji, emojitwo and fxemoji at the commits named in README.md; the names and
keywords come from Unicode CLDR (Debian's unicode-cldr-core), the SVGs of fxemoji are drawn by
rsvg-convert (librsvg2-bin). Each set becomes a folder of 256×256 pictures on white, cropped to
what is drawn and centred, and a captions.tsv: file, caption, keywords, licence.
"""

import argparse
import csv
import io
import pathlib
import re
import subprocess
import xml.etree.ElementTree

from PIL import Image, ImageChops

SIDE, MARGIN = 256, 4
SETS = {
    "noto": ("noto-emoji/png/512", "*.png", r"emoji_u([0-9a-f_]+)$", "Apache-2.0"),
    "emojitwo": ("emojitwo/png/512", "*.png", r"([0-9a-f-]+)$", "CC-BY-4.0"),
    "fxemoji": ("fxemoji/svgs/FirefoxEmoji", "*.svg", r"u([0-9A-F]+)-", "CC-BY-4.0"),
}
SKIN_TONES = {chr(code) for code in range(0x1F3FB, 0x1F400)}
VARIATION_SELECTOR = "\ufe0f"


def read_cldr(common):
    """{characters: (name, keywords)} in English, variation selectors left out."""
    names, keywords = {}, {}
    for folder in ("annotations", "annotationsDerived"):
        for entry in xml.etree.ElementTree.parse(common / folder / "en.xml").getroot().iter("annotation"):
            characters = entry.get("cp").replace(VARIATION_SELECTOR, "")
            (names if entry.get("type") == "tts" else keywords)[characters] = entry.text
    return {c: (name, keywords.get(c, "").replace(" | ", "|")) for c, name in names.items()}


def drawn(path):
    """RGB on white, cropped to the drawing, centred in a square of SIDE with a MARGIN."""
    if path.suffix == ".svg":
        png = subprocess.run(["rsvg-convert", "-w", "512", "-h", "512", path], check=True, capture_output=True)
        picture = Image.open(io.BytesIO(png.stdout))
    else:
        picture = Image.open(path)
    picture = picture.convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    box = ImageChops.difference(on_white, Image.new("RGB", picture.size, "white")).getbbox()
    if box is None:
        return None
    content = on_white.crop(box)
    scale = (SIDE - 2 * MARGIN) / max(content.size)
    content = content.resize([max(1, round(n * scale)) for n in content.size], Image.Resampling.LANCZOS)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(content, ((SIDE - content.width) // 2, (SIDE - content.height) // 2))
    return square


def make(source, pattern, code, licence, cldr, out):
    """One set; skin tones and characters without a name in CLDR are left out. The number of pictures."""
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in sorted(source.glob(pattern)):
        found = re.match(code, path.stem)
        if not found:
            continue
        characters = "".join(chr(int(part, 16)) for part in re.split("[-_]", found.group(1)))
        name, keywords = cldr.get(characters.replace(VARIATION_SELECTOR, ""), (None, None))
        if name is None or SKIN_TONES & set(characters) or (picture := drawn(path)) is None:
            continue
        picture.quantize(256).save(out / f"{path.stem}.png", optimize=True)
        rows.append((f"{path.stem}.png", name, keywords, licence))
    with open(out / "captions.tsv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        table.writerows([("file", "caption", "keywords", "licence"), *rows])
    return len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clones", type=pathlib.Path, required=True)
    parser.add_argument("--cldr", type=pathlib.Path, default=pathlib.Path("/usr/share/unicode/cldr/common"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    cldr = read_cldr(options.cldr)
    for name, (folder, pattern, code, licence) in SETS.items():
        print(name, make(options.clones / folder, pattern, code, licence, cldr, options.out / name))


if __name__ == "__main__":
    main()
