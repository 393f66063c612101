"""The names of Stable Diffusion's original repositories for a model in the layout of diffusers.

The inverse of diffusers' `single_file_utils.convert_ldm_unet_checkpoint` and `convert_ldm_vae_checkpoint`;
`Training/fixtures/original_layout_fixtures.py` holds it against them.
"""

RESIDUAL = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
    "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}


def residual(rest: list[str]) -> str:
    return ".".join([RESIDUAL[rest[0]], *rest[1:]])


def unet_name(name: str, blocks: int, has_attention) -> str:
    """`blocks`: residual blocks of a level on the way down; `has_attention(level)`: of the way up."""
    parts = name.split(".")
    match parts:
        case ["time_embedding", layer, *rest]:
            return ".".join(["time_embed", str((int(layer[-1]) - 1) * 2), *rest])
        case ["add_embedding", layer, *rest]:
            return ".".join(["label_emb.0", str((int(layer[-1]) - 1) * 2), *rest])
        case ["conv_in", *rest]:
            return ".".join(["input_blocks.0.0", *rest])
        case ["conv_norm_out", *rest]:
            return ".".join(["out.0", *rest])
        case ["conv_out", *rest]:
            return ".".join(["out.2", *rest])
        case ["down_blocks", level, "resnets", block, *rest]:
            return f"input_blocks.{1 + int(level) * (blocks + 1) + int(block)}.0.{residual(rest)}"
        case ["down_blocks", level, "attentions", block, *rest]:
            return ".".join([f"input_blocks.{1 + int(level) * (blocks + 1) + int(block)}.1", *rest])
        case ["down_blocks", level, "downsamplers", "0", "conv", *rest]:
            return ".".join([f"input_blocks.{(int(level) + 1) * (blocks + 1)}.0.op", *rest])
        case ["mid_block", "resnets", index, *rest]:
            return f"middle_block.{2 * int(index)}.{residual(rest)}"
        case ["mid_block", "attentions", "0", *rest]:
            return ".".join(["middle_block.1", *rest])
        case ["up_blocks", level, "resnets", block, *rest]:
            return f"output_blocks.{int(level) * (blocks + 1) + int(block)}.0.{residual(rest)}"
        case ["up_blocks", level, "attentions", block, *rest]:
            return ".".join([f"output_blocks.{int(level) * (blocks + 1) + int(block)}.1", *rest])
        case ["up_blocks", level, "upsamplers", "0", "conv", *rest]:
            place = 2 if has_attention(int(level)) else 1
            return ".".join([f"output_blocks.{int(level) * (blocks + 1) + blocks}.{place}.conv", *rest])
    raise ValueError(name)


ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out": "proj_out"}


def vae_name(name: str, levels: int) -> str:
    parts = name.split(".")
    match parts:
        case [side, "mid_block", "resnets", index, *rest]:
            return ".".join([side, "mid", f"block_{int(index) + 1}", *shortcut(rest)])
        case [side, "mid_block", "attentions", "0", "to_out", "0", *rest]:
            return ".".join([side, "mid.attn_1.proj_out", *rest])
        case [side, "mid_block", "attentions", "0", part, *rest]:
            return ".".join([side, "mid.attn_1", ATTENTION[part], *rest])
        case ["encoder", "down_blocks", level, "resnets", block, *rest]:
            return ".".join(["encoder.down", level, "block", block, *shortcut(rest)])
        case ["encoder", "down_blocks", level, "downsamplers", "0", *rest]:
            return ".".join(["encoder.down", level, "downsample", *rest])
        case ["decoder", "up_blocks", level, "resnets", block, *rest]:
            return ".".join(["decoder.up", str(levels - 1 - int(level)), "block", block, *shortcut(rest)])
        case ["decoder", "up_blocks", level, "upsamplers", "0", *rest]:
            return ".".join(["decoder.up", str(levels - 1 - int(level)), "upsample", *rest])
        case [side, "conv_norm_out", *rest]:
            return ".".join([side, "norm_out", *rest])
    return name


def shortcut(rest: list[str]) -> list[str]:
    return ["nin_shortcut" if part == "conv_shortcut" else part for part in rest]


def original_state(states: dict) -> dict:
    """A checkpoint of Stable Diffusion 1.x from the state dictionaries of `unet`, `vae` and `text_encoder`."""
    unet, vae = states["unet"], states["vae"]
    blocks = 1 + max(int(name.split(".")[3]) for name in unet if name.startswith("down_blocks.0.resnets."))
    attended = {int(name.split(".")[1]) for name in unet if name.startswith("up_blocks.") and ".attentions." in name}
    levels = 1 + max(int(name.split(".")[2]) for name in vae if name.startswith("encoder.down_blocks."))
    state = {
        "model.diffusion_model." + unet_name(name, blocks, attended.__contains__): tensor for name, tensor in unet.items()
    }
    for name, tensor in vae.items():
        new = vae_name(name, levels)
        # Attention was a convolution of one pixel.
        is_pointwise = ".attn_1." in new and new.endswith(".weight") and ".norm." not in new
        state["first_stage_model." + new] = tensor[:, :, None, None] if is_pointwise else tensor
    for name, tensor in states["text_encoder"].items():
        wrapper = "" if name.startswith("text_model.") else "text_model."
        state["cond_stage_model.transformer." + wrapper + name] = tensor
    return state
