"""Recorded games of every kind: read, written, and learned from."""

import json
from pathlib import Path
from typing import Any

import pytest
from test_methods import BRIEF, SMALL, trained

from archer_agent import cli
from archer_agent.agents.agent import FunctionAgent
from archer_agent.agents.environments import make_envs
from archer_agent.agents.rollout import play
from archer_agent.episodes.datasets import read_dataset, write_minari
from archer_agent.episodes.replay import Episode, Turn, append_episodes, read_episodes
from archer_agent.settings import CONFIG_FILE, parse_train_arguments, to_dict

GUESSING = [
    {
        "lines": ["Is it alive? No.", "Is it a vase? or a cup? Yes."],
        "correct": True,
        "word": ["Cup"],
    },
    {"lines": ["Is it big? No."] * 20, "correct": False, "word": ["Cat", "cat"]},
    {"lines": ["  Guess again \n No."], "correct": False, "word": "Dog"},
]
CITIES = [
    {
        "conversation": ["Is it warm?\n\nOften? I ask: why? It is.", "Is it Lima? Yes!"],
        "done": True,
        "word": "lima,peru",
    },
    {"conversation": [], "done": False, "word": "rome,italy"},
]


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_dialogues_of_twenty_questions(tmp_path: Path):
    won, lost, cut_off = read_dataset(write(tmp_path / "a.json", GUESSING))
    assert won == Episode(
        "Questions:\n",
        [
            Turn("Is it alive?", " No.\n", -1.0),
            Turn("Is it a vase? or a cup?", " Yes.\n", 0.0),
        ],
        terminated=True,
        success=True,
        task_id="Cup",
    )
    assert (lost.total_reward, lost.terminated, lost.success) == (-20.0, True, False)
    assert (cut_off.terminated, cut_off.turns[0].action) == (False, "Guess again No.")


def test_dialogues_of_guess_my_city(tmp_path: Path):
    path = write(tmp_path / "a.json", CITIES)
    (game,) = read_dataset(path)  # the other has no turns
    assert [(t.action, t.reply, t.reward) for t in game.turns] == [
        ("Is it warm?", " Often? I ask: why? It is.\n", -1.0),
        ("Is it Lima?", " Yes!\n", 0.0),
    ]
    assert (game.success, game.task_id, game.privileged) == (True, "lima,peru", "")
    assert read_dataset(path, "word")[0].privileged == "lima,peru"


def test_the_guess_my_city_dialogues_as_published():
    path = Path(__file__).parents[2] / "shared" / "data" / "guess_my_city" / "dialogues_dev.json"
    if not path.exists():
        pytest.skip("needs the published dialogues in ../shared/data")
    games = read_dataset(path)
    records = json.loads(path.read_text(encoding="utf-8"))
    assert [len(game.turns) for game in games] == [len(r["conversation"]) for r in records]
    assert [game.success for game in games] == [r["done"] for r in records]
    turns = [turn for game in games for turn in game.turns]
    assert all(turn.action.endswith("?") and turn.reply.strip() for turn in turns)
    assert not any("\n" in turn.action or "\n" in turn.reply.rstrip("\n") for turn in turns)


GAMES = [
    Episode(
        "Fragen:\n",
        [
            Turn("Ist es groß?", " 漢字\n", -1.0, [1, 2], [-0.5, -0.25], invalid=True),
            Turn("", "", 0.5),
        ],
        terminated=True,
        success=True,
        task_id="Köln",
        privileged="secret",
    ),
    Episode("Fragen:\n", [Turn("a", " b\n", 0.0)], terminated=False, task_id="Rom", privileged="x"),
]


def bare(privileged: bool) -> list[Episode]:
    """The games as any reader of them gets them: without a speaker's tokens."""
    games = [Episode.from_json(json.loads(json.dumps(game.to_json()))) for game in GAMES]
    for game in games:
        game.privileged = game.privileged if privileged else ""
        for turn in game.turns:
            turn.token_ids, turn.logprobs = [], []
    return games


def test_episodes_of_a_run(tmp_path: Path):
    append_episodes(tmp_path / "a.jsonl", GAMES, iteration=3)
    assert read_dataset(tmp_path / "a.jsonl") == bare(privileged=False)
    assert read_dataset(tmp_path / "a.jsonl", "any") == bare(privileged=True)


@pytest.fixture
def minari_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("minari")
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path / "minari"))
    return tmp_path / "minari"


def test_a_minari_data_set_and_back(minari_place: Path):
    write_minari(GAMES, "guessing/german-v0", "two games")
    assert read_dataset("minari:guessing/german-v0") == bare(privileged=False)
    folder = minari_place / "guessing" / "german-v0"
    for place in (folder, folder / "data"):
        assert read_dataset(place, "privileged") == bare(privileged=True)
    with pytest.raises(ValueError, match=r"infos hold no 'word' .* they hold delta, "):
        read_dataset(folder, "word")
    with pytest.raises(ValueError, match="cannot write the Minari data set guessing/german-v0"):
        write_minari(GAMES, "guessing/german-v0")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_no_minari_data_set_can_hold_is_replaced(minari_place: Path):
    said = "a\0b\ud800 \U0001f600"
    write_minari([Episode(said, [Turn(said, said, -1.0)], terminated=True)], "guessing/wild-v0")
    (game,) = read_dataset("minari:guessing/wild-v0")
    kept = "a\ufffdb\ufffd \U0001f600"
    assert (game.observation, game.turns[0].action, game.turns[0].reply) == (kept, kept, kept)


