"""What an inhabitant can say of any city: the entries, and the questions that are read as asking for one."""

import re
from importlib.resources import files

import pytest

from llm_gym.oracles.knowledge.guess_my_city import GuessMyCityKnowledge, dossier
from llm_gym.oracles.knowledge.guess_my_city.facts import atlas, load
from llm_gym.oracles.knowledge.guess_my_city.pairs import both
from llm_gym.oracles.knowledge.guess_my_city.replies import UNKNOWN
from llm_gym.subjects.cities import CITIES

KINDS = dossier.kinds()
OF_COUNTRIES = frozenset(load("dossier_countries"))
ORACLE = GuessMyCityKnowledge()


def ask(subject: str, question: str) -> str:
    return ORACLE.answer([subject], [question])[0]


def test_every_published_city_has_entries_of_the_kinds_that_betray_nothing():
    folder = files("llm_gym.oracles.knowledge.guess_my_city") / "data" / "dossiers"
    written = {each.name.removesuffix(".toml") for each in folder.iterdir()}
    assert written == {atlas().subject(city).id for city in CITIES}
    for city_id in written:
        entries, city = load(f"dossiers/{city_id}"), atlas().cities[city_id]
        assert set(entries) <= set(KINDS) - OF_COUNTRIES and len(entries) > 90, city_id
        for kind, value in entries.items():
            assert value == value.strip() and len(value) <= 140, (city_id, kind)
            assert not value.endswith("."), (city_id, kind)
            told = dossier.entry(city, kind)
            assert told and city.secrecy.guard(told) == told, (city_id, kind)


def test_the_entries_of_the_countries_betray_none_of_their_cities():
    folder = files("llm_gym.oracles.knowledge.guess_my_city") / "data" / "dossiers_countries"
    written = {each.name.removesuffix(".toml") for each in folder.iterdir()}
    cities = {dossier.country_file(city): city for city in atlas().cities.values()}
    assert written <= set(cities)
    for city in atlas().cities.values():
        if dossier.country_file(city) not in written:
            continue
        entries = load(f"dossiers_countries/{dossier.country_file(city)}")
        assert set(entries) <= OF_COUNTRIES
        for kind, value in entries.items():
            assert value == value.strip() and len(value) <= 140, (city.id, kind)
            told = dossier.entry(city, kind)
            assert told and city.secrecy.guard(told) == told, (city.id, kind)


def test_an_entry_of_the_country_is_told_without_the_city():
    kyoto, osaka = atlas().cities["kyoto"], atlas().cities["osaka"]
    assert dossier.entry(osaka, "country_sights").startswith(
        "In the rest of the country one visits Kyoto, Nara, "
    )
    assert dossier.entry(kyoto, "country_sights").startswith(
        "In the rest of the country one visits Nara, "
    )


def test_no_kind_is_one_of_a_city_and_one_of_a_country():
    assert OF_COUNTRIES.isdisjoint(load("dossier"))


def test_a_kind_has_words_that_lead_to_it_and_a_sentence_that_an_entry_completes():
    for kind, entry in KINDS.items():
        assert entry.get("ask") or entry.get("say"), kind
        assert entry["said"].count("{}") == 1 and entry["said"].endswith("."), kind
        for pattern in (*entry.get("ask", ()), *entry.get("say", ())):
            assert re.compile(pattern).match("") is None, (kind, pattern)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is the name of the main square in your city?", "square"),
        ("can you name a bridge?", "bridge"),
        ("Tell me about the nightlife in your city.", "nightlife"),
        ("where do rich people live", "rich_district"),
        ("What are the old houses made of?", "material"),
        ("Which film festival takes place there?", "festival"),
        ("What street food should I try?", "street_food"),
        ("which street should i walk down", "street"),
        ("What do tourists get wrong about your city?", "mistake"),
        ("how old is the university", "university_age"),
        ("Where do people go at the weekend?", "day_trip"),
        ("any waterfalls nearby? which", "waterfall"),
        ("who do you cheer for", "team"),
        ("What are the locals like?", "stereotype"),
        ("why did people settle there", "growth"),
        ("How windy does it get?", "wind"),
        ("where do couples go on a date", "dates"),
        ("which spice goes into everything", "spice"),
        ("When was the metro built?", "metro_year"),
        ("How does your city differ from the capital?", "against_capital"),
        ("Which tall building dominates the downtown area?", "tallest"),
        ("what does a postcard from there show", "landmark_one"),
        ("What would an astronaut notice about your city from orbit at night?", "from_air"),
        ("how do ppl from the capital look at u", "reputation"),
        ("what makes ppl proud of living there", "loved"),
        ("what do ppl believe about luck", "superstition"),
        # What only a country has is asked of the city as of the country.
        ("how do you say cheers", "cheers"),
        ("Who is on the banknotes of your country?", "banknote"),
        ("How is the leader of your country chosen?", "leader_chosen"),
        ("what happens at a funeral", "funeral"),
        # "In the country" says with what a city is compared.
        ("In what does your city rank first in the country?", "first_rank"),
        ("Which writers come from your country?", "author"),
        ("Which writers come from your city?", "writer"),
        ("What role does your city play in its country: port, capital or what?", "role"),
        ("How far is it from the nearest sea?", "sea"),
        ("what did the british do there", "foreign_rule"),
        ("Which international sporting events has your city hosted?", "hosted"),
        ("how has the population changed over the years", "population_growth"),
        ("Why do people move there?", "newcomers"),
        ("How is the food eaten, with hands or chopsticks?", "table_manners"),
        ("who is the president of your country", "leader_name"),
        ("Which direction would I travel from your country's capital?", "direction"),
        ("what do people elsewhere say about people from your city", "reputation"),
        # The narrower kind comes before the wider one, wherever its wording stands.
        ("how do people treat foreigners there", "foreigners"),
        ("What is the leading university, and what is it known for?", "leading_university"),
        ("Which foreign communities have settled in the city?", "foreign_communities"),
        ("What do old people do all day in the parks?", "elderly"),
        ("Which other large cities lie within a day's drive?", "cities_near"),
        ("what do people wear in winter", "clothes"),
        ("Which insects bother you?", "insects"),
        ("How does your city compare with London?", "metropolis"),
        ("What would you miss most if you moved away?", "miss"),
        ("how much is a litre of petrol", "visit_prices"),
        ("what pets do people keep", "pets"),
        ("What is your country known for?", "country_famous"),
        ("Which founder of the city is remembered, and how was it founded?", "founder"),
        ("In which part of its country is your city situated?", None),
        ("What minerals, oil or other resources are extracted in your region?", "minerals"),
        # A size, a builder, a date, a reason, a colour are not told by the name of the thing.
        ("How many museums are there?", None),
        ("Who built the bridge?", None),
        ("When was the tower built?", None),
        ("Why is the market famous?", None),
        # Nor is what is asked of the country, or by a name that another table tells.
        ("Which bridges are known in your country?", None),
        ("What river flows past the castle?", None),
        ("What is the population of the old town?", None),
    ],
)
def test_the_thing_that_a_question_names_first_is_asked_for(question: str, kind: str | None):
    assert dossier.kind_asked(question) == kind


