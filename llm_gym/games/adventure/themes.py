"""The words that generated worlds are made of: places, people and things by theme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """What a kind of world has in it.

    Attributes:
        title: its name in the opening, with an article.
        rooms: (title, description) pairs; the first one is where the player starts.
        client: who asks for the treasure: (id, name with article, description).
        treasures: (id, name with article).
        people: (id, name with article, description), who trade or stand in the way.
        goods: (id, name with article), what people want and what lies about.
        chests: (id, name with article), what opens and holds things.
        pit: the warning of a fatal way down, what is said of who takes it, and what it is: id, further words.
    """

    title: str
    rooms: tuple[tuple[str, str], ...]
    client: tuple[str, str, str]
    treasures: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str, str], ...]
    goods: tuple[tuple[str, str], ...]
    chests: tuple[tuple[str, str], ...]
    pit: tuple[str, str, str, tuple[str, ...]]


THEMES = (
    Theme(
        "a castle that has seen better centuries",
        (
            ("Throne Room", "The throne leans against the wall, where it is less drafty."),
            ("Great Hall", "A table for a hundred is laid for one."),
            ("Armoury", "Empty suits of armour stand about as if at a dull party."),
            ("Royal Kitchen", "A soup has been simmering here since the last reign."),
            ("Library", "The books are sorted by how well they burn."),
            ("Rose Garden", "Mostly thorns, with roses by appointment."),
            ("Guard House", "Dice on the table, cards in the sleeves, nobody on guard."),
            ("Music Room", "A harp with three strings plays three notes whenever the wind does."),
            ("Stables", "The horses have been sold, but nobody has told the groom's cat."),
            ("Portrait Gallery", "Forty ancestors look down on you with one nose."),
            ("Wine Cellar", "The bottles are empty and filed by year."),
            ("Astrologer's Tower", "The stars have been painted on, in case of clouds."),
            ("Chapel", "One candle, lit, and a smell of long sermons."),
            ("Laundry", "The royal underwear is purple. You wish you did not know."),
        ),
        ("queen", "the old queen", "She wears slippers and sits very straight."),
        (
            ("crown", "the silver crown"), ("sceptre", "the oak sceptre"),
            ("chalice", "the dented chalice"), ("ring", "the royal ring"),
        ),
        (
            ("cook", "a cook", "He stirs, tastes, and despairs."),
            ("jester", "a retired jester", "He has stopped being funny, to general relief."),
            ("groom", "a groom", "He brushes a saddle that has no horse."),
            ("page", "a page", "He is asleep on his feet, in the prescribed manner."),
            ("knight", "a very short knight", "He fills his armour up to the elbows."),
            ("nurse", "the royal nurse", "She has raised three kings and one eyebrow."),
        ),
        (
            ("lute", "a lute"), ("goblet", "a pewter goblet"), ("cheese", "a round cheese"),
            ("feather", "a peacock feather"), ("horseshoe", "a horseshoe"), ("scroll", "a scroll"),
            ("thimble", "a thimble"), ("apple", "a red apple"), ("candle", "a wax candle"),
            ("glove", "a single glove"),
        ),
        (("chest", "an iron chest"), ("wardrobe", "a wardrobe"), ("casket", "a casket")),
        (
            "An open well goes down here. It has no bottom to speak of.",
            "The well does have a bottom. You find it.",
            "well",
            ("hole",),
        ),
    ),
    Theme(
        "a museum after closing time",
        (
            ("Entrance Hall", "A sign asks you not to touch, to run, or to breathe on the glass."),
            ("Hall of Spoons", "Four thousand spoons. The fork is on loan."),
            ("Egyptian Room", "Everybody here is wrapped up in himself."),
            ("Dinosaur Hall", "The skeleton is complete, apart from what is missing."),
            ("Map Room", "The globe shows two countries that have since apologised."),
            ("Gift Shop", "A rubber dinosaur costs more than the real one did."),
            ("Clock Gallery", "Ninety clocks agree to differ."),
            ("Whale Room", "It hangs from the ceiling and has the expression of a guest."),
            ("Cloakroom", "One umbrella, uncollected since 1911."),
            ("Insect Cabinet", "Ten thousand pins, with somebody on each."),
            ("Director's Office", "A desk, a decanter, a portrait of the desk."),
            ("Restoration Studio", "A goddess waits for her other arm."),
            ("Planetarium", "The universe, switched off to save money."),
            ("Reading Room", "A silence with a fine of sixpence."),
        ),
        ("curator", "the curator", "She has lost an exhibit and found a tremor."),
        (
            ("idol", "the jade idol"), ("diamond", "the Brannock diamond"),
            ("mask", "the gold mask"), ("egg", "the dodo egg"),
        ),
        (
            ("guard", "a night guard", "He guards the radiator."),
            ("cleaner", "a cleaner", "She mops in straight lines and will not be crossed."),
            ("professor", "a professor", "He has been locked in since Tuesday and is publishing."),
            ("copyist", "a copyist", "Her copy is better, which worries everybody."),
            ("student", "a student", "He is drawing a vase and weeping quietly."),
            ("ghost", "a ghost", "A benefactor. He wants to see what became of the money."),
        ),
        (
            ("sandwich", "a sandwich"), ("umbrella", "an umbrella"), ("brush", "a fine brush"),
            ("magnet", "a magnet"), ("whistle", "a whistle"), ("postcard", "a postcard"),
            ("spoon", "a spare spoon"), ("bone", "a small bone"), ("ticket", "a ticket"),
            ("eraser", "an eraser"),
        ),
        (("crate", "a crate"), ("cabinet", "a glass cabinet"), ("sarcophagus", "a sarcophagus")),
        (
            "The lift is out, and its doors are open on a shaft going down.",
            "The lift is on the ground floor. So, presently, are you.",
            "shaft",
            ("lift", "doors"),
        ),
    ),
    Theme(
        "a mine that was closed for good reasons",
        (
            ("Pit Head", "A wheel, a shed, and a warning with the middle word rubbed out."),
            ("Winding House", "A great drum of rope, and a small stool for worrying on."),
            ("Canteen", "The menu says pie. The pie says nothing."),
            ("Lamp Store", "Rows of empty hooks, each with a name."),
            ("Crusher", "A machine for making small ones out of big ones."),
            ("Crystal Grotto", "It glitters like a lie."),
            ("Pump Station", "The pump coughs once a minute, out of habit."),
            ("Mule Stalls", "The last mule left a note. It is mostly chewed."),
            ("Chalk Gallery", "Generations have signed the wall, and some of the cheques."),
            ("Echo Chamber", "It answers before you speak, and gets it wrong."),
            ("Foreman's Office", "A clock, a whip, and a certificate for kindness."),
            ("Timber Yard", "The props that should be holding up the roof."),
            ("Still Lake", "Black water with your face in it, looking concerned."),
            ("Rail Junction", "Three tracks meet here and have nothing to say."),
        ),
        ("widow", "the owner's widow", "She wears black, with a hard hat to match."),
        (
            ("nugget", "the great nugget"), ("ruby", "the pigeon ruby"),
            ("deed", "the deed of the mine"), ("fossil", "the famous fossil"),
        ),
        (
            ("miner", "a retired miner", "He comes down for the company."),
            ("surveyor", "a surveyor", "She is measuring the same wall again."),
            ("canary", "a canary", "It has a union badge, and looks well."),
            ("engineer", "an engineer", "He holds a plan of another mine."),
            ("hermit", "a hermit", "He moved in for the quiet and talks all day."),
            ("smuggler", "a smuggler", "He is here about the acoustics, he says."),
        ),
        (
            ("pie", "a cold pie"), ("chisel", "a chisel"), ("boot", "a left boot"),
            ("flute", "a tin flute"), ("compass", "a compass"), ("bucket", "a bucket"),
            ("seed", "a bag of seed"), ("helmet", "a helmet"), ("pickaxe", "a pickaxe"),
            ("biscuit", "a ship's biscuit"),
        ),
        (("toolbox", "a toolbox"), ("locker", "a locker"), ("barrel", "a barrel")),
        (
            "A shaft drops away in the floor. The ladder ends after two rungs.",
            "Two rungs, and then a long think.",
            "shaft",
            ("ladder", "rungs"),
        ),
    ),
)  # fmt: skip
