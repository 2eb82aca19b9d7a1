"""Muon: momentum whose matrices are made nearly orthogonal by Newton–Schulz steps, so that all directions learn alike.

Convolutions are taken as matrices [out, in · height · width]. Updates have the size of Adam's, so both share one rate.
"""

from collections import defaultdict

import torch


def orthogonal(m, steps=5):
    """Matrices [n, a, b] with their singular values brought near 1 (quintic Newton–Schulz, in bfloat16)."""
    x = m.bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    wide = x.shape[1] <= x.shape[2]
    x = x if wide else x.mT
    for _ in range(steps):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return (x if wide else x.mT).to(m.dtype)


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.01):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alike = defaultdict(list)
            for p in group["params"]:
                alike[p.flatten(1).shape].append(p)
            for shape, parameters in alike.items():
                ahead = torch.stack([self._ahead(p, group["momentum"]) for p in parameters])
                scale = 0.2 * max(shape) ** 0.5
                for p, update in zip(parameters, orthogonal(ahead)):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update.reshape(p.shape), alpha=-group["lr"] * scale)

    def _ahead(self, p, momentum):
        """Nesterov's look ahead along the velocity, as a matrix."""
        state = self.state[p]
        if "velocity" not in state:
            state["velocity"] = torch.zeros_like(p)
        velocity = state["velocity"].lerp_(p.grad, 1 - momentum)
        return p.grad.lerp(velocity, momentum).flatten(1)


def optimisers_of(parameters, is_matrix, lr, betas):
    """(Muon for the named parameters that are matrices, AdamW for the others)."""
    parameters = [(name, p) for name, p in parameters if p.requires_grad]
    matrices = [p for name, p in parameters if is_matrix(name, p)]
    others = [p for name, p in parameters if not is_matrix(name, p)]
    return Muon(matrices, lr), torch.optim.AdamW(others, lr, betas=betas, weight_decay=0.0, fused=True)
