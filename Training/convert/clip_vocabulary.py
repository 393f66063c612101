"""Takes CLIP's merges out of OpenAI's vocabulary into Models/components/clip-vocabulary.

    pip download --no-deps open_clip_torch==3.3.0 && unzip open_clip_torch-3.3.0-*.whl
    python clip_vocabulary.py open_clip/bpe_simple_vocab_16e6.txt.gz ../../Models/components/clip-vocabulary

The file lists 262,144 merges, of which CLIP's vocabulary uses the first 48,894; its order gives the ids.
"""

import argparse
import gzip
from pathlib import Path

from component import require, write_checksums

SOURCE_SHA256 = "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a"
MERGES = 49152 - 256 - 2


def convert(source: Path, folder: Path) -> None:
    require(source, SOURCE_SHA256)
    lines = gzip.decompress(source.read_bytes()).decode().split("\n")[1 : 1 + MERGES]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")
    write_checksums(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="bpe_simple_vocab_16e6.txt.gz")
    parser.add_argument("folder", type=Path, help="the component's folder")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.folder)
