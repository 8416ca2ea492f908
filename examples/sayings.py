"""What one may say in Twenty Questions about the paper's ten objects, for learners that choose by number."""

NAMES = "football", "dog", "banana", "truck", "computer", "piano", "chair", "pen"
PAIRS = "pants", "scissors"
SAYINGS = [*(f"Is it a {name}?" for name in NAMES), *(f"Is it {name}?" for name in PAIRS)]
SAYINGS += ["Is it alive?", "Can you eat it?", "Does it use electricity?", "Does it have wheels?"]
SAYINGS += [
    "Do people wear it?",
    "Is it furniture?",
    "Is it used in an office?",
    "Does it make music?",
]