def test_a_minari_data_set_of_somebody_else(minari_place: Path):
    """Without infos, with observations that do not grow; and one that is not text."""
    import minari
    from gymnasium.spaces import Discrete, Text

    def create(name: str, observations: list[Any], actions: list[Any], space: Any) -> None:
        buffer = minari.data_collector.EpisodeBuffer(
            id=0,
            observations=observations,
            actions=actions,
            rewards=[1, 0.5],
            terminations=[False, False],
            truncations=[False, True],
        )
        minari.create_dataset_from_buffers(
            name, [buffer], observation_space=space, action_space=space
        )

    create("fiction/rooms-v0", ["hall", "hall north!", "attic"], [" north", "up"], Text(99))
    (game,) = read_dataset("minari:fiction/rooms-v0")
    turns = [Turn(" north", "!", 1.0), Turn("up", "attic", 0.5, observation="attic")]
    assert game == Episode("hall", turns, terminated=False)
    create("numbers/two-v0", [0, 1, 0], [1, 1], Discrete(2))
    with pytest.raises(ValueError, match="actions are Discrete and Discrete, not text"):
        read_dataset("minari:numbers/two-v0")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "dialogue 1: it must be an object with lines, correct and word"),
        ('[{"lines": ["a? b"], "correct": "yes", "word": "a"}]', "dialogue 1: it must be"),
        ('[{"lines": [3], "correct": true, "word": "a"}]', "dialogue 1: it must be"),
        ('[{"conversation": ["a? b"], "word": "a"}]', "dialogue 1: it must be"),
        ('[{"lines": "a? b", "correct": true, "word": "a"}]', "lines must be a list"),
        ('[{"lines": ["a? b"], "correct": true, "word": [3]}]', "word must be a text"),
        ("[", "is not JSON"),
        pytest.param("[" * 100_000, "is not JSON", id="deep"),
        ("[]", "holds no games"),
        ("", "holds no games"),
        ('{"observation": ""}', "line 1: not an episode"),
    ],
)
def test_what_is_no_dataset(text: str, message: str, tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        read_dataset(path)
    assert str(path) in str(caught.value)


def test_sources_that_are_not_there(tmp_path: Path, minari_place: Path):
    with pytest.raises(ValueError, match=r"cannot read games from .*: No such file"):
        read_dataset(tmp_path / "none.json")
    for source in (str(tmp_path), "minari:none/here-v0", "minari:?"):
        with pytest.raises(ValueError, match="is no Minari data set that can be read") as caught:
            read_dataset(source)
        assert source in str(caught.value)


def identity_dialogues(path: Path) -> Path:
    """Games of the identity environment, told as dialogues."""
    lines = [["ant? yes", "bee? yes"], ["bee? no", "bee? yes"], ["ant? no", "ant? no"]]
    return write(path, [{"lines": each, "correct": False, "word": "w"} for each in lines * 8])


@pytest.mark.parametrize("algo", ["bc", "filtered_bc", "chai", "offline_archer"])
@pytest.mark.parametrize("kind", ["json", "minari"])
def test_methods_start_from_recorded_games(
    algo: str, kind: str, tmp_path: Path, minari_place: Path
):
    source = str(identity_dialogues(tmp_path / "a.json"))
    if kind == "minari":
        assert cli.data([source, "minari:identity/told-v0"]) == 0
        source = "minari:identity/told-v0"
    arguments = [*BRIEF, "--warm-start.demonstrations", source, "--model.max-new-tokens=8"]
    records = trained(algo, tmp_path / "run", *arguments, "--loop.iterations=1")
    (told,) = (r for r in records if r.get("evaluation/stage") == "demonstrations")
    assert told["evaluation/games"] == 24
    kept = tmp_path / "run" / "demonstrations.jsonl"
    assert kept.exists() == (algo in ("bc", "offline_archer"))


@pytest.mark.parametrize(
    "env_id", ["llm_gym/TwentyQuestionsSubset-v0", "llm_gym/AdventureWorlds-v0"]
)
def test_games_of_a_run_replay_from_minari(tmp_path: Path, minari_place: Path, env_id: str):
    """The data set knows the environment, the seeds, and the observations as they were."""
    import minari

    config = parse_train_arguments(["--env", env_id]).config
    envs = make_envs(env_id, 2)
    said = ["Is it alive?", "go north", "Is it a dog?", "take all"]
    agent = FunctionAgent(lambda observation: said[len(observation) % 4])
    games = play(envs, agent, [5, 6, 7])
    envs.close()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / CONFIG_FILE).write_text(json.dumps(to_dict(config)))
    source = tmp_path / "run" / "episodes.jsonl"
    append_episodes(source, games)
    assert cli.data([str(source), "minari:played/run-v0"]) == 0
    data = minari.load_dataset("played/run-v0")
    env = data.recover_environment()
    assert env.spec.id == env_id
    for episode in data.iterate_episodes():
        (noted,) = data.storage.get_episode_metadata([episode.id])
        shown = [env.reset(seed=int(noted["seed"]))[0]]
        shown += [env.step(str(action))[0] for action in episode.actions]
        assert shown == list(map(str, episode.observations))
    assert read_dataset("minari:played/run-v0") == read_dataset(source)


def test_converting_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source, target = write(tmp_path / "a.json", GUESSING), tmp_path / "b.jsonl"
    assert cli.data([str(source), str(target)]) == 0
    assert capsys.readouterr().out == f"3 games with a mean return of -7.33 are in {target}\n"
    assert [game for _, game in read_episodes(target)] == read_dataset(source)
    assert cli.data([str(source), str(target)]) == 2
    assert "exists already" in capsys.readouterr().err
    run = tmp_path / "run"
    missing = ["--warm-start.demonstrations", str(tmp_path / "none"), "--run", str(run)]
    assert cli.train([*SMALL, *missing]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "cannot read games from" in error
    assert not run.exists()
