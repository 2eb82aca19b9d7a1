"""What a training keeps: how much of its budget is spent, and its state on disk, every two minutes."""

import sys
import time
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).parents[1] / "painter"))
from muon import optimisers_of


class Budget:
    """Minutes of the processor's time, so that other work on the machine changes nothing; or of the clock on the wall."""

    def __init__(self, minutes, wall=False):
        self.clock = time.monotonic if wall else time.process_time
        self.total, self.before, self.started, self.steps = minutes * 60, 0.0, self.clock(), 0
        self.optimisers = None  # their state, where a training goes on

    @property
    def spent(self):
        return self.before + self.clock() - self.started

    @property
    def share(self):
        return self.spent / self.total

    @property
    def is_spent(self):
        return self.spent >= self.total


def optimised(parameters, rate, budget):
    inner = lambda name, p: p.ndim == 2 and not any(word in name for word in ("embed", "latents", "queries", "names", "patches"))
    optimisers = optimisers_of(parameters, inner, rate, (0.9, 0.98))
    for optimiser, old in zip(optimisers, budget.optimisers or ()):
        optimiser.load_state_dict(old)
    return optimisers


def adjust(optimisers, rate, budget):
    """The rate: up over a hundred steps, down over the second half of the budget."""
    now = rate * min((budget.steps + 1) / 100, 1, (1 - budget.share) / 0.5 + 0.01)
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = now


class Keeper:
    """Counts steps, says how it goes, and saves."""

    def __init__(self, path, phase, modules, budget):
        self.path, self.phase, self.modules, self.budget = path, phase, modules, budget
        self.last_saved = self.last_said = time.monotonic()
        self.averages, self.optimisers = {}, ()

    def step(self, optimisers, numbers):
        self.optimisers = optimisers
        self.budget.steps += 1
        for name, number in numbers.items():
            if number == number:
                self.averages[name] = 0.95 * self.averages.get(name, number) + 0.05 * number
        now = time.monotonic()
        if now - self.last_said > 20:
            said = "  ".join(f"{name} {number:.4f}" for name, number in self.averages.items())
            print(f"{self.phase} {self.budget.spent / 60:5.1f} min  step {self.budget.steps}  {said}", flush=True)
            self.last_said = now
        if now - self.last_saved > 120:
            self.save()
            self.last_saved = now

    def save(self, is_done=False):
        kept = {name: module.state_dict() for name, module in self.modules.items()}
        kept |= {"phase": self.phase, "is_done": is_done, "spent": self.budget.spent, "steps": self.budget.steps,
                 "optimisers": [optimiser.state_dict() for optimiser in self.optimisers]}
        new = self.path.with_suffix(".new")
        torch.save(kept, new)
        new.rename(self.path)
