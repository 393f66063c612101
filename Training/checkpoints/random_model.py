"""A Stable Diffusion model with random weights, in the layout of diffusers and as a single file of the original layout.

For tests of reading, memory and speed without a download:

    python random_model.py sd15 OUT            full size (3.4 GB in f32, 1.7 GB with --half)
    python random_model.py tiny OUT            a few megabytes, of the same form
    python random_model.py sdxl-turbo OUT --half

writes OUT/ (diffusers) and, for sd15 and tiny, OUT.safetensors. The pictures are noise.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, EulerAncestralDiscreteScheduler, PNDMScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from original_layout import original_state

VOCABULARY = Path(__file__).resolve().parents[2] / "Models/components/clip-vocabulary/merges.txt"
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def text_encoder(projects=False, **sizes):
    config = CLIPTextConfig(vocab_size=49408, max_position_embeddings=77, bos_token_id=49406, eos_token_id=49407, **sizes)
    return (CLIPTextModelWithProjection if projects else CLIPTextModel)(config)


def sd15():
    return {
        "unet": UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8),
        "vae": vae((128, 256, 512, 512), 2, 32),
        "text_encoder": text_encoder(
            hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, hidden_act="quick_gelu"),
        "scheduler": PNDMScheduler(**BETAS, steps_offset=1, skip_prk_steps=True, set_alpha_to_one=False),
    }


def tiny():
    return {
        "unet": UNet2DConditionModel(
            sample_size=16, block_out_channels=(32, 64, 128, 128), cross_attention_dim=768, attention_head_dim=8),
        "vae": vae((32, 64, 64, 64), 1, 32),
        "text_encoder": text_encoder(
            hidden_size=768, intermediate_size=64, num_hidden_layers=1, num_attention_heads=12, hidden_act="quick_gelu"),
        "scheduler": DDIMScheduler(**BETAS, steps_offset=1, clip_sample=False, set_alpha_to_one=False),
    }


def sdxl_turbo():
    return {
        "unet": UNet2DConditionModel(
            sample_size=64, block_out_channels=(320, 640, 1280), cross_attention_dim=2048,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), attention_head_dim=(5, 10, 20),
            transformer_layers_per_block=(1, 2, 10), use_linear_projection=True, addition_embed_type="text_time",
            addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816),
        "vae": vae((128, 256, 512, 512), 2, 32, scaling_factor=0.13025),
        "text_encoder": text_encoder(
            hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, hidden_act="quick_gelu"),
        "text_encoder_2": text_encoder(
            True, hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20, hidden_act="gelu",
            projection_dim=1280),
        "scheduler": EulerAncestralDiscreteScheduler(**BETAS, timestep_spacing="trailing"),
    }


def vae(channels, layers, groups, **more):
    kinds = len(channels)
    return AutoencoderKL(
        block_out_channels=channels, layers_per_block=layers, norm_num_groups=groups, latent_channels=4, sample_size=512,
        down_block_types=("DownEncoderBlock2D",) * kinds, up_block_types=("UpDecoderBlock2D",) * kinds, **more)


def save_tokenizer(folder: Path, padding: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    merges = [line for line in VOCABULARY.read_text().splitlines() if line and not line.startswith("#")]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    symbols = [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(others))]
    pieces = symbols + [symbol + "</w>" for symbol in symbols] + ["".join(merge.split()) for merge in merges]
    pieces += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({piece: place for place, piece in enumerate(pieces)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps({
        "bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": padding}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["sd15", "tiny", "sdxl-turbo"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", action="store_true", help="half precision, as most files are published")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    parts = {"sd15": sd15, "tiny": tiny, "sdxl-turbo": sdxl_turbo}[arguments.model]()
    is_xl = arguments.model == "sdxl-turbo"
    shutil.rmtree(arguments.out, ignore_errors=True)
    index = {
        "_class_name": "StableDiffusionXLPipeline" if is_xl else "StableDiffusionPipeline", "_diffusers_version": "0.42.0",
    }
    for name, part in parts.items():
        if arguments.half and name != "scheduler":
            part.half()
        part.save_pretrained(arguments.out / name)
        library = "transformers" if name.startswith("text") else "diffusers"
        index[name] = [library, type(part).__name__]
    for number in ["", "_2"] if is_xl else [""]:
        save_tokenizer(arguments.out / f"tokenizer{number}", "!" if number else "<|endoftext|>")
        index[f"tokenizer{number}"] = ["transformers", "CLIPTokenizer"]
    (arguments.out / "model_index.json").write_text(json.dumps(index, indent=2))
    if not is_xl:
        states = {name: part.state_dict() for name, part in parts.items() if name != "scheduler"}
        save_file(
            {name: tensor.contiguous().clone() for name, tensor in original_state(states).items()},
            arguments.out.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
