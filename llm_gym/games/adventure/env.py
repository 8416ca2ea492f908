"""Adventure as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.adventure.game import Adventure, Worlds
from llm_gym.games.adventure.player import GreedyExplorer, Style, WalkthroughPlayer


class AdventureEnv(TextEnv):
    """Light the lamp of Gannet Elbow before the ferry comes, or explore worlds made from seeds.

    ## Description
    A text adventure in the manner of Detective, ArCHer's adventure task [1], but pure Python, with a
    story of its own: "A Light for the Duchess", 26 rooms, 22 scoring events, 200 points and
    eight endings. All of it can be had in 55 moves. `worlds="generated"` (the id
    `llm_gym/AdventureWorlds-v0`) plays worlds made from seeds instead: 6 to 14 rooms with doors and keys,
    chests, darkness and people who want something, each proven solvable by search.

    ## Action Space
    `FreeText(512)`: a command in plain English, "take the rope", "give penny to pike", "n". Verbs
    have synonyms, "it" is what was named last, "again" what was done last. One command to a line: several at once, control
    characters, letters outside ASCII and lines of more than 100 characters are answered, change
    nothing and cost a move. Several things are taken or dropped at once: "take rope and knife", "drop all but
    the letter". No action raises an error.

    ## Observation Space
    `FreeText`: four parts that follow each other, as in Detective: the surroundings, what the player
    carries and the score, the reply to the last command, and the valid actions as a printed list:

        Jetty
        Green planks over grey water. (...) A penny shines in a crack between two planks.
        Ways out: north.

        You carry a letter of appointment. You have 0 of 200 points.

        Pardon? Say it in a few plain words, such as: take the rope.

        ['drop letter', 'in', 'north', 'swim', 'take penny']

    A valid action is a command that changes something; of several with the same effect one is
    listed. The list is sorted, and empty when the story is over. Some valid actions are unwise.
    `info["delta"]` is what a player at a terminal reads: the reply, and the surroundings of a room
    that was just entered.

    ## Starting State
    The world's first room. The story has one task, in the split `train`; generated worlds have
    256 / 32 / 32, and are drawn uniformly from the split or chosen by
    `reset(options={"split": ..., "index": ...})`.

    ## Rewards
    The difference in score: each event scores once. The return is the score, at most 200 in the
    story and 100 in a generated world.

    ## Episode End
    Termination: an ending of the story, good or bad, or `turn_limit` moves. Only a good ending is
    `success`. There is no truncation.

    ## Information
    `reset()` and `step()` return `success`, `invalid_action` (the command was not understood or not
    possible), `turn`, `task_id`, `split`, `delta`, `valid_actions` (sorted list of strings), `score`
    (int) and `ending`: empty while the game goes on, then "victory", "defeat" or "out of moves".

    ## Arguments
    - `worlds="story"`: `"story"` or `"generated"`.
    - `turn_limit=80`: the number of moves.
    - `split=None`: the split that worlds are drawn from where `reset` names none.

    ## References
    [1] Y. Zhou, A. Zanette, J. Pan, S. Levine, A. Kumar, "ArCHer: Training Language Model Agents
    via Hierarchical Multi-Turn RL", ICML 2024, arXiv:2402.19446.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        worlds: Worlds = "story",
        turn_limit: int = 80,
        split: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(Adventure(worlds, turn_limit), split=split, render_mode=render_mode)

    def scripted_player(
        self, seed: int, skill: float = 1.0, style: Style = "walkthrough"
    ) -> Callable[[str], str]:
        """Return a player that knows the way, or one that explores.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (mostly at random) to 1.0 (``"walkthrough"``: every point; ``"explorer"``:
                always what looks most useful).
            style: ``"walkthrough"``, see ``WalkthroughPlayer``; ``"explorer"``, see
                ``GreedyExplorer``.

        Raises:
            ValueError: ``skill`` is not between 0 and 1, or the style is unknown.
        """
        if style == "walkthrough":
            return WalkthroughPlayer(self.game.tasks.select(), seed, skill)
        if style == "explorer":
            return GreedyExplorer(seed, skill)
        raise ValueError(f"style must be walkthrough or explorer, not {style!r}")


class AdventureVectorEnv(TextVectorEnv):
    """Many games of Adventure side by side.

    Args:
        num_envs: the number of games.
        worlds: as in :class:`AdventureEnv`.
        turn_limit: as in :class:`AdventureEnv`.
        split: as in :class:`AdventureEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        worlds: Worlds = "story",
        turn_limit: int = 80,
        split: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(
            [
                Adventure(worlds, turn_limit)
                for _ in range(at_least_one("number of games", num_envs))
            ],
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )
