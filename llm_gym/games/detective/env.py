"""Detective as single and as vector environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

from gymnasium.vector import AutoresetMode

from llm_gym.core.env import TextEnv
from llm_gym.core.game import at_least_one
from llm_gym.core.vector import TextVectorEnv
from llm_gym.games.detective.player import WalkthroughPlayer
from llm_gym.games.detective.story import PROBES, find
from llm_gym.games.interactive_fiction.game import InteractiveFiction
from llm_gym.games.interactive_fiction.player import Explorer

Style: TypeAlias = Literal["walkthrough", "explorer"]


class DetectiveEnv(TextEnv):
    """Find the mayor's murderer in at most fifty commands: the text adventure of the paper.

    ## Description
    Detective, by Matt Barringer (port by Stuart Moore), played in Jericho's emulator: the text
    adventure on which ArCHer [1] was evaluated. Points are for every new place and for things worth
    taking; many ways end in death. Needs the extra `detective` and the story file, which may be
    downloaded but not passed on: `llm-gym download detective`, or `story_file=`, or the environment
    variable `LLM_GYM_DETECTIVE`.

    ## Action Space
    `FreeText(100)`: one command ("take paper"). The first line counts, in lower case. Refused, with
    a reply that says so and at the cost of a turn: empty and over-long lines, anything but printable
    ASCII, several commands in one line (punctuation, "then"), and commands about the game instead
    of in it (save, restore, restart, quit, script, undo, again, help, debugging verbs, ...): with
    them the original can be won in one turn, crashed or hung.

    ## Observation Space
    `FreeText`: what `look` says here, what `inventory` says, the reply to the last command, and the
    valid actions printed as a Python list, one after the other, as in the paper. The present state
    alone, no history. When the story is over: its last words and the list.

    ## Starting State
    The story's beginning, always: the game has no chance in it, and there is one task.

    ## Rewards
    The change of the story's score, in steps of 10, one of 100. The score begins at 10 and ends at
    360, so a perfect game returns 350.

    ## Episode End
    Termination: the story is over (the player has won, or died), or `turn_limit` commands were
    given. `success` is the real ending only: 350 points in fifty commands need not be one. There is
    no truncation.

    ## Information
    `success`, `invalid_action` (the command was refused, or the story's parser did not understand
    it), `turn`, `task_id`, `split`, `delta` (the reply), and

    - `valid_actions`: the commands that change something here, one wording for each effect; a sorted
      list, never empty: where there is none it is `["look", "wait"]`;
    - `score`: the story's score now;
    - `ending`: empty while the game goes on, then "victory", "defeat" or "out of moves".

    ## Arguments
    - `story_file=None`: the story file; its bytes must be those of release 1, serial number 000715.
    - `turn_limit=50`: the number of commands, refused ones included. 50 is the paper's.
    - `split=None`: there is one split, "train".

    ## References
    [1] Y. Zhou, A. Zanette, J. Pan, S. Levine, A. Kumar, "ArCHer: Training Language Model Agents
    via Hierarchical Multi-Turn RL", ICML 2024, arXiv:2402.19446.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        story_file: str | None = None,
        turn_limit: int = 50,
        split: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        game = InteractiveFiction(find(story_file), turn_limit, PROBES)
        self._story = game.story
        super().__init__(game, split=split, render_mode=render_mode)

    def scripted_player(
        self, seed: int, skill: float = 1.0, style: Style = "walkthrough"
    ) -> Callable[[str], str]:
        """Return a player.

        Args:
            seed: seed of the player's own choices.
            skill: from 0.0 (any valid action, all equally likely) to 1.0.
            style: ``"walkthrough"`` knows the way and leaves it with probability ``1 - skill`` at
                every move, see ``WalkthroughPlayer``; ``"explorer"`` knows nothing, see ``Explorer``.

        Raises:
            ValueError: ``skill`` is not between 0 and 1, or there is no such style.
        """
        if style not in get_args(Style):
            raise ValueError(f"style must be one of {', '.join(get_args(Style))}, not {style!r}")
        if style == "explorer":
            return Explorer(seed, skill)
        return WalkthroughPlayer(self._story, seed, skill)


class DetectiveVectorEnv(TextVectorEnv):
    """Many games of Detective, each in an emulator of its own, one after the other in one process.

    Args:
        num_envs: the number of games.
        story_file: as in :class:`DetectiveEnv`.
        turn_limit: as in :class:`DetectiveEnv`.
        split: as in :class:`DetectiveEnv`.
        autoreset_mode: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        max_episode_steps: as in :class:`~llm_gym.core.vector.TextVectorEnv`.
        render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        num_envs: int = 1,
        story_file: str | None = None,
        turn_limit: int = 50,
        split: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        story = find(story_file)
        super().__init__(
            [
                InteractiveFiction(story, turn_limit, PROBES)
                for _ in range(at_least_one("number of games", num_envs))
            ],
            split=split,
            autoreset_mode=autoreset_mode,
            max_episode_steps=max_episode_steps,
            render_mode=render_mode,
        )
