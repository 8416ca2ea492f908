"""Inspect AI, its own log, against a scripted server."""

from pathlib import Path
from typing import Any

import inspect_eval
import pytest
from inspect_ai import eval as evaluate
from scripted_server import OBJECTS, guess_all, said_so_far, serving

from llm_gym.bridges.dialogue import Dialogue
from llm_gym.bridges.inspect import game

ENV = "llm_gym/TwentyQuestionsSubset-v0"


def run(
    reply: Any, folder: Path, limits: dict[str, int] | None = None, **options: Any
) -> tuple[list[dict[str, float]], Any]:
    with serving(reply) as server:
        task = game(ENV, split="train", limit=3, **options)
        (log,) = evaluate(
            task,
            model="openai/scripted",
            model_base_url=server.url,
            model_args={"api_key": "none", "responses_api": False},
            log_dir=str(folder),
            display="none",
            **(limits or {}),
        )
    assert log.status == "success", log.error
    assert log.samples is not None
    return [sample.scores["outcome"].value for sample in log.samples], log


def test_a_game_is_won_by_tool_calls(tmp_path: Path):
    scores, log = run(guess_all, tmp_path)
    tasks = Dialogue(ENV).env.game.tasks.select("train")
    # The number of an object in the list is the number of wrong guesses before it.
    assert [score["return"] for score in scores] == [-OBJECTS.index(t.id) for t in tasks[:3]]
    assert all(score["success"] == score["terminated"] == 1 for score in scores)
    metrics = {each.name: each.metrics["mean"].value for each in log.results.scores}
    assert metrics["success"] == 1 and metrics["return"] == sum(s["return"] for s in scores) / 3


def test_endings_are_told_apart_and_none_is_better_than_playing(tmp_path: Path):
    silent, _ = run(lambda body: None, tmp_path / "silent")
    lost, _ = run(lambda body: ("ask", {"question": "Is it alive?"}), tmp_path / "lost")
    cut, _ = run(lambda body: ("ask", {"question": "Is it alive?"}), tmp_path / "cut", max_turns=4)
    wrong, _ = run(lambda body: ("sing", {"song": "la"}), tmp_path / "wrong")
    assert {score["return"] for score in (*silent, *lost, *cut, *wrong)} == {-20}
    assert silent[0]["unparsable"] == wrong[0]["unparsable"] == 20 and lost[0]["unparsable"] == 0
    assert (lost[0]["terminated"], cut[0]["truncated"], cut[0]["turns"]) == (1, 1, 4)


@pytest.mark.parametrize("limit", ["message_limit", "token_limit"])
def test_a_limit_of_its_own_cuts_a_game_off(tmp_path: Path, limit: str):
    """Two messages open a game, and a turn adds two and takes twelve tokens."""
    limits = {limit: {"message_limit": 8, "token_limit": 30}[limit]}
    scores, log = run(lambda body: ("ask", {"question": "Is it alive?"}), tmp_path, limits)
    assert all(sample.limit is not None for sample in log.samples)
    for score in scores:
        assert (score["truncated"], score["quit"], score["terminated"]) == (1, 0, 0)
        assert score["return"] == -20 and 0 < score["turns"] < 20


def test_text_is_an_action_where_there_are_no_tools(tmp_path: Path):
    def think(body: dict[str, Any]) -> str:
        return f"<think>Is it a zebra?</think>Action: Is it a {OBJECTS[said_so_far(body)]}?"

    scores, _ = run(think, tmp_path, tools=False)
    assert all(score["success"] for score in scores)


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with serving(guess_all) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        means = inspect_eval.main("openai-api/openai/scripted", limit=2)
    assert means["terminated"] == 1 and -20 <= means["return"] <= 0


@pytest.mark.parametrize("secret", ["task_id", "oracle_raw"])
def test_nothing_hidden_reaches_the_model(tmp_path: Path, secret: str):
    seen: list[str] = []

    def ask(body: dict[str, Any]) -> Any:
        seen.append(str(body))
        return "ask", {"question": "Is it alive?"}

    run(ask, tmp_path)
    assert not any(secret in text for text in seen)
