"""Speed beside GEM and TextArena: the same trivial game in each, turn about in one process.

    python -m venv peers && peers/bin/pip install gem-llm textarena -e .
    peers/bin/python benchmarks/peers.py [--json]

The trivial game says "No." to everything and ends after twenty turns, so that what is measured is what
each library does around a game. The second is GEM's own GuessTheNumber beside a game of the same kind
here: a number is read out of the text, compared and remembered. ``gem`` is one environment as GEM
makes it, which puts nothing around a game; ``tracked`` counts turns in ``info``, as every environment
here does, by its ``EpisodeTrackingWrapper``; a ``transcript`` shows all that was said, as one shows it to
a language model, by its ``ObservationWrapper``; ``trained`` is both, as its trainers play. Bare is the
trivial game as a ``gymnasium.Env`` of its own, with nothing around it. Steps per second of processor
time, resets included; the fastest of many short runs, which other work on the machine disturbs least.
"""

import contextlib
import json
import re
import sys
import time
from collections.abc import Callable
from typing import Any

import gem
import gymnasium
import textarena
from gem.wrappers.episode_tracking_wrapper import EpisodeTrackingWrapper
from gem.wrappers.observation_wrapper import ObservationWrapper

from llm_gym.core import FreeText, Game, Query, Task, TaskSet, TextEnv, TextVectorEnv, Turn

QUESTION = "Is it a piano?"
GUESS, GEMS_GUESS = "It is \\boxed{17}.", "game:GuessTheNumber-v0-hard"  # of 1 to 50 too
BEGIN, REPLY, TURNS = "Ask.\n", "No.\n", 20
GAMES, STEPS, REPEATS = 32, 1_280, 100


class Ours(Game):
    """The game as a Game."""

    name = "trivial"
    turn_limit = TURNS
    action_limit = observation_limit = 100
    tasks = TaskSet({"train": [Task("piano", "train", None)]})

    def begin(self, task: Task) -> Turn:
        """Begin."""
        self.turns = 0
        return Turn(BEGIN, BEGIN)

    def ask(self, action: str) -> Query | None:
        """Ask nobody."""
        return None

    def answer(self, reply: str | None) -> Turn:
        """Say no."""
        self.turns += 1
        return Turn(REPLY, REPLY, 0.0, self.turns == TURNS)


class OursEnv(TextEnv):
    """One of them."""

    def __init__(self) -> None:
        super().__init__(Ours())


class OursVectorEnv(TextVectorEnv):
    """Many of them."""

    def __init__(self, num_envs: int = 1, **options: Any) -> None:
        super().__init__([Ours() for _ in range(num_envs)], **options)


class Transcript(Ours):
    """The same, with all that was said."""

    observation_limit = 1_000

    def begin(self, task: Task) -> Turn:
        """Begin."""
        self.turns, self.text = 0, BEGIN
        return Turn(BEGIN, BEGIN)

    def ask(self, action: str) -> Query | None:
        """Ask nobody."""
        self.said = action
        return None

    def answer(self, reply: str | None) -> Turn:
        """Say no."""
        self.turns += 1
        self.text += f"{self.said}\n{REPLY}"
        return Turn(REPLY, self.text, 0.0, self.turns == TURNS)


class TranscriptEnv(TextEnv):
    """One of them."""

    def __init__(self) -> None:
        super().__init__(Transcript())


