"""WebShop's catalogue: what is loaded, found, stored and asked for."""

import copy
import gc
import gzip
import hashlib
import json
import multiprocessing
import pickle
import random
import resource
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_gym.games.webshop import blocks, generate, natural, score_purchase
from llm_gym.games.webshop import store as stores
from llm_gym.games.webshop.analysis import terms
from llm_gym.games.webshop.catalog import Catalog, CatalogError, UnknownProductError
from llm_gym.games.webshop.generate import generate_products
from llm_gym.games.webshop.goals import NO_BOUND, Rules, bound_price
from llm_gym.games.webshop.index import Index, IndexBuilder
from llm_gym.games.webshop.maxscore import Sums
from llm_gym.games.webshop.porter import stem
from llm_gym.games.webshop.products import parse_pricing, read_product

RECORDED = Path(__file__).parents[2] / "shared" / "data" / "webshop"
MAPS = Path("/proc/self/maps")
needs_recorded = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded cases of the original shop are not here"
)


def raw(asin: str, **fields: object) -> dict[str, object]:
    listing = {
        "asin": asin,
        "name": f"Red Shoe {asin}",
        "full_description": "A shoe.",
        "small_description": ["It is red.", "It is a shoe."],
        "pricing": "$10.00",
        "images": ["http://images/1.jpg", ""],
        "product_category": "Shoes \u203a Red",
        "category": "fashion",
        "query": " Red Shoes ",
        "customization_options": "",
    }
    return {**listing, **fields}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    items = tmp_path / "items.json"
    attributes = tmp_path / "attributes.json"
    items.write_text(json.dumps([raw("A1"), raw("A2", name="Blue Hat")]))
    attributes.write_text(json.dumps({"A1": {"attributes": ["red"]}}))
    human = tmp_path / "human.json"
    human.write_text("{}")
    return {
        "items": items,
        "attributes": attributes,
        "human_instructions": human,
        "cache": tmp_path / "cache",
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return Catalog.from_files(
        items=RECORDED / "items_shuffle_1000.json",
        attributes=RECORDED / "items_ins_v2_1000.json",
        human_instructions=RECORDED / "items_human_ins_13.json",
        cache=tmp_path_factory.mktemp("recorded"),
    )


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return Catalog.synthetic(cache=tmp_path_factory.mktemp("embedded"))


def lines(path: Path) -> list[dict[str, object]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# What the original recorded.


@needs_recorded
def test_search_finds_what_lucene_finds_in_its_order(recorded: Catalog) -> None:
    for case in lines(RECORDED / "search_cases.jsonl"):
        assert terms(case["query"].lower()) == case["tokens"]
        hits = recorded.search(case["query"])
        assert [asin for asin, _ in hits] == [asin for asin, _ in case["hits"]]
        # Recorded with four decimals, less a millionth for every hit before it of the same score.
        assert [round(score, 4) for _, score in hits] == pytest.approx(
            [score for _, score in case["hits"]], abs=6e-5
        )


@needs_recorded
@pytest.mark.parametrize(
    ("kind", "name"),
    [("synthetic", "goals_synthetic.seed0.jsonl.gz"), ("human", "goals_human13.seed0.jsonl")],
)
def test_goals_and_prices_are_the_originals(recorded: Catalog, kind: str, name: str) -> None:
    goals, prices = recorded.goals(kind, seed=0, rules="paper")
    assert [goal.to_json() for goal in goals] == lines(RECORDED / name)
    assert dict(prices) == json.loads((RECORDED / "product_prices.seed0.json").read_text())


@needs_recorded
def test_the_original_files_are_normalised_as_described(recorded: Catalog) -> None:
    products = [recorded.product(asin) for asin in recorded.asins]
    assert len(products) == 1000
    assert sum(not product.options for product in products) == 577
    assert sum(len(product.pricing) == 2 for product in products) == 93
    assert sum(product.price == "$100.0" for product in products) == 89
    assert sum(not product.attributes for product in products) == 185
    assert len(recorded.with_category("beauty")) == 238
    assert recorded.with_attribute("tea tree") == [
        product.asin for product in products if "tea tree" in product.attributes
    ]


# Products.


@pytest.mark.parametrize(
    ("listed", "pricing", "shown"),
    [
        ("", (100.0,), "$100.0"),
        (None, (100.0,), "$100.0"),
        ("$34.00", (34.0,), "$34.0"),
        ("$1,847.00", (1847.0,), "$1847.0"),
        ("$19.99$27.99", (19.99, 27.99), "$19.99 to $27.99"),
        ("$30$20$10", (30.0, 20.0), "$30.0 to $20.0"),
    ],
)
def test_prices_are_read_and_shown(
    listed: str | None, pricing: tuple[float, ...], shown: str
) -> None:
    assert parse_pricing(listed) == (pricing, shown)


def test_options_keep_their_order_and_slashes_become_bars() -> None:
    values = [{"value": " Black/Gold ", "image": "b.jpg"}, {"value": "Red"}]
    product = read_product(
        raw("A1", customization_options={"Color": values, "Size": None}, small_description="One"),
        None,
    )
    assert product.options == {"color": ["black | gold", "red"]}
    assert product.option_to_image == {"black | gold": "b.jpg", "red": None}
    assert product.attributes == ("DUMMY_ATTR",)
    assert product.bullet_points == ("One",)
    assert product.query == "red shoes"
    assert product.indexed_text == "red shoe a1 a shoe. one color: black | gold, red"


# Search.


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("agreed", "agre"),
        ("hopping", "hop"),
        ("filing", "file"),
        ("happy", "happi"),
        ("sky", "sky"),
        ("relational", "relat"),
        ("vietnamization", "vietnam"),
        ("archaeology", "archaeolog"),
        ("possibly", "possibl"),
        ("controll", "control"),
        ("adoption", "adopt"),
        ("is", "is"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_words_are_cut_as_unicode_says() -> None:
    text = "It\u2019s John's 3,5-inch wi-fi_box, v2.0 \u65e5\u672c \u30ab\u30bf \u2605 \U0001f44d\U0001f3fd a:b"
    expected = ["john", "3,5", "inch", "wi", "fi_box", "v2.0", "\u65e5", "\u672c"]
    assert terms(text) == [*expected, "\u30ab\u30bf", "\u2605", "\U0001f44d\U0001f3fd", "a:b"]
    joined = ["\U0001f468\u200d\U0001f4bc", "\u2764\ufe0f\u200d\U0001f525", "\U0001f468\u200d"]
    assert terms(" ".join(joined)) == joined and terms("".join(joined[:2])) == joined[:2]


def test_equal_scores_stand_by_asin_and_repeats_count(files: dict[str, Path]) -> None:
    kinds = {"B2": "Men", "B1": "Women", "B3": "Boys"}
    listing = [raw(asin, name="Red Shoe", product_category=kinds[asin]) for asin in kinds]
    files["items"].write_text(json.dumps(listing))
    catalog = Catalog.from_files(**files)
    hits = catalog.search("red")
    assert [asin for asin, _ in hits] == ["B1", "B2", "B3"]
    assert catalog.search("red red")[0][1] == pytest.approx(2 * hits[0][1], rel=1e-6)
    assert [asin for asin, _ in catalog.search("red", k=2)] == ["B1", "B2"]
    assert list(catalog.asins) == ["B2", "B1", "B3"]
    assert catalog.search("the of") == catalog.search("") == catalog.search("xyzzy") == []


class EveryDocument:
    """BM25 as Lucene computes it, of every document one by one."""

    def __init__(self, documents: Sequence[Sequence[str]]):
        self._numbers = {
            word: n for n, word in enumerate(sorted({w for d in documents for w in d}))
        }
        self._counts = np.zeros((len(documents), len(self._numbers)), np.float32)
        for row, document in zip(self._counts, documents, strict=True):
            for word, count in Counter(document).items():
                row[self._numbers[word]] = count
        lengths = [len(document) for document in documents]
        self._filled = sum(length > 0 for length in lengths)
        mean = np.float32(sum(lengths) / max(1, self._filled))
        kept = np.array([self._one_byte(length) for length in lengths], np.float32)
        k1, b, one = np.float32(0.9), np.float32(0.4), np.float32(1)
        self._norms = one / (k1 * ((one - b) + b * kept / (mean or one)))

    @staticmethod
    def _one_byte(length: int) -> int:
        """Beyond 24 a length keeps the four first bits of what is more."""
        lost = max(0, (length - 24).bit_length() - 4) if length > 24 else 0
        return 24 + (length - 24 >> lost << lost) if length > 24 else length

    def search(self, query: Sequence[str], k: int) -> tuple[list[int], list[float]]:
        total = np.zeros(len(self._counts))
        for word, times in Counter(query).items():
            if word in self._numbers:
                counts = self._counts[:, self._numbers[word]]
                having = np.count_nonzero(counts)
                rarity = np.log(1 + (self._filled - having + 0.5) / (having + 0.5))
                weight = np.float32(times) * np.float32(rarity)
                total += weight - weight / (np.float32(1) + counts * self._norms)
        scores = total.astype(np.float32).tolist()
        found = sorted((n for n in range(len(scores)) if scores[n]), key=lambda n: (-scores[n], n))
        return found[:k], [scores[n] for n in found[:k]]


Hits = Callable[[Sequence[str], int], tuple[list[int], list[float]]]


def indexed(folder: Path, documents: Sequence[Sequence[str]], order: Any = None) -> Hits:
    """Search documents that are numbered in some order; they are called by their places here."""
    builder = IndexBuilder()
    for document in documents:
        builder.add(document)
    places = np.random.default_rng(0).permutation(len(documents)) if order is None else order
    builder.write(folder, places, np.arange(len(documents)))
    index = Index(folder)

    def hits(query: Sequence[str], k: int) -> tuple[list[int], list[float]]:
        numbers, scores = index.search(query, k)
        return places[numbers].tolist(), scores.tolist()

    return hits


SCORE_ALL = "llm_gym.games.webshop.index._SCORE_ALL"
MAXSCORE = "llm_gym.games.webshop.maxscore"
word = st.sampled_from("abcdefgh")
# Mostly once; now and then so often that other words of the document add next to nothing.
repeated = st.tuples(word, st.sampled_from((1, 1, 1, 1, 2, 3, 30, 3000)))
any_document = st.lists(repeated, max_size=6).map(lambda ws: [w for w, n in ws for _ in range(n)])


@given(
    documents=st.lists(any_document, min_size=1, max_size=40),
    queries=st.lists(st.lists(word, min_size=1, max_size=12), min_size=1, max_size=5),
    k=st.integers(1, 12),
    long=st.integers(0, 12),
    sparse=st.integers(0, 3),
    groups=st.integers(1, 40),
    many=st.sampled_from((2, 1000)),
)
def test_the_best_of_any_documents_are_those_of_scoring_all(
    documents: list[list[str]],
    queries: list[list[str]],
    k: int,
    long: int,
    sparse: int,
    groups: int,
    many: int,
) -> None:
    """Whenever a search stops to walk lists, and whatever its sums are kept in."""
    constants = {"LONG": long, "SPARSE": sparse, "GROUPS": groups, "MANY": many, "PIECE": 3}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        for name, value in constants.items():
            patched.setattr(f"{MAXSCORE}._{name}", value)
        hits, every = indexed(Path(folder), documents), EveryDocument(documents)
        for query in queries:
            for score_all in (0, 100):
                patched.setattr(SCORE_ALL, score_all)
                assert hits(query, k) == every.search(query, k)


def test_the_best_of_many_documents_are_those_of_scoring_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words as rare as words are, one of all documents that adds next to nothing, equal scores."""
    draw = random.Random(0)
    words = [f"w{number}" for number in range(400)]
    chances = [1 / (number + 1) ** 1.1 for number in range(400)]
    documents = [
        ["all", *draw.choices(words, chances, k=draw.choice((3, 8, 30, 90)))] for _ in range(3000)
    ]
    every = EveryDocument(documents)
    monkeypatch.setattr(SCORE_ALL, 0)
    monkeypatch.setattr(f"{MAXSCORE}._GROUPS", 500)
    hits = indexed(tmp_path, documents)
    for _ in range(150):
        query = draw.choice(documents)[: draw.randint(1, 12)] + draw.choices(words[:9], k=2)
        k = draw.choice((1, 5, 50, 4000))
        expected = every.search(query, k)
        for long, sparse in ((1 << 17, 50), (300, 5), (0, 0)):
            monkeypatch.setattr(f"{MAXSCORE}._LONG", long)
            monkeypatch.setattr(f"{MAXSCORE}._SPARSE", sparse)
            assert hits(query, k) == expected
    very_long = [*words, *(f"none{number}" for number in range(2000))] * 2
    assert hits(very_long, 50) == every.search(very_long, 50)


def test_rows_that_promise_too_little_are_left_out_of_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents of forty kinds, numbered by kind, with words of the kind, of few and of all kinds."""
    draw = random.Random(0)
    kinds = [[f"k{kind}w{number}" for number in range(4)] for kind in range(40)]
    documents = [
        [*draw.choices(draw.choice(kinds), k=3), *draw.choices("abcdef", k=4), f"r{number % 97}"]
        for number in range(1200)
    ]
    every = EveryDocument(documents)
    monkeypatch.setattr(SCORE_ALL, 0)
    monkeypatch.setattr(f"{MAXSCORE}._GROUPS", 20)
    by_kind = np.array(sorted(range(len(documents)), key=lambda place: documents[place][0][:3]))
    hits = indexed(tmp_path, documents, by_kind)
    queries = [draw.choice(documents)[: draw.randint(1, 8)] for _ in range(60)]
    queries += [[*draw.choice(kinds), *draw.choice(kinds), "a"] for _ in range(30)]
    for query in queries:
        k = draw.choice((1, 5, 50))
        expected = every.search(query, k)
        for long in (0, 1 << 14):
            monkeypatch.setattr(f"{MAXSCORE}._LONG", long)
            assert hits(query, k) == expected


def test_products_of_a_kind_are_numbered_one_after_another(embedded: Catalog) -> None:
    index = Index(embedded.folder)
    numbers = [index.tagged(f"query {query}") for query in {p.query for p in generate_products(1)}]
    assert len(numbers) == 60 and sum(map(len, numbers)) == len(embedded)
    assert all(np.ptp(each) == len(each) - 1 for each in numbers)


def test_a_search_for_fewer_than_no_products_is_refused(embedded: Catalog) -> None:
    assert embedded.search("tea", k=0) == []
    for query in ("tea", ""):
        with pytest.raises(ValueError, match=r"k, the most documents to return, .* 0, not -1"):
            embedded.search(query, k=-1)


@pytest.mark.parametrize("left", [0, 0.5, 0.999])
def test_an_index_says_which_of_its_files_is_cut_off(tmp_path: Path, left: float) -> None:
    builder = IndexBuilder()
    builder.add(["red", "shoe"])
    builder.write(tmp_path, np.arange(1), np.arange(1))
    for path in sorted(tmp_path.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[: int(left * len(content))])
        damaged = path.name.removesuffix(".crc")
        with pytest.raises(CatalogError, match=rf"{damaged} is damaged: it is built again"):
            Index(tmp_path)
        path.write_bytes(content)
    assert len(Index(tmp_path).search(["red"], 1)[0]) == 1


def test_a_word_counts_as_often_as_it_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also more often than 16 bits can tell, and so often that float32 takes what it adds for all there is."""
    monkeypatch.setattr(SCORE_ALL, 0)
    for repeats in ((1, 65_535, 70_000), (1, 5_000_000)):
        documents = [["red"] * times for times in repeats]
        hits, every = indexed(tmp_path, documents), EveryDocument(documents)
        for k in (1, 3):
            assert hits(["red"], k) == every.search(["red"], k)


def test_threads_search_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCORE_ALL, 0)
    draw = random.Random(0)
    documents = [draw.choices("abcdefghijklmnop", k=9) for _ in range(5000)]
    hits = indexed(tmp_path, documents)
    queries = [draw.choices("abcdefghijklmnop", k=5) for _ in range(200)]
    expected = [hits(query, 50) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda query: hits(query, 50), queries)) == expected


@given(st.text())
def test_any_query_is_answered(embedded: Catalog, query: str) -> None:
    hits = embedded.search(query)
    assert hits == embedded.search(query)
    assert sorted(hits, key=lambda hit: (-hit[1], hit[0])) == hits


# The store.


def test_a_changed_file_means_another_store(files: dict[str, Path]) -> None:
    first = Catalog.from_files(**files)
    assert Catalog.from_files(**files) is first
    files["items"].write_text(json.dumps([raw("A3")]))
    second = Catalog.from_files(**files)
    assert list(second.asins) == ["A3"]
    assert second.folder != first.folder
    assert first.product("A1").title == "Red Shoe A1"


def test_a_damaged_store_is_built_again(files: dict[str, Path]) -> None:
    folder = Catalog.from_files(**files).folder
    (folder / "products.bin").write_bytes(b"")
    assert Catalog.from_files(**files).product("A2").title == "Blue Hat"


def test_a_store_that_another_process_builds_anew_is_opened_when_it_is_there(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was whole when it was looked at, and gone when it was opened."""
    whole = stores._is_whole

    def whole_just_now(folder: Path) -> bool:
        found = whole(folder)
        if found:
            monkeypatch.undo()
            shutil.rmtree(folder)
        return found

    Catalog.from_files(**files)
    monkeypatch.setattr(stores, "_is_whole", whole_just_now)
    assert len(Catalog.from_files(**files)) == 2 and stores._is_whole is whole


@pytest.mark.parametrize("at", [0.1, 0.999])
def test_damage_of_the_same_length_is_noticed(files: dict[str, Path], at: float) -> None:
    """In every file of a store: it is built again at opening, or refused when the place is read."""
    rng = random.Random(0)  # what cannot be compressed fills blocks
    listed = [
        raw(f"B{i}", name="hat", full_description=rng.randbytes(3000).hex()) for i in range(60)
    ]
    files["items"].write_text(json.dumps(listed))
    files["attributes"].write_text("{}")
    catalog = Catalog.from_files(**files)
    hits, products = catalog.search("hat"), [catalog.product(asin) for asin in catalog.asins]
    folder, names = catalog.folder, sorted(path.name for path in catalog.folder.iterdir())
    assert (folder / "products.bin").stat().st_size > 2 * blocks.BLOCK
    del catalog  # a catalogue that is open keeps the files that it has mapped
    for name in names:
        content = bytearray((folder / name).read_bytes())
        content[int(at * len(content))] ^= 0x41
        (folder / name).unlink()  # not into the pages that are mapped
        (folder / name).write_bytes(content)
        for _ in range(2):
            try:
                found = Catalog.from_files(**files)
                assert found.search("hat") == hits
                assert [found.product(asin) for asin in found.asins] == products
                break
            except CatalogError as error:
                assert f"{name} is damaged: it is built again" in str(error)
                assert name in stores.CHECKED_WHEN_READ
        else:
            raise AssertionError(f"{name} was not built again")
        if name != blocks.MANIFEST:
            found.check()
        del found


@pytest.mark.skipif(not MAPS.exists(), reason="only Linux lists what a process has mapped")
def test_large_files_are_mapped_once(files: dict[str, Path]) -> None:
    """Twice, their pages would count twice as the process's memory."""
    catalog = Catalog.from_files(**files)
    catalog.search("red")
    for name in stores.CHECKED_WHEN_READ:
        assert MAPS.read_text().count(f"{catalog.folder / name}\n") == 1


def test_a_cache_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    catalog = Catalog.synthetic(tmp_path / "file" / "cache")
    assert len(catalog.search("tea bags")) == 50 and catalog.folder.is_dir()
    place = catalog.folder.parent
    del catalog
    gc.collect()
    assert not place.exists()
    with pytest.raises(CatalogError, match="cannot write the catalogue's store"):
        Catalog.from_products([], "none", tmp_path / "file" / "cache")


def test_check_notices_what_lengths_do_not_show(files: dict[str, Path]) -> None:
    catalog = Catalog.from_files(**files)
    catalog.check()
    terms_file = catalog.folder / "terms.bin"
    terms_file.write_bytes(bytes(len(terms_file.read_bytes())))
    with pytest.raises(CatalogError, match=r"terms\.bin has changed"):
        catalog.check()


def test_check_tells_what_is_no_longer_there(files: dict[str, Path]) -> None:
    catalog = Catalog.from_files(**files)
    for name in ("pricing.npy", blocks.MANIFEST):
        (catalog.folder / name).unlink()
        with pytest.raises(CatalogError, match=rf"{name} has changed since it was built; delete"):
            catalog.check()


def test_a_manifest_that_is_no_manifest_means_no_store(files: dict[str, Path]) -> None:
    folder = Catalog.from_files(**files).folder
    for text in ("[" * 100_000, "[]", '{"files": [1]}', '{"files": {"a\\u0000": {}}}'):
        (folder / blocks.MANIFEST).write_text(text)
        catalog = Catalog.from_files(**files)
        catalog.check()
        assert catalog.search("hat")[0][0] == "A2"
        del catalog


def test_damage_where_nothing_can_be_written_says_what_to_do(tmp_path: Path) -> None:
    builder = IndexBuilder()
    builder.add(["red"])
    builder.write(tmp_path, np.arange(1), np.arange(1))
    (tmp_path / blocks.MANIFEST).mkdir()  # as little to be deleted as a file of a read-only disk
    (tmp_path / "ranks.npy").write_bytes(b"")
    with pytest.raises(
        CatalogError, match=r"ranks\.npy is damaged, and nothing .* delete .*cache="
    ):
        Index(tmp_path)


def _open_and_count(cache: Path, counts: "multiprocessing.Queue[int]") -> None:
    counts.put(len(Catalog.synthetic(cache=cache)))


def test_processes_that_build_at_once_share_one_store(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    counts: multiprocessing.Queue[int] = context.Queue()
    workers = [context.Process(target=_open_and_count, args=(tmp_path, counts)) for _ in range(2)]
    for worker in workers:
        worker.start()
    assert [counts.get(timeout=120) for _ in workers] == [2520, 2520]
    for worker in workers:
        worker.join()
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("items", None, "cannot read .*items.json: No such file"),
        ("attributes", None, "cannot read .*attributes.json: No such file"),
        ("items", '[{"asin": "A1"', "is cut off or is not JSON"),
        pytest.param("items", "[" * 100_000, "is not JSON", id="deep items"),
        pytest.param("attributes", '{"A1":' * 100_000, "is cut off or is not JSON", id="deep"),
        ("items", "", "must hold a JSON array"),
        ("items", '{"A1": 1}', "must hold a JSON array"),
        ("items", "[] []", "goes on after the end"),
        ("items", json.dumps([raw("A1")] * 2).replace("}, {", "} {"), "comma is missing"),
        ("items", "[]", "at least one product"),
        ("items", '[{"asin": "A1"}]', "record 0 of .* lacks the field 'customization_options'"),
        ("items", json.dumps([raw("A1", pricing="free")]), "record 0 .* no dollar amount"),
        ("items", "[7]", "record 0 of .* is malformed"),
        ("items", json.dumps([raw("A\0")]), r"record 0 of .* the asin 'A\\x00' has .* NUL"),
        ("items", json.dumps([raw("A1", name=None)]), "record 0 .* expected text, found None"),
        ("items", json.dumps([raw("A1", small_description=["a", 7])]), "expected text, found 7"),
        ("items", json.dumps([raw("A1", images=[])]), "record 0 of .* is malformed"),
        ("items", '[{"asin": 7}]', "record 0 of .* expected text, found 7"),
        ("attributes", '{"A1": 7}', "A1 in .*attributes.json is malformed"),
        ("attributes", '{"A1": {"attributes": "red"}}', "A1 in .* expected a list of texts"),
        ("human_instructions", '{"A2": [{}]}', "A2 in .*human.json lacks the field 'instruction'"),
        ("human_instructions", '{"A2": 3}', "A2 in .*human.json is malformed"),
        ("attributes", '{"A1": ', "attributes.json is cut off or is not JSON"),
        ("attributes", "[]", "must hold a JSON object"),
    ],
)
def test_bad_files_get_one_clear_error_and_leave_stores_alone(
    files: dict[str, Path], name: str, text: str | None, message: str
) -> None:
    good = Catalog.from_files(**files)
    if text is None:
        files[name].unlink()
    else:
        files[name].write_text(text)
    with pytest.raises(CatalogError, match=message):
        Catalog.from_files(**files)
    good.check()
    left = [path for path in files["cache"].iterdir() if path.is_dir()]
    assert left == [good.folder]


def test_a_disk_that_is_full_is_reported(files: dict[str, Path]) -> None:
    good = Catalog.from_files(**files)
    files["items"].write_text(json.dumps([raw(f"B{i}") for i in range(200)]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(CatalogError, match="cannot write the catalogue's store"):
            Catalog.from_files(**files)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    good.check()
    assert [path for path in files["cache"].iterdir() if path.is_dir()] == [good.folder]
    assert len(Catalog.from_files(**files)) == 200


def test_large_files_are_hashed_once(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llm_gym.games.webshop.sources._HASHED_EVERY_TIME", 0)
    first = Catalog.from_files(**files)
    assert Catalog.from_files(**files) is first
    files["items"].write_text(json.dumps([raw("A3"), raw("A4"), raw("A5")]))
    assert len(Catalog.from_files(**files)) == 3


@pytest.mark.parametrize("asin", ["A9", "", "A1 ", "a1", "\0", "A1\0", "\ud800", "x" * 100])
def test_an_unknown_asin_is_named(files: dict[str, Path], asin: str) -> None:
    catalog = Catalog.from_files(**files)
    assert asin not in catalog
    with pytest.raises(UnknownProductError, match="no product with the asin"):
        catalog.product(asin)


def test_half_a_surrogate_pair_is_a_letter_like_others(files: dict[str, Path]) -> None:
    """Text that was cut in the middle of an emoji holds one."""
    half = "\ud83d"
    files["items"].write_text(
        json.dumps(
            [
                raw(half, name="", query=half, category=half, product_category=half),
                raw("A1", name=""),
            ]
        )
    )
    files["attributes"].write_text(json.dumps({half: {"attributes": [half]}}))
    catalog = Catalog.from_files(**files)
    assert list(catalog.asins) == [half, "A1"] == [catalog.asins[0], catalog.asins[1]]
    assert [asin for asin, _ in catalog.search("red")] == ["A1", half]  # equal scores
    assert catalog.product(half).asin == half
    for found in (catalog.with_query, catalog.with_category, catalog.with_attribute):
        assert found(half) == [half]


def test_a_repeated_or_overlong_asin_is_left_out(files: dict[str, Path]) -> None:
    listing = [raw("A1"), raw("A1", name="Other"), raw("nan"), raw("A2345678901")]
    files["items"].write_text(json.dumps(listing))
    catalog = Catalog.from_files(**files)
    assert list(catalog.asins) == ["A1"]
    assert catalog.product("A1").title == "Red Shoe A1"


def test_long_files_are_read_in_pieces(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llm_gym.games.webshop.sources._CHUNK", 7)
    assert list(Catalog.from_files(**files).asins) == ["A1", "A2"]


def test_a_store_of_another_format_is_not_used(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Catalog.from_files(**files)
    monkeypatch.setattr(stores, "FORMAT", stores.FORMAT + 1)
    assert Catalog.from_files(**files).folder != first.folder
    shutil.rmtree(first.folder)


# Goals and the embedded catalogue.


@pytest.mark.parametrize(
    ("price", "bounds"),
    [
        (5.0, {20, 30, 40}),
        (20.0, {40, 50, 60}),
        (959.99, {970, 980, 990}),
        (969.0, {980, 990}),
        (971.0, {990}),
        (980.0, {NO_BOUND}),
    ],
)
def test_bounds_lie_above_the_price(price: float, bounds: set[int]) -> None:
    assert {bound_price(price, random.Random(seed))[0] for seed in range(200)} == bounds


def test_a_catalogue_without_goals_says_so(files: dict[str, Path]) -> None:
    catalog = Catalog.from_files(**files)
    with pytest.raises(CatalogError, match="no human goals"):
        catalog.goals("human")


def test_strict_goals_do_not_depend_on_what_else_is_sold(tmp_path: Path) -> None:
    small = Catalog.from_products(generate_products(1), "small", tmp_path)
    large = Catalog.from_products(generate_products(3), "large", tmp_path)
    goals = {(g.asin, g.instruction_text) for g in small.goals("human", seed=5)[0]}
    assert goals <= {(g.asin, g.instruction_text) for g in large.goals("human", seed=5)[0]}
    assert goals != {(g.asin, g.instruction_text) for g in small.goals("human", seed=6)[0]}


def test_the_embedded_catalogue_is_large_and_varied(embedded: Catalog) -> None:
    assert len(embedded) >= 2000
    for category in ("beauty", "electronics", "fashion", "garden", "grocery"):
        assert len(embedded.with_category(category)) >= 400
    for asin in embedded.asins:
        product = embedded.product(asin)
        assert product.title and product.description and product.bullet_points
        values = [value for values in product.options.values() for value in values]
        assert len(values) == len(set(values)) >= 2


def test_every_embedded_goal_can_be_reached_but_not_without_a_choice(embedded: Catalog) -> None:
    goals, prices = embedded.goals("human")
    assert len(goals) >= 5000
    assert len({goal.instruction_text for goal in goals}) == len(goals)
    for goal in goals:
        product = embedded.product(goal.asin)
        assert set(goal.attributes) <= set(product.attributes)
        assert prices[goal.asin] < goal.price_upper
        values_of = {v: name for name, values in product.options.items() for v in values}
        # At least one option, no two values of the same one, and each among several.
        names = [values_of[value] for value in goal.goal_options]
        assert names and len(names) == len(set(names))
        assert all(len(product.options[name]) > 1 for name in names)


def test_no_attribute_of_a_goal_holds_for_all_its_kind(embedded: Catalog) -> None:
    for goal in embedded.goals("human")[0]:
        kind = embedded.with_query(goal.query)
        fitting = set(kind)
        for attribute in goal.attributes:
            fitting &= set(embedded.with_attribute(attribute))
        assert goal.asin in fitting
        assert len(fitting) < len(kind)


@pytest.fixture(scope="module")
def natural_shop() -> Catalog:
    return Catalog.synthetic(shop="natural")


def test_every_goal_of_the_natural_shop_can_be_reached(natural_shop: Catalog) -> None:
    """By reading the pages: a search finds it, its pages tell it, one value is meant, it scores 1."""
    goals, prices = natural_shop.goals("human")
    vocabulary = generate.vocabulary()
    kinds = {kind["query"]: kind for each in vocabulary["kinds"].values() for kind in each}
    with (resources.files("llm_gym.games.webshop") / "data/natural.toml").open("rb") as file:
        implied = tomllib.load(file)["implied"]
    named = {
        query: {
            asin
            for words in (*kind["names"], query)
            for asin, _ in natural_shop.search(words, k=50)
        }
        for query, kind in kinds.items()
    }
    for goal in goals:
        product = natural_shop.product(goal.asin)
        whole = (asin for asin, _ in natural_shop.search(goal.instruction_text, k=50))
        assert goal.asin in named[goal.query] or goal.asin in whole
        pages = " ".join((product.title, product.description, *product.bullet_points)).lower()
        for attribute in goal.attributes:
            assert attribute in pages or implied[goal.category][attribute][0].lower() in pages
        assert isinstance(goal.goal_options, list)
        offered = product.options.items()
        chosen = {name: v for name, values in offered for v in values if v in goal.goal_options}
        assert len(chosen) == len(goal.goal_options)
        for rules in get_args(Rules):
            found = score_purchase(
                product, goal, prices[goal.asin], chosen, rules=rules, tagger="closed-class"
            )
            assert found.success, goal


def test_no_two_values_of_an_option_are_written_or_said_alike() -> None:
    vocabulary = generate.vocabulary()
    pools = list(vocabulary["pools"].values())
    for each in vocabulary["kinds"].values():
        pools += [v for kind in each for v in kind["options"].values() if isinstance(v, list)]
    for values in pools:
        for side in (0, 1):
            forms = [form for value in values for form in set(natural.ways_to_write(value)[side])]
            assert len(forms) == len(set(forms)), values
    for product in natural.generate_products(10):
        for values in product.options.values():
            assert len(values) == len(set(values)) > 1


def test_the_natural_shop_is_as_hard_as_it_says(natural_shop: Catalog) -> None:
    products = [natural_shop.product(asin) for asin in natural_shop.asins]
    assert sum(len(product.title.split()) for product in products) / len(products) > 18
    goals, _ = natural_shop.goals("human")
    asked = Counter(len(goal.goal_options) for goal in goals)
    assert set(asked) == {0, 1, 2, 3} and 0.2 < asked[0] / len(goals) < 0.3
    literal = [v in goal.instruction_text for goal in goals for v in goal.goal_options]
    assert sum(literal) / len(literal) < 0.5
    of_chips = [goal.instruction_text for goal in goals if goal.query == "potato chips"]
    assert any(" that are " in text for text in of_chips)
    assert not any(" that is " in text for text in of_chips)
    # One kind is never taken for quite another, whatever words their titles are stuffed with.
    watches = [product for product in products if product.query == "smart watches"]
    for goal in [goal for goal in goals if goal.query == "power banks"]:
        for watch in watches:
            assert score_purchase(watch, goal, 1.0, {}, tagger="closed-class").r_type < 1


def test_the_embedded_catalogue_is_the_same_everywhere() -> None:
    made = json.dumps([product.to_json() for product in generate_products(2)])
    assert hashlib.sha256(made.encode()).hexdigest().startswith("3866cf019a6f5871")
    assert list(generate_products(1)) == list(generate_products(2))[:60]
    made = json.dumps([product.to_json() for product in natural.generate_products(2)])
    assert hashlib.sha256(made.encode()).hexdigest().startswith("21f7568bb9c79ef9")


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda sums: pickle.loads(pickle.dumps(sums))])
def test_a_copy_of_a_search_has_room_of_its_own(copied: Any):
    """What an environment holds must go into another process, as Gymnasium's vector environments put it there."""
    sums = Sums(40_000)
    other = copied(sums).zeros(1)
    assert other.shape == sums.zeros(1).shape and not np.shares_memory(other, sums.zeros(1))
