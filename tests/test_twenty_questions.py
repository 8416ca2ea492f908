"""The rules of Twenty Questions, strict and as in the original, and attempts to cheat."""

from pathlib import Path
from typing import Any

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_gym import make_oracle, oracles
from llm_gym.games.twenty_questions.env import TwentyQuestionsEnv
from llm_gym.games.twenty_questions.game import (
    TwentyQuestions,
    chosen_objects,
    tasks_of,
    winning_keys,
)
from llm_gym.games.twenty_questions.player import with_article
from llm_gym.subjects.objects import LARGE, OBJECTS, TIERS

NAMES = [thing.name for thing in OBJECTS]
# Multi-word names, which the original's last-word rule can never accept.
UNWINNABLE_ON_PAPER = {
    "soccer ball",
    "golf ball",
    "tennis ball",
    "tennis racket",
    "baseball bat",
    "watering can",
    "lawn mower",
}


class Yes:
    """Says yes to everything: whatever then does not win was refused by the rules."""

    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        return ["Yes."] * len(questions)


@pytest.fixture(scope="module", autouse=True)
def yes_man() -> Any:
    with oracles.use("yes", lambda game: Yes()):
        yield


def hide(name: str, oracle: str = "yes", **kwargs: Any) -> TwentyQuestionsEnv:
    """Return an environment in which ``name`` is hidden."""
    env = TwentyQuestionsEnv(oracle=oracle, **kwargs)
    env.reset(options={"index": [task.id for task in env.game.tasks.select()].index(name)})
    return env


def wins(name: str, question: str, **kwargs: Any) -> bool:
    """Return whether ``question`` wins the game in which ``name`` is hidden."""
    *_, info = hide(name, **kwargs).step(question)
    return bool(info["success"])


def test_a_game():
    env = hide("piano", oracle="text_games:NameOracle")
    observation, reward, terminated, truncated, info = env.step("Is it an animal?")
    assert observation == "Questions:\nIs it an animal? No.\n"
    assert (reward, terminated, truncated) == (-1.0, False, False)
    assert info == {
        "success": False,
        "invalid_action": False,
        "turn": 1,
        "task_id": "piano",
        "split": info["split"],
        "delta": " No.\n",
        "oracle_raw": "No.",
    }
    observation, reward, terminated, truncated, info = env.step("Is it a piano?")
    assert observation == "Questions:\nIs it an animal? No.\nIs it a piano? Yes.\n"
    assert (reward, terminated, truncated, info["success"]) == (0.0, True, False, True)


def test_twenty_wrong_turns_end_the_game():
    env = hide("piano", oracle="text_games:NameOracle")
    results = [env.step("Is it a dog?") for _ in range(20)]
    assert [result[1] for result in results] == [-1.0] * 20
    assert [result[2] for result in results] == [False] * 19 + [True]
    assert not any(result[3] or result[4]["success"] for result in results)


def test_the_twentieth_question_can_win():
    env = hide("piano", oracle="text_games:NameOracle")
    for _ in range(19):
        env.step("Is it a dog?")
    _, reward, terminated, _, info = env.step("Is it a piano?")
    assert (reward, terminated, info["success"]) == (0.0, True, True)


