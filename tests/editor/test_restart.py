"""The studio goes away and comes back, as it was or with another model; the page stays open."""

import shutil
from dataclasses import replace

import pytest

from pocket_studio.model import checkpoint

from .conftest import REPOSITORY, free_port, running_app
from .page_actions import (
    STEP_KICK_2,
    act,
    conditions,
    groove,
    project,
    settle,
    state,
    status,
    version,
    wait_for_condition,
)

GONE = "net::ERR_"  # refused, reset, or cut off in an answer as it ends


@pytest.fixture
def port():
    return free_port()


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A checkout whose model is another one, and that model's digest."""
    checkout = tmp_path_factory.mktemp("other")
    shutil.copytree(REPOSITORY / "pocket_studio", checkout / "pocket_studio")
    shutil.copy(REPOSITORY / "app.py", checkout)
    ours = checkpoint.load()
    name = next(name for name, values in ours.weights.items() if values.dtype == "float32")
    weights = {**ours.weights, name: ours.weights[name] * 1.5}
    path = checkout / "checkpoints" / "pocketvae.safetensors"
    checkpoint.save(replace(ours, weights=weights), path)
    return checkout, checkpoint.load(path).digest


def test_what_was_asked_while_the_studio_was_away_is_asked_again(open_page, tmp_path, port):
    with running_app(tmp_path, port=port) as url:
        page = open_page(GONE, url=url)
    page.locator(STEP_KICK_2).click()
    wait_for_condition(page, "server")
    before, mine = version(page), project(page)
    with running_app(tmp_path, port=port):
        page.wait_for_function(f"PocketStudio.instance.version > {before}")
        settle(page)
        assert (conditions(page), status(page)) == ([], "")
        assert project(page) == mine
        assert any(hit["drum"] == "kick" and hit["step"] == 1 for hit in groove(page)["hits"])


def test_another_model_is_said_and_signed_with(open_page, tmp_path, port, other):
    checkout, digest = other
    with running_app(tmp_path, port=port) as url:
        page = open_page(GONE, url=url)
        act(page, page.locator(STEP_KICK_2).click)
        ours, mine = project(page)["checkpoint"], state(page, "template")
    with running_app(tmp_path, checkout=checkout, port=port):
        act(page, lambda: page.keyboard.press("n"))
        page.get_by_text(f"come back with another model ({digest})").wait_for()
        act(page, page.locator(STEP_KICK_2).click)
        wait_for_condition(page, "model")
        settle(page)
        assert project(page)["checkpoint"] == digest != ours
        assert digest in page.locator('[data-ps="sources"]').inner_text()
        act(page, page.locator(STEP_KICK_2).click)
        assert state(page, "template") == mine
        # What is heard is what this model plays, as a page that is opened now says.
        heard = groove(page)
        with page.expect_navigation():
            page.get_by_role("button", name="Reload the page").click()
        page.wait_for_function("window.PocketStudio?.instance?.groove")
        assert groove(page) == heard
        assert conditions(page) == []


def test_a_request_that_is_too_large_for_what_stands_before_the_studio_is_said(page):
    page.route("**/api/groove", lambda route: route.fulfill(status=413, body="<html>"))
    page.keyboard.press("n")
    page.locator(".ps-status.ps-error").wait_for()
    assert status(page) == "this is too much at once for the studio"


def test_a_busy_studio_is_asked_again_by_itself(page):
    busy = {"error": "the studio is busy, try again"}
    page.route("**/api/groove", lambda route: route.fulfill(status=503, json=busy), times=2)
    act(page, page.locator(STEP_KICK_2).click)
    assert status(page) == ""
    page.route("**/api/groove", lambda route: route.fulfill(status=503, json=busy))
    page.keyboard.press("n")
    wait_for_condition(page, "busy")
    page.unroute("**/api/groove")
    act(page, page.get_by_role("button", name="Ask again").click)
    assert conditions(page) == []
