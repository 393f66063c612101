"""Renders the synthetic sounds that bridges are trained on: instruments, drums and speech.

    python render.py --out runs/rendered

FluidR3_GM.sf2 (Debian fluid-soundfont-gm, MIT) played by fluidsynth: each General MIDI program of
`general_midi.tsv` plays the phrases below, each drum key of `drum_keys.tsv` its rhythms. espeak-ng reads
`sentences.txt` in the voices of `voices.tsv`. Writes WAV files and `sounds.tsv` (path, id, group, class, caption;
paths relative to it). Files with the same notes and versions of the programs are the same byte for byte.
"""

import argparse
import csv
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
SOUND_FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
RATE = 22_050
SLOT = 4.0  # seconds of a phrase with the silence behind it
TICKS = 480  # a second

# Phrases as (start in seconds, seconds, semitones from middle C, velocity).
PHRASES = {
    "low": [(0.0, 2.4, -12, 96)],
    "middle": [(0.0, 2.4, 0, 96)],
    "high": [(0.0, 1.2, 12, 100), (1.3, 1.2, 16, 90)],
    "tune": [(0.4 * i, 0.38, note, 84 + 6 * (i % 3)) for i, note in enumerate((0, 4, 7, 12, 7, 4, 0, -5))],
    "chords": [(at, 1.4, note, 92) for at, chord in ((0.0, (0, 4, 7)), (1.5, (-3, 0, 5))) for note in chord],
    "fast": [(0.15 * i, 0.14, (0, 2, 3, 5, 7, 8, 11, 12)[i % 8] - 5, 88) for i in range(20)],
}
RHYTHMS = {
    "single": [0.0],
    "slow": [0.0, 0.75, 1.5, 2.25],
    "fast": [0.2 * i for i in range(15)],
    "uneven": [0.0, 0.3, 0.6, 0.7, 1.2, 1.5, 1.8, 1.9, 2.4],
}


def table(name: str) -> list[list[str]]:
    with open(HERE / name) as lines:
        return list(csv.reader(lines, delimiter="\t"))


def variable_length(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(0x80 | (value & 0x7F))
    return bytes(reversed(digits))


def midi(events: list[tuple[float, bytes]]) -> bytes:
    """A type 0 MIDI file of messages at seconds."""
    track, now = b"", 0
    tempo = (0.0, b"\xff\x51\x03" + struct.pack(">I", 1_000_000)[1:])
    for at, message in [tempo] + sorted(events, key=lambda event: event[0]):
        tick = round(at * TICKS)
        track += variable_length(tick - now) + message
        now = tick
    track += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track


def play(slots: list[list[tuple[float, bytes]]]) -> list[np.ndarray]:
    """The sound of each slot's messages, mono at RATE."""
    events = [(SLOT * i + at, message) for i, slot in enumerate(slots) for at, message in slot]
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder) / "score.mid", Path(folder) / "sound.wav"
        score.write_bytes(midi(events))
        command = ["fluidsynth", "-ni", "-q", "-g", "0.6", "-r", str(RATE), "-R", "0", "-C", "0"]
        subprocess.run(command + ["-F", str(sound), SOUND_FONT, str(score)], check=True, stdout=subprocess.DEVNULL)
        samples = soundfile.read(sound, dtype="float32", always_2d=True)[0].mean(axis=1)
    length = int(SLOT * RATE)
    return [np.pad(piece, (0, length - len(piece)))
            for i in range(len(slots)) if len(piece := samples[i * length : (i + 1) * length]) > 0]


def notes(channel: int, played: list[tuple[float, float, int, int]]) -> list[tuple[float, bytes]]:
    on = [(at, bytes([0x90 | channel, key, velocity])) for at, _, key, velocity in played]
    off = [(at + seconds, bytes([0x80 | channel, key, 0])) for at, seconds, key, _ in played]
    return on + off


def instruments() -> list[tuple[str, str, str, str, np.ndarray]]:
    """(id, group, class, caption, samples) of every program and phrase."""
    programs = table("general_midi.tsv")
    made = []
    for phrase, played in PHRASES.items():
        slots = [[(0.0, bytes([0xC0, int(number)]))] + notes(0, [(at, s, 60 + key, v) for at, s, key, v in played])
                 for number, _, _ in programs]
        made += [(f"gm/{int(number):03}-{phrase}", f"gm/{int(number):03}", kind, name, samples)
                 for (number, name, kind), samples in zip(programs, play(slots), strict=True)]
    return made


def drums() -> list[tuple[str, str, str, str, np.ndarray]]:
    keys = table("drum_keys.tsv")
    made = []
    for rhythm, starts in RHYTHMS.items():
        slots = [notes(9, [(at, 0.1, int(key), 84 + 20 * (i % 2)) for i, at in enumerate(starts)]) for key, _, _ in keys]
        made += [(f"drum/{key}-{rhythm}", f"drum/{key}", kind, name, samples)
                 for (key, name, kind), samples in zip(keys, play(slots), strict=True)]
    return made


def speech() -> list[tuple[str, str, str, str, np.ndarray]]:
    sentences = (HERE / "sentences.txt").read_text().splitlines()
    made = []
    for i, (voice, speed, pitch, kind, caption) in enumerate(table("voices.tsv")):
        for j in range(3):
            text = sentences[(3 * i + j) % len(sentences)]
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                command = ["espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", file.name, text]
                subprocess.run(command, check=True)
                samples, rate = soundfile.read(file.name, dtype="float32")
            assert rate == RATE
            made.append((f"speech/{i:02}-{j}", f"speech/{i:02}", kind, caption, samples))
    return made


def trimmed(samples: np.ndarray) -> np.ndarray | None:
    """The sound at a peak of 0.5 without the silence at its ends, or nothing if it is all silent."""
    loud = np.flatnonzero(np.abs(samples) > max(1e-3, 0.01 * np.abs(samples).max()))
    if len(loud) == 0:
        return None
    samples = samples[loud[0] : loud[-1] + 1]
    return 0.5 * samples / np.abs(samples).max()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    folder = parser.parse_args().out
    rows = []
    for name, group, kind, caption, samples in instruments() + drums() + speech():
        if (samples := trimmed(samples)) is None:
            continue
        path = folder / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, RATE, subtype="PCM_16")
        rows.append((f"{name}.wav", name, group, kind, caption))
    with open(folder / "sounds.tsv", "w", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(
            [("path", "id", "group", "class", "caption")] + rows)
    print(f"{len(rows)} sounds in {folder}")


if __name__ == "__main__":
    main()
