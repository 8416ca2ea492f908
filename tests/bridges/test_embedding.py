"""The model of embeddings that the package wordllama brings along."""

import pickle

import gymnasium
import numpy as np
import pytest

import llm_gym  # noqa: F401  (registers the environments)
from llm_gym import wrappers
from llm_gym.wrappers import vector
from llm_gym.wrappers.encoded import Embedding

ENV = "llm_gym/Adventure-v0"


def test_near_is_what_means_the_same():
    encode = Embedding(None, None)

    def likeness(one: str, other: str) -> float:
        a, b = encode(one), encode(other)
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    bed = "You are in a bedroom with a large bed."
    assert likeness(bed, "This is where one sleeps.") > likeness(
        bed, "Stock prices fell on Friday."
    )


@pytest.mark.parametrize("text", ["", "\n", "é 🦜 \ud800", "a" * 20_000])
def test_any_text_has_one(text: str):
    encode = Embedding(None, None)
    made = encode(text)
    assert made in encode.space and np.isfinite(made).all()


def test_games_are_seen_by_it():
    single = wrappers.EmbeddedText(gymnasium.make(ENV))
    many = vector.EmbeddedText(gymnasium.make_vec(ENV, 2))
    one, both = single.reset(seed=0)[0], many.reset(seed=[0, 0])[0]
    assert one.shape == (256,) and (both == one).all()
    assert (pickle.loads(pickle.dumps(single)).reset(seed=0)[0] == one).all()
    assert (single.step("look around the house")[0] != one).any()
