"""The rules of Guess My City, strict and as in the original, attempts to cheat, and the player."""

from pathlib import Path
from typing import Any

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_gym import make_oracle, oracles
from llm_gym.games.guess_my_city.env import GuessMyCityEnv
from llm_gym.games.guess_my_city.game import REFUSAL, GuessMyCity, city_tasks, guesses
from llm_gym.oracles.knowledge.guess_my_city.facts import atlas
from llm_gym.oracles.knowledge.guess_my_city.questions import parse
from llm_gym.oracles.knowledge.guess_my_city.replies import confirms
from llm_gym.subjects.cities import CITIES, LARGE

NAMES = [city.partition(",")[0] for city in CITIES]


class Says:
    """Gives the same answer to everything."""

    def __init__(self, game: str, text: str = "Yes.") -> None:
        self.text = text

    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        return [self.text] * len(questions)


@pytest.fixture(scope="module", autouse=True)
def talker() -> Any:
    """Offer an oracle that says yes: whatever then does not win was refused by the rules."""
    with oracles.use("says", Says):
        yield


def hide(city: str, oracle: Any = "knowledge", **kwargs: Any) -> GuessMyCityEnv:
    """Return an environment in which ``city`` is hidden."""
    env = GuessMyCityEnv(oracle=oracle, **kwargs)
    env.reset(options={"index": [task.id for task in env.game.tasks.select()].index(city)})
    return env


def wins(city: str, question: str, **kwargs: Any) -> bool:
    """Return whether ``question`` wins the game in which ``city`` is hidden."""
    *_, info = hide(city, **kwargs).step(question)
    return bool(info["success"])


def test_the_published_cities_in_disjoint_splits():
    assert len(CITIES) == len(set(CITIES)) == 91
    assert (CITIES[0], CITIES[-1]) == ("Seoul, South Korea", "Caracas, Venezuela")
    tasks = city_tasks()
    assert {split: len(tasks.select(split)) for split in tasks.names} == {
        "train": 71,
        "valid": 10,
        "test": 10,
    }
    for city in CITIES:
        assert atlas().subject(city)


def test_a_game():
    env = hide("Lima, Peru")
    observation, reward, terminated, truncated, info = env.step("Is your hometown in Asia?")
    delta = " No, my hometown is not in Asia.\n"
    assert observation == f"Questions:\nIs your hometown in Asia?{delta}"
    assert (reward, terminated, truncated) == (-1.0, False, False)
    assert info == {
        "success": False,
        "invalid_action": False,
        "turn": 1,
        "task_id": "Lima, Peru",
        "split": info["split"],
        "delta": delta,
        "oracle_raw": "No, my hometown is not in Asia.",
    }
    observation, reward, terminated, truncated, info = env.step("Is it Lima?")
    assert observation.endswith("\nIs it Lima? Yes, that is my hometown.\n")
    assert (reward, terminated, truncated, info["success"]) == (0.0, True, False, True)


@pytest.mark.parametrize(
    "guess",
    [
        "Is it {} by any chance?",
        "Would it happen to be {}?",
        "Is it by chance {}?",
        "Is it the city of {}?",
        "Is {} your hometown?",
        "Is your city's name {}?",
        "Were you born in {}?",
        "Do you think it is {}?",
        "I'm going to guess {}.",
        "Let me guess: {}",
        "You are from {}.",
        "Question: Is it {}?",
        "1. Is it {}?",
        "Is it **{}**?",
        "Is it {}? Yes or no?",
        "Okay, let me think. Is it {}?",
        "Since it is in South America, is it {}?",
        "Is it {}? It lies on the coast, after all.",
        "Is it {}, the capital of its country?",
        "Is it {} - a city on the coast?",
        "Great!\n\nIs it {}?",
        "Isn't it {}?",
        "It isn't Quito, so is it {}?",
        "Am I right that it's {}?",
        "You're from {}, aren't you?",
        "Is the city you're thinking of {}?",
        "Final answer: {}",
    ],
)
def test_a_guess_wins_however_it_is_dressed(guess: str):
    for oracle in ("says", "knowledge"):
        assert wins("Lima, Peru", guess.format("Lima"), oracle=oracle)
        assert not wins("Lima, Peru", guess.format("Santiago"), oracle=oracle)
    assert not wins("Lima, Peru", guess.format("Lima or Santiago"), oracle="says")
    assert not wins("Lima, Peru", f"Santiago, Quito. {guess.format('Lima')}", oracle="says")


