"""How often a sound is still heard when somebody talks over it, with talk giving way (voices.tsv) and without.

    python talk.py mix --esc10 ESC10 --out runs/talk
    for set in runs/talk/*/; do
        fusemix-gen embed "$set" --encoder two-ears --features both --precision f32 -o "${set%/}.safetensors"; done
    python talk.py score --latents runs/talk

`mix` lays eight sentences that eSpeak NG speaks over the clips of ESC-10's fold 4, at some powers beside theirs, and links
recorded talk: every twentieth of Tux Paint's descriptions in other languages than English. `score` prints the share of clips whose first
name is one of Samples/accepted-words.tsv, and the shares whose first name is talk.
"""

import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from adapters import Adapter
from latents import Latents
from targets import COMPONENTS, labels
from audioset_words import accepted, beside_talk, heard, talk

RATE = 44_100
DECIBELS = [-12, -6, 0, 6]
SENTENCES = ["I walked down to the river this morning and it was lovely there",
             "can you hear that over there, listen, I think it is quite close now",
             "so I am recording this on my phone in the kitchen while we talk",
             "please remember to buy some milk and call me back in the evening"]
VOICES = ["en-us+f3", "en-gb"]
TUX_PAINT = Path("/usr/share/tuxpaint/stamps")


def spoken() -> list[np.ndarray]:
    found = []
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        for sentence in SENTENCES:
            for voice in VOICES:
                subprocess.run(["espeak-ng", "-v", voice, "-w", file.name, sentence], check=True)
                samples, rate = soundfile.read(file.name)
                places = np.arange(int(len(samples) * RATE / rate)) * rate / RATE
                found.append(np.interp(places, np.arange(len(samples)), samples))
    return found


def mix(esc10: Path, out: Path) -> None:
    voices = spoken()
    with open(esc10 / "clips.tsv") as lines:
        files = [row["file"] for row in csv.DictReader(lines, delimiter="\t") if row["fold"] == "4"]
    for index, file in enumerate(files):
        samples, rate = soundfile.read(esc10 / file, always_2d=True)
        if rate != RATE:
            raise SystemExit(f"{file}: {rate} Hz")
        clip, voice = samples.mean(axis=1), np.resize(voices[index % len(voices)], len(samples))
        for decibels in [None, *DECIBELS]:
            folder = out / ("alone" if decibels is None else f"talk at {decibels} dB")
            folder.mkdir(parents=True, exist_ok=True)
            gain = 0 if decibels is None else np.sqrt((clip**2).mean() / (voice**2).mean()) * 10 ** (decibels / 20)
            mixed = clip + gain * voice
            soundfile.write(folder / f"{Path(file).parent}__{index}.wav", mixed / max(1, abs(mixed).max()), RATE)
    (out / "talk").mkdir(exist_ok=True)
    for file in sorted(TUX_PAINT.rglob("*_desc_*.ogg"))[::20]:
        link = out / "talk" / "_".join(file.relative_to(TUX_PAINT).parts)
        link.unlink(missing_ok=True)
        link.symlink_to(file)


def score(folder: Path) -> None:
    words, yields = accepted(), {label for label, is_talk in zip(labels(), talk()) if is_talk}
    bridge, count = Adapter(COMPONENTS / "sound-condition", "x"), len(labels())
    print("| set | clips | right, as scored | talk first | right, talk giving way | talk first |\n|---|---|---|---|---|---|")
    for name in ["alone", *(f"talk at {decibels} dB" for decibels in DECIBELS), "talk"]:
        sounds = Latents.read(folder / f"{name}.safetensors")
        classes = [Path(item).stem.split("__")[0] for item in sounds.ids]
        given = sounds.vectors.astype(np.float32)
        giving = np.concatenate([given[:, :-count], beside_talk(given[:, -count:])], axis=1)
        cells = []
        for latents in (given, giving):
            first = heard(bridge(latents), 1)[:, 0]
            right = [label in words.get(of, ()) for label, of in zip(first, classes)]
            cells += ["" if name == "talk" else f"{np.mean(right):.3f}", f"{np.mean([label in yields for label in first]):.3f}"]
        print(f"| {name} | {len(classes)} | " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    mixing, scoring = modes.add_parser("mix"), modes.add_parser("score")
    mixing.add_argument("--esc10", type=Path, required=True)
    mixing.add_argument("--out", type=Path, required=True)
    scoring.add_argument("--latents", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.mode == "mix":
        mix(arguments.esc10, arguments.out)
    else:
        score(arguments.latents)


if __name__ == "__main__":
    main()
