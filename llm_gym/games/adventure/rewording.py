"""Longer ways to say a thing, and the plain one that the parser reads: grammar, no words of any world."""

from __future__ import annotations

import re

AND, BUT = "and", "but"
"""What stands between things, and before those that are not meant."""

_PLAINLY = {
    # Who speaks, and how politely.
    r"^(?:can|could|would|will|may) (?=(?:i|you|we) )": "",
    r"'d like\b": " would like",
    r"^(?:i|you|we)(?:'ll|'m|'re)? (?:think i )?(?:(?:will|should|shall|can|must|am|are) )*": "",
    r"^(?:let me|let us|let's|go ahead and) ": "",
    r"^(?:(?:would like|want|need|try|attempt|decide|have|going|manage) to )+": "",
    r"^(?:would like|want|need) (?!help)": "take ",
    r"^(?:try|keep|start|begin) (?=\w+ing\b)": "",
    r"^(?:bend|reach|lean|kneel|crouch|stoop)(?: down| over| out)? (?:and|to) ": "",
    r"^(?:ask|beg|offer) to ": "",
    r"^ask for .+": "talk",
    # Questions.
    r"^(?:what can i see|what do i see|where can i go|what are the exits|is there .+)$": "look",
    r"^what (?:do i have|have i got)$": "inventory",
    r"^(?:check|search|look (?:in|at|through)|examine|list|show|what(?:'s| is) in) (?:me )?my "
    r"(?:pockets?|bag|possessions|belongings|things)$": "inventory",
    r"^what do(?:es)? (.+) say$": r"read \1",
    r"^(?:(?:see|check|find out|know) )?(?:what|who|where)(?: is|'s| are) (?=.)": "look at ",
    # One verb for several words.
    r"^make (?:my|your|our) way\b": "go",
    r"^make (?:a |some )?noise with ": "use ",
    r"^make (.+) fast\b": r"tie \1",
    r"^(?:have|take) (?:a|another) (?:\w+ )?look\b": "look",
    r"^give (.+) a (?:\w+ )?(look|read|push|pull|turn|kick|shake)$": r"\2 \1",
    r"^take (?=(?:.+ )?(?:stairs?|steps|ladder|tunnel|path|lane)\b)": "climb ",
    r"^(?:pull|push|swing|slide|force) (.+) open$": r"open \1",
    r"^set fire to ": "light ",
    r"^set (.+) free$": r"free \1",
    r"^set (.+) (?:alight|ablaze|on fire)$": r"light \1",
    r"^spend (.+) on (.+)": r"buy \2 with \1",
    r"^help (?!me\b)(?=.)": "free ",
    r"^(?:put|place|stow|stash|add) (.+) in(?:to)? (?:(?:my|the) )?(?:pockets?|bag|inventory)$": r"take \1",
    r"^(?:bring|carry) (.+) to (.+)": r"give \1 to \2",
    r"^let (.+) (?:eat|have|take|see) (.+)": r"give \2 to \1",
    r"^(?:jump|dive|leap|plunge) in(?:to)? (?=(?:the )?(?:water|sea|lake)$)": "swim in ",
    r"^(?:loot|ransack|raid|clear out|clean out) |^empty (?!.* (?:in|into|on|onto) )(?=.)":
        "take everything from ",
    # Phrases.
    r"\b(?:the )?contents of ": "everything from ",
    r"\b(all|everything) (?:that )?(?:i|you|we|there|is) .+": r"\1",
    r"\bas well as\b": AND,
    r"\b(?:except(?: for)?|excluding|apart from|other than|but not|and not)\b": BUT,
    r"\b(?:the )?(?:writing|inscription|text|words) (?:on|in) ": "",
    r"\b(?:one|an|the|either) end of ": "",
    r" (?:binding|which|who|that (?:is|are|was|i|you|we|he|she|they|\w+s)\b)(?: .+|$)": "",
    r" with (?:my |your |both |bare )*hands?$": "",
    r"(?<=\w) (?:once|twice|thrice|(?:once|one) more time|\w+ times|again|first|too|as well|instead|"
    r"for a (?:while|moment|bit))$": "",
}  # fmt: skip
_REWORDED = [(re.compile(pattern), plain) for pattern, plain in _PLAINLY.items()]


def say_plainly(text: str) -> str:
    """Return a line in lower case with its longer turns of phrase as the plain ones."""
    for pattern, plain in _REWORDED:
        text = pattern.sub(plain, text)
    return text