@pytest.mark.parametrize("guess", ["Is it {}, {}?", "Is it {} ({})?", "Is it {} {}?"])
def test_a_city_of_that_name_elsewhere_is_another_one(guess: str):
    assert wins("Paris, France", guess.format("Paris", "France"))
    assert wins("Paris, France", guess.format("Paris", "Europe"))
    assert not wins("Paris, France", guess.format("Paris", "Texas"))
    assert not wins("Paris, France", guess.format("Paris", "Germany"))  # a neighbour


def test_every_city_is_where_it_is_and_nowhere_else():
    cities = list(atlas().cities.values())
    for city, other in zip(cities, [*cities[7:], *cities[:7]], strict=True):
        here = f"Is it {city.name}, {city.country.name}?"
        assert confirms(parse(here), city) and guesses(city, here), city.name
        if other.country.name not in {*city.country.names, *city.record.get("also", ())}:
            elsewhere = f"Is it {city.name}, {other.country.name}?"
            assert not (confirms(parse(elsewhere), city) and guesses(city, elsewhere)), city.name


def test_what_a_model_thinks_before_its_guess_is_no_guess():
    thoughts = "<think>\nIs it Quito or Santiago?\n</think>\n"
    assert wins("Lima, Peru", f"{thoughts}Is it Lima?")
    assert not wins("Santiago, Chile", f"{thoughts}Is it Lima?")


def test_twenty_wrong_turns_end_the_game_and_the_twentieth_question_can_win():
    env = hide("Lima, Peru")
    results = [env.step("Is it Quito?") for _ in range(20)]
    assert [result[1] for result in results] == [-1.0] * 20
    assert [result[2] for result in results] == [False] * 19 + [True]
    assert not any(result[3] or result[4]["success"] for result in results)
    env = hide("Lima, Peru")
    for _ in range(19):
        env.step("Is it Quito?")
    _, reward, terminated, _, info = env.step("Is it Lima?")
    assert (reward, terminated, info["success"]) == (0.0, True, True)


@pytest.mark.parametrize("rules", ["strict", "paper"])
@pytest.mark.parametrize("form", ["Is it {}?", "Is the city you are from {}?", "I think it's {}."])
def test_every_city_can_be_won_by_its_published_name(rules: str, form: str):
    for city, name in zip(CITIES, NAMES, strict=True):
        assert wins(city, form.format(name), rules=rules), (city, form)
        assert wins(city, form.format(city), rules=rules), (city, form)


@pytest.mark.parametrize(
    ("city", "name"),
    [
        ("Bombay, India", "Mumbai"),
        ("Calcutta, India", "Kolkata"),
        ("Madras, India", "Chennai"),
        ("Bangalore, India", "Bengaluru"),
        ("Kiev, Ukraine", "Kyiv"),
        ("Taega, South Korea", "Daegu"),
        ("Pusan, South Korea", "Busan"),
        ("Inchon, South Korea", "Incheon"),
        ("Haerbin, China", "Harbin"),
        ("Xian, China", "Xi'an"),
        ("Xian, China", "Xi\u2019an, China"),
        ("Pyong Yang, North Korea", "Pyongyang"),
        ("Kinshaha, Congo", "Kinshasa, Democratic Republic of the Congo"),
        ("Havanna, Cuba", "Havana"),
        ("Bucuresti, Romania", "Bucharest"),
        ("Brasilia, Brazil", "Bras\u00edlia"),
        ("Taipei, China", "Taipei, Taiwan"),
        ("Yangon, Myanmar", "Rangoon"),
        ("Singapore, Singapore", "SINGAPORE"),
    ],
)
def test_other_names_and_spellings_win(city: str, name: str):
    assert wins(city, f"Is it {name}?")


@pytest.mark.parametrize(
    ("city", "question"),
    [
        ("Lima, Peru", "What is the climate like in your city?"),
        ("Lima, Peru", "Is it limabean?"),
        ("Lima, Peru", "Is it near Lima?"),
        ("Lima, Peru", "Is your hometown located in Lima?"),
        ("Lima, Peru", "Is it Lima or Bogota?"),
        ("Lima, Peru", "Is it Bogota, Lima, Quito?"),
        ("Lima, Peru", "Is it Bogota? Is it Lima?"),
        ("Lima, Peru", "Is it Lima? Is it Bogota?"),
        ("Lima, Peru", "Bogota? My next question is: Is it Lima?"),
        ("Lima, Peru", "Bogota\nIs it Lima?"),
        ("Lima, Peru", "Is it Lima Bogota?"),
        ("Lima, Peru", ", ".join(NAMES)),
        ("Lima, Peru", "Is it one of " + " ".join(NAMES) + "?"),
        ("Cali, Colombia", "Is it typical local California?"),
        ("Rome, Italy", "Is there a promenade?"),
        ("Giza, Egypt", "Is it Cairo, near Giza?"),
        ("Santiago, Chile", "Is it Santiago de Cuba?"),
        ("Lima, Peru", "\u200b"),
        ("Lima, Peru", ""),
    ],
)
def test_what_does_not_win(city: str, question: str):
    assert not wins(city, question, oracle="says")


