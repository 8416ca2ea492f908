"""Agents that nobody trained: chance, models behind an endpoint, chat models in this process."""

import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from identity_game import Identity
from model_servers import KEY, Script, save_damaged, save_model

import llm_gym  # noqa: F401  (registers the environments)
from archer_agent import cli
from archer_agent.agents.agent import FunctionAgent, View
from archer_agent.agents.environments import make_envs
from archer_agent.agents.prompting import PROMPTS, PromptedAgent, what_has_happened
from archer_agent.agents.random_agent import RandomAgent
from archer_agent.agents.rollout import play
from archer_agent.episodes.replay import Episode, read_episodes
from archer_agent.errors import AgentError
from archer_agent.runs.evaluation import evaluate_agent
from llm_gym.cli import main as llm_gym_command
from llm_gym.games.webshop import baselines

IDENTITY = "identity_game:Identity-v0"
ADVENTURE = "llm_gym/Adventure-v0"


def test_a_panel_is_the_same_games_for_everybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "said.txt").write_text("Is it alive?\n")
    player = ["--agent", "random", "--utterances", str(tmp_path / "said.txt")]
    assert llm_gym_command(["list", "--panels", "--json"]) == 0
    panels = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert len(panels) > 20 and len({each["fingerprint"] for each in panels.values()}) > 20
    for name in ("llm_gym/TwentyQuestions-v0@test", "llm_gym/TwentyQuestionsSubset-v0@all"):
        result = evaluated(capsys, *player, "--panel", name)
        assert result["games"] == panels[name]["tasks"]
        assert result["tasks"] == panels[name]["fingerprint"]
    # Published: a figure under this name is of these games.
    assert panels["llm_gym/TwentyQuestions-v0@test"]["fingerprint"] == "e14a830edab1"
    assert panels["llm_gym/GuessMyCity-v0@test"]["fingerprint"] == "1355ec7765b4"
    for wrong, message in (
        (["--panel", "llm_gym/TwentyQuestions-v0"], "a panel is ENV@SPLIT"),
        (["--panel", "llm_gym/TwentyQuestions-v0@dev"], "unknown split 'dev'"),
        (["--panel", "llm_gym/GuessMyCity-v0@test", "--tasks", "all"], "leave --tasks out"),
        (["--panel", "llm_gym/GuessMyCity-v0@test", "--env", IDENTITY], "the panel is of llm_gym/"),
    ):
        assert cli.evaluate([*player, *wrong]) == 2
        assert message in capsys.readouterr().err


