"""The extras of the distribution, with the comment that stands above each in pyproject.toml."""

import re
import tomllib

import source


def table() -> str:
    """Return the extras that a user may want, Markdown."""
    text = (source.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    section = text.partition("[project.optional-dependencies]\n")[2].partition("\n[")[0]
    told = dict(
        (name, " ".join(re.findall(r"# (.*)", comment)))
        for comment, name in re.findall(r"((?:^#.*\n)+)^([\w-]+) = ", section, flags=re.MULTILINE)
    )
    lines = ["| extra | for | brings |", "|---|---|---|"]
    for name, needs in extras.items():
        brings = ", ".join(f"`{need}`" for need in needs)
        lines.append(f"| `{name}` | {told.get(name, '')} | {brings} |")
    return "\n".join(lines)
