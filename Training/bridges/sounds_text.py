"""Lists of the sound-text bridge: sounds, texts, pairs.

    python sounds_text.py --esc ESC10 --rendered runs/rendered --sonic-pi SAMPLES --out runs/audio-text

ESC10 is a folder with `clips.tsv` (file, class, fold, freesound_id), SAMPLES that of Debian's sonic-pi-samples,
`runs/rendered` what `render.py` wrote. Folds 1 to 3 are trained on and split, fold 4 is only ever tested on. A group is a
recording, an instrument's program or a voice; by the hash of its name it is in training, validation or test as a whole.
Writes sounds.tsv and texts.tsv for `fusemix-gen embed` and pairs.tsv for `fusemix-gen train`.
"""

import argparse
import csv
import hashlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PHRASINGS = ("{}", "the sound of {}", "a recording of {}")
SPOKEN = {  # the ten names of ESC-10, as one says them
    "dog bark": ("a dog", "a dog barking", "dog barking"), "baby cry": ("a baby crying", "a crying baby", "baby crying"),
    "chainsaw": ("a chainsaw", "a chainsaw running", "chainsaw"), "clock tick": ("a clock", "a clock ticking", "clock ticking"),
    "fire crackling": ("fire", "fire crackling", "a crackling fire"),
    "helicopter": ("a helicopter", "a helicopter flying", "helicopter"),
    "person sneeze": ("a sneeze", "a person sneezing", "sneezing"), "rain": ("rain", "rain falling", "heavy rain"),
    "rooster": ("a rooster", "a rooster crowing", "cock-a-doodle-doo"), "sea waves": ("the sea", "sea waves", "waves on a beach"),
}


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def part(group: str) -> str:
    """A fifth of the groups for the test, a tenth for validation."""
    share = int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) / 2**32
    return "test" if share < 0.2 else "validation" if share < 0.3 else "train"


def collect(arguments: argparse.Namespace) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    """Path, id, group, part and texts of each sound."""
    sounds = []
    for row in rows(arguments.esc / "clips.tsv"):
        group = "freesound/" + row["freesound_id"]
        use = "test" if row["fold"] == "4" else part(group)
        sounds.append((str(arguments.esc / row["file"]), "esc10/" + row["file"], group, use, SPOKEN[row["class"]]))
    for row in rows(arguments.rendered / "sounds.tsv"):
        texts = tuple(dict.fromkeys((row["class"], row["caption"])))
        path = str(arguments.rendered / row["path"])
        sounds.append((path, "rendered/" + row["id"], row["group"], part(row["group"]), texts))
    for row in rows(HERE / "sonic_pi.tsv"):
        if row["use"] == "train":
            group = "sonic-pi/" + row["sound"]
            path = str(arguments.sonic_pi / (row["sound"] + ".flac"))
            sounds.append((path, group, group, part(group), (row["caption"],)))
    return sounds


def write(path: Path, header: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    path.write_text("".join("\t".join(line) + "\n" for line in [header, *lines]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("esc", "rendered", "sonic-pi", "out"):
        parser.add_argument("--" + name, type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    sounds = collect(arguments)
    texts = {phrasing.format(text) for *_, said in sounds for text in said for phrasing in PHRASINGS}
    write(arguments.out / "sounds.tsv", ("path", "id", "group"), [sound[:3] for sound in sounds])
    write(arguments.out / "texts.tsv", ("text",), [(text,) for text in sorted(texts)])
    # In training every phrasing is a pair; a test asks for the plain sentence alone.
    pairs = [
        (name, phrasing.format(text), group, use)
        for _, name, group, use, said in sounds
        for text in (said if use == "train" else said[:1])
        for phrasing in (PHRASINGS if use == "train" else PHRASINGS[1:2])
    ]
    write(arguments.out / "pairs.tsv", ("x", "y", "group", "split"), pairs)


if __name__ == "__main__":
    main()
