"""The two networks that are trained here, as plain PyTorch modules.

The names in their `state_dict` are the tensor names in `model.safetensors`, and the
keyword arguments of each constructor are fields of the component's `config.json`; an unknown
field is refused, and so is another architecture;
the Swift twins (`LatentDiffusion`) read both. PyTorch layouts are kept: linear weights
are [out, in], convolution weights [out, in, height, width], pictures and latents NCHW.

autoencoder/config.json
    architecture      "convolutional_autoencoder"
    sample_size       side of the picture, pixels (256)
    in_channels       3: RGB in [-1, 1]
    latent_channels   4
    encoder_patch     pixel-unshuffle before the encoder's first convolution (8)
    encoder_channels  width of each encoder level; levels are joined by a stride-2 convolution
    encoder_blocks    residual blocks in each encoder level
    decoder_channels  width of each decoder level; levels are joined by nearest x2 + convolution
    decoder_blocks    residual blocks in each decoder level
    decoder_patch     pixel-shuffle after the decoder's last convolution (4)
    norm_groups       groups of every GroupNorm
    norm_eps          epsilon of every GroupNorm
    latent_mean       [latent_channels]: z = (encoder(x) - latent_mean) / latent_std
    latent_std        [latent_channels]: x = decoder(z * latent_std + latent_mean)
    The picture is 2 ** (levels - 1) * patch times as wide as the latent, on both sides.

decoder/config.json
    architecture             "diffusion_transformer"
    prediction_type          "flow": the network gives velocity = noise - sample at
                             x_t = (1 - t) * sample + t * noise, t in [0, 1]
    sample_size              side of the latent (16)
    in_channels              latent channels (4; 48 of TAEF2's projected latents)
    patch_size               side of a patch (2, or 1); tokens = (sample_size / patch_size) ** 2
    hidden_size              token width
    num_layers               transformer blocks
    attention_head_dim       width of a head; heads = hidden_size / attention_head_dim
    mlp_ratio                hidden width of the MLP over hidden_size
    modulation_rank          rank of a block's modulation; absent: a full matrix
    token_signal             whether every token also gets a projection of the signal (false)
    condition_dim            width of the condition: a unit vector (384)
    timestep_embedding_dim   width of the sinusoidal timestep embedding (256)
    timestep_scale           t is multiplied by this before the embedding (1000)
    shift                    of the times of sampling: t becomes shift * t / (1 + (shift - 1) * t) (1)
    norm_eps                 epsilon of LayerNorm and RMSNorm
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


def require(**fields):
    """Refuses a field of config.json whose value is another than the only one there is."""
    for name, (value, expected) in fields.items():
        if value != expected:
            raise ValueError(f"{name} is {value!r}, not {expected!r}")


class ResidualBlock(nn.Module):
    """x + conv(silu(norm(conv(silu(norm(x)))))), width unchanged."""

    def __init__(self, channels, groups, eps):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, channels, eps)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, channels, eps)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return x + self.conv2(F.silu(self.norm2(h)))


class Encoder(nn.Module):
    """[batch, 3, 256, 256] -> [batch, 4, 16, 16].

    Names: conv_in, levels.L.B.{norm1,conv1,norm2,conv2}, downsamplers.L, norm_out, conv_out.
    """

    def __init__(self, in_channels, latent_channels, patch, channels, blocks, groups, eps):
        super().__init__()
        self.patch = patch
        self.conv_in = nn.Conv2d(in_channels * patch**2, channels[0], 3, padding=1)
        self.levels = nn.ModuleList(
            nn.Sequential(*(ResidualBlock(width, groups, eps) for _ in range(count)))
            for width, count in zip(channels, blocks)
        )
        self.downsamplers = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(channels, channels[1:])
        )
        self.norm_out = nn.GroupNorm(groups, channels[-1], eps)
        self.conv_out = nn.Conv2d(channels[-1], latent_channels, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(F.pixel_unshuffle(x, self.patch))
        for index, level in enumerate(self.levels):
            x = level(x)
            if index < len(self.downsamplers):
                x = self.downsamplers[index](x)
        return self.conv_out(F.silu(self.norm_out(x)))


class Decoder(nn.Module):
    """[batch, 4, 16, 16] -> [batch, 3, 256, 256]; not clamped.

    Names: conv_in, levels.L.B.{norm1,conv1,norm2,conv2}, upsamplers.L, norm_out, conv_out.
    Pixel-shuffle takes channel c * patch² + row * patch + column to colour c.
    """

    def __init__(self, out_channels, latent_channels, patch, channels, blocks, groups, eps):
        super().__init__()
        self.patch = patch
        self.conv_in = nn.Conv2d(latent_channels, channels[0], 3, padding=1)
        self.levels = nn.ModuleList(
            nn.Sequential(*(ResidualBlock(width, groups, eps) for _ in range(count)))
            for width, count in zip(channels, blocks)
        )
        self.upsamplers = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1) for a, b in zip(channels, channels[1:])
        )
        self.norm_out = nn.GroupNorm(groups, channels[-1], eps)
        self.conv_out = nn.Conv2d(channels[-1], out_channels * patch**2, 3, padding=1)

    def forward(self, z):
        x = self.conv_in(z)
        for index, level in enumerate(self.levels):
            x = level(x)
            if index < len(self.upsamplers):
                x = self.upsamplers[index](F.interpolate(x, scale_factor=2, mode="nearest"))
        return F.pixel_shuffle(self.conv_out(F.silu(self.norm_out(x))), self.patch)


class Autoencoder(nn.Module):
    """Pictures in [-1, 1] to latents of zero mean and unit variance per channel, and back."""

    def __init__(
        self,
        in_channels=3,
        latent_channels=4,
        encoder_patch=8,
        encoder_channels=(64, 128),
        encoder_blocks=(1, 2),
        decoder_patch=4,
        decoder_channels=(160, 96, 96),
        decoder_blocks=(3, 2, 1),
        norm_groups=16,
        norm_eps=1e-6,
        latent_mean=(0.0, 0.0, 0.0, 0.0),
        latent_std=(1.0, 1.0, 1.0, 1.0),
        architecture="convolutional_autoencoder",
        sample_size=None,
    ):
        super().__init__()
        require(architecture=(architecture, "convolutional_autoencoder"))
        self.encoder = Encoder(in_channels, latent_channels, encoder_patch,
                               encoder_channels, encoder_blocks, norm_groups, norm_eps)
        self.decoder = Decoder(in_channels, latent_channels, decoder_patch,
                               decoder_channels, decoder_blocks, norm_groups, norm_eps)
        shape = (1, latent_channels, 1, 1)
        self.register_buffer("mean", torch.tensor(latent_mean).view(shape), persistent=False)
        self.register_buffer("std", torch.tensor(latent_std).view(shape), persistent=False)

    def encode(self, pictures):
        return (self.encoder(pictures) - self.mean) / self.std

    def decode(self, latents):
        return self.decoder(latents * self.std + self.mean)


def timestep_embedding(t, dim, scale, max_period=10000.0):
    """[batch] -> [batch, dim]: cosines, then sines, of scale * t over geometric periods."""
    half = dim // 2
    frequencies = torch.exp(-math.log(max_period) * torch.arange(half, device=t.device) / half)
    angles = scale * t.float()[:, None] * frequencies[None]
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def places(count, side):
    """[count] of the places 0 to side - 1 that a network was made for.

    Fewer tokens spread over all of these, more go on beyond both ends: so a smaller picture shows the whole of what
    the network draws, and a larger one shows it at its own size in the middle.
    """
    tokens = torch.arange(count, dtype=torch.float64)
    return (tokens + 0.5) * side / count - 0.5 if count < side else tokens - (count - side) / 2


def position_embedding(side, dim, count=None):
    """[count * count, dim], tokens row by row: sin and cos of the row, then of the column.

    Of a network made for `side` tokens a row; `count` of them, where not as many.
    """
    quarter, count = dim // 4, count or side
    frequencies = 1.0 / 10000.0 ** (torch.arange(quarter, dtype=torch.float64) / quarter)
    angles = places(count, side)[:, None] * frequencies[None]
    axis = torch.cat([angles.sin(), angles.cos()], dim=1)
    rows = axis[:, None, :].expand(count, count, -1)
    columns = axis[None, :, :].expand(count, count, -1)
    return torch.cat([rows, columns], dim=2).reshape(count * count, dim).float()


class RMSNorm(nn.Module):
    """x / sqrt(mean(x²) + eps) * weight, over the last axis."""

    def __init__(self, dim, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), self.eps)


class Attention(nn.Module):
    """Self-attention with RMS-normalised queries and keys; scale 1 / sqrt(head_dim).

    Rows of qkv.weight: all queries, all keys, all values, each head by head.
    """

    def __init__(self, hidden_size, head_dim, eps):
        super().__init__()
        self.head_dim = head_dim
        self.qkv = nn.Linear(hidden_size, 3 * hidden_size)
        self.query_norm = RMSNorm(head_dim, eps)
        self.key_norm = RMSNorm(head_dim, eps)
        self.projection = nn.Linear(hidden_size, hidden_size)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, -1, self.head_dim).permute(2, 0, 3, 1, 4)
        q, k = self.query_norm(q), self.key_norm(k)
        if x.is_cuda:
            x = F.scaled_dot_product_attention(q.to(v.dtype), k.to(v.dtype), v)
        else:
            # Written out: on a CPU at 64 tokens this trains a third faster than the fused kernel.
            x = (q * self.head_dim**-0.5 @ k.transpose(-2, -1)).softmax(dim=-1) @ v
        return self.projection(x.transpose(1, 2).reshape(batch, tokens, width))


class MLP(nn.Module):
    """Linear, GELU (tanh form), linear."""

    def __init__(self, hidden_size, ratio):
        super().__init__()
        self.fc1 = nn.Linear(hidden_size, int(hidden_size * ratio))
        self.fc2 = nn.Linear(int(hidden_size * ratio), hidden_size)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class Embedding(nn.Module):
    """Linear, SiLU, linear: of the timestep's sinusoids or of the condition."""

    def __init__(self, in_features, hidden_size):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)

    def forward(self, x):
        return self.fc2(F.silu(self.fc1(x)))


