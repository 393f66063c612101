"""Makes what docs/bring-your-own.md measures trained tokens with: a list of texts, and a Stable Diffusion model whose words mean
something.

    python token_measurement.py SD15 OUT

SD15 is a folder that random_model.py made. OUT/texts.tsv has the nouns and sayings of ../concepts.tsv, a group for each thing. OUT/words
is SD15 with the embeddings of all-minilm-l6-v2, turned into the model's width, for every word that both vocabularies have; the layers
behind them stay random. numpy 2.4.6, safetensors 0.8.0.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = Path(__file__).resolve().parents[2]


def write_texts(file: Path) -> None:
    groups: dict[str, str] = {}
    for line in (ROOT / "Training/concepts.tsv").read_text().splitlines()[1:]:
        concept, _, nouns, sayings = line.split("\t")[:4]
        for text in filter(None, map(str.strip, f"{nouns}|{sayings}".split("|"))):
            groups.setdefault(text, concept)
    file.write_text("text\tgroup\n" + "".join(f"{text}\t{group}\n" for text, group in groups.items()))


def write_words(source: Path, target: Path) -> int:
    target.mkdir()
    for part in source.iterdir():
        if part.name != "text_encoder":
            (target / part.name).symlink_to(part.resolve())
    (target / "text_encoder").mkdir()
    shutil.copy(source / "text_encoder/config.json", target / "text_encoder")
    weights = load_file(source / "text_encoder/model.safetensors")
    name = next(key for key in weights if key.endswith("token_embedding.weight"))
    table = weights[name].astype(np.float32)
    minilm = ROOT / "Models/components/all-minilm-l6-v2"
    tensors = load_file(minilm / "model.safetensors")
    words = next(tensors[key] for key in tensors if key.endswith("word_embeddings.weight")).astype(np.float32)
    words -= words.mean(0)
    known = json.loads((minilm / "tokenizer.json").read_text())["model"]["vocab"]
    square = np.random.default_rng(0).standard_normal((table.shape[1],) * 2)
    turn, deviation, count = np.linalg.qr(square)[0][: words.shape[1]], table.std(), 0
    for token, place in json.loads((source / "tokenizer/vocab.json").read_text()).items():
        word = token.removesuffix("</w>")
        if word != token and word in known:
            vector = words[known[word]] @ turn
            table[place] = vector / vector.std() * deviation
            count += 1
    weights[name] = np.ascontiguousarray(table.astype(weights[name].dtype))
    save_file(weights, target / "text_encoder/model.safetensors")
    return count


if __name__ == "__main__":
    model, out = map(Path, sys.argv[1:])
    out.mkdir(exist_ok=True)
    write_texts(out / "texts.tsv")
    print(write_words(model, out / "words"), "words")