@pytest.mark.parametrize(
    "guess",
    [
        "Is it a piano?",
        "is it the piano",
        "Could it be a piano?",
        "Is the object a piano?",
        "Is the hidden object a piano?",
        "Is the object you are thinking of a piano?",
        "Are you thinking of a piano?",
        "I think it's a piano.",
        "I think it\u2019s a piano.",
        "My guess is a piano!",
        "Final answer: piano",
        "So, is it maybe a piano, by any chance?",
        "Is it by chance a piano?",
        "Would it happen to be a piano?",
        "Can I guess? Is it a piano?",
        "(5/20) Is it a piano?",
        "\N{MUSICAL KEYBOARD} Is it a piano?",
        "Then it has to be a piano, doesn't it?",
        "Probably a piano?",
        "<think>Keys, strings: a piano or a harp?</think> Is it a piano?",
        "It is a piano, right?",
        'Is it "piano"?',
        "piano?",
        "PIANO",
        "Are they pianos?",
        "Question: Is it a piano?",
        "Q3: Is the object a piano? (yes/no)",
        "1. Is it a piano?",
        "- Is it a piano?",
        "Is it **piano**?",
        '"Is it a _piano_?"',
        "<question>Is it a piano?</question>",
        "Is it a piano? Yes or no?",
        "Is it a piano, am I right?",
        "I'm going to guess a piano.",
        "I'll go with piano.",
        "Do you think it's a piano?",
        "I wonder if it is a piano.",
        "It's gotta be a piano.",
        "My next question is: Is it a piano?",
        "Based on the answers so far, is it a piano?",
        "Okay, let me think. Is it a piano?",
        "Since it has keys and isn't a guitar, is it a piano?",
        "Is it a piano? I think so because it is large and has keys.",
        "Great!\n\nIs it a piano?",
        "It has keys and is heavy.\nMy guess: piano",
        "<think>\nKeys: is it a harp?\n</think>\n\nIs it a piano?",
        "I believe the object is a piano. Is it a piano?",
        "Is it a piano (the musical instrument)?",
        "Is it a piano, the large instrument with 88 keys?",
        "Is it a musical instrument called a piano?",
        "Is the instrument a piano?",
        "Am I right in thinking it is a piano?",
        "Is it safe to say it's a piano?",
        "Its a piano",
        "[Turn 5] Is it a piano?<|im_end|>",
    ],
)
def test_ways_to_guess(guess: str):
    assert wins("piano", guess)
    assert wins("piano", guess, oracle="knowledge")
    assert not wins("flute", guess)
    assert not wins("piano", guess.lower().replace("piano", "flute"))


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("scissors", "Is the object a pair of scissors?"),
        ("scissors", "Is it scissors?"),
        ("tennis ball", "Is it a tennis-ball?"),
        ("lawn mower", "Is it a lawnmower?"),
        ("paper", "Is it a piece of paper?"),
        ("television", "Is it a TV?"),
        ("computer keyboard", "Is it a keyboard?"),
        ("strawberry", "Are they strawberries?"),
        ("knife", "Is it knives?"),
        ("shoes", "Is it a shoe?"),
        ("glue", "Is it a bottle of glue?"),
    ],
)
def test_variants_plurals_and_spellings(name: str, guess: str):
    assert wins(name, guess)


def test_a_guess_that_is_no_question_is_put_to_the_oracle_as_one():
    game = TwentyQuestions()
    game.begin(game.tasks.select()[0])
    for action, question in (
        ("elephant!", "Is it an elephant?"),
        ("I think it's the TV", "Is it a tv?"),
        ("Could it be a TV?", "Could it be a TV?"),
        ("heavy!", "heavy!"),
    ):
        query = game.ask(action)
        assert query is not None and query.question == question
        assert game.answer("No.").observation.endswith(f"{action} No.\n")


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("dog", "Is it a dog, a cow or a cat?"),
        ("dog", "Is it a cat or a dog?"),
        ("dog", "dog cat cow"),
        ("dog", "Is it a cat? Is it a dog?"),
        ("piano", ", ".join(NAMES)),
        ("piano", "Is it one of: " + " ".join(NAMES[-20:]) + " piano?"),
        ("cat", "Is it a cattle?"),
        ("car", "Is it a carrot?"),
        ("pan", "Is it a panda?"),
        ("computer", "Is it a computer keyboard?"),
        ("baseball", "Is it a baseball bat?"),
        ("dog", "Is it a hot dog?"),
        ("piano", "Does it look like a piano?"),
        ("piano", "Is it smaller than a piano?"),
        ("piano", "Is it kept beside a piano?"),
        ("piano", "Is it not a piano?"),
        ("piano", "Is it an instrument? piano"),
        ("piano", "Is it an instrument?\nIs it a piano?"),
        ("piano", "Is it an instrument?\u2028Is it a piano?"),
        ("piano", "Is it an instrument?\rIs it a piano?"),
        ("piano", "Is it an instrument?" + " " * 5000 + "Is it a piano?"),
        ("piano", ""),
        ("piano", "Yes."),
        ("piano", "It could be a guitar or a flute. Is it a piano?"),
        ("piano", "A guitar, a flute, is it a piano?"),
        ("piano", "1. Is it a guitar? 2. Is it a piano?"),
        ("piano", "Is it alive? Is it a piano?"),
        ("piano", "Guesses: guitar; flute; piano"),
        ("piano", "Is it a guitar? If not, piano"),
        ("piano", "Is it an instrument, piano?"),
        ("piano", "is it guitar, piano or not?"),
        ("piano", "ok guitar. piano"),
        ("piano", "I think guitar, so piano"),
        ("piano", "anything but guitar: piano"),
    ],
)
def test_what_does_not_win_even_if_the_oracle_says_yes(name: str, question: str):
    assert not wins(name, question)


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True),
    st.sampled_from([", ", " or ", " and ", "/", "; ", "? Is it a ", ", a ", ", the ", " (a "]),
    st.sampled_from(["Is it a {}?", "{}", "I think it is a {}.", "Could it be one of {}?"]),
)
def test_no_list_wins_whatever_it_hides(names: list[str], separator: str, form: str):
    question = form.format(separator.join(names))
    assert [name for name in names if wins(name, question)] == []


