"""Any story that Jericho supports, as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.interactive_fiction.emulator import Story, open_story
from llm_gym.games.interactive_fiction.game import InteractiveFiction
from llm_gym.games.interactive_fiction.player import Explorer
from llm_gym.games.interactive_fiction.valid_actions import SEARCH_BUDGET


class InteractiveFictionEnv(TextEnv):
    """Play an interactive story, a file for the Z-machine, with typed commands.

    ## Description
    Any story that Jericho [1] supports, in its Frotz emulator, for players whose text cannot be
    trusted. Needs the extra `detective`.

    ## Action Space
    `FreeText(100)`: one line ("take lamp"). The first line counts, in lower case. What belongs to the
    story goes through: lists, orders ("floyd, open door"), speech, answers (yes, a number), again,
    and where the story waits for a key that key, or an empty line for the return key. Several
    commands in one line ("n. n", "take all then go north") cost as many moves. Refused, with a
    reply that says so and at the cost of a move: empty and over-long lines, anything but printable
    ASCII, commands about the game instead of in it (save, restore, restart, quit, script, undo,
    hints, debugging verbs, ...), and whatever opens a menu.

    ## Observation Space
    `FreeText`: what `look` says here, what `inventory` says, the reply to the last command, and the
    valid actions printed as a Python list, one after the other (ArCHer's layout). The present state
    alone, no history. Where the story waits for a key: its last text and the list.

    ## Starting State
    The story's beginning. There is one task, the story; nothing is drawn.

    ## Rewards
    The change of the story's score.

    ## Episode End
    Termination: the story is over, or `turn_limit` moves were made. `success` says that it ended well
    by the story's own account. Truncation: the emulator has crashed, hung for a minute or halted;
    the reply says which, and the next `reset` starts another.

    ## Information
    `success`, `invalid_action` (the command was refused, or the story's parser did not understand
    it), `turn`, `task_id`, `split`, `delta` (the reply), and

    - `valid_actions`: the commands that change something here, a sorted list, never empty: where
      none is found it is `["look", "wait"]`; empty only with `valid_actions=False`;
    - `valid_actions_cut`: there may be more of them: the search was ended by its budget;
    - `score`: the story's score now;
    - `ending`: empty while the game goes on, then "victory", "defeat", "out of moves" or "emulator
      failed".

    ## Arguments
    - `story_file`: the story, required. Its name does not matter, its bytes do.
    - `turn_limit=100`: the number of moves, refused commands included.
    - `isolate=True`: run the emulator in a process of its own, which has nowhere to write to and can
      die alone. Without it, what brings the emulator down brings the whole process down.
    - `valid_actions=True`: look for valid actions. Without, there is no list, and a step is fast.
    - `search_budget=4000`: how many commands the search tries per step.
    - `dice=None`: seeds the story's own dice, 1 or more. None: the seed with which the walkthrough
      that Jericho knows works. The same dice and commands give the same game; the seed of `reset`
      changes nothing.
    - `split=None`: there is one split, "train".

    ## References
    [1] M. Hausknecht, P. Ammanabrolu, M.-A. Cote, X. Yuan, "Interactive Fiction Games: A Colossal
    Adventure", AAAI 2020, arXiv:1909.05398.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        story_file: str | None = None,
        turn_limit: int = 100,
        isolate: bool = True,
        valid_actions: bool = True,
        search_budget: int = SEARCH_BUDGET,
        dice: int | None = None,
        split: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        game = InteractiveFiction(
            _story(story_file),
            turn_limit,
            isolate=isolate,
            search=valid_actions,
            search_budget=search_budget,
            dice=dice,
        )
        super().__init__(game, split=split, render_mode=render_mode)

    def scripted_player(self, seed: int, skill: float = 1.0) -> Callable[[str], str]:
        """Return a player that explores, for an environment that lists valid actions; see ``Explorer``.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (any valid action) to 1.0.

        Raises:
            ValueError: ``skill`` is not between 0 and 1.
        """
        return Explorer(seed, skill)


class InteractiveFictionVectorEnv(TextVectorEnv):
    """Many games of one story, each in an emulator of its own, one after the other.

    Args:
        num_envs: the number of games.
        story_file: as in :class:`InteractiveFictionEnv`.
        turn_limit: as in :class:`InteractiveFictionEnv`.
        isolate: as in :class:`InteractiveFictionEnv`.
        valid_actions: as in :class:`InteractiveFictionEnv`.
        search_budget: as in :class:`InteractiveFictionEnv`.
        dice: as in :class:`InteractiveFictionEnv`.
        split: as in :class:`InteractiveFictionEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        story_file: str | None = None,
        turn_limit: int = 100,
        isolate: bool = True,
        valid_actions: bool = True,
        search_budget: int = SEARCH_BUDGET,
        dice: int | None = None,
        split: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        story = _story(story_file)
        super().__init__(
            [
                InteractiveFiction(
                    story,
                    turn_limit,
                    isolate=isolate,
                    search=valid_actions,
                    search_budget=search_budget,
                    dice=dice,
                )
                for _ in range(at_least_one("number of games", num_envs))
            ],
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )


def _story(story_file: str | None) -> Story:
    if story_file is None:
        raise ValueError("name the story to play, a file for the Z-machine: story_file='zork1.z5'")
    return open_story(Path(story_file))