def modulate(x, shift, scale):
    return x * (1 + scale[:, None]) + shift[:, None]


class LowRank(nn.Module):
    """Linear whose matrix is a product of two narrow ones."""

    def __init__(self, in_features, out_features, rank):
        super().__init__()
        self.down = nn.Linear(in_features, rank, bias=False)
        self.up = nn.Linear(rank, out_features)

    def forward(self, x):
        return self.up(self.down(x))


class Block(nn.Module):
    """Transformer block with adaptive layer norm, zero-initialised (DiT, arXiv 2212.09748, 3.2).

    Rows of modulation.weight: attention shift, scale, gate; MLP shift, scale, gate. Of low rank they are those of
    modulation.up (Cosmos, arXiv 2501.03575, 5.1.2).
    """

    def __init__(self, hidden_size, head_dim, mlp_ratio, modulation_rank, eps):
        super().__init__()
        self.norm = nn.LayerNorm(hidden_size, eps, elementwise_affine=False)
        self.attention = Attention(hidden_size, head_dim, eps)
        self.mlp = MLP(hidden_size, mlp_ratio)
        self.modulation = (LowRank(hidden_size, 6 * hidden_size, modulation_rank) if modulation_rank
                           else nn.Linear(hidden_size, 6 * hidden_size))

    def forward(self, x, signal):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(signal).chunk(6, dim=1)
        x = x + gate1[:, None] * self.attention(modulate(self.norm(x), shift1, scale1))
        return x + gate2[:, None] * self.mlp(modulate(self.norm(x), shift2, scale2))


