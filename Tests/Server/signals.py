"""SIGTERM at ten moments: whatever was answered is whole, the server ends with 0, and takes no more requests."""

import json
import random
import signal
import threading
import time

from served import Served, command

# Eight pictures by eight clients; each is a picture of the command or a clear refusal.
PROMPTS = [f"a {thing}" for thing in ("wolf", "cat", "bird", "fish", "tree", "house", "car", "guitar")]
expected = {prompt: command("--prompt", prompt, "--steps", "30") for prompt in PROMPTS}
chance = random.Random(1)
counts = {"picture": 0, "refused": 0, "gone": 0}


def ask(server, prompt, results):
    try:
        status, _, data = server.json("/v1/pictures", prompt=prompt, steps=30)
    except OSError:
        # The connection was not taken any more.
        results.append("gone")
        return
    if status == 200:
        results.append("picture" if data == expected[prompt] else "broken")
    else:
        code = json.loads(data)["error"]["code"]
        results.append("refused" if (status, code) == (503, "closing") else f"{status} {code}")


for moment in range(10):
    with Served() as server:
        results = []
        threads = [threading.Thread(target=ask, args=(server, prompt, results)) for prompt in PROMPTS]
        for thread in threads:
            thread.start()
        time.sleep(moment * 0.15 + chance.random() * 0.15)
        server.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "a request waits for ever"
        assert server.process.wait(60) == 0
    assert set(results) <= set(counts), results
    for result in results:
        counts[result] += 1
assert counts["picture"] > 5 and counts["refused"] > 5, counts
print(f"Ten servers were ended: {counts['picture']} pictures came whole, {counts['refused']} requests were refused, "
      f"{counts['gone']} found nobody.")