class Guess(Ours):
    """Find a number from 1 to 50."""

    tasks = TaskSet({"train": [Task(str(number), "train", number) for number in range(1, 51)]})

    def begin(self, task: Task) -> Turn:
        """Begin."""
        self.number = task.payload
        self.guesses: set[int] = set()
        return super().begin(task)

    def ask(self, action: str) -> Query | None:
        """Read the guess."""
        found = re.findall(r"\\boxed{(\d+)}", action)
        self.guess = int(found[-1]) if found else 0
        return None

    def answer(self, reply: str | None) -> Turn:
        """Say higher or lower."""
        self.turns += 1
        known = self.guess in self.guesses
        self.guesses.add(self.guess)
        word = "lower" if self.guess > self.number else "higher"
        text = (
            f"Turn {self.turns}: {self.guess} was said before."
            if known
            else (
                f"Turn {self.turns}: you said {self.guess}, and the number is {word} than {self.guess}."
            )
        )
        won = self.guess == self.number
        ended = won or self.turns == TURNS
        return Turn(text, text, 1.0 if won else 0.0, ended, won, not 1 <= self.guess <= 50)


class GuessEnv(TextEnv):
    """One of them."""

    def __init__(self) -> None:
        super().__init__(Guess())


class GuessTranscript(Guess):
    """The same, with all that was said."""

    observation_limit = 2_000

    def begin(self, task: Task) -> Turn:
        """Begin."""
        self.text = BEGIN
        return super().begin(task)

    def ask(self, action: str) -> Query | None:
        """Read the guess."""
        self.said = action
        return super().ask(action)

    def answer(self, reply: str | None) -> Turn:
        """Say higher or lower."""
        turn = super().answer(reply)
        self.text += f"{self.said}\n{turn.delta}\n"
        turn.observation = self.text
        return turn


class GuessTranscriptEnv(TextEnv):
    """One of them."""

    def __init__(self) -> None:
        super().__init__(GuessTranscript())


class GuessVectorEnv(TextVectorEnv):
    """Many of them."""

    def __init__(self, num_envs: int = 1, **options: Any) -> None:
        super().__init__([Guess() for _ in range(num_envs)], **options)


