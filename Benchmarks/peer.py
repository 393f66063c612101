"""The same networks in PyTorch, timed in the same way: peer.py MODELS THREADS STEPS SECONDS.

The reference modules of Training/networks.py for the decoder, `transformers` for the sentence encoder.
"""

import json
import pathlib
import sys
import time

import torch
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Training"))
from networks import Autoencoder, DiffusionTransformer  # noqa: E402


def load(kind, folder):
    config = json.loads((folder / "config.json").read_text())
    network = kind(**config)
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return network.eval(), config


def best(body, seconds):
    for _ in range(3):
        body()
    fastest, start = float("inf"), time.perf_counter()
    while time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        body()
        fastest = min(fastest, time.perf_counter() - begin)
    return fastest * 1000


def main():
    components, threads, steps = pathlib.Path(sys.argv[1]) / "components", int(sys.argv[2]), int(sys.argv[3])
    seconds = float(sys.argv[4])
    torch.set_num_threads(threads)
    from transformers import AutoModel, AutoTokenizer
    transformer, config = load(DiffusionTransformer, components / "decoder")
    autoencoder = load(Autoencoder, components / "autoencoder")[0].to(memory_format=torch.channels_last)
    shape = (config["in_channels"], config["sample_size"], config["sample_size"])
    tokenizer = AutoTokenizer.from_pretrained(components / "all-minilm-l6-v2")
    sentences = AutoModel.from_pretrained(components / "all-minilm-l6-v2", dtype=torch.float32).eval()
    latents, t, conditions = torch.randn(2, *shape), torch.full((2,), 0.5), torch.randn(2, 384) / 384**0.5

    def sentence():
        tokens = tokenizer(["the sound of a dog barking in the distance"], return_tensors="pt")
        hidden = sentences(**tokens).last_hidden_state
        return torch.nn.functional.normalize(hidden.mean(1), dim=1)

    def picture():
        """Euler's method along a rectified flow, both halves of the guidance in one batch."""
        x = torch.randn(1, *shape)
        both = torch.stack([transformer.null_condition, conditions[0]])
        for step in range(steps):
            t = torch.full((2,), 1 - step / steps)
            away, towards = transformer(x.expand(2, -1, -1, -1), t, both).float().chunk(2)
            x = x - (away + 3 * (towards - away)) / steps
        return autoencoder.decode(x)

    bodies = {
        "guided step": lambda: transformer(latents, t, conditions),
        "decode": lambda: autoencoder.decode(latents[:1]),
        "picture": picture,
        "sentence": sentence,
    }
    for precision in ("f32", "bf16"):
        for name, body in bodies.items():
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
                milliseconds = best(body, seconds)
            print(json.dumps({"network": name, "precision": precision, "milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    main()
