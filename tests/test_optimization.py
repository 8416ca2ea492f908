"""Optimizers: the size and direction of a step, and what is kept of them."""

from pathlib import Path

import torch
from torch import Tensor, nn

from archer_agent.networks.optimization import Muon, orthogonalized
from archer_agent.runs.checkpoint import load_checkpoint, save_checkpoint


class Model(nn.Module):
    """A transformer's shape: an embedding that is also the output, a tall and a wide matrix, a vector."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.embedding = nn.Embedding(5, 4)
        self.up = nn.Linear(4, 9)
        self.down = nn.Linear(9, 4, bias=False)
        self.out = nn.Linear(4, 5, bias=False)
        self.out.weight = self.embedding.weight

    def get_output_embeddings(self) -> nn.Linear:
        return self.out

    def forward(self, ids: Tensor) -> Tensor:
        hidden = self.embedding(ids)
        return self.out(hidden + self.down(torch.tanh(self.up(hidden))))


def learn(model: Model, optimizer: torch.optim.Optimizer, steps: int) -> None:
    ids = torch.arange(5)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(ids), ids.roll(1)).backward()
        optimizer.step()


def test_orthogonalized_keeps_directions_and_evens_sizes() -> None:
    generator = torch.Generator().manual_seed(0)
    matrices = (
        torch.randn(3, 4, 9, generator=generator) * torch.tensor([1e-3, 1.0, 1e3])[:, None, None]
    )
    u, _, v = torch.linalg.svd(matrices, full_matrices=False)
    sizes = u.mT @ orthogonalized(matrices) @ v.mT  # diagonal: the singular vectors are the same
    diagonal = sizes.diagonal(dim1=1, dim2=2)
    assert (sizes - torch.diag_embed(diagonal)).abs().max() < 1e-3
    assert diagonal.min() > 0.6
    assert diagonal.max() < 1.3


def test_a_first_step_is_adams_but_for_hidden_matrices() -> None:
    model, twin = Model(), Model()
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    learn(model, Muon(model, lr=0.01), 1)
    learn(twin, torch.optim.Adam(twin.parameters(), lr=0.01), 1)
    after, adams = dict(model.named_parameters()), dict(twin.named_parameters())
    for name in ("embedding.weight", "up.bias"):
        assert torch.allclose(after[name], adams[name], atol=1e-6)
    for name in ("up.weight", "down.weight"):
        step = after[name].detach() - before[name]
        sizes = torch.linalg.svdvals(step) / (0.01 * 0.2 * 9**0.5)
        # The gradient of five tokens in four channels has full rank: all directions move alike.
        assert sizes.min() > 0.6
        assert sizes.max() < 1.3


def test_what_is_kept_continues_to_the_bit(tmp_path: Path) -> None:
    model = Model()
    optimizer = Muon(model, lr=0.01)
    learn(model, optimizer, 3)
    parts = {"modules": {"model": model}, "optimizers": {"muon": optimizer}, "generators": {}}
    save_checkpoint(tmp_path / "000003", **parts, state={})
    learn(model, optimizer, 3)

    other = Model(seed=1)
    fresh = Muon(other, lr=0.5)
    load_checkpoint(
        tmp_path / "000003", modules={"model": other}, optimizers={"muon": fresh}, generators={}
    )
    learn(other, fresh, 3)
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_frozen_matrices_stay() -> None:
    model = Model()
    optimizer = Muon(model, lr=0.01)
    for parameter in model.up.parameters():
        parameter.requires_grad_(False)
    before = model.up.weight.detach().clone()
    learn(model, optimizer, 2)
    assert torch.equal(before, model.up.weight)