class Bare(gymnasium.Env[str, str]):
    """The game with nothing around it."""

    observation_space = action_space = FreeText(100)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[str, dict[str, Any]]:
        """Begin."""
        super().reset(seed=seed)
        self.turns = 0
        return BEGIN, {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Say no."""
        self.turns += 1
        return REPLY, 0.0, self.turns == TURNS, False, {}


class Gem(gem.core.Env):
    """The game for GEM."""

    def __init__(self, **options: Any) -> None:
        super().__init__()

    def reset(self, seed: int | None = None) -> tuple[str, dict[str, Any]]:
        """Begin."""
        super().reset(seed)
        self.turns = 0
        return BEGIN, {}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Say no."""
        self.turns += 1
        return REPLY, 0.0, self.turns == TURNS, False, {}


class Arena(textarena.Env):
    """The game for TextArena."""

    def reset(self, num_players: int, seed: int | None = None) -> None:
        """Begin."""
        self.state = textarena.SinglePlayerState(
            num_players=num_players, max_turns=TURNS, seed=seed
        )
        self.state.reset(game_state={}, player_prompt_function=lambda **_: BEGIN)

    def step(self, action: str) -> tuple[bool, dict[str, Any]]:
        """Say no."""
        self.state.add_observation(action, textarena.ObservationType.PLAYER_ACTION)
        self.state.add_observation(REPLY, textarena.ObservationType.GAME_MESSAGE)
        if self.state.turn + 1 >= TURNS:
            self.state.set_outcome(reward=0.0)
        return self.state.step()


# As llm_gym registers its own.
WRAPPERS: dict[str, Any] = {"order_enforce": False, "disable_env_checker": True}
for name, env, vector_env in (
    ("Trivial", OursEnv, OursVectorEnv),
    ("TrivialTranscript", TranscriptEnv, None),
    ("Guess", GuessEnv, GuessVectorEnv),
    ("GuessTranscript", GuessTranscriptEnv, None),
):
    gymnasium.register(f"peers/{name}-v0", env, vector_entry_point=vector_env, **WRAPPERS)
gymnasium.register("peers/Bare-v0", Bare)
gem.register("peers:Gem", Gem)


def transcript(env: Any) -> Any:
    """Show all that was said; GEM's trainers call it ``concat_with_action``."""
    return ObservationWrapper(env, include_action=True, include_chat_template=False)


def single(env: Any, action: str = QUESTION) -> Callable[[], float]:
    """Play one game after the other."""

    def run() -> float:
        env.reset(seed=0)
        start = time.process_time()
        for _ in range(STEPS):
            if env.step(action)[2]:
                env.reset()
        return STEPS / (time.process_time() - start)

    return run


def many(envs: Any, action: str = QUESTION) -> Callable[[], float]:
    """Play all games at once."""
    actions = [action] * GAMES

    def run() -> float:
        envs.reset(seed=0)
        start = time.process_time()
        for _ in range(STEPS // GAMES):
            envs.step(actions)
        return STEPS / (time.process_time() - start)

    return run


def arena(env: Any) -> Callable[[], float]:
    """Play TextArena's way: one looks before every step."""

    def run() -> float:
        env.reset(num_players=1)
        start = time.process_time()
        for _ in range(STEPS):
            env.get_observation()
            ended, _ = env.step(QUESTION)
            if ended:
                env.reset(num_players=1)
        return STEPS / (time.process_time() - start)

    return run


def main() -> None:
    """Measure and print."""
    vector: Any = {"num_envs": GAMES, "vectorization_mode": "vector_entry_point"}
    tracked = EpisodeTrackingWrapper
    with contextlib.redirect_stdout(sys.stderr):  # GEM prints what it makes
        gems_many = gem.make_vec(["peers:Gem"] * GAMES)
        gems_guesses = gem.make_vec([GEMS_GUESS] * GAMES, max_turns=TURNS)
    make = gymnasium.make

    def gems() -> Any:
        return gem.make("peers:Gem")

    def guess() -> Any:
        return gem.make(GEMS_GUESS, max_turns=TURNS)

    ways = {
        "bare gymnasium": single(Bare()),
        "bare gymnasium, made": single(make("peers/Bare-v0")),
        "bare gymnasium, made unchecked": single(make("peers/Bare-v0", disable_env_checker=True)),
        "llm_gym": single(make("peers/Trivial-v0")),
        "llm_gym, unchecked": single(make("peers/Trivial-v0", disable_env_checker=True)),
        "gem": single(gems()),
        "gem, tracked": single(tracked(gems())),
        "textarena": arena(Arena()),
        "llm_gym, transcript": single(make("peers/TrivialTranscript-v0")),
        "gem, transcript": single(transcript(gems())),
        "gem, trained": single(tracked(transcript(gems()))),
        f"gymnasium sync, {GAMES} bare": many(
            gymnasium.make_vec("peers/Bare-v0", GAMES, vectorization_mode="sync")
        ),
        f"llm_gym, {GAMES} games": many(gymnasium.make_vec("peers/Trivial-v0", **vector)),
        f"gem, {GAMES} games": many(gems_many),
        "llm_gym, guess": single(make("peers/Guess-v0"), GUESS),
        "gem, guess": single(guess(), GUESS),
        "gem, guess, tracked": single(tracked(guess()), GUESS),
        "llm_gym, guess, transcript": single(make("peers/GuessTranscript-v0"), GUESS),
        "gem, guess, transcript": single(transcript(guess()), GUESS),
        "gem, guess, trained": single(tracked(transcript(guess())), GUESS),
        f"llm_gym, {GAMES} guess": many(gymnasium.make_vec("peers/Guess-v0", **vector), GUESS),
        f"gem, {GAMES} guess": many(gems_guesses, GUESS),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, run in ways.items():
            speeds[name].append(run())
    fastest = {name: max(found) for name, found in speeds.items()}
    if "--json" in sys.argv:
        print(json.dumps(fastest))
        return
    for name, speed in fastest.items():
        bare = fastest["bare gymnasium"]
        print(f"{name:<30} {speed:>12,.0f} steps/s {speed / bare:>8.3f} of bare")


main()
