"""smolagents and LangChain agents win a game by its tools, against a scripted server."""

from typing import Any

import pytest
import smolagents_player
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from scripted_server import OBJECTS, Reply, guess_all, said_so_far, serving
from smolagents import CodeAgent, OpenAIModel, ToolCallingAgent

from llm_gym.bridges import langchain, smolagents
from llm_gym.bridges.dialogue import Dialogue

ENV = "llm_gym/TwentyQuestionsSubset-v0"
INDEX = 2


def won_or_done(body: dict[str, Any]) -> Reply:
    """Guess on until the game is over, then say so in the way of the framework."""
    over = "The game is over." in str(body["messages"][-1]["content"])
    names = [tool["function"]["name"] for tool in body["tools"]]
    assert {"ask", "guess"} <= set(names)
    if over:
        return ("final_answer", {"answer": "done"}) if "final_answer" in names else "done"
    return guess_all(body)


def test_smolagents():
    with serving(won_or_done) as server:
        outcome = smolagents_player.main("scripted", api_base=server.url, api_key="none")
    assert outcome.success and outcome.turns == said_so_far(server.requests[-1])


def test_langchain():
    game = Dialogue(ENV)
    first = game.begin("train", INDEX)
    with serving(won_or_done) as server:
        model = ChatOpenAI(model="scripted", base_url=server.url, api_key="none")
        agent = create_agent(model, langchain.tools(game), system_prompt=game.instructions)
        said = agent.invoke(
            {"messages": [{"role": "user", "content": first}]}, {"recursion_limit": 60}
        )
    assert said["messages"][-1].content == "done"
    assert game.outcome.success and game.outcome.ending == "terminated"


def test_an_agent_that_quits_is_charged():
    game = Dialogue(ENV)
    first = game.begin("train", INDEX)
    with serving(lambda body: "I do not play.") as server:
        model = ChatOpenAI(model="scripted", base_url=server.url, api_key="none")
        create_agent(model, langchain.tools(game)).invoke(
            {"messages": [{"role": "user", "content": first}]}
        )
    assert (game.outcome.ending, game.outcome.total, game.outcome.turns) == ("quit", -20, 0)


def test_a_program_plays_by_tools():
    game = Dialogue(ENV)
    game.begin("train", INDEX)

    def write(body: dict[str, Any]) -> Reply:
        if game.over:
            return "<code>\nfinal_answer('done')\n</code>"
        name = OBJECTS[said_so_far(body)]
        return f"<code>\nprint(guess('{name}'))\n</code>"

    with serving(write) as server:
        model = OpenAIModel("scripted", api_base=server.url, api_key="none")
        agent = CodeAgent(smolagents.tools(game), model, max_steps=25, verbosity_level=0)
        assert agent.run("Play.") == "done"
    assert game.outcome.success and game.outcome.unparsable == 0


WRONG = {"words": "dog"}


@pytest.mark.parametrize("reply", [("guess", WRONG), ("sing", WRONG), ("guess", {"name": 3})])
def test_calls_that_are_none_are_counted_by_smolagents(reply: Reply):
    game = Dialogue(ENV)
    game.begin("train", INDEX)
    with serving(lambda body: reply) as server:
        model = OpenAIModel("scripted", api_base=server.url, api_key="none")
        counted = [smolagents.unparsable_steps(game)]
        ToolCallingAgent(
            smolagents.tools(game), model, step_callbacks=counted, max_steps=3, verbosity_level=0
        ).run("Play.")
    assert (game.outcome.unparsable, game.outcome.turns, game.outcome.total) == (3, 3, -20)


def test_calls_that_are_none_are_counted_by_langchain():
    game = Dialogue(ENV, max_turns=3)
    game.begin("train", INDEX)

    def wrong(body: dict[str, Any]) -> Reply:
        return "done" if game.over else ("guess", WRONG)

    with serving(wrong) as server:
        model = ChatOpenAI(model="scripted", base_url=server.url, api_key="none")
        said = create_agent(model, langchain.tools(game)).invoke(
            {"messages": [{"role": "user", "content": "Play."}]}, {"recursion_limit": 60}
        )
    assert "guess takes one text, 'name'" in str(said["messages"][2].content)
    assert (game.outcome.unparsable, game.outcome.ending, game.outcome.total) == (
        3,
        "truncated",
        -20,
    )
