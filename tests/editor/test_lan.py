"""A studio for all in a network: its address, its QR code, and the links it shares."""

import json
import urllib.error
import urllib.request

import pytest

from pocket_studio.cli.address import lan_address

from .conftest import running_app
from .page_actions import groove, state, status


@pytest.fixture(scope="module")
def lan_app(tmp_path_factory):
    """The addresses of an app that was started with `--lan`, here and in the network; its log."""
    try:
        address = lan_address()
    except OSError:
        pytest.skip("this machine is in no network")
    folder = tmp_path_factory.mktemp("lan")
    with running_app(folder, "--lan") as url:
        yield url, url.replace("127.0.0.1", address), folder / "log.txt"


def share(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    page.wait_for_function("location.hash.startsWith('#groove=')")
    page.wait_for_function("document.querySelector('[data-ps=status]').textContent !== ''")
    return status(page)


def test_the_address_and_a_code_for_phones_are_printed(lan_app):
    _, in_network, log = lan_app
    said, *code = log.read_text().splitlines()
    assert said == f"Whoever is in this network can open and use the studio at {in_network}"
    rows = [line for line in code if set(line) & {"█", "▀", "▄"}]
    assert len({len(row) for row in rows}) == 1
    assert len(rows) >= 15, "two rows of squares a line; the smallest code and its border have 25"


def test_a_shared_link_has_the_address_for_others_and_opens_there(lan_app, open_page):
    here, in_network, _ = lan_app
    page = open_page(url=here)
    page.evaluate("PocketStudio.instance.store.setState({tempo_bpm: 83})")
    assert share(page) == f"The link is copied, for all in this network: {in_network}."
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == in_network + page.evaluate("location.hash")
    other = open_page(url=link)
    assert state(other, "tempo_bpm") == 83
    assert groove(other) == groove(page)


def test_in_the_network_a_link_is_as_it_is_in_the_address_bar(lan_app, open_page):
    _, in_network, _ = lan_app
    page = open_page(url=in_network)
    assert "Only this machine" not in share(page)
    assert page.evaluate("location.href").startswith(in_network)


def test_without_it_the_page_says_that_only_this_machine_can_open_the_link(page):
    assert share(page) == (
        "The link is copied. Only this machine can open it; "
        "for others in your network start the studio with serve --lan."
    )
    assert page.evaluate("navigator.clipboard.readText()") == page.evaluate("location.href")


@pytest.mark.parametrize("name", ["evil.example", "studio.local"])
def test_it_answers_to_no_other_name(lan_app, name):
    request = urllib.request.Request(lan_app[1], headers={"host": name})  # noqa: S310  our own
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310
    with refused.value as answer:
        assert answer.status == 403
        assert "not known as" in json.load(answer)["error"]