class DiffusionTransformer(nn.Module):
    """Velocity of a latent: ([batch, channels, 16, 16], t [batch], condition [batch, 384]).

    A condition is a unit vector; in the unconditional branch `null_condition` stands in its
    place. Either is multiplied by sqrt(condition_dim) before the condition embedding.
    A patch is flattened row, column, channel (channel fastest), in and out.
    Rows of final_modulation.weight: shift, scale.
    """

    def __init__(
        self,
        sample_size=16,
        in_channels=4,
        patch_size=2,
        hidden_size=256,
        num_layers=8,
        attention_head_dim=64,
        mlp_ratio=4,
        modulation_rank=None,
        token_signal=False,
        condition_dim=384,
        timestep_embedding_dim=256,
        timestep_scale=1000.0,
        shift=1.0,
        norm_eps=1e-6,
        architecture="diffusion_transformer",
        prediction_type="flow",
    ):
        super().__init__()
        require(architecture=(architecture, "diffusion_transformer"), prediction_type=(prediction_type, "flow"))
        self.patch_size = patch_size
        self.side = sample_size // patch_size
        self.timestep_embedding_dim = timestep_embedding_dim
        self.timestep_scale, self.shift = timestep_scale, shift
        self.condition_scale = math.sqrt(condition_dim)
        patch_width = patch_size**2 * in_channels
        self.patch_embedding = nn.Linear(patch_width, hidden_size)
        self.register_buffer("position_embedding", position_embedding(self.side, hidden_size))
        self.timestep_embedding = Embedding(timestep_embedding_dim, hidden_size)
        self.condition_embedding = Embedding(condition_dim, hidden_size)
        self.null_condition = nn.Parameter(torch.zeros(condition_dim))
        self.signal_projection = nn.Linear(hidden_size, hidden_size) if token_signal else None
        self.blocks = nn.ModuleList(
            Block(hidden_size, attention_head_dim, mlp_ratio, modulation_rank, norm_eps) for _ in range(num_layers)
        )
        self.final_norm = nn.LayerNorm(hidden_size, norm_eps, elementwise_affine=False)
        self.final_modulation = nn.Linear(hidden_size, 2 * hidden_size)
        self.final_projection = nn.Linear(hidden_size, patch_width)
        self.initialise()

    def initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        modulations = [block.modulation for block in self.blocks]
        for layer in [*(m.up if isinstance(m, LowRank) else m for m in modulations),
                      self.final_modulation, self.final_projection]:
            nn.init.zeros_(layer.weight)

    def patchify(self, x):
        batch, channels, _, _ = x.shape
        p, s = self.patch_size, self.side
        return x.view(batch, channels, s, p, s, p).permute(0, 2, 4, 3, 5, 1).reshape(batch, s * s, -1)

    def unpatchify(self, tokens):
        p, s = self.patch_size, self.side
        x = tokens.view(tokens.shape[0], s, s, p, p, -1).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(tokens.shape[0], -1, s * p, s * p)

    def forward(self, x, t, condition, layer=None):
        """The velocity; with `layer`, also the hidden states [batch, tokens, hidden_size] behind so many blocks."""
        sinusoids = timestep_embedding(t, self.timestep_embedding_dim, self.timestep_scale)
        signal = F.silu(self.timestep_embedding(sinusoids)
                        + self.condition_embedding(condition * self.condition_scale))
        x = self.patch_embedding(self.patchify(x)) + self.position_embedding
        if self.signal_projection is not None:
            x = x + self.signal_projection(signal)[:, None]
        hidden_states = None
        for number, block in enumerate(self.blocks, 1):
            x = block(x, signal)
            if number == layer:
                hidden_states = x
        shift, scale = self.final_modulation(signal).chunk(2, dim=1)
        x = self.final_projection(modulate(self.final_norm(x), shift, scale))
        velocity = self.unpatchify(x)
        return velocity if layer is None else (velocity, hidden_states)
