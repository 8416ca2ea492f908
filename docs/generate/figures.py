"""The published figures, from the one file that has them."""

import tomllib

import source


def table(env_id: str | None = None) -> str:
    """Return the figures as a table, Markdown.

    Args:
        env_id: of this environment, for its page; without it all of them, for the page of results.
    """
    text = (source.ROOT / "docs" / "figures.toml").read_text(encoding="utf-8")
    figures = [each for each in tomllib.loads(text)["figure"] if env_id in (None, each["env"])]
    page = "../results.md" if env_id else ""
    head, rule = ["who", "mean return", "how"], ["---", "---:", "---"]
    rows = [
        [each["who"], each["figure"], f"[{each['how']}]({page}#{each['section']})"]
        if each["section"]
        else [each["who"], each["figure"], each["how"]]
        for each in figures
    ]
    if env_id is None:
        head, rule = ["environment", *head], ["---", *rule]
        names = [each["env"].rpartition("/")[2] for each in figures]
        rows = [
            [f"[{name}](environments/{name}.md)" if name not in names[:i] else "", *row]
            for i, (name, row) in enumerate(zip(names, rows, strict=True))
        ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])
