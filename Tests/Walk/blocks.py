"""Prints the code blocks of a Markdown file, in order, as one script for bash; Python blocks run with python3.

    python3 blocks.py FILE [HEADING]

With a heading only the blocks below it count. Every command is shown before it runs, and the first that fails ends the
script.
"""

import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
if len(sys.argv) > 2:
    text = re.split(r"^## ", text.split(f"\n## {sys.argv[2]}\n", 1)[1], maxsplit=1, flags=re.M)[0]
blocks = re.findall(r"^```(sh|python)\n(.*?)^```$", text, flags=re.M | re.S)
if not blocks:
    sys.exit(f"{sys.argv[1]}: no code to run")
print("set -euo pipefail")
for language, code in blocks:
    print(f"set -v\n{code}{{ set +v; }} 2> /dev/null" if language == "sh" else f"python3 - <<'END'\n{code}END")
