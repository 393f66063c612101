"""Says how often a judge that the decoder never met recognises its pictures of the 60 concepts of judge/concepts.txt.

    python judge/judge.py --model mobilenetv2-7.onnx --root SOURCES --generated words sounds --json judged.json

The judge is MobileNetV2 (ImageNet; features of its global average pool, 1280-d) under a linear probe. Two probes
learn the real pictures of judge/pictures.tsv (name, source, file under SOURCES/source/file): `all` those of every
source, `unseen` only those of sources that the decoder never saw. Each folder of generated pictures, NAME-ANYTHING.png,
is named by both. Beside that stand

    ceiling     how often real pictures of a source are named by a probe that has not seen it, each held out in turn
    diversity   mean distance between the pictures of a concept over that between its real ones, median and count
    copies      share nearer to a picture of the decoder's sources, or its mirror image, than
                  pairs    5 % of the pairs of different sources' pictures of one concept are to each other
                  sources  5 % of the real pictures are to the nearest of the decoder's sources other than their own
                  unseen   5 % of the pictures of the sources that the decoder never saw are to the nearest
                The first compares the nearest of all pictures with one of a pair: it calls half of the drawings copies
                that nobody copied (`real` says how many). The others call 5 % of such drawings copies; those of
                `unseen` are in other styles as well, which is the stricter rule.
    learnt      with `--learnt pictures.npz`, share nearer to any of the pictures of these concepts that the decoder learnt, or
                its mirror image, than 5 % of them are to the nearest of another family of sources
    frechet     distance of the features' normal distributions, generated and real

Distances are Euclidean between unit vectors; only the Fréchet distance takes the features as they are.
"""

import argparse
import csv
import json
import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from pictures import clean  # noqa: E402

FEATURES = "mobilenetv20_features_pool0_fwd"
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
# Sources whose drawings share outlines.
FAMILIES = {"fluent3d": "fluent", "fluentcolor": "fluent", "fluentflat": "fluent", "blobmoji": "noto"}
UNSEEN = ("mulberry", "openmoji", "tuxpaint")
NEAR = 5


class Features:
    """uint8 [side, side, 3] pictures -> [pictures, 1280]."""

    def __init__(self, path):
        model = onnx.load(path)
        model.graph.output.append(onnx.helper.make_tensor_value_info(
            FEATURES, onnx.TensorProto.FLOAT, None))
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), settings, providers=["CPUExecutionProvider"])

    def one(self, picture):
        fitted = Image.fromarray(picture).resize((224, 224), Image.Resampling.BICUBIC)
        x = ((np.asarray(fitted) / 255 - MEAN) / STD).astype(np.float32).transpose(2, 0, 1)
        return self.session.run([FEATURES], {"data": x[None]})[0].reshape(-1)

    def __call__(self, pictures):
        return np.stack([self.one(picture) for picture in pictures])


