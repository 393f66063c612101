"""Prints the shell commands of a Markdown file under a heading, in order, as one script.

    python3 blocks.py FILE HEADING

Every command is shown before it runs, and the first that fails ends the script.
"""

import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
section = re.split(r"^## ", text.split(f"\n## {sys.argv[2]}\n", 1)[1], maxsplit=1, flags=re.M)[0]
blocks = re.findall(r"^```sh\n(.*?)^```$", section, flags=re.M | re.S)
if not blocks:
    sys.exit(f"{sys.argv[1]}: no commands under “{sys.argv[2]}”")
print("set -euo pipefail -v")
print("".join(blocks), end="")