def test_of_several_lines_one_is_asked():
    lines = [f"Is it a {name}?" for name in ("dog", "piano", "flute")]
    assert [name for name in ("dog", "piano", "flute") if wins(name, "\n".join(lines))] == ["dog"]
    env = hide("piano")
    assert env.step("Sure!\nIs it alive?")[0] == "Questions:\nIs it alive? Yes.\n"


def test_no_two_objects_share_a_winning_name():
    owner: dict[str, str] = {}
    for thing in LARGE:
        for key in winning_keys(thing):
            assert owner.setdefault(key, thing.name) == thing.name


def test_the_oracle_must_agree():
    with oracles.use("no", lambda game: No()):
        assert not wins("piano", "Is it a piano?", oracle="no")
        assert not wins("piano", "Is it a piano?", oracle="no", rules="paper")


class No:
    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        return ["No."] * len(questions)


@pytest.mark.parametrize(
    ("reply", "strict", "paper"),
    [
        ("Yes.", "Yes.", "Yes."),
        ("yes, it is", "Yes.", "Yes."),
        ("No, it isn't. Yes is wrong.", "No.", "Yes."),
        ("I do not know", "Invalid Question.", "No."),
        ("yesterday", "Invalid Question.", "Yes."),
        ("It is a piano!", "Invalid Question.", "No."),
        ("What a question!", "Invalid Question.", "Invalid Question."),
        ("", "Invalid Question.", "Invalid Question."),
        ("_Yes_", "Yes.", "Yes."),
        ("**No**", "No.", "No."),
        ("Yep.", "Yes.", "Invalid Question."),
        ("Nope!", "No.", "No."),
        ("That is correct.", "Yes.", "Invalid Question."),
        ("Not really.", "No.", "No."),
        ("Absolutely not.", "No.", "No."),
        ("Of course!", "Yes.", "Invalid Question."),
        ("It can be.", "Yes.", "Invalid Question."),
        ("Never.", "No.", "Invalid Question."),
        ("No idea.", "Invalid Question.", "No."),
        ("The hidden object is not loud.", "No.", "No."),
        ("It is not alive.", "No.", "No."),
        ("It isn't.", "No.", "Invalid Question."),
        ("It is very loud.", "Yes.", "Invalid Question."),
        ("It is not known.", "Invalid Question.", "No."),
        ("<think>Is it no? Hm.</think>Yes.", "Yes.", "Yes."),
        ("<think>It says no, yes", "Invalid Question.", "Yes."),
        ("This is not a yes or no question.", "Invalid Question.", "Yes."),
    ],
)
def test_what_the_oracle_says_is_read_by_the_rules(reply: str, strict: str, paper: str):
    class Says:
        def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
            return [reply] * len(questions)

    with oracles.use("says", lambda game: Says()):
        for rules, expected in (("strict", strict), ("paper", paper)):
            env = hide("piano", oracle="says", rules=rules)
            observation, *_, info = env.step("Is it loud?")
            assert observation == f"Questions:\nIs it loud? {expected}\n"
            assert info["invalid_action"] == (expected == "Invalid Question.")


def test_paper_rules():
    assert wins("dog", "Is it a cow, a cat or a dog?", rules="paper")
    assert wins("dog", "dog 123 ?!", rules="paper")
    assert not wins("dog", "Is a dog it?", rules="paper")
    assert not wins("dog", "Is it dogs?", rules="paper")
    lost = {name for name in NAMES if not wins(name, f"Is it a {name}?", rules="paper")}
    assert lost == UNWINNABLE_ON_PAPER