class Real:
    """The real pictures: names, sources, features [pictures, 2, 1280] of each and of its mirror image."""

    def __init__(self, table, root, extract):
        with open(table, encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        pictures = [clean(root / row["source"] / row["file"]) for row in rows]
        missing = [row["file"] for row, picture in zip(rows, pictures) if picture is None]
        if missing:
            raise SystemExit(f"{root}: cannot be read as pictures: {', '.join(missing)}")
        self.names = np.array([row["name"] for row in rows])
        self.sources = np.array([row["source"] for row in rows])
        self.features = np.stack([extract([p, np.ascontiguousarray(p[:, ::-1])]) for p in pictures])

    def probe(self, chosen):
        rows = self.features[chosen].reshape(-1, self.features.shape[-1])
        return Probe(rows, np.repeat(self.names[chosen], 2))

    def units(self, chosen):
        return normalize(self.features[chosen, 0])


class Probe:
    def __init__(self, features, names):
        self.model = LogisticRegression(C=100, max_iter=300, class_weight="balanced").fit(normalize(features), names)

    def ranks(self, features, names):
        """How many concepts score higher than the right one; a concept the probe never met counts as last."""
        scores, classes = self.model.decision_function(normalize(features)), self.model.classes_.tolist()
        return np.array([(row > row[classes.index(name)]).sum() if name in classes else len(classes)
                         for row, name in zip(scores, names)])

    def guesses(self, features):
        return self.model.predict(normalize(features))


def shares(ranks):
    return {"top1": float((ranks < 1).mean()), "top5": float((ranks < 5).mean()), "pictures": len(ranks)}


def ceiling(real, sources):
    """Of real pictures whose source the probe has not seen; it learns only from `sources`."""
    result, everything = {}, []
    for source in sources:
        held = real.sources == source
        ranks = real.probe(np.isin(real.sources, sources) & ~held).ranks(real.features[held, 0], real.names[held])
        result[source] = shares(ranks)
        everything.append(ranks)
    return {"each": result, **shares(np.concatenate(everything))}


def distances(a, b):
    return np.sqrt(np.maximum(2 - 2 * a @ b.T, 0))


def mean_distance(units):
    return distances(units, units)[np.triu_indices(len(units), 1)].mean()


def diversity(features, names, real):
    """{concept: ratio} where there are two generated and two real pictures."""
    units, result = normalize(features), {}
    for name in dict.fromkeys(names):
        own, others = units[names == name], real.units(real.names == name)
        if len(own) > 1 and len(others) > 1:
            result[name] = float(mean_distance(own) / mean_distance(others))
    return result


def pair_limit(real):
    """The NEAR-th percentile of the distances between different sources' pictures of one concept."""
    found = []
    for name in set(real.names):
        chosen = np.flatnonzero(real.names == name)
        table = distances(real.units(chosen), real.units(chosen))
        found += [table[i, j] for i in range(len(chosen)) for j in range(i)
                  if real.sources[chosen[i]] != real.sources[chosen[j]]]
    return float(np.percentile(found, NEAR))


class Copies:
    """Shares of pictures too near to one that the decoder may have learnt from."""

    def __init__(self, real):
        seen = ~np.isin(real.sources, UNSEEN)
        unseen = nearest(real.features[~seen, 0], real.features[seen])
        others = [nearest(real.features[own, 0], real.features[seen & ~own])
                  for own in (real.sources == source for source in sorted(set(real.sources)))]
        self.learnt = real.features[seen]
        self.limits = {"pairs": pair_limit(real), "sources": float(np.percentile(np.concatenate(others), NEAR)),
                       "unseen": float(np.percentile(unseen, NEAR))}
        self.real = {"unseen sources": self.below(unseen), "each source": self.below(np.concatenate(others))}

    def shares(self, features):
        return self.below(nearest(features, self.learnt))

    def below(self, distance):
        return {name: float((distance < limit).mean()) for name, limit in self.limits.items()}


class Learnt:
    """The same for the very pictures that the decoder learnt, by one rule."""

    def __init__(self, path, names, extract):
        data = np.load(path)
        chosen = np.isin(data["concepts"], list(names))
        sources = [key.partition("/")[0] for key in data["keys"][chosen].tolist()]
        families = np.array([FAMILIES.get(source, source) for source in sources])
        pictures = data["pictures"][chosen]
        self.features = np.stack([extract(pictures), extract(pictures[:, :, ::-1])], axis=1)
        apart = np.concatenate([nearest(self.features[own, 0], self.features[~own])
                                for own in (families == family for family in sorted(set(families)))])
        self.limit = float(np.percentile(apart, NEAR))

    def share(self, features):
        return float((nearest(features, self.features) < self.limit).mean())


def nearest(features, learnt):
    """Distances to the nearest of learnt pictures [pictures, 2, channels] or their mirror images."""
    return distances(normalize(features), normalize(learnt.reshape(-1, learnt.shape[-1]))).min(axis=1)


def frechet(a, b):
    """|mean difference|² + tr(A + B - 2 (A B)^½); the trace of the root by singular values of the centred rows."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    left, right = ((x - x.mean(0)) / np.sqrt(len(x) - 1) for x in (a, b))
    root = np.linalg.svd(left @ right.T, compute_uv=False).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + (left**2).sum() + (right**2).sum() - 2 * root)


def judged(folder, extract, real, probes, copies, learnt):
    names_known = set(real.names)
    files = [f for f in sorted(folder.glob("*-*.png")) if f.stem.partition("-")[0] in names_known]
    names = np.array([file.stem.partition("-")[0] for file in files])
    features = extract([np.asarray(Image.open(file).convert("RGB")) for file in files])
    result = {"frechet": frechet(features, real.features[:, 0]), "copies": copies.shares(features)}
    if learnt:
        result["copies"]["learnt"] = learnt.share(features)
    for label, probe in probes.items():
        ranks, guesses = probe.ranks(features, names), probe.guesses(features)
        result[label] = shares(ranks) | {"concepts": {
            name: {"top1": float((ranks[names == name] < 1).mean()), "taken for": guesses[names == name].tolist()}
            for name in dict.fromkeys(names.tolist())}}
    ratios = diversity(features, names, real)
    result["diversity"] = {"median": float(np.median(list(ratios.values()))) if ratios else None,
                           "at least 0.5": sum(r >= 0.5 for r in ratios.values()), "concepts": ratios}
    return result


def shown(shares):
    return ", ".join(f"{name} {share:.3f}" for name, share in shares.items())


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="mobilenetv2-7.onnx")
    parser.add_argument("--root", type=pathlib.Path, required=True, help="folder of the sources")
    parser.add_argument("--table", type=pathlib.Path, default=here / "pictures.tsv")
    parser.add_argument("--generated", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--learnt", help="what pictures.py made for the decoder")
    parser.add_argument("--json", required=True)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")
    extract = Features(options.model)
    real = Real(options.table, options.root, extract)
    unseen = np.isin(real.sources, UNSEEN)
    probes, copies = {"all": real.probe(np.full(len(unseen), True)), "unseen": real.probe(unseen)}, Copies(real)
    learnt = Learnt(options.learnt, set(real.names), extract) if options.learnt else None
    result = {"real": {
        "all, each source held out": ceiling(real, sorted(set(real.sources))),
        "unseen, each source held out": ceiling(real, UNSEEN),
        "unseen, on the decoder's own pictures": shares(
            probes["unseen"].ranks(real.features[~unseen, 0], real.names[~unseen]))}}
    for folder in options.generated:
        result[folder.name] = judged(folder, extract, real, probes, copies, learnt)
    result["copies"] = {"limits": copies.limits, "real": copies.real}
    for name, part in result["real"].items():
        print(f"real pictures, {name}: top-1 {part['top1']:.3f}, top-5 {part['top5']:.3f} of {part['pictures']}")
    for name, part in copies.real.items():
        print(f"real pictures, copies, {name}: {shown(part)}")
    for folder in options.generated:
        part = result[folder.name]
        for label in probes:
            print(f"{folder.name}, probe of {label}: top-1 {part[label]['top1']:.3f}, "
                  f"top-5 {part[label]['top5']:.3f} of {part[label]['pictures']}")
        print(f"{folder.name}: diversity {part['diversity']['median']}, {part['diversity']['at least 0.5']} concepts "
              f"at least 0.5; copies {shown(part['copies'])}; "
              f"Fréchet distance {part['frechet']:.2f}")
    pathlib.Path(options.json).write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
