"""Guess My City as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.guess_my_city.game import Cities, GuessMyCity
from llm_gym.games.guess_my_city.player import CityPlayer
from llm_gym.games.questions import OPENING, Rules
from llm_gym.oracles import OracleSpec


class GuessMyCityEnv(TextEnv):
    """Find out which of 91 cities somebody comes from, in at most twenty questions.

    ## Description
    The oracle plays a person whose hometown is one of 91 large cities (or of 300). The player asks anything in
    free English, yes/no questions ("Is your hometown on the coast?") as well as open ones ("What
    do people eat there?"), and gets free English answers that never name the city. The game is won
    by a question that guesses it. It is the "guess my city" task of ArCHer [1], which follows
    LMRL-Gym [2].

    ## Action Space
    `FreeText(512)`: the question. White space, line breaks included, becomes single spaces, control
    and format characters are dropped, what exceeds 512 characters is cut. No action raises an
    error; an empty one costs a turn.

    ## Observation Space
    `FreeText`: the transcript. It begins with "Questions:" and has one line per turn, question and
    answer:

        Questions:
        Is your hometown in Asia? No, my hometown is not in Asia.
        What is the official language? The main language spoken in my hometown is Spanish.

    It ends in a newline and only grows: previous observation + question + `info["delta"]` is the
    next observation wherever the question needed no clean-up.

    ## Starting State
    "Questions:" and a newline. The city is drawn uniformly from the split, or chosen by
    `reset(options={"split": ..., "index": ...})`. Without a split it is drawn from all cities, the
    paper's protocol.

    ## Rewards
    - 0 for the question that wins;
    - -1 for every other question, empty ones included.

    A return of -k means: won at question k + 1; -20: not won.

    ## Episode End
    Termination: the city is guessed, or twenty questions are asked. There is no truncation.

    ## Information
    `reset()` and `step()` return `success`, `invalid_action` (the question was empty), `turn`,
    `task_id` (the city: for logs, not for the player), `split`, `delta`.

    ## Arguments
    - `rules="strict"`: when a question wins, and what the player sees.
        - `"strict"`: the question is a guess of this city alone ("Is it Lima?", "Is your hometown
          Lima, Peru?", "I think it's Lima"), under any of its names ("Mumbai" for Bombay, "Kyiv"
          for Kiev, "Daegu" for Taega), and the oracle says yes. "What is the climate like?" does
          not guess Lima, a list of cities guesses none. Every city can be won. Of an answer that
          contains a name of the city only its "Yes" or "No" is shown.
        - `"paper"`: the original's rule: the published name stands anywhere in the question,
          inside a word too, whatever the oracle says. A list of all cities wins in one turn,
          "climate" wins Lima, and only the published spelling counts ("Pyong Yang"). An answer
          that contains the published name becomes "I can't answer that question.".
    - `oracle="knowledge"`: who answers, see `llm_gym.oracles`.
    - `cities="all"`: `"all"` for the 91 published cities, `"large"` for 300, the 91 among them.
    - `split=None`: the split that cities are drawn from where `reset` names none.
    - `opening="Questions:"`: the text that the transcript begins with, such as that of another paper; what a policy makes
      of words that it was not trained on is a test of it.

    ## References
    [1] Y. Zhou, A. Zanette, J. Pan, S. Levine, A. Kumar, "ArCHer: Training Language Model Agents
    via Hierarchical Multi-Turn RL", ICML 2024, arXiv:2402.19446.

    [2] M. Abdulhai et al., "LMRL Gym: Benchmarks for Multi-Turn Reinforcement Learning with
    Language Models", 2023, arXiv:2311.18232.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        rules: Rules = "strict",
        oracle: OracleSpec = "knowledge",
        split: str | None = None,
        cities: Cities = "all",
        opening: str = OPENING,
        render_mode: str | None = None,
    ) -> None:
        game = GuessMyCity(rules, cities, opening)
        super().__init__(game, oracle, split=split, render_mode=render_mode)

    def scripted_player(
        self,
        seed: int,
        skill: float = 1.0,
        variety: int | None = None,
        repertoire: int | None = None,
    ) -> Callable[[str], str]:
        """Return a player that asks for regions, countries and qualities; see ``CityPlayer``.

        It knows the cities that may be hidden.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (asks at random, forgets half of what it hears) to 1.0.
            variety: the most wordings that it uses of one question; None for all.
            repertoire: the most questions that it ever asks; None for all.

        Raises:
            ValueError: an argument is out of range.
        """
        cities = tuple(task.id for task in self.game.tasks.select())
        return CityPlayer(seed, skill, cities, variety, repertoire)


class GuessMyCityVectorEnv(TextVectorEnv):
    """Many games of Guess My City, one call of the oracle per step.

    Args:
        num_envs: the number of games.
        rules: as in :class:`GuessMyCityEnv`.
        oracle: as in :class:`GuessMyCityEnv`.
        split: as in :class:`GuessMyCityEnv`.
        cities: as in :class:`GuessMyCityEnv`.
        opening: as in :class:`GuessMyCityEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        rules: Rules = "strict",
        oracle: OracleSpec = "knowledge",
        split: str | None = None,
        cities: Cities = "all",
        opening: str = OPENING,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(
            [
                GuessMyCity(rules, cities, opening)
                for _ in range(at_least_one("number of games", num_envs))
            ],
            oracle,
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )
