"""Any story that Jericho supports, as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.interactive_fiction.emulator import Story, open_story
from llm_gym.games.interactive_fiction.game import InteractiveFiction
from llm_gym.games.interactive_fiction.player import Explorer


class InteractiveFictionEnv(TextEnv):
    """Play an interactive story, a file for the Z-machine, with typed commands.

    ## Description
    Any story that Jericho [1] supports, in its Frotz emulator, for players whose text cannot be
    trusted. Needs the extra `detective`.

    ## Action Space
    `FreeText(100)`: one command ("take lamp"). The first line counts, in lower case. Refused, with
    a reply that says so and at the cost of a turn: empty and over-long lines, anything but printable
    ASCII, several commands in one line (punctuation, "then"), and commands about the game instead
    of in it (save, restore, restart, quit, script, undo, again, debugging verbs, ...).

    ## Observation Space
    `FreeText`: what `look` says here, what `inventory` says, the reply to the last command, and the
    valid actions printed as a Python list, one after the other (ArCHer's layout). The present state
    alone, no history.

    ## Starting State
    The story's beginning. There is one task, the story; nothing is drawn.

    ## Rewards
    The change of the story's score.

    ## Episode End
    Termination: the story is over, or `turn_limit` commands were given. `success` says that it
    ended well by the story's own account. There is no truncation.

    ## Information
    `success`, `invalid_action` (the command was refused, or the story's parser did not understand
    it), `turn`, `task_id`, `split`, `delta` (the reply), and

    - `valid_actions`: the commands that change something here, a sorted list, never empty: where
      none is found it is `["look", "wait"]`;
    - `score`: the story's score now;
    - `ending`: empty while the game goes on, then "victory", "defeat" or "out of moves".

    ## Arguments
    - `story_file`: the story, required. Its name does not matter, its bytes do.
    - `turn_limit=100`: the number of commands, refused ones included.
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
        split: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        game = InteractiveFiction(_story(story_file), turn_limit)
        super().__init__(game, split=split, render_mode=render_mode)

    def scripted_player(self, seed: int, skill: float = 1.0) -> Callable[[str], str]:
        """Return a player that explores; see ``Explorer``.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (any valid action) to 1.0.

        Raises:
            ValueError: ``skill`` is not between 0 and 1.
        """
        return Explorer(seed, skill)


class InteractiveFictionVectorEnv(TextVectorEnv):
    """Many games of one story, each in an emulator of its own, one after the other in one process.

    Args:
        num_envs: the number of games.
        story_file: as in :class:`InteractiveFictionEnv`.
        turn_limit: as in :class:`InteractiveFictionEnv`.
        split: as in :class:`InteractiveFictionEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        story_file: str | None = None,
        turn_limit: int = 100,
        split: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        story = _story(story_file)
        super().__init__(
            [InteractiveFiction(story, turn_limit) for _ in range(num_envs)],
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )


def _story(story_file: str | None) -> Story:
    if story_file is None:
        raise ValueError("name the story to play, a file for the Z-machine: story_file='zork1.z5'")
    return open_story(Path(story_file))
