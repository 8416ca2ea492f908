"""Twenty Questions as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable

from gymnasium.vector import AutoresetMode

from llm_gym import oracles
from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.questions import OPENING, Rules
from llm_gym.games.twenty_questions.game import Objects, TwentyQuestions
from llm_gym.games.twenty_questions.player import TwentyQuestionsPlayer
from llm_gym.oracles import OracleSpec


class TwentyQuestionsEnv(TextEnv):
    """Find the hidden object with at most twenty yes/no questions.

    ## Description
    An object is hidden: one of 157 in 17 categories (sports, animals, fruits, vehicles, clothes,
    electronics, ...), one of ten in the subset, or one of 645 in the large list. The player asks
    questions in free English; an oracle answers "Yes.", "No." or "Invalid Question.". The game is
    won by a question that names the object. It is the "twenty questions" task of ArCHer [1], which follows LMRL-Gym [2].

    ## Action Space
    `FreeText(256)`: the question. One line is read: the first that is not blank; white space
    becomes single spaces, control and format characters are dropped, what exceeds 256 characters
    is cut. No action raises an error; an empty one costs a turn.

    ## Observation Space
    `FreeText`: the transcript. It begins with "Questions:" and has one line per turn, question and
    answer:

        Questions:
        Is it alive? No.
        Is it found in an office? Yes.

    It ends in a newline and only grows: previous observation + question + `info["delta"]` is the
    next observation wherever the question needed no clean-up.

    ## Starting State
    "Questions:" and a newline. The object is drawn uniformly from the split, or chosen by
    `reset(options={"split": ..., "index": ...})`. Without a split it is drawn from all objects,
    the paper's protocol.

    ## Rewards
    - 0 for the question that wins;
    - -1 for every other question, empty and invalid ones included.

    A return of -k means: won at question k + 1; -20: not won.

    ## Episode End
    Termination: the object is named, or twenty questions are asked. There is no truncation.

    ## Information
    `reset()` and `step()` return `success`, `invalid_action` (the question was empty, or the
    answer is "Invalid Question."), `turn`, `task_id` (the object's name: for logs, not for the
    player), `split`, `delta`.

    ## Arguments
    - `objects="all"`: `"all"` for the 157, `"subset"` for football, dog, banana, truck, pants,
      computer, piano, chair, pen, scissors; `"large"` for 645, the 157 among them, in three tiers of
      difficulty; `"easy"`, `"medium"`, `"hard"` for one tier.
    - `rules="strict"`: when a question wins.
        - `"strict"`: the question is a guess ("Is it a piano?", "Could the object be a pair of
          scissors?", "I think it's the piano", "piano?") of the hidden object's name or a variant
          of it, whole and alone, in singular or plural, and the oracle says yes. "Is it a tennis
          ball?" guesses the tennis ball and no other ball; "Is it a dog, a cow or a cat?" guesses
          nothing. Every object can be won.
        - `"paper"`: the original's rule: the oracle says yes and the question's last word is one
          of the object's names. A list that ends in the right name wins, and seven objects of two
          words (soccer ball, golf ball, tennis ball, tennis racket, baseball bat, watering can,
          lawn mower) can never be won. The answer is "yes" where the oracle's reply contains these
          letters, else "no" likewise ("know" says no).
    - `oracle="knowledge"`: who answers, see `llm_gym.oracles`.
    - `split=None`: the split that objects are drawn from where `reset` names none.
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
        objects: Objects = "all",
        rules: Rules = "strict",
        oracle: OracleSpec = "knowledge",
        split: str | None = None,
        opening: str = OPENING,
        render_mode: str | None = None,
    ) -> None:
        game = TwentyQuestions(objects, rules, opening)
        super().__init__(game, oracle, split=split, render_mode=render_mode)

    def scripted_player(
        self,
        seed: int,
        skill: float = 1.0,
        variety: int | None = 3,
        repertoire: int | None = None,
    ) -> Callable[[str], str]:
        """Return a player that asks for properties and guesses; see ``TwentyQuestionsPlayer``.

        It learns what is true of the objects from the knowledge oracle, whoever answers in the game.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (asks anything, hesitates) to 1.0.
            variety: the most wordings that it uses of one question; None for all.
            repertoire: the most properties that it ever asks about; None for all that help.

        Raises:
            ValueError: an argument is out of range.
        """
        names = [task.id for task in self.game.tasks.select()]
        oracle = oracles.make("knowledge", self.game.name)
        return TwentyQuestionsPlayer(names, oracle, seed, skill, variety, repertoire)


class TwentyQuestionsVectorEnv(TextVectorEnv):
    """Many games of Twenty Questions, one call of the oracle per step.

    Args:
        num_envs: the number of games.
        objects: as in :class:`TwentyQuestionsEnv`.
        rules: as in :class:`TwentyQuestionsEnv`.
        oracle: as in :class:`TwentyQuestionsEnv`.
        split: as in :class:`TwentyQuestionsEnv`.
        opening: as in :class:`TwentyQuestionsEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        objects: Objects = "all",
        rules: Rules = "strict",
        oracle: OracleSpec = "knowledge",
        split: str | None = None,
        opening: str = OPENING,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(
            [
                TwentyQuestions(objects, rules, opening)
                for _ in range(at_least_one("number of games", num_envs))
            ],
            oracle,
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )
