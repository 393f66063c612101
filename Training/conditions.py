"""Conditions for every concept: sentence embeddings, as words give them and as sounds give them.

    python conditions.py --encoder all-minilm-l6-v2 --labels labels.txt --out conditions.npz

The conditioning space is that of all-MiniLM-L6-v2 (masked mean, L2 norm, 384-d). Words land in
it directly. A sound arrives as normalise(sum of a power of score * embedding(class name)) over the
AudioSet classes that its encoder heard, so random sparse mixtures of a concept's class names,
with a little of unrelated classes, stand for sounds here. Most of them leave out the general
classes ("Animal", "Vehicle"), as the bridge does. The concepts of judge/concepts.txt weigh the most, those of
concepts.tsv and nouns.tsv less, and whatever else the pictures show, told by its captions only (`--pictures`), little.
"""

import argparse
import csv
import pathlib

import numpy as np
import torch

TEMPLATES = [
    "{}", "a {}", "the {}", "a picture of a {}", "a drawing of a {}", "a photo of a {}",
    "a cartoon {}", "an icon of a {}", "the sound of a {}", "{} sound", "a {} making a sound",
]
SOUND_TEMPLATES = ["{}", "the sound of {}", "a recording of {}"]
SOUNDS_PER_CONCEPT = 256
SPECIFIC_FRACTION = 0.75
WANTED_WEIGHT, NOUN_WEIGHT, OTHER_WEIGHT = 6.0, 1.6, 0.1
# Of the weights of concepts.tsv, for what makes a sound and is not among the judge's concepts.
MOST_SOUNDING, SOUNDING_FACTOR = 1.5, 1.3
BACKGROUND = ["Silence", "Speech", "Inside, small room", "Outside, rural or natural", "Music",
              "Outside, urban or manmade", "Animal", "Vehicle", "Noise", "Sound effect"]


class SentenceEncoder:
    """Masked mean of the last hidden state, L2-normalised: [sentences, 384]."""

    def __init__(self, folder):
        from transformers import AutoModel, AutoTokenizer
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval()

    @torch.no_grad()
    def __call__(self, sentences):
        parts = []
        for start in range(0, len(sentences), 64):
            batch = self.tokenizer(sentences[start:start + 64], padding=True, truncation=True,
                                   return_tensors="pt")
            hidden = self.model(**batch).last_hidden_state
            mask = batch["attention_mask"][..., None]
            mean = (hidden * mask).sum(1) / mask.sum(1)
            parts.append(torch.nn.functional.normalize(mean, dim=1).numpy())
        return np.concatenate(parts)


def read_concepts(path):
    """Rows of concepts.tsv: concept, weight, nouns, sayings, audioset ("name" or "name*weight")."""
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["weight"] = float(row["weight"])
        for column in ("nouns", "sayings", "audioset"):
            row[column] = [entry for entry in row[column].split("|") if entry]
        pairs = (entry.partition("*") for entry in row["audioset"])
        row["audioset"] = {name: float(weight or 1) for name, _, weight in pairs}
    return rows


def phrases(row):
    if "captions" in row:
        return [*row["captions"], f"the sound of {row['concept']}"]
    words = [template.format(noun) for noun in row["nouns"] for template in TEMPLATES]
    sayings = [template.format(s) for s in row["sayings"] for template in SOUND_TEMPLATES]
    return words + sayings + [name.lower() for name in list(row["audioset"])[:2]]


def caption_rows(pictures, known, nouns):
    """A row as of concepts.tsv for every concept of the pictures that is not known, with its captions as nouns."""
    rows = {}
    for concept, captions in zip(pictures["concepts"].tolist(), pictures["captions"].tolist()):
        if concept not in known:
            weight = NOUN_WEIGHT if concept in nouns else OTHER_WEIGHT
            row = rows.setdefault(concept, {"concept": concept, "weight": weight, "captions": {concept: None},
                                            "nouns": [], "sayings": [], "audioset": {}})
            row["captions"].update(dict.fromkeys(captions.split("|")))
    return list(rows.values())


def sound_mixtures(row, names, embeddings, specific, random, count=SOUNDS_PER_CONCEPT):
    """[count, 384] unit vectors: what a bridge without training would make of such sounds.

    `specific` [names] is 1, or 0 for a general class; a concept of general classes keeps them.
    """
    index = {name: i for i, name in enumerate(names)}
    base = np.zeros(len(names), np.float32)
    for name, weight in row["audioset"].items():
        base[index[name]] = weight
    out = np.empty((count, embeddings.shape[1]), np.float32)
    for i in range(count):
        kept = base * (random.random(len(names)) < 0.75) * random.lognormal(0, 0.9, len(names))
        if random.random() < SPECIFIC_FRACTION and (base * specific).any():
            kept *= specific
        if not kept.any():
            kept = base * specific if (base * specific).any() else base.copy()
        kept /= kept.sum()
        for j in random.choice(len(names), 4, replace=False):
            kept[j] += random.exponential(0.02)
        kept[index[random.choice(BACKGROUND)]] += random.exponential(0.06)
        mixture = kept @ embeddings
        out[i] = mixture / np.linalg.norm(mixture)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--concepts", default="concepts.tsv")
    parser.add_argument("--wanted", type=pathlib.Path, default="judge/concepts.txt")
    parser.add_argument("--nouns", type=pathlib.Path, default="nouns.tsv", help="other concepts that people ask for")
    parser.add_argument("--pictures", help="what pictures.py made: its other concepts are wanted too")
    parser.add_argument("--labels", required=True, help="the 521 AudioSet class names, one a line")
    parser.add_argument("--encoder", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", required=True)
    parser.add_argument("--general", default="../Models/components/audioset-words/general.tsv")
    options = parser.parse_args()
    encoder, random = SentenceEncoder(options.encoder), np.random.default_rng(0)
    with open(options.labels, encoding="utf-8") as lines:
        names = lines.read().strip().split("\n")
    with open(options.general, encoding="utf-8") as lines:
        general = {line.split("\t")[0] for line in lines}
    specific = np.array([name not in general for name in names], np.float32)
    embeddings = encoder(names)
    vectors, concept, is_sound, texts = [], [], [], []
    rows = read_concepts(options.concepts)
    wanted = set(options.wanted.read_text(encoding="utf-8").splitlines())
    for row in rows:
        row["weight"] = (WANTED_WEIGHT if row["concept"] in wanted
                         else SOUNDING_FACTOR * min(row["weight"], MOST_SOUNDING))
    if options.pictures:
        nouns = {line.split("\t")[0] for line in options.nouns.read_text(encoding="utf-8").splitlines()}
        rows += caption_rows(np.load(options.pictures), {row["concept"] for row in rows}, nouns)
    for number, row in enumerate(rows):
        words = phrases(row)
        parts = [encoder(words)]
        if row["audioset"]:
            parts.append(sound_mixtures(row, names, embeddings, specific, random))
        for kind, part in enumerate(parts):
            vectors.append(part)
            concept += [number] * len(part)
            is_sound += [kind] * len(part)
        texts += words
    np.savez(options.out, vectors=np.concatenate(vectors).astype(np.float16),
             concept=np.array(concept), is_sound=np.array(is_sound, bool),
             names=np.array([row["concept"] for row in rows]),
             weights=np.array([row["weight"] for row in rows], np.float32))
    print(f"{len(rows)} concepts, {len(texts)} phrases, {sum(is_sound)} sound mixtures")


if __name__ == "__main__":
    main()
