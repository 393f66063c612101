"""The examples of docs/server.md, as they stand there, against a server."""

import json
import re
import shutil
import subprocess
import sys
import tempfile

from served import Served, command, root, samples

blocks = re.findall(r"## ([^\n]*)\n(?:(?!\n## ).)*?```(\w+)\n(.*?)```", (root / "docs/server.md").read_text(), re.S)
examples = {heading: (language, text) for heading, language, text in blocks}


def run(heading, *program, port, folder):
    language, text = examples[heading]
    text = text.replace("127.0.0.1:7860", f"127.0.0.1:{port}").replace("port=7860", f"port={port}")
    done = subprocess.run([*program, text], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and not done.stderr, (heading, done.stdout, done.stderr)
    return done.stdout


with tempfile.TemporaryDirectory() as folder, Served() as server:
    def bytes_of(name):
        with open(f"{folder}/{name}", "rb") as file:
            return file.read()

    # The command tells formats by the bytes; only the name is in the picture.
    shutil.copy(samples / "dog-bark.ogg", f"{folder}/dog.wav")
    drawn = {seed: command(f"{folder}/dog.wav", "--seed", seed) for seed in (7, 8)}
    best = command(f"{folder}/dog.wav")

    told = run("With curl", "bash", "-ec", port=server.port, folder=folder)
    assert bytes_of("dog.png") == drawn[7] and bytes_of("painted.png")[1:4] == b"PNG"
    for part in ('"Bark"', '"pictures"', "event: step", "event: done", '"program":"fusemix-gen"', '"class-names"'):
        assert part in told, part

    assert run("In Python", sys.executable, "-c", port=server.port, folder=folder) == "7 Bark\n8 Bark\n"
    assert bytes_of("dog-7.png") == drawn[7] and bytes_of("dog-8.png") == drawn[8]

    told = run("In JavaScript", "node", "-e", port=server.port, folder=folder).splitlines()
    told = [line.strip() for line in told]
    assert told[0] == "heard Bark" and told[-1] == "step 24 of 24", told
    assert "step 4 of 24 with an estimate" in told and bytes_of("dog.png") == best

    run("For clients of stable-diffusion-webui", sys.executable, "-c", port=server.port, folder=folder)
print("The examples of docs/server.md work.")
