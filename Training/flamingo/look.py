"""Learns to look: vision and resampler, with heads that name what is true of a scene. The heads are thrown away afterwards; they teach
in minutes what words alone would teach in hours. Every patch is asked what stands in it, the vision tokens are asked about the whole."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from flamingo import normalised
from scenes import VALUES
from state import adjust, optimised

GROUP = ("count", "colour", "shape", "texture", "size")
WHOLE = ("background", "relation", "arrangement", "across", "down")
PATCH = ("shape", "colour", "texture")
NONE = -100  # nothing to be known


def targets(known):
    """Of each scene: int [scenes][2 * GROUP + WHOLE], and of each of its patches [scenes][patches][PATCH]; 0 there is the ground."""
    names = {field: {v: i for i, v in enumerate(values)} for field, values in VALUES.items()}
    whole = np.full((len(known), 2 * len(GROUP) + len(WHOLE)), NONE)
    patches = np.zeros((len(known), 64, len(PATCH)), np.int64)
    patches[:, :, 1:] = NONE
    middle = np.arange(8) * 16 + 8
    x, y = np.tile(middle, 8), np.repeat(middle, 8)
    for row, scene in enumerate(known):
        for g, group in enumerate(scene["groups"]):
            for f, field in enumerate(GROUP):
                whole[row, g * len(GROUP) + f] = names[field].get(group[field], NONE)
        for f, field in enumerate(WHOLE):
            whole[row, 2 * len(GROUP) + f] = names[field].get(scene[field], NONE)
        for group in sorted(scene["groups"], key=lambda g: -g["radius"]):
            for a, b in group["places"]:
                inside = (abs(x - a) <= group["radius"] + 2) & (abs(y - b) <= group["radius"] + 2)
                patches[row, inside] = [names["shape"][group["shape"]] + 1, names["colour"][group["colour"]], names["texture"][group["texture"]]]
    return torch.from_numpy(whole), torch.from_numpy(patches)


def changed(pictures, generator):
    """Pictures uint8 [batch][side][side][3], each a little moved, tinted and blurred: floats 0…255."""
    x = pictures.float()
    draw = lambda *shape: torch.rand(*shape, generator=generator)
    batch = len(x)
    x = x * (0.93 + 0.14 * draw(batch, 1, 1, 3)) + (draw(batch, 1, 1, 3) - 0.5) * 16
    blurred = F.avg_pool2d(F.pad(x.permute(0, 3, 1, 2), (1, 1, 1, 1), mode="replicate"), 3, 1).permute(0, 2, 3, 1)
    share = (draw(batch, 1, 1, 1) - 0.6).clamp(min=0) * 2
    x = x + (blurred - x) * share + torch.randn(x.shape, generator=generator) * 8 * draw(batch, 1, 1, 1) ** 2
    moved = draw(batch) < 0.2
    for row, (down, across) in enumerate(torch.randint(-2, 3, (batch, 2), generator=generator).tolist()):
        if moved[row]:
            x[row] = x[row].roll((down, across), (0, 1))
    return x.clamp(0, 255)


class Heads(nn.Module):
    def __init__(self, width):
        super().__init__()
        fields = [*GROUP, *GROUP, *WHOLE]
        self.queries = nn.Parameter(torch.randn(len(fields), width))
        self.keys_values = nn.Linear(width, 2 * width)
        self.names = nn.ModuleList(nn.Linear(width, len(VALUES[field])) for field in fields)
        self.patches = nn.ModuleList(nn.Linear(width, len(VALUES[field]) + (field == "shape")) for field in PATCH)
        self.norm = nn.LayerNorm(width)

    def whole(self, tokens):
        """Logits of each field."""
        k, v = (x.unflatten(-1, (4, -1)).transpose(1, 2) for x in self.keys_values(tokens).chunk(2, -1))
        q = self.queries.expand(len(tokens), -1, -1).unflatten(-1, (4, -1)).transpose(1, 2)
        seen = F.scaled_dot_product_attention(q.to(k.dtype), k, v).transpose(1, 2).flatten(2)
        return [name(seen[:, i]).float() for i, name in enumerate(self.names)]

    def each_patch(self, states):
        states = self.norm(states)
        return [name(states).float().flatten(0, 1) for name in self.patches]


def learn(model, heads, pictures, known, budget, rate, batch, tell):
    """`budget` says how much of it is spent; `tell` is told of each step."""
    whole, patches = targets(known)
    parts = [(f"vision_model.{n}", p) for n, p in model.vision_model.named_parameters()]
    parts += [(f"perceiver.{n}", p) for n, p in model.perceiver.named_parameters()]
    parts += [(f"heads.{n}", p) for n, p in heads.named_parameters()]
    optimisers = optimised(parts, rate, budget)
    generator, order = torch.Generator().manual_seed(budget.steps), []
    while not budget.is_spent:
        if len(order) < batch:
            order = torch.randperm(len(pictures), generator=generator).tolist()
            if budget.share < 0.3:  # to begin with, one kind of thing a picture
                order = [i for i in order if len(known[i]["groups"]) == 1]
        rows, order = order[:batch], order[batch:]
        adjust(optimisers, rate, budget)
        with torch.autocast("cpu", torch.bfloat16):
            states = model.vision_model(normalised(changed(torch.from_numpy(pictures[rows]), generator)))
            tokens = model.perceiver(states)
            named, placed = heads.whole(tokens), heads.each_patch(states)
        losses = [F.cross_entropy(logits, whole[rows, i]) for i, logits in enumerate(named) if (whole[rows, i] != NONE).any()]
        loss = sum(losses) / len(losses) + sum(
            weight * F.cross_entropy(logits, patches[rows][..., i].flatten()) for i, (logits, weight) in enumerate(zip(placed, (1.5, 0.3, 0.6))))
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad()
        hits = torch.stack([(logits.argmax(-1) == whole[rows, i])[whole[rows, i] != NONE].float().mean() for i, logits in enumerate(named)])
        here = patches[rows].flatten(0, 1)
        seen = here[:, 0] > 0
        tell(optimisers, {"loss": loss.item(), "named": hits.nanmean().item(), "shape": hits[2].item(), "patch's shape": (placed[0].argmax(-1) == here[:, 0])[seen].float().mean().item()})


@torch.no_grad()
def accuracy(model, heads, pictures, known):
    """Share of each field named right, without changes to the pictures: {field: share}."""
    whole, _ = targets(known)
    hits = [[] for _ in heads.names]
    for start in range(0, len(pictures), 200):
        for i, logits in enumerate(heads.whole(model.look(torch.from_numpy(pictures[start : start + 200])))):
            right = whole[start : start + 200, i]
            hits[i].append((logits.argmax(-1) == right)[right != NONE])
    return {f"{field}{i // len(GROUP) + 1 if i < 2 * len(GROUP) else ''}": round(torch.cat(hits[i]).float().mean().item(), 3)
            for i, field in enumerate([*GROUP, *GROUP, *WHOLE])}


@torch.no_grad()
def kept_tokens(model, pictures, copies, seed=0):
    """Vision tokens bf16 [copies][pictures][latents][width] of pictures that are changed each time anew."""
    generator, result = torch.Generator().manual_seed(seed), []
    for _ in range(copies):
        for start in range(0, len(pictures), 200):
            part = torch.from_numpy(pictures[start : start + 200])
            with torch.autocast("cpu", torch.bfloat16):
                result.append(model.perceiver(model.vision_model(normalised(changed(part, generator)))).bfloat16())
    return torch.cat(result).unflatten(0, (copies, -1))