@pytest.mark.parametrize(
    ("city", "question", "said"),
    [
        ("Sydney, Australia", "What famous bridge is in your city?", "Harbour Bridge"),
        ("Istanbul, Turkey", "what do people say, which cemetery is famous", "Eyüp"),
        ("Chicago, United States", "where are the beaches", "Oak Street"),
        ("Cairo, Egypt", "Where do the wealthy live in your city?", "Zamalek"),
        ("Lahore, Pakistan", "What legend is told in your city?", "Anarkali"),
        ("Lahore, Pakistan", "What are the sister cities of your city?", "Isfahan"),
        ("Lahore, Pakistan", "What beach do people go to?", "There is no beach here."),
        ("Cairo, Egypt", "Which beach is the nicest?", "There is no beach here; people drive"),
        ("Lahore, Pakistan", "Can you tell me about a beach there?", "No, there is no beach here."),
        ("Lahore, Pakistan", "Is there a famous cemetery in your city?", "Yes. "),
        ("Lahore, Pakistan", "Who built the old bridge over the river?", UNKNOWN),
        ("Sydney, Australia", "How did your city get so big?", "wool, gold"),
        ("Sydney, Australia", "What superstition is there?", "bunyip"),
        ("Guangzhou, China", "What kind of cars do you see?", "BYD"),
        ("Tokyo, Japan", "Which poets of your country are read at school?", "Akutagawa"),
        ("Bombay, India", "how much snow do you get", "It never snows here"),
        # What is told names what is asked: teas are no answer to what beer.
        ("Tianjin, China", "which beer do locals drink", "Tsingtao"),
        ("Qingdao, China", "which beer do locals drink", "lager of 1903"),
        ("Bombay, India", "What flower is the emblem of your city?", UNKNOWN),
    ],
)
def test_an_entry_is_told(city: str, question: str, said: str):
    assert said in ask(city, question)


@pytest.mark.parametrize(
    "question",
    ["What famous bridge is there?", "Which bridges cross the river?", "Can you name a bridge?"],
)
def test_one_fact_is_told_in_one_way(question: str):
    told = dossier.entry(atlas().subject("Sydney, Australia"), "bridge")
    assert ask("Sydney, Australia", question).removeprefix("Yes. ") == told


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "What is the main river, and which sea is near?",
            ("What is the main river?", "which sea is near?"),
        ),
        ("When was it founded, and by whom?", ("When was it founded?", "by whom was it founded?")),
        ("who founded the city and when", ("who founded the city?", "when was the city founded?")),
        (
            "What are the main museums, and what do they display?",
            ("What are the main museums?", "what do the main museums display?"),
        ),
        (
            "What is the life expectancy and general standard of living like?",
            ("What is the life expectancy like?", "What is the general standard of living like?"),
        ),
        ("what food and drink do you like", ("what food do you like?", "what drink do you like?")),
        ("Which ruins are there, and who built them?", None),
        ("What is the border between the city and the sea?", None),
        ("What is the climate like?", None),
    ],
)
def test_a_question_for_two_things_is_two_questions(text: str, asked: tuple[str, str] | None):
    assert both(text) == asked


def test_of_two_things_both_are_told_where_both_are_known():
    told = ask("Rome, Italy", "What is the climate like, and what is the best time to visit?")
    assert "Mediterranean" in told and "April to May" in told
    told = ask("Rome, Italy", "When was your city founded, and by whom?")
    assert "753 BC" in told and "she-wolf" in told
    one = ask("Caracas, Venezuela", "What is the tallest structure, and who painted it?")
    assert one == ask("Caracas, Venezuela", "What is the tallest structure?")


def test_where_a_city_lacks_an_entry_a_kindred_one_is_told():
    for kind, each in KINDS.items():
        assert each.get("else", kind) in KINDS
    assert dossier.entry(atlas().subject("Recife, Brazil"), "foreign_rule").startswith(
        "Once ruled by"
    )


def test_what_the_country_has_is_told_of_cities_without_entries_of_their_own():
    assert "capoeira" in ask("Recife, Brazil", "What martial art is practised there?")


def test_a_city_without_entries_is_told_of_by_the_other_tables():
    assert "Ponte Vecchio" in ask("Florence, Italy", "What famous bridge is there?")