def test_every_object_can_be_won_on_the_embedded_oracle():
    for form in ("Is it {}?", "Is it a {}?", "Could it be the {}?", "I think it's a {}.", "{}!"):
        lost = [name for name in NAMES if not wins(name, form.format(name), oracle="knowledge")]
        assert lost == [], form


@pytest.mark.parametrize("objects", ["all", "subset"])
def test_no_object_is_won_by_the_name_of_another(objects: str):
    tasks = tasks_of(objects).select()  # type: ignore[arg-type]
    game = TwentyQuestions(objects)  # type: ignore[arg-type]
    for task in tasks:
        for other in tasks:
            game.begin(task)
            game.ask(f"Is it a {other.id}?")
            assert game.answer("Yes.").success == (task.id == other.id), (task.id, other.id)


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("Is it big?\nYes.\nIs it red?", "Is it big?"),
        ("\n\n  Is it\tbig?  \n", "Is it big?"),
        ("Is it big?\r\nNo.", "Is it big?"),
        ("Is it big?\x0bYes.", "Is it big?"),
        ("Is it big?\x85Yes.", "Is it big?"),
        ("Is\x00 it \x1b[31mbig\x1b[0m?\x7f", "Is it [31mbig[0m?"),
        ("Is it\u00a0big\u200b?\u202e", "Is it big?"),
        ("Is it \ud800big?", "Is it big?"),
        ("Ist es größer als 🦜?", "Ist es größer als 🦜?"),
        ("x" * 10_000_000, "x" * 256),
        ("\n" * 10_000_000, ""),
        ("", ""),
        (" \t\x00", ""),
    ],
)
def test_actions_are_cleaned_before_they_enter_the_transcript(action: str, line: str):
    asked: list[str] = []

    class Listens:
        def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
            asked.extend(questions)
            return ["No."] * len(questions)

    with oracles.use("listens", lambda game: Listens()):
        observation, reward, *_, info = hide("piano", oracle="listens").step(action)
    answer = "No." if line else "Invalid Question."
    assert observation == f"Questions:\n{line} {answer}\n"
    assert asked == ([line] if line else []), "an empty question is not asked, but costs a turn"
    assert (reward, info["turn"], info["invalid_action"]) == (-1.0, 1, not line)


@given(st.lists(st.text(st.characters(codec=None, categories=None)), min_size=1, max_size=20))
def test_any_actions_keep_the_transcript_whole(actions: list[str]):
    game = TwentyQuestions()
    observation = game.begin(game.tasks.select()[0]).observation
    for action in actions:
        query = game.ask(action)
        turn = game.answer(None if query is None else "No.")
        question = turn.observation[len(observation) : -len(turn.delta)]
        assert turn.observation == observation + question + turn.delta
        assert turn.observation.count("\n") == observation.count("\n") + 1
        assert len(turn.observation.splitlines()) == observation.count("\n") + 1
        assert game.ask(question) == query, "what is clean stays as it is"
        observation = turn.observation
    assert len(observation) <= game.observation_limit
    observation.encode()


def test_the_longest_game_fits_the_observation_space():
    env = hide("piano", oracle="text_games:NameOracle")
    for _ in range(20):
        observation, *_ = env.step("\u6f22" * 1000)
        assert observation in env.observation_space
    with oracles.use("dumb", lambda game: Dumb()):
        env = hide("piano", oracle="dumb")
        for _ in range(20):
            observation, *_ = env.step("x" * 1000)
    assert len(observation) == env.game.observation_limit


class Dumb:
    def answer(self, subjects: list[str], questions: list[str]) -> list[str]:
        return ["?" * 10_000] * len(questions)


