"""The shop and the console: each where its setting says so, and what they send is run, whatever else is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.process.settings import SettingsError
from domain.services import Services
from graph.app import assemble
from graph.execution.operations import Operations
from graph.schema.build import schema
from tests.graph.conftest import given
from tests.graph.transport.test_persisted import ask, code, server

BUILT = Path(__file__).parents[3] / "graph" / "static" / "shop"
FILES = {"/": "/shop/shop.js", "/console": "/shop/console.js"}


@pytest.mark.parametrize("shop", [False, True])
@pytest.mark.parametrize("console", [False, True])
async def test_each_page_is_there_where_its_setting_says_so(services: Services, shop: bool, console: bool) -> None:
    async with server(services, shop=shop, console=console) as api:
        for path, is_there in (("/", shop), ("/console", console)):
            for place in (path, FILES[path]):
                assert (await api.get(place)).status_code == (200 if is_there else 404)
        assert (await api.get("/shop/icon.svg")).status_code == (200 if shop or console else 404)
        assert (await api.get("/shop/shop.json")).status_code == 404
        page = (await api.get("/console")).text
        assert ('data-shop="/"' in page) == (shop and console), "the console leads to the shop where there is one"


@pytest.mark.parametrize("page", ["shop", "console"])
async def test_a_page_may_send_its_own_documents_where_only_trusted_ones_are_run(services: Services, page: str) -> None:
    documents = {each: json.loads((BUILT / f"{each}.json").read_text()) for each in ("shop", "console")}
    own, (others,) = documents.pop(page), documents.values()
    async with server(services, **{page: True}, trusted_only=True) as api:
        for text in own.values():
            assert "DOCUMENT_NOT_TRUSTED" not in json.dumps(await ask(api, query=text))
        for text in {*others.values(), "{ viewer { id } }"} - {*own.values()}:
            assert code(await ask(api, query=text)) == "DOCUMENT_NOT_TRUSTED"


@pytest.mark.parametrize("page", ["shop", "console"])
async def test_limits_that_a_page_does_not_fit_in_stop_the_start(services: Services, page: str) -> None:
    settings = services.settings.model_copy(update={page: True, "graphql_max_depth": 3})
    with pytest.raises(SettingsError, match=f"SEATLOCK_SHOP and SEATLOCK_CONSOLE need wider limits: document {page} "):
        assemble(settings, given(services))
    Operations(schema, settings.model_copy(update={page: False}))
