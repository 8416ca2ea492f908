"""The site's addresses: which request does what in the shop.

    GET  /                       the welcome page
    POST /start                  begin a session, of a drawn task or a chosen one
    GET  /shop/<key>             the page that the session has reached
    GET  /shop/<key>/<n>         page n of the session; with ?search= or ?click=, where that leads
    POST /shop/<key>/<n>/buy     buy what page n shows

Every page but the first is the answer of the shop's state machine to an action on an earlier page,
so an address cannot name a product, an option or a reward that the shopper did not come by.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from flask import Flask, Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException

from llm_gym.games.webshop.game import WebShop
from llm_gym.games.webshop.goals import Rules
from llm_gym.games.webshop.pages import BUY
from llm_gym.games.webshop.replay import record
from llm_gym.games.webshop.shop import PAGE_SIZE, Shop
from llm_gym.games.webshop.site.layout import lay_out
from llm_gym.games.webshop.site.log import GameLog
from llm_gym.games.webshop.site.visits import Visit, Visits
from llm_gym.games.webshop.tasks import World

QUERY_LIMIT = 2048
"""Longest text that is searched for, in characters; the rest is cut off."""
_REQUEST_LIMIT = 16 * 1024  # bytes of a form
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # an address is the key to its session
}
_GONE = "This page is no longer here. Sessions end when they are not used for a while."


def make_app(
    world: World,
    rules: Rules = "strict",
    tagger: str = "auto",
    visits: Visits | None = None,
    log: GameLog | None = None,
    alone: bool = False,
) -> Flask:
    """Return the site as a WSGI application.

    Args:
        world: the shop and its goals.
        rules: ``"strict"`` or ``"paper"``, see ``WebShopEnv``.
        tagger: who finds nouns for the reward, see ``WebShopEnv``.
        visits: where sessions are kept; a place of the site's own without it.
        log: where games are written as they end; nowhere without it.
        alone: there is one session, which who keeps ``visits`` has begun: no other can be, and the welcome page
            leads back to it.
    """
    visits = Visits() if visits is None else visits
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _REQUEST_LIMIT
    app.jinja_env.filters["exact"] = _exact
    app.jinja_env.filters["hue"] = lambda asin: zlib.crc32(asin.encode()) % 360
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    rng = np.random.default_rng()
    splits = {name: len(world.tasks.select(name)) for name in world.tasks.names}

    @app.get("/")
    def welcome() -> Any:
        if alone:
            return redirect(url_for("newest", key=visits.newest()), 303)
        return render_template("welcome.html", products=len(world.catalog), splits=splits)

    @app.post("/start")
    def start() -> Any:
        if alone:
            abort(404, "This shop has one shopper.")
        split, number = request.form.get("split") or None, request.form.get("number", "").strip()
        if number and not (number.isascii() and number.isdecimal() and len(number) < 10):
            abort(400, "The task's number must be a whole number, counted from 0.")
        try:
            with visits.lock:  # one generator for all threads
                task = world.tasks.draw(rng, split, int(number) if number else None)
        except ValueError as error:
            abort(400, f"There is no such task: {error}.")
        shop = Shop(world.catalog, world.prices, rules, tagger)
        shop.open(task.payload.goal, str(task.payload.number))
        return redirect(url_for("newest", key=visits.enter(shop, task)), 303)

    @app.get("/shop/<key>")
    def newest(key: str) -> Any:
        with visits.lock:
            number = _find(visits, key).newest
        return redirect(url_for("page", key=key, number=number), 303)

    @app.get("/shop/<key>/<int:number>")
    def page(key: str, number: int) -> Any:
        with visits.lock:
            visit = _find(visits, key)
            shop = visit.page(number) or abort(404, _GONE)
            if "search" in request.args:
                leads = _act(visit, number, f"search[{request.args['search'][:QUERY_LIMIT]}]")
            elif "click" in request.args:
                leads = _act(visit, number, f"click[{request.args['click']}]")
                if leads is None:
                    abort(409, "There is nothing of that name to click on this page.")
            else:
                return _show(key, number, shop)
        # A search for nothing leads nowhere: the page is shown again.
        return redirect(url_for("page", key=key, number=number if leads is None else leads), 303)

    @app.post("/shop/<key>/<int:number>/buy")
    def buy(key: str, number: int) -> Any:
        with visits.lock:
            visit = _find(visits, key)
            if visit.page(number) is None:
                abort(404, _GONE)
            bought = visit.receipt is not None
            receipt = visit.act(number, f"click[{BUY}]", buying=True)
            if log is not None and receipt is not None and not bought:
                _write(log, visit, receipt)
        if receipt is None:
            abort(409, "There is nothing to buy on this page.")
        return redirect(url_for("page", key=key, number=receipt), 303)

    def _write(log: GameLog, visit: Visit, receipt: int) -> None:
        way = visit.way(receipt)
        if visit.task is None or way is None:
            return
        try:
            log.write(record(WebShop(world, rules, tagger=tagger), visit.task, way))
        except OSError as error:  # the shopper has nothing to do with it
            app.logger.error("a game could not be written: %s", error)

    def _show(key: str, number: int, shop: Shop) -> str:
        asins = [node.text for node in shop.page.nodes if node.kind == "product"]
        if shop.state.asin is not None:
            asins.append(shop.state.asin)
        products = {asin: world.catalog.product(asin) for asin in asins}
        return render_template(
            f"{shop.page.name}.html",
            page=shop.page,
            layout=lay_out(shop.page),
            here=url_for("page", key=key, number=number),
            products=products,
            state=shop.state,
            first=((shop.state.page or 1) - 1) * PAGE_SIZE,
            purchase=shop.purchase,
            alone=alone,
        )

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> Any:
        page = render_template("message.html", name=error.name, text=error.description)
        response = error.get_response()
        response.data = page.encode()
        response.content_type = "text/html; charset=utf-8"
        return response

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _find(visits: Visits, key: str) -> Visit:
    return visits.find(key) or abort(404, _GONE)


def _act(visit: Visit, number: int, action: str) -> int | None:
    try:
        return visit.act(number, action)
    except (IndexError, TypeError, ValueError):  # the original's own, under paper rules
        abort(400, "The original shop fails at this query, and so does this one.")


def _exact(text: str) -> Markup:
    """Escape a text so that an HTML parser reads every character back, line ends included."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))
