"""Learns to read and to answer: the language model and its gated layers, on tasks whose examples say how."""

import random

import torch
import torch.nn.functional as F

from state import adjust, optimised
from tasks import episode

LONGEST = 420  # tokens
TURNS = ((1, 2, 3, 4, 5, 9), (1, 2, 2, 2, 2, 4))


def batches(words, album, budget, rng, ahead=8):
    """Lists of (tokens, which are to be written, pictures) of about one length, together `budget` tokens with what fills them up."""
    while True:
        pool, size = [], 0
        while size < budget * ahead:
            one = words.encode(episode(album, rng, rng.choices(*TURNS)[0]))
            if len(one[0]) <= LONGEST and any(one[1]):
                pool.append(one)
                size += len(one[0])
        pool.sort(key=lambda one: len(one[0]))
        groups, group = [], []
        for one in pool:
            if group and len(one[0]) * (len(group) + 1) > budget:
                groups.append(group)
                group = []
            group.append(one)
        rng.shuffle(groups)
        yield from groups


def filled(group):
    """As tensors: tokens and which are to be written [rows][time], pictures [rows][most]; a row with fewer repeats its last."""
    longest, most = max(len(tokens) for tokens, _, _ in group), max(len(pictures) for _, _, pictures in group)
    text, written = torch.full((len(group), longest), 2), torch.zeros(len(group), longest, dtype=torch.bool)
    for row, (tokens, marks, _) in enumerate(group):
        text[row, : len(tokens)] = torch.tensor(tokens)
        written[row, : len(marks)] = torch.tensor(marks)
    return text, written, torch.tensor([pictures + pictures[-1:] * (most - len(pictures)) for _, _, pictures in group])


def answered(model, text, written, tokens):
    """(logits, the tokens that are right) of everything that is to be written."""
    before = written.roll(-1, 1)
    before[:, -1] = False
    return model.logits(model.states(text, tokens)[before]), text[written]


def learn(model, words, album, look, parts, budget, rate, batch, tell):
    """`look` gives the vision tokens of pictures [rows][most]; `parts` are the parameters that learn."""
    optimisers = optimised(parts, rate, budget)
    for group in batches(words, album, batch, random.Random(f"{budget.total} {budget.steps}")):
        if budget.is_spent:
            break
        adjust(optimisers, rate, budget)
        text, written, pictures = filled(group)
        with torch.autocast("cpu", torch.bfloat16):
            logits, right = answered(model, text, written, look(pictures))
        loss = F.cross_entropy(logits.float(), right)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in parts], 1.0)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad()
        tell(optimisers, {"loss": loss.item(), "right": (logits.argmax(-1) == right).float().mean().item()})
