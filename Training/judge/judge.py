"""Says how often a judge that the decoder never met recognises its pictures.

    python judge/judge.py --model mobilenetv2-7.onnx --root ROOT --generated generated

The judge is MobileNetV2 (ImageNet; features of its global average pool, 1280-d) under a linear
probe. The probe learns the real pictures listed in judge/pictures.tsv (name, source, file), which
lie under ROOT/source/file. Beside top-1 over the generated pictures, NAME-SEED.png, it reports
top-1 over real pictures of a source that the probe has not seen, each source held out in turn.
"""

import argparse
import collections
import csv
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from pictures import clean  # noqa: E402

FEATURES = "mobilenetv20_features_pool0_fwd"
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


class Features:
    """uint8 [128, 128, 3] pictures -> unit vectors [pictures, 1280]."""

    def __init__(self, path):
        model = onnx.load(path)
        model.graph.output.append(onnx.helper.make_tensor_value_info(
            FEATURES, onnx.TensorProto.FLOAT, None))
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), settings, providers=["CPUExecutionProvider"])

    def one(self, picture):
        large = Image.fromarray(picture).resize((224, 224), Image.BICUBIC)
        x = ((np.asarray(large) / 255 - MEAN) / STD).astype(np.float32).transpose(2, 0, 1)
        return self.session.run([FEATURES], {"data": x[None]})[0].reshape(-1)

    def __call__(self, pictures):
        return normalize(np.stack([self.one(picture) for picture in pictures]))


def variants(picture):
    """The picture, its mirror image and two slightly shifted ones: more to learn from few."""
    shifted = [np.roll(picture, offset, axis=(0, 1)) for offset in ((3, 4), (-4, -3))]
    return [picture, np.ascontiguousarray(picture[:, ::-1]), *shifted]


def fit(features, names):
    return LogisticRegression(C=100, max_iter=2000, class_weight="balanced").fit(features, names)


def read_table(path, root):
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["picture"] = clean(root / row["source"] / row["file"])
        if row["picture"] is None:
            raise SystemExit(f"{root / row['source'] / row['file']}: cannot be read as a picture")
    return rows


def real_accuracy(features, names, sources):
    """(right, all) per source, judged by a probe that has not seen that source."""
    result = {}
    for source in sorted(set(sources)):
        held = sources == source
        probe = fit(features[~held].reshape(-1, features.shape[-1]), np.repeat(names[~held], 4))
        result[source] = (int((probe.predict(features[held, 0]) == names[held]).sum()), int(held.sum()))
    return result


def main():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="mobilenetv2-7.onnx")
    parser.add_argument("--root", type=pathlib.Path, required=True, help="folder of the sources")
    parser.add_argument("--table", type=pathlib.Path, default=here / "pictures.tsv")
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    options = parser.parse_args()
    extract = Features(options.model)
    rows = read_table(options.table, options.root)
    names = np.array([row["name"] for row in rows])
    sources = np.array([row["source"] for row in rows])
    features = np.stack([extract(variants(row["picture"])) for row in rows])
    results = real_accuracy(features, names, sources)
    for source, (right, count) in results.items():
        print(f"real pictures of unseen source {source}: {right}/{count}")
    right, count = (sum(pair[i] for pair in results.values()) for i in range(2))
    print(f"real pictures of unseen sources: {right}/{count} = {right / count:.3f}")
    probe = fit(features.reshape(-1, features.shape[-1]), np.repeat(names, 4))
    files = [f for f in sorted(options.generated.glob("*-*.png")) if f.stem.rpartition("-")[0] in names]
    truth = [file.stem.rpartition("-")[0] for file in files]
    guesses = probe.predict(extract([clean(file) for file in files]))
    by_name = collections.defaultdict(list)
    for name, guess in zip(truth, guesses):
        by_name[name].append(str(guess))
    for name, seen in by_name.items():
        print(f"{name}: {seen.count(name)}/{len(seen)}  taken for {', '.join(seen)}")
    top1 = np.mean(np.array(truth) == guesses)
    print(f"generated pictures: {top1:.3f} of {len(files)}")


if __name__ == "__main__":
    main()
