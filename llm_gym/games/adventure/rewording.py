"""Longer ways to say a thing, and the plain one that the parser reads: grammar, no words of any world."""

from __future__ import annotations

import itertools
import re

AND, BUT = "and", "but"
"""What stands between things, and before those that are not meant."""

_PLAINLY = {
    # Who speaks, and how politely.
    r"^(?:can|could|would|will|may|shall|should) (?=(?:i|you|we) )": "",
    r"^(?:(?:how|what) about (?=\w+ing\b)|why (?:not|don't (?:i|you|we)) )": "",
    r"^gimme\b": "give me",
    r"^lets\b": "let's",
    r" for me$": "",
    r"^(?:give|hand|pass|sell) (.+) to me$": r"take \1",
    r"'d like\b": " would like",
    r"^(?:i|you|we)(?:'ll|'m|'re)? (?:think (?:i|we)(?:'ll)? )?(?:(?:will|should|shall|can|must|am|are) )*": "",
    r"^(?:let me|let us|let's|go ahead and) ": "",
    r"^(?:(?:would like|want|need|try|attempt|decide|choose|have|going|manage)(?: you)? to )+": "",
    r"^(?:would like|want|need) (?!help)": "take ",
    r"^(?:try|keep|start|begin) (?:by )?(?=\w+ing\b)": "",
    r"^(?:bend|reach|lean|kneel|crouch|stoop)(?: down| over| out)? (?:and|to) ": "",
    r"^(?:ask|beg|offer) to ": "",
    r"^(?:give|hand|pass|lend|sell|bring|get|fetch) me (?=.)": "take ",
    r"^show me (?=(?:the|an?|your|his|her) )": "look at ",
    r"^(?:ask|inquire|enquire) (?:about|for|if|whether|how|what|why|when|where|who|which)\b.*": "talk",
    r"^(?:have|strike up|start) a (?:\w+ )?(?:chat|talk|word|conversation) with ": "talk to ",
    # Questions.
    r"^(?:who are you|what(?:'s| is) your name|how are you|what are you doing)\b.*": "talk",
    r"^(?:(?:what(?:'s| is)|how(?:'s| is)|show|check|see|count|view|tell me) (?:me )?(?:my |the )?(?:current )?"
    r"(?:score|points)|how many points\b.*)$": "score",
    r"^(?:read |see |look at |find out )?what(?:'s| is| it)? (?:written|scrawled|printed|engraved|carved|"
    r"says|on) (?:up )?(?:on |in )?": "read ",
    r"^(?:read|see|find out) what (.+) says$": r"read \1",
    r"^(?:see|check|watch|find out) what (.+) (?:is|are) (?:doing|up to|saying)$": r"look at \1",
    r"^(?:tell|remind) me (?:about|of|what) ": "look at ",
    r"^(?:what|how) \w+ (?:is|are) (?=(?:the|this|that|my|his|her) )": "look at ",
    r"^which (?:ways?|directions?)\b.*": "look",
    r"^(?:list|show|check|see|look at|look for|find) (?:all )?(?:the |my )?(?:exits?|ways? out|directions)$": "look",
    r"^(?:look|search|hunt) (?:a?round )?for (?:any|some|more|clues|hints|items|things|objects|exits)\w*\b.*": "look",
    r"^(?:look at|examine|inspect|x|search) (?:all|everything)(?: here| a?round.*| in sight)?$": "look",
    r"^look (?:all )?a?round (?:me|us|myself|here)$": "look",
    r"^(?:is|are) (?:there\b|anyone\b|anybody\b|someone\b|somebody\b).*": "look",
    r"^(?:is|are) (.+) \w+$": r"look at \1",
    r"^(?:peek|peer|glance|gaze|stare|squint)\b": "look",
    r"^(?:what can i see|what do i see|where can i go|what are the exits|what(?: is|'s) this(?: place| room)?)$": "look",
    r"^(?:do (?:i|we) have|have (?:i|we) got) .+": "inventory",
    r"^do you have .+": "talk",
    r"^what (?:do i have|have i got)(?: (?:on|with) me)?$": "inventory",
    r"^(?:check|search|look (?:in|at|through)|examine|list|show|what(?:'s| is) in) (?:me )?my "
    r"(?:pockets?|bag|possessions|belongings|things)$": "inventory",
    r"^what do(?:es)? (.+) say$": r"read \1",
    r"^what do(?:es)? (?:you|they) (?:want|need|ask for|like)$": "talk",
    r"^what does he (?=(?:want|need|ask for|like)$)": "what does him ",
    r"^what does she (?=(?:want|need|ask for|like)$)": "what does her ",
    r"^what do(?:es)? (.+) (?:want|need|ask for|like)$": r"talk to \1",
    r"^(?:(?:see|check|find out|know) )?(?:what|who|where)(?: is|'s| are) (?=.)": "look at ",
    r"^look at (.+) (?:holding|carrying|wearing|doing)$": r"look at \1",
    r"^(?:look at|examine|inspect|see) what(?: is|'s) (?:in|inside|on|under|behind) ": "look in ",
    # One verb for several words.
    r"^(?:(?:go|walk|move|step|head) (?:over |up )?to|approach|grab(?: hold of)?|take hold of) (.+) and (\w+) it$": r"\2 \1",
    r"^(?:(?:go|head|walk|turn|run) )?back (?:(?:along |by )?the way (?:i|we) came|to where (?:i|we) (?:was|were|came from)|"
    r"to the (?:previous|last) (?:room|place))$|^retrace (?:my|our) steps$": "back",
    r"^goto (?=.)": "go to ",
    r"^(?:continue|proceed|carry on|keep going|move on|go on|press on)$": "go",
    r"^pass (?:the |my )?(?:time|turn)$": "wait",
    r"^wave (?:hello|goodbye|my (?:hands?|arms?))$": "hello",
    r"^map$": "look",
    r"^(?:make|wind|work|pick|find|feel) (?:my|your|our) way\b": "go",
    r"^(?:get|make|force|convince|persuade) (.+) to (?:step|move|stand|let|leave|help|come|go|stop|give|talk|speak)\b.*":
        r"talk to \1",
    r"^(?:take|use|go through|go by) (?:\w+ ){0,2}(?:door|doorway|exit|gate|passage) (?:in)?to (.+)$": r"go to \1",
    r"^(?:pry|prise|take|lift|pull|get|force|remove) (?:the )?(?:lid|cover|top) (?:off|from)(?: of)? (?=.)": "open ",
    r"^(?:take|get|grab|collect) (?:whatever|what|anything)(?: is|'s)? (?:inside|in|on) (?:of )?(?=.)":
        "take everything from ",
    r"^(?:take|get|grab|collect) (?:whatever|what|anything)\b.*": "take everything",
    r"^make (?:a |some )?(?:\w+ )?noise with ": "use ",
    r"^make (.+) fast\b": r"tie \1",
    r"^(?:have|take|get) (?:a|another) (?:\w+ )?look\b": "look",
    r"^give (.+) an? (?:\w+ )?(look|read|push|pull|turn|kick|shake|blow|blast|ring|tap|pat|stroke|hug|kiss|try|wind|crank|"
    r"clean|rub|polish|wipe)$": r"\2 \1",
    r"^(?:go|walk|head|move|run|take|use|follow|leave|exit)\b.* (north|south|east|west|up|down)(?:ern|ward)? "
    r"(?:exit|way|way out|end|side|passage|path|road)$": r"\1",
    r"^(?:go|carry|continue|proceed) on (?:my|our|the) way\b": "go",
    r"^turn (?:to the )?(?=(?:north|south|east|west)\b)": "go ",
    r"^face (?:north|south|east|west)$": "look",
    r"^(?:put|place|drop|press|lay) (.+) (?:in|into|on) (her|his) (?:hands?|palms?)$": r"give \1 to \2",
    r"^help (?:my|your)self to ": "take ",
    r"^re-?(?=(?:attach|open|close|light|tie|wind|read|lock|unlock|examine|insert|fasten|enter)\b)": "",
    r"^(?:slide|push|pass|reach) (.+) (?:across|over) .+ to (.+)": r"give \1 to \2",
    r"^(?:slide|push|pass|reach) (.+) across (?:the )?\w+$": r"give \1",
    r"^(?:slip|slide) (.+) to (.+)": r"give \1 to \2",
    r"^(?:wave|dangle|hold(?: out| up)?) (.+) (?:in front of|before|under|towards?) (.+)": r"show \1 to \2",
    r"^(?:pull|yank|tug|work|pry|wrench) (.+) (?:free|loose)$": r"take \1",
    r"^read (.+) (?:message|text|writing|words|inscription)$": r"read \1",
    r"^take (?=(?:.+ )?(?:stairs?|steps|ladder|tunnel|path|lane)\b)": "climb ",
    r"^(?:pull|push|swing|slide|force) (?:open (.+)|(.+) open)$": r"open \1\2",
    r"^set fire to ": "light ",
    r"^set (.+) free$": r"free \1",
    r"^set (.+) (?:alight|ablaze|on fire)$": r"light \1",
    r"^spend (.+) on (.+)": r"buy \2 with \1",
    r"^help (?!me\b)(?=.)": "free ",
    r"^(?:put|place|stow|stash|add|stick|slip|tuck|drop|shove) (.+) in(?:to)? (?:(?:my|the) )?(?:pockets?|bag|inventory)$":
        r"take \1",
    r"^(?:bring|carry|take) (.+) to (.+)": r"give \1 to \2",
    r"^(?:bring|fetch) (?=(?:him|her|the .+|mrs?|old) .*\b(?:the|an?|my|his|her) \w)": "give ",
    r"^(?:bring|fetch) (?=(?:him|her) .)": "give ",
    r"^(?:lower|let) (?:my|your)self (?:down )?(?:on|by|with|along)? ?": "climb down ",
    r"^let (.+) (?:eat|have|take|see) (.+)": r"give \2 to \1",
    r"^(?:jump|dive|leap|plunge) in(?:to)? (?=(?:the )?(?:water|sea|lake)$)": "swim in ",
    r"^(?:jump|leap|hop|step) (?:over|across)\b.*": "jump",
    r"^(?:go|walk|get|run|sneak|slip|squeeze|push|move|step|pass) (?:past|by|around|round|behind) (?=.)": "enter ",
    r"^(?:put|place|set|lay|throw|toss|drop|leave) (.+?) (?:down )?(?:on(?:to)? (?:the )?(?:floor|ground)|(?:right )?here)$":
        r"drop \1",
    r"^(?:drop|throw|toss) (.+) in(?:to|side)? (?!here\b)(?=.)": r"put \1 in ",
    r"(?<=\w)(?<! at)(?: over)? (?:here|there)$": "",
    r"^(?:loot|ransack|raid|clear out|clean out) |^empty (?!.* (?:in|into|on|onto) )(?=.)":
        "take everything from ",
    r"^(?:climb|go|walk|head) (?:all the way )?(?:up )?to the top$": "up",
    r"^(?:climb|go|walk|head) (?:all the way )?(?:down )?to the bottom$": "down",
    # Phrases.
    r" (?:because|since|so that|in order to|so (?:i|we|it|that)|to (?:see|find out) (?:if|what|whether|who|where|how)) .*":
        "",
    r"\b(north|south|east|west)ern\b": r"\1",
    r"\b(door|doorway|gate|portcullis) (?:to|on|in|at) the (north|south|east|west)(?: side| wall)?\b": r"\2 \1",
    r"\bin (?:exchange|return) for\b": "for",
    r"\b(?:the )?contents of ": "everything from ",
    r"\b(all|everything) (?:that )?(?:i|you|we|there|is) .+": r"\1",
    r"\bas well as\b": AND,
    r"(?<= )'?em\b": "them",
    r"\b(?:except(?: for)?|excluding|apart from|other than|but not|and not)\b": BUT,
    r"\b(?:the )?(?:writing|inscription|text|words|sentences?|lines?|message|lettering) (?:on|in) ": "",
    r"\b(?:one|an|the|either) end of ": "",
    r" (?:binding|which|who|that (?:is|are|was|i|you|we|he|she|they|the|bind|hold|hang|lie|\w+s)\b)(?: .+|$)":
        "",
    r" (?:sitting|standing|lying|hanging|shining|glittering|glinting|sticking|resting|leaning|tied|bolted|"
    r"stuck|hidden|wedged|caught|lodged|chained|mounted|placed|left) "
    r"(?:in|on|at|by|against|from|under|behind|near|to|beside|between|over|above|there)\b.*":
        "",
    r" (?:leading|going|heading|running) (?=(?:to|into|from|through|up|down|in|out|north|south|east|west)\b)": " ",
    r" (?:above|below|aside|clean)$| all the way(?= )| out of (?:the|my|your) way$": "",
    r" as (?:\w+ )?as (?:possible|(?:i|you|we) can)$": "",
    r" as an? \w+(?: (?:to|for|of) .+)?$": "",
    r" from (?:\w+ )?\w+ (?=(?:into|onto) )": " ",
    r" (?:above|below|behind|before|beside|near|under|next to|in front of) (?:me|us)$": "",
    r" on the (?:shoulder|back|head|arm|nose)$": "",
    r"'s (?:hands?|palms?|nose|face|head|lap|mouth|arms?|feet)$": "",
    r" (?:where (?:it|they|i|you) (?:belongs?|was|were|came from|got it|found it|took it from)|in (?:its|their) place)$":
        "",
    r" with (?:(?:my |your |both |bare )*(?:hands?|fingers?)|an? (?:\w+ )?knot)$": "",
    r"(?<=\w) (?:once|twice|thrice|(?:once|one) more time|\w+ times|again|first|too|as well|instead|aloud|out loud|"
    r"for a (?:while|moment|bit))$": "",
}  # fmt: skip
_REWORDED = [(re.compile(pattern), plain) for pattern, plain in _PLAINLY.items()]


def say_plainly(text: str) -> str:
    """Return a line in lower case with its longer turns of phrase as the plain ones."""
    for pattern, plain in _REWORDED:
        text = pattern.sub(plain, text)
    return text


def each_of(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the phrases of which one consists that names several things."""
    return [tuple(words) for alike, words in itertools.groupby(phrase, AND.__ne__) if alike]
