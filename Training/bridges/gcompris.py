"""Takes the sounds out of GCompris's resource files, as FILE/NAME.ogg, where FILE is a resource of gcompris.tsv.

    python gcompris.py --out runs/gcompris

Qt's format (rcc): a tree of nodes, 22 bytes each, that point into tables of names and of contents.
"""

import argparse
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

RESOURCES = Path("/usr/share/gcompris-qt/rcc")
NODE = 22
DIRECTORY, COMPRESSED = 2, 1


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    blob = path.read_bytes()
    magic, _, tree, data, names = struct.unpack_from(">4sIIII", blob)
    if magic != b"qres":
        raise SystemExit(f"{path} is no resource file")

    def walk(node: int) -> Iterator[tuple[str, bytes]]:
        at = tree + NODE * node
        name, flags = struct.unpack_from(">IH", blob, at)
        if flags & DIRECTORY:
            count, first = struct.unpack_from(">II", blob, at + 6)
            for child in range(first, first + count):
                yield from walk(child)
            return
        start = data + struct.unpack_from(">I", blob, at + 10)[0]
        stored = blob[start + 4 : start + 4 + struct.unpack_from(">I", blob, start)[0]]
        length = struct.unpack_from(">H", blob, names + name)[0]
        title = blob[names + name + 6 : names + name + 6 + 2 * length].decode("utf-16-be")
        yield title, zlib.decompress(stored[4:]) if flags & COMPRESSED else stored

    yield from walk(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    table = Path(__file__).with_name("gcompris.tsv").read_text().splitlines()[1:]
    wanted = {line.split("\t")[0] for line in table}
    for resource in sorted({sound.split("/")[0] for sound in wanted}):
        for title, sound in contents(RESOURCES / f"{resource}.rcc"):
            if f"{resource}/{title.removesuffix('.ogg')}" in wanted:
                (out / resource).mkdir(parents=True, exist_ok=True)
                (out / resource / title).write_bytes(sound)


if __name__ == "__main__":
    main()
