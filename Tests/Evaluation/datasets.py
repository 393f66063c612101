"""Makes small datasets in the layouts of docs/evaluation.md, media and all: names, columns, splits, quotes and order as the
published files have them, drawings and tones of chance in place of what they show.

    python3 datasets.py FOLDER
"""

import csv
import json
import random
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

SUBJECTS = ["a dog", "two men", "a red bus", "the rain", "a violin", "an old woman", "some birds", "a “train”", "a child's kite"]
DEEDS = ["stands on the grass", "passes by, slowly", "hums in the distance", "is seen from above", "(almost) falls", "waits"]
ENDS = [".", " .", "", " at night.", ", then stops", " near a house"]
CHANCE, NOISE = random.Random(7), np.random.default_rng(7)


def sentence() -> str:
    return f"{CHANCE.choice(SUBJECTS).capitalize()} {CHANCE.choice(DEEDS)}{CHANCE.choice(ENDS)}"


def draw(files: list[Path], width: int = 64, height: int = 48) -> None:
    """JPEGs of coloured blocks."""
    blocks = NOISE.integers(0, 256, (len(files), height // 8, width // 8, 3), dtype=np.uint8)
    frames = blocks.repeat(8, axis=1).repeat(8, axis=2).tobytes()
    files[0].parent.mkdir(parents=True)
    numbered = files[0].parent / "%d.jpg"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-",
                    "-q:v", "2", str(numbered)], input=frames, check=True)
    for number, file in enumerate(files, start=1):
        Path(str(numbered) % number).rename(file)


def play(file: Path, rate: int, seconds: float) -> None:
    """A WAV of three tones and noise."""
    time = np.arange(int(rate * seconds)) / rate
    tones = sum(np.sin(2 * np.pi * pitch * time) for pitch in NOISE.uniform(80, 8000, 3))
    sound = 0.2 * tones + NOISE.uniform(0, 0.3) * NOISE.standard_normal(time.size)
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, rate, 0, "NONE", ""))
        out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def karpathy(folder: Path, dataset: str, names: list[str], splits: list[str], captions: list[int], **fields) -> None:
    images, number = [], 0
    for index, (name, split, count) in enumerate(zip(names, splits, captions)):
        sentences = []
        for _ in range(count):
            raw = sentence()
            sentences.append({"tokens": raw.lower().split(), "raw": raw, "imgid": index, "sentid": number})
            number += 1
        image = {"sentids": [one["sentid"] for one in sentences], "imgid": index, "sentences": sentences,
                 "split": split, "filename": name}
        images.append(image | {key: value(index) for key, value in fields.items()})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"dataset_{dataset}.json").write_text(json.dumps({"images": images, "dataset": dataset}))


def flickr30k(folder: Path) -> None:
    """Of the other splits there are no pictures: nobody may ask for them."""
    splits = [("train", "test", "test", "val")[index % 4] for index in range(60)]
    names = [f"{1000092795 + 7919 * index}.jpg" for index in range(60)]
    karpathy(folder, "flickr30k", names, splits, [5] * 60)
    draw([folder / "flickr30k-images" / name for name, split in zip(names, splits) if split == "test"])


def coco(folder: Path) -> None:
    """Some pictures have more than five captions."""
    splits = [("test", "restval", "test", "train")[index % 4] for index in range(50)]
    names = [f"COCO_val2014_{391895 + 131 * index:012}.jpg" for index in range(50)]
    karpathy(folder, "coco", names, splits, [6 if index % 8 == 0 else 5 for index in range(50)],
             filepath=lambda index: "val2014", cocoid=lambda index: 391895 + 131 * index)
    draw([folder / "val2014" / name for name, split in zip(names, splits) if split == "test"])


def audiocaps(folder: Path) -> None:
    """Five lines a clip, those of one clip not together; of one clip the video is gone."""
    videos = [("-" if index % 3 == 0 else "") + f"vid{CHANCE.getrandbits(32):08x}"[: 10 + (index % 3 > 0)] for index in range(24)]
    clips = [(video, 10 * (index % 7)) for index, video in enumerate(videos)]
    lines = [(video, start, sentence()) for video, start in clips for _ in range(5)]
    CHANCE.shuffle(lines)
    folder.mkdir(parents=True)
    with (folder / "test.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["audiocap_id", "youtube_id", "start_time", "caption"])
        rows.writerows((96000 + index, *line) for index, line in enumerate(lines))
    for video, start in clips[1:]:
        play(folder / f"test/{video}_{start}.wav", 32000, 1.2)


def clotho(folder: Path) -> None:
    """Titles as Freesound's members write them, and sounds of many lengths."""
    names = [f"{CHANCE.choice(SUBJECTS)}, take {index}{CHANCE.choice(['', ' (mono)', '_02', '.mp3'])}.wav" for index in range(20)]
    folder.mkdir(parents=True)
    with (folder / "clotho_captions_evaluation.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file_name", *(f"caption_{number}" for number in range(1, 6))])
        rows.writerows([name, *(sentence() for _ in range(5))] for name in names)
    for name in names:
        play(folder / "evaluation" / name, 44100, NOISE.uniform(0.4, 2.6))


if __name__ == "__main__":
    for make in (flickr30k, coco, audiocaps, clotho):
        make(Path(sys.argv[1]) / make.__name__)