def test_a_guess_needs_the_oracle():
    assert wins("Lima, Peru", "Is it Lima?", oracle="says")
    assert not wins("Lima, Peru", "Is it Lima?", oracle={"kind": "says", "text": "No."})
    assert not wins("Lima, Peru", "Is it Lima?", oracle={"kind": "says", "text": "Who knows?"})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Yes, Lima lies on the coast.", "Yes."),
        ("No! LIMA does not.", "No."),
        ("The Lime\u00f1os love ceviche.", REFUSAL),
        ("The climate is mild.", "The climate is mild."),
        ("Two\nlines.", "Two lines."),
        ("", REFUSAL),
    ],
)
def test_an_oracle_that_talks_too_much(said: str, shown: str):
    *_, info = hide("Lima, Peru", oracle={"kind": "says", "text": said}).step("Well?")
    assert info["delta"] == f" {shown}\n"


@pytest.mark.parametrize(
    ("city", "question"),
    [
        ("Lima, Peru", "What is the climate like?"),
        ("Rome, Italy", "Is there a promenade?"),
        ("Lima, Peru", ", ".join(NAMES)),
        ("Lima, Peru", "Is it Quito or Lima?"),
    ],
)
def test_the_paper_s_rule_finds_the_name_anywhere(city: str, question: str):
    assert wins(city, question, rules="paper", oracle={"kind": "says", "text": "No."})


def test_the_paper_s_rule_knows_the_published_spelling_alone_and_hides_the_name():
    assert not wins("Bombay, India", "Is it Mumbai?", rules="paper")
    oracle = {"kind": "says", "text": "The climate is mild."}
    *_, info = hide("Lima, Peru", rules="paper", oracle=oracle).step("Is it hot?")
    assert info["delta"] == f" {REFUSAL}\n"


@pytest.mark.parametrize(
    ("cities", "page"), [("all", "GuessMyCity-v0"), ("large", "GuessMyCityLarge-v0")]
)
def test_the_documented_digests_are_the_published_ones(cities: Any, page: str):
    folder = Path(__file__).parents[1] / "docs" / "environments"
    page = (folder / f"{page}.md").read_text(encoding="utf-8")
    tasks = city_tasks(cities)
    for split in tasks.names:
        line = f"| {split} | {len(tasks.select(split))} | `{tasks.digest(split)}` |"
        assert line in page


def test_the_large_list_keeps_the_published_splits_and_every_city_of_it_can_be_won():
    large, published = city_tasks("large"), city_tasks()
    assert len(large.select()) == len(LARGE) == 300
    for split in large.names:
        assert set(large.select(split)) >= set(published.select(split))
    game, oracle = GuessMyCity(cities="large"), make_oracle("knowledge", game="guess_my_city")
    for task in large.select():
        game.begin(task)
        query = game.ask(f"Is it {task.id.partition(',')[0]}?")
        assert query is not None
        assert game.answer(oracle.answer([query.subject], [query.question])[0]).success, task.id


def test_a_player_of_the_large_list_finds_a_city_that_only_it_has():
    env = GuessMyCityEnv(cities="large")
    player = env.scripted_player(seed=0)
    index = [task.id for task in env.game.tasks.select()].index("Reykjavik, Iceland")
    observation, info = env.reset(options={"index": index})
    terminated = False
    while not terminated:
        observation, _, terminated, _, info = env.step(player(observation))
    assert info["success"]


@pytest.mark.parametrize("guess", ["Lima", "I think it's Lima.", "Lima!"])
def test_a_guess_that_is_no_question_is_put_as_one(guess: str):
    query = hide("Lima, Peru").game.ask(guess)
    assert query is not None and query.question == "Is your hometown Lima?"


def test_unknown_rules_are_an_error():
    with pytest.raises(ValueError, match="rules must be one of strict, paper"):
        GuessMyCityEnv(rules="other")  # type: ignore[arg-type]