# As published: a change here makes results incomparable with earlier ones.
DIGESTS = {
    "all": {
        "train": "8880b1d0b23d40247bb034ef32baf7fcb23390229ce422d3c463652fa2969f72",
        "valid": "573cea424e63ae1048549f45d6617b22216eb16ccc901bb0ae3721767b3de0c7",
        "test": "e14a830edab17a7a343d8e280c5185cab0836832779259d52b109c04827261c0",
    },
    "subset": {
        "train": "dc2b4a4363daedce8bdbb410e5ec8b3db909090421cedec30192d75e89bf869b",
        "valid": "7bd440a935c52228d981fe338847631460b60005cab272e4222f0c7392695160",
        "test": "cb057c4709bcf6081527ce3f9626fba6da1d2ab069a109da0b2c9b194e6597a3",
    },
    "large": {
        "train": "11e011a24a2609f62dfe3754d385d00ffc75035ea876a980b6e9e02886254818",
        "valid": "881fced63e81ce376409c2f5cd21b153009824c8861ca2ad793882538ec42d51",
        "test": "f293d9efad6d9d21739ec05b0a9ac5d30763f58bbab033dad4b2911aeabb24c0",
    },
    "easy": {
        "train": "2f7f87dc1117939cf5ea219e55176cd39bef50ceaf265f1ee667e01addccbd1e",
        "valid": "8e507ba0a7b3b14cfdefe8767e7d78be6044db86d722be0a1e654b99a90f22d5",
        "test": "4f513d7ab4fc60c1af37dc85c5fcf8ee7058d73ad362cfd451d2c1c95cc1a894",
    },
    "medium": {
        "train": "b16bc5f9857751e96b8c333a2eaa481c756562c451230ad354b557c4f83e6ab7",
        "valid": "f3259a280d3be7f856e6e109a1befa392aad4fb93883ecf106e2a1e8a9024cf3",
        "test": "f4dbb089d69e18a31f002601ac0c2f9f6ee22c52ee86a8a08535b8a482277b53",
    },
    "hard": {
        "train": "b01093a27660a8df937b0fc9837018c26075fbdb6b9e11b78d2dc8d53600c8c6",
        "valid": "348155562e98a7b7b862fc5c995f05c4954aeda11a60590fd5b755e2f3619ffc",
        "test": "bec025e29bc0af2bd341bde0b58e84b36c9819dc351c332deab59bca2208ef89",
    },
}


PAGES = {
    "all": "TwentyQuestions",
    "subset": "TwentyQuestionsSubset",
    **dict.fromkeys(("large", *TIERS), "TwentyQuestionsLarge"),
}


@pytest.mark.parametrize("objects", DIGESTS)
def test_splits_are_as_published(objects: str):
    tasks = tasks_of(objects)  # type: ignore[arg-type]
    assert {split: tasks.digest(split) for split in tasks.names} == DIGESTS[objects]
    name = PAGES[objects]
    page = Path(__file__).parents[1] / "docs" / "environments" / f"{name}-v0.md"
    text = page.read_text(encoding="utf-8")
    assert all(digest in text for digest in DIGESTS[objects].values())
    ids = [task.id for split in tasks.names for task in tasks.select(split)]
    hidden = {thing.name for thing in chosen_objects(objects)}  # type: ignore[arg-type]
    assert set(ids) == hidden and len(ids) == len(hidden)
    assert {task.payload.name for task in tasks.select()} == hidden


def test_the_large_list_has_the_published_objects_in_their_splits_and_three_tiers():
    large, published = tasks_of("large"), tasks_of("all")
    assert len(large.select()) >= 600
    for split in large.names:
        of_tiers = {task.id for tier in TIERS for task in tasks_of(tier).select(split)}  # type: ignore[arg-type]
        ids = {task.id for task in large.select(split)}
        assert ids == of_tiers and ids >= {task.id for task in published.select(split)}


def test_every_object_of_the_large_list_is_won_by_each_of_its_names():
    game, oracle = TwentyQuestions("large"), make_oracle("knowledge", game="twenty_questions")
    for task in game.tasks.select():
        for name in task.payload.variants:
            game.begin(task)
            query = game.ask(f"Is it {with_article(name)}?")
            assert query is not None
            assert game.answer(oracle.answer([query.subject], [query.question])[0]).success, name


def test_held_out_objects_are_of_every_category():
    for split in ("valid", "test"):
        categories = [task.payload.category for task in tasks_of("all").select(split)]
        assert len(categories) == len(set(categories)) == 17


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"rules": "loose"}, "rules must be one of strict, paper, not 'loose'"),
        ({"opening": " \n"}, "opening must be a text that is not blank"),
        (
            {"objects": "some"},
            "objects must be one of all, subset, large, easy, medium, hard, not 'some'",
        ),
    ],
)
def test_bad_arguments_are_explained(kwargs: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        gymnasium.make("llm_gym/TwentyQuestions-v0", **kwargs)