def test_the_scripted_player_of_an_environment_is_a_yardstick(capsys: pytest.CaptureFixture[str]):
    panel = ["--agent", "scripted", "--panel", "llm_gym/TwentyQuestionsSubset-v0@all"]
    well, poorly = (evaluated(capsys, *panel, "--skill", skill) for skill in ("1", "0.1"))
    assert well["games"] == poorly["games"] == 10
    assert well["return_mean"] > poorly["return_mean"] + 2
    for arguments, message in (
        ([*panel, "--skill", "2"], "--skill must be from 0 to 1, not 2.0"),
        (
            ["--agent", "scripted", "--env", "text_games:text_games/Echo-v0"],
            "brings no scripted player",
        ),
        (["--agent", "random", "--env", ADVENTURE, "--skill", "0.5"], "random takes no --skill"),
    ):
        assert cli.evaluate(arguments) == 2
        assert message in capsys.readouterr().err


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert cli.evaluate([*arguments, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def endpoint(script: Script, *arguments: str) -> list[str]:
    given = ["--agent", "openai", "--model", "m", "--base-url", script.url, "--env", IDENTITY]
    return [*given, *arguments]


def word_shown(message: str) -> str:
    """Play the identity game perfectly: say the last word of the message."""
    return message.split()[-1].removesuffix(":")


def test_an_evaluation_that_was_stopped_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("archer_agent.runs.evaluation._WIDTH", 4)
    file = tmp_path / "games.jsonl"
    heard: list[str] = []

    def say(observation: str) -> str:
        heard.append(observation)
        if len(heard) == 12:  # each game takes two words: in the second wave of four
            raise KeyboardInterrupt
        return word_shown(observation)

    monkeypatch.setattr(f"{__name__}.word_shown_until_stopped", say, raising=False)
    command = ["--agent", f"{__name__}:word_shown_until_stopped", "--env", IDENTITY]
    command += ["--episodes", "10", "--record", str(file)]
    assert cli.evaluate(command) == 130
    assert "4 games are in" in capsys.readouterr().err
    kept = file.read_text()
    result = evaluated(capsys, *command, "--resume")
    assert (result["games"], result["return_mean"]) == (10, 2.0)
    assert len(heard) == 12 + 2 * 6
    games = [episode for _, episode in read_episodes(file)]
    assert file.read_text().startswith(kept) and len({game.seed for game in games}) == 10
    again = evaluated(capsys, *command, "--resume")
    assert again["return_mean"] == 2.0 and len(heard) == 12 + 2 * 6


@pytest.mark.parametrize("content", ["precious", "precious\n", '{"a": 1}', '{"a": 1}\n', "[]\n"])
def test_no_game_is_written_into_another_file(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "file"
    file.write_text(content)
    command = ["--agent", f"{__name__}:word_shown", "--env", IDENTITY, "--episodes", "1"]
    for more in ([], ["--resume"]):
        assert cli.evaluate([*command, "--record", str(file), *more]) == 2
        assert "holds no games; name another file" in capsys.readouterr().err
        assert file.read_text() == content


@pytest.mark.parametrize("cut_off", ['{"pla', '{"played_by": {"env": "Identity-v0"', ""])
def test_what_was_cut_off_makes_room(
    cut_off: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "file"
    command = ["--agent", f"{__name__}:word_shown", "--env", IDENTITY, "--episodes", "2"]
    before = ""
    for count in (2, 4):
        file.write_text(before + cut_off)
        evaluated(capsys, *command, "--record", str(file))
        assert file.read_text().startswith(before) and len(read_episodes(file)) == count
        before = file.read_text()


def leaves(observation: str) -> str:
    raise SystemExit(0)


class Unlicensed:
    def __init__(self) -> None:
        raise OSError("no licence")


class Player:
    """Does as it is told to, and cannot count."""

    begins: Any = None
    acts: Any = None
    usage: Any = {}  # noqa: RUF012

    def begin(self, games: int) -> None:
        if self.begins:
            raise self.begins

    def act(self, views: Sequence[View]) -> Any:
        if isinstance(self.acts, Exception):
            raise self.acts
        return self.acts or (view.observation[:3] for view in views)


@pytest.mark.parametrize(
    ("name", "does", "message"),
    [
        ("leaves", {}, "the player failed: SystemExit: 0 ("),
        ("Unlicensed", {}, "cannot be made: OSError: no licence ("),
        ("Player", {"begins": RuntimeError("not\ntoday")}, "the agent failed: RuntimeError: not t"),
        ("Player", {"acts": ValueError("what now?")}, "the agent failed: ValueError: what now? ("),
        ("Player", {"acts": 7}, "the agent failed: TypeError: "),
        ("Player", {"acts": [7]}, "the agent said 7, a int, not a text"),
        ("Player", {"acts": "twelve words"}, "the agent returned 12 actions for 1 games"),
        ("Player", {"usage": 5}, "the agent failed: TypeError: "),
    ],
)
def test_what_goes_wrong_in_somebody_elses_agent_is_told(
    name: str,
    does: dict[str, Any],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for key, value in does.items():
        monkeypatch.setattr(Player, key, value)
    command = ["--agent", f"{__name__}:{name}", "--env", IDENTITY, "--episodes", "1"]
    assert cli.evaluate(command) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1


def test_an_agent_may_yield_its_actions(capsys: pytest.CaptureFixture[str]):
    command = ["--agent", f"{__name__}:Player", "--env", IDENTITY, "--episodes", "2"]
    assert evaluated(capsys, *command)["games"] == 2


@pytest.mark.parametrize("offer", [7, lambda seed: None, lambda seed, skill: 1 / 0])
def test_what_goes_wrong_in_a_player_of_the_environment_is_told(
    offer: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setattr(Identity, "scripted_player", offer)
    assert cli.evaluate(["--agent", "scripted", "--env", IDENTITY, "--episodes", "1"]) == 2
    assert cli.train(["--env", IDENTITY, "--run", str(tmp_path / "run")]) == 2
    for said in capsys.readouterr().err.strip().splitlines():
        assert "scripted player: " in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", ["three", None])
def test_a_number_of_tasks_that_is_none_is_told(
    count: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(Identity, "task_count", count, raising=False)
    command = ["--agent", f"{__name__}:word_shown", "--env", IDENTITY, "--tasks", "all"]
    assert cli.evaluate(command) == 2
    assert "the environment failed in task_count: " in capsys.readouterr().err


# ---------------------------------------------------------------- behind an endpoint


def buy_the_first(observation: str) -> str:
    return baselines.rule(observation)


def test_each_task_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    command = ["--agent", f"{__name__}:buy_the_first", "--env", "llm_gym/WebShop-v0"]
    file = tmp_path / "games.jsonl"
    options = ["--env-options", '{"split": "2000-2004", "view": "menu"}', "--record", str(file)]
    result = evaluated(capsys, *command, *options, "--tasks", "all")
    played = [game for _, game in read_episodes(file)]
    env: Any = gymnasium.make("llm_gym/WebShop-v0").unwrapped
    expected = [task.id for task in env.game.tasks.select("2000-2004")]
    assert result["games"] == 5 and [game.task_id for game in played] == expected
    mean = sum(game.total_reward for game in played) / 5
    assert result["return_mean"] == pytest.approx(mean) and all(g.total_reward for g in played)
    again = evaluated(capsys, *command, *options, "--tasks", "3-4", "--resume")
    assert again["games"] == 2 and len(file.read_text().splitlines()) == 5
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("4\n0\n4\n")
    assert evaluated(capsys, *command, *options[:2], "--tasks", str(numbers))["games"] == 2
    for panel, message in (
        ("5-9", "there are 5 tasks, the last is 4"),
        ("0-5", "there are 5 tasks, the last is 4"),
        ("4-3", "names no task"),
        ("some", "must be all, a range such as 0-499, or a file"),
        (str(file), "must hold one task number a line"),
    ):
        assert cli.evaluate([*command, *options[:2], "--tasks", panel]) == 2
        assert message in capsys.readouterr().err
    assert cli.evaluate(["--agent", "random", "--env", IDENTITY, "--tasks", "all"]) == 2
    assert "does not number its tasks" in capsys.readouterr().err


def test_each_task_once_in_environments_side_by_side():
    """Gymnasium's own loop over single environments, which resets all of them by the same options."""
    envs = gymnasium.make_vec("llm_gym/TwentyQuestions-v0", 2, "sync")
    games = play(envs, FunctionAgent(lambda _: "Is it alive?"), [7, 0, 3], tasks=[7, 0, 3])
    env: Any = gymnasium.make("llm_gym/TwentyQuestions-v0").unwrapped
    tasks = env.game.tasks.select()
    assert [game.task_id for game in games] == [tasks[k].id for k in (7, 0, 3)]
    assert all(len(game.turns) == 20 for game in games)


def test_a_model_behind_an_endpoint_plays_turn_by_turn(
    script: Script, capsys: pytest.CaptureFixture[str]
):
    script.reply = word_shown
    script.seconds = 0.1  # so long that requests meet, however busy the machine
    result = evaluated(capsys, *endpoint(script, "--episodes", "5", "--concurrency", "3"))
    assert (result["return_mean"], result["success"], result["games"]) == (2.0, 1.0, 5)
    assert result["usage"] == {
        **{"prompt_tokens": 1000, "completion_tokens": 40},
        **{"requests": 10, "retries": 0, "unread_replies": 0},
    }
    same_form = evaluate_agent(IDENTITY, {}, FunctionAgent(str.upper), 5, seed=0)
    assert list(result) == list(same_form)
    assert 1 < script.together <= 3

    first, second = script.requests[0], script.requests[-1]
    assert (first["model"], first["max_tokens"], first["temperature"]) == ("m", 64, 0.0)
    (asked,) = first["messages"]
    assert PROMPTS["plain"].request in asked["content"]
    assert asked["content"].endswith(("ant:", "bee:"))
    roles = [message["role"] for message in second["messages"]]
    assert roles == ["user", "assistant", "user"]
    shown, said, told = (message["content"] for message in second["messages"])
    assert said == word_shown(shown)
    assert told in ("ant:", "bee:")


def test_settings_of_the_request_and_of_the_prompt(
    script: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    script.reply = lambda message: (
        f"Thought: the action: say it.\n**Action:** {word_shown(message)}\nObservation: I win!"
    )
    rules, games = tmp_path / "rules.txt", tmp_path / "games.jsonl"
    rules.write_text("Say the word that you see.")
    request = {"temperature": None, "max_tokens": None, "max_completion_tokens": 900}
    arguments = endpoint(
        script,
        *("--prompt", "react", "--instructions", str(rules), "--request", json.dumps(request)),
        *("--episodes", "2", "--history", "1", "--record", str(games)),
    )
    assert evaluated(capsys, *arguments)["return_mean"] == 2.0
    body = script.requests[-1]
    assert "temperature" not in body and "max_tokens" not in body
    assert body["max_completion_tokens"] == 900
    shown, said, _ = (message["content"] for message in body["messages"])
    assert shown.startswith("Say the word that you see.\n\nEach time, reply in two lines.")
    assert said.startswith("Thought: ") and "I win" not in said
    recorded = [json.loads(line) for line in games.read_text().splitlines()]
    assert [game["return"] for game in recorded] == [2.0, 2.0]


def test_faults_that_pass_are_survived(script: Script, capsys: pytest.CaptureFixture[str]):
    script.reply = word_shown
    script.faults = ["drop", "503", "429", "html", "torn", "empty"]
    arguments = endpoint(script, "--episodes", "2", "--concurrency", "1")
    result = evaluated(capsys, *arguments)
    assert result["return_mean"] == 2.0
    assert (result["usage"]["retries"], result["usage"]["requests"]) == (6, 4)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one line with which a command refuses."""
    assert cli.evaluate(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert captured.err.startswith("archer-eval: ") and KEY not in captured.err
    return captured.err


@pytest.mark.parametrize(
    ("fault", "message"),
    [("401", "Error code: 401"), ("503", "503"), ("empty", "there is no chat completion")],
)
def test_faults_that_stay_are_told_in_one_line(
    fault: str, message: str, script: Script, capsys: pytest.CaptureFixture[str]
):
    script.faults = [fault] * 50
    said = refused(capsys, *endpoint(script, "--retries", "1"))
    assert f"the model 'm' at {script.url}/ gave no answer: " in said and message in said


def test_an_unreachable_server(script: Script, capsys: pytest.CaptureFixture[str]):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    given = ["--agent", "openai", "--model", "m", "--base-url", url, "--env", IDENTITY]
    assert "gave no answer: Connection error" in refused(capsys, *given, "--retries", "0")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["openai", "--model", "m"], "set the environment variable OPENAI_API_KEY, or give the"),
        (["openai"], "needs the name of a model: --model"),
        (["chat"], "needs the name of a model: --model"),
        (["chat", "--model", "./absent"], "no chat model can be loaded from './absent'"),
        (["openia"], "not 'openia'; did you mean openai?"),
        (["random"], "has nothing to choose from"),
        (["random", "--utterances", "no/such/file"], "No such file or directory: no/such/file"),
        (["random", "--model", "m"], "--agent random takes no --model"),
        (["chat", "--model", "m", "--concurrency", "3"], "--agent chat takes no --concurrency"),
        (["openai", "--model", "m", "--history", "0"], "--history must be at least 1"),
        (["openai", "--model", "m", "--max-new-tokens", "0"], "--max-new-tokens must be at least"),
        (["openai", "--model", "m", "--concurrency", "0"], "--concurrency must be more than 0"),
        (["openai", "--model", "m", "--timeout", "nan"], "--timeout must be more than 0"),
        (["openai", "--model", "m", "--timeout", "inf"], "at most a day, 86400, not inf"),
        (["openai", "--model", "m", "--request", "[]"], "--request must be a JSON object"),
        ([f"{__name__}:Tongueless"], "lacks the methods"),
        ([f"{__name__}:Rude"], "the agent returned 1 actions for 4 games"),
    ],
)
def test_what_is_no_agent(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    pytest.importorskip("openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    given = ["--agent", *arguments, "--env", IDENTITY, "--episodes", "4"]
    assert message in refused(capsys, *given)


class Tongueless:
    def begin(self, games: int) -> None:
        pass


class Rude(Tongueless):
    def act(self, views: list[View]) -> list[str]:
        return ["ant"]


# ---------------------------------------------------------------- what is said and understood


@pytest.mark.parametrize(
    ("prompt", "reply", "kept", "action"),
    [
        ("plain", 'Action: "Is it alive?"\nBecause ...', "Is it alive?", "Is it alive?"),
        ("plain", "\n `click[Buy Now]` \n", "click[Buy Now]", "click[Buy Now]"),
        ("plain", '"', '"', '"'),
        ("plain", " \n", "", None),
        ("react", "Thought: x\nAction: go\nObservation: y", "Thought: x\nAction: go", "go"),
        ("react", "**Action**: go\nAction: stop", "**Action**: go", "go"),
        ("react", "Thought: x\nAction 1: go north", "Thought: x\nAction 1: go north", "go north"),
        ("react", "Action:\nsearch[a b]", "Action:\nsearch[a b]", "search[a b]"),
        ("react", "I would open the door.", "I would open the door.", None),
    ],
)
def test_replies_are_read(prompt: str, reply: str, kept: str, action: str | None):
    assert PROMPTS[prompt].read(reply) == (kept, action)


class Scripted:
    """A chat model that says what it is told to, and keeps the conversations."""

    usage: dict[str, float] = {}  # noqa: RUF012

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.asked: list[Any] = []

    def reply(self, conversations: Any) -> list[str]:
        self.asked.append([list(talk) for talk in conversations])
        return [self.replies.pop(0) for _ in conversations]


def test_thinking_is_neither_read_nor_kept_and_what_cannot_be_read_is_counted():
    model = Scripted("<think>Action: no</think>\nAction: yes", "well\nlook", "<think>for ever")
    agent = PromptedAgent(model, PROMPTS["react"], "Play.", history=1)
    agent.begin(1)
    assert agent.act([View(0, "a", "a")]) == ["yes"]
    assert agent.act([View(0, "ab", "b")]) == ["look"]
    assert agent.act([View(0, "abc", "c")]) == [""]
    assert agent.usage == {"unread_replies": 2}
    (talk,) = model.asked[-1]
    assert [message["content"] for message in talk[1:]] == ["well\nlook", "c"]
    assert talk[0]["content"].endswith("\n\na")


@pytest.mark.parametrize(
    ("env_id", "options", "action"),
    [
        ("llm_gym/TwentyQuestionsSubset-v0", {}, "  Is it alive?"),
        ("llm_gym/GuessMyCity-v0", {}, "Is it Rome?"),
        ("llm_gym/WebShop-v0", {"view": "archer"}, "think[hm]"),
    ],
)
def test_of_a_transcript_the_model_is_told_what_is_new(
    env_id: str, options: dict[str, Any], action: str
):
    env = gymnasium.make(env_id, **options)
    before, _ = env.reset(seed=3)
    for _ in range(2):
        after, *_, info = env.step(action)
        news = what_has_happened(before, action, View(0, after, info["delta"]))
        # WebShop's client repeats what is wanted.
        assert news == info["delta"] or news.startswith(f"{info['delta']}\nInstruction:")
        before = after


def test_a_view_that_is_laid_out_anew_is_told_whole():
    env = gymnasium.make(ADVENTURE)
    before, info = env.reset(seed=0)
    for action in info["valid_actions"]:
        env.reset(seed=0)
        after, *_, info = env.step(action)
        news = what_has_happened(before, action, View(0, after, info["delta"]))
        same_room = after.startswith(before.partition("\n")[0])
        assert news == after or (same_room and news.startswith(info["delta"]))
        assert news.endswith(str(info["valid_actions"]))
        assert news == after or action != "north"


def test_environments_say_what_they_are(script: Script, capsys: pytest.CaptureFixture[str]):
    script.reply = lambda message: "Is it a dog?"
    arguments = endpoint(script, "--episodes", "1")
    arguments[arguments.index(IDENTITY)] = "llm_gym/TwentyQuestionsSubset-v0"
    evaluated(capsys, *arguments)
    (first,) = script.requests[0]["messages"]
    assert first["content"].startswith("You play Twenty Questions")
    assert "banana, chair, computer, dog, football, pants, pen" in first["content"]


# ---------------------------------------------------------------- in this process


def recorded(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_chat_model_plays_alike_alone_in_batches_and_behind_a_server(
    served: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    model, url = served
    common = ["--model", model, "--env", IDENTITY, "--episodes", "3", "--max-new-tokens", "6"]
    usages = []
    for name, more in {
        "alone": ["--agent", "chat", "--device", "cpu", "--batch-size", "1"],
        "batch": ["--agent", "chat", "--device", "cpu"],
        "server": ["--agent", "openai", "--base-url", url],
    }.items():
        games = tmp_path / name
        usages.append(evaluated(capsys, *more, *common, "--record", str(games))["usage"])
    alone, batch, server = (
        [{**game, "played_by": None} for game in recorded(tmp_path / name)]
        for name in ("alone", "batch", "server")
    )
    assert alone == batch == server
    assert {usage["prompt_tokens"] for usage in usages} == {usages[0]["prompt_tokens"]}
    assert all(usage["completion_tokens"] > 0 for usage in usages)


def test_a_conversation_that_outgrows_the_context_loses_its_oldest_turns(tmp_path: Path):
    from archer_agent.agents.chat_model import load_chat_model

    model = load_chat_model(save_model(tmp_path, "gpt2", chat=True), max_new_tokens=8, device="cpu")
    talk: Any = [{"role": "user", "content": "rules"}]
    for turn in range(20):
        talk += [{"role": "assistant", "content": f"a{turn}" * 10}]
        talk += [{"role": "user", "content": f"u{turn}" * 10}]
    model.reply([talk])
    kept = [{"role": "user", "content": "rules"}, *talk[-12:]]
    read = model.usage["prompt_tokens"]
    assert 400 < read <= 512 - 8
    model.reply([kept])
    assert model.usage["prompt_tokens"] - read <= read
    with pytest.raises(AgentError, match="do not fit into the context of 504"):
        model.reply([[{"role": "user", "content": "x" * 600}]])


def test_what_spells_a_special_token_is_told_as_text(tmp_path: Path):
    from archer_agent.agents.chat_model import load_chat_model

    model = load_chat_model(save_model(tmp_path, "gpt2", chat=True), max_new_tokens=8, device="cpu")
    (special,) = set(model._tokenizer.all_special_tokens)
    read = [
        model._encode([{"role": "user", "content": f"No.{said} You won."}])
        for said in ("", special)
    ]
    counts = [ids.count(model._tokenizer.eos_token_id) for ids in read]
    assert counts[0] == counts[1] and len(read[1]) > len(read[0])


def test_a_damaged_chat_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    damaged, lacking = save_damaged(tmp_path)
    given = ["--agent", "chat", "--env", IDENTITY, "--model"]
    assert "no chat model can be loaded from" in refused(capsys, *given, damaged)
    assert "lack transformer.h.0.ln_1.bias and 0 more" in refused(capsys, *given, lacking)


def test_a_model_without_a_chat_template_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    model = save_model(tmp_path, "gpt2")
    given = ["--agent", "chat", "--model", model, "--env", IDENTITY]
    assert "has no chat template" in refused(capsys, *given)


# ---------------------------------------------------------------- chance


def chance(env_id: str, width: int, utterances: list[str], **options: Any) -> list[Episode]:
    envs = make_envs(env_id, width, options)
    try:
        return play(envs, RandomAgent(1, utterances), range(6))
    finally:
        envs.close()


def test_chance_takes_what_can_be_done():
    games = chance(ADVENTURE, 6, ["xyzzy"], turn_limit=10)
    assert not any(turn.invalid for game in games for turn in game.turns)
    assert len({tuple(turn.action for turn in game.turns) for game in games}) == 6
    # However many games go side by side, and in Gymnasium's own vector environments.
    assert games == chance(ADVENTURE, 2, [], turn_limit=10)
    assert games == chance(ADVENTURE, 1, [], turn_limit=10)


def test_chance_searches_and_clicks():
    games = chance("llm_gym/WebShop-v0", 3, [], view="archer")
    actions = [turn.action for game in games for turn in game.turns]
    assert not any(turn.invalid for game in games for turn in game.turns)
    assert any(action.startswith("click[") for action in actions)
    searches = [action for action in actions if action.startswith("search[")]
    assert searches and "search[]" not in searches


def test_chance_says_what_is_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = tmp_path / "words.txt"
    words.write_text("ant\n\nbee\n")
    given = ["--agent", "random", "--env", IDENTITY, "--utterances", str(words)]
    result = evaluated(capsys, *given, "--episodes", "64")
    assert 0.6 < result["return_mean"] < 1.4 and result["usage"] == {}