def test_a_game_opens_as_one_likes():
    opening = "Find my hometown.\nAsk what you like:"
    env = GuessMyCityEnv(opening=opening)
    beginning, _ = env.reset(seed=0)
    after, *_ = env.step("Is it Atlantis?")
    assert beginning == f"{opening}\n"
    assert after.startswith(f"{opening}\nIs it Atlantis? ") and after in env.observation_space
    vector = gymnasium.make_vec("llm_gym/GuessMyCity-v0", 2, opening=opening)
    assert vector.reset(seed=0)[0] == (beginning, beginning)
    for bad in ("\x1b[31mFind", "a\rb", "\ud800", "\u200b"):
        with pytest.raises(ValueError, match="characters that can be printed"):
            GuessMyCityEnv(opening=bad)


def test_an_empty_question_costs_a_turn():
    _, reward, _, _, info = hide("Lima, Peru").step(" \x00\n")
    assert (reward, info["invalid_action"], info["turn"]) == (-1.0, True, 1)


@given(st.lists(st.text(max_size=2000), min_size=1, max_size=4), st.sampled_from(CITIES))
def test_no_action_breaks_the_transcript(actions: list[str], city: str):
    env = hide(city)
    for turn, action in enumerate(actions, start=1):
        observation, _, _, _, info = env.step(action)
        assert observation in env.observation_space
        assert observation.isprintable() or observation.replace("\n", "").isprintable()
        assert observation.count("\n") == turn + 1
        answer = info["delta"]
        assert not atlas().subject(city).secrecy.betrayed_by(answer)


def test_an_enormous_question():
    observation, *_ = hide("Lima, Peru").step("Is it in Peru? " * 100_000)
    assert len(observation) < 1200


@pytest.mark.parametrize("skill", [0.0, 0.5, 1.0])
def test_the_player_is_a_function_of_seed_and_observations(skill: float):
    env = hide("Osaka, Japan")
    player, twin = (env.scripted_player(seed=3, skill=skill) for _ in range(2))
    observation = "Questions:\n"
    for _ in range(5):
        action = player(observation)
        assert action == twin(observation)
        observation, _, terminated, *_ = env.step(action)
        if terminated:
            break


def test_one_player_plays_games_that_begin_alike_differently():
    """What it demonstrates must leave a clone something to choose from."""
    player = hide("Osaka, Japan").scripted_player(seed=3, skill=0.5)
    games = set()
    for _ in range(8):
        env, transcript = hide("Osaka, Japan"), "Questions:\n"
        for _ in range(3):
            transcript, *_ = env.step(player(transcript))
        games.add(transcript)
    assert len(games) == 8


def mean_return(skill: float) -> float:
    env = GuessMyCityEnv()
    total = 0.0
    for index in range(0, len(CITIES), 2):
        observation, _ = env.reset(options={"index": index})
        player = env.scripted_player(seed=index, skill=skill)
        terminated = False
        while not terminated:
            observation, reward, terminated, *_ = env.step(player(observation))
            total += reward
    return total / len(range(0, len(CITIES), 2))


def test_a_skilled_player_wins_and_skill_pays():
    poor, middling, good = (mean_return(skill) for skill in (0.0, 0.5, 1.0))
    assert poor < middling < good
    assert good > -9


def test_players_word_their_questions_differently():
    first = {hide("Lima, Peru").scripted_player(seed)("Questions:\n") for seed in range(40)}
    assert len(first) >= 10


def test_a_small_repertoire_of_single_wordings_is_enough_to_win():
    env = GuessMyCityEnv()
    player = env.scripted_player(seed=0, variety=1, repertoire=4)
    said = set()
    for seed in range(8):
        observation, ended = env.reset(seed=seed)[0], False
        while not ended:
            question = player(observation)
            said.add(question)
            observation, reward, terminated, truncated, _ = env.step(question)
            ended = terminated or truncated
        assert reward == 0.0
    questions = {question for question in said if not question.startswith("Is it ")}
    assert 1 < len(questions) <= 4
    with pytest.raises(ValueError, match="variety and repertoire are at least 1"):
        env.scripted_player(seed=0, repertoire=0)
    with pytest.raises(ValueError, match=r"whole numbers: repertoire is 8\.5"):
        env.scripted_player(seed=0, repertoire=8.5)


@pytest.mark.parametrize("skill", [-0.1, 1.1])
def test_a_skill_out_of_range_is_an_error(skill: float):
    with pytest.raises(ValueError, match="skill must lie between 0 and 1"):
        hide("Lima, Peru").scripted_player(0, skill)


def test_registered_under_its_id():
    env = gymnasium.make("llm_gym/GuessMyCity-v0", split="test")
    observation, info = env.reset(seed=1)
    assert observation == "Questions:\n" and info["split"] == "test"
