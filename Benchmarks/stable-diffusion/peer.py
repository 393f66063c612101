"""Seconds of one picture by diffusers and by fusemix-gen in turn, on the same threads and in the same precision.

    python peer.py BINARY MODEL SOUND [--threads 2] [--precision f32] [--steps 2] [--rounds 3] [--taesd FOLDER]

MODEL is a folder of diffusers; random weights do (Training/checkpoints/random_model.py). Both draw 512 × 512 with guidance.
Prints the best and the median of the seconds of a guided step, by the clock and of the processor, and of decoding. Where other
programs share the cores, trust those of the processor, with one thread.
"""

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


def ours(arguments, steps):
    with tempfile.TemporaryDirectory() as folder:
        command = [
            arguments.binary, arguments.sound, "-o", f"{folder}/a.png", "--model", arguments.model, "--steps", str(steps),
            "--guidance-scale", "7.5", "--sampler", "ddim", "--size", "512", "--threads", str(arguments.threads),
            "--precision", arguments.precision, "--json", *(["--taesd", arguments.taesd] if arguments.taesd else [])]
        before = processor_seconds()
        seconds = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["seconds"]
    return seconds["denoise"], processor_seconds() - before, seconds["decode"]


def processor_seconds():
    """Of the child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def theirs(pipeline, steps):
    import torch

    marks = []
    with torch.no_grad():
        start, used = time.perf_counter(), time.process_time()
        latents = pipeline(
            "a photo of a dog", num_inference_steps=steps, guidance_scale=7.5, output_type="latent",
            callback_on_step_end=lambda *_: marks.append(time.perf_counter()) or {}).images
        denoised, used = time.perf_counter(), time.process_time() - used
        pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor)
        return denoised - start, used, time.perf_counter() - denoised


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("model")
    parser.add_argument("sound")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--taesd")
    arguments = parser.parse_args()

    import torch
    from diffusers import AutoencoderTiny, DDIMScheduler, StableDiffusionPipeline

    torch.set_num_threads(arguments.threads)
    dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[arguments.precision]
    pipeline = StableDiffusionPipeline.from_pretrained(
        arguments.model, torch_dtype=dtype, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.unet.to(memory_format=torch.channels_last)
    pipeline.vae.to(memory_format=torch.channels_last)
    if arguments.taesd:
        pipeline.vae = AutoencoderTiny.from_pretrained(arguments.taesd, torch_dtype=dtype)
    pipeline.set_progress_bar_config(disable=True)
    theirs(pipeline, 1)
    rows = {"fusemix-gen": [], "diffusers": []}
    for _ in range(arguments.rounds):
        # The difference of two runs leaves out what is done once, such as packing weights.
        for name, draw in [("fusemix-gen", lambda n: ours(arguments, n)), ("diffusers", lambda n: theirs(pipeline, n))]:
            few, many = draw(1), draw(1 + arguments.steps)
            rows[name].append([(many[0] - few[0]) / arguments.steps, (many[1] - few[1]) / arguments.steps, many[2]])
    for name, values in rows.items():
        for column, stage in enumerate(["guided step", "of processor", "decode"]):
            seconds = [value[column] for value in values]
            print(f"{name:12} {stage:12} best {min(seconds):6.2f} s  median {statistics.median(seconds):6.2f} s")


if __name__ == "__main__":
    main()
