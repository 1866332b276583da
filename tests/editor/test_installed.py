"""The page as an app: what installs it, and how it opens when its server is gone."""

import json
import urllib.request
from urllib.parse import urljoin

from .conftest import free_port, new_context, running_app, visit

# The modules that come with the page, and those that are fetched when they are needed.
UNTIL_KEPT = """async () => {
  const isKept = async () => {
    const requests = await (await caches.open('pocket-studio')).keys();
    return requests.length > 50 && requests.some(({url}) => url.endsWith('/importdialog.js'));
  };
  while (!(await isKept())) await new Promise(requestAnimationFrame);
}"""


# As in a browser that forbids it, or whose disk is full.
CLOSE_STORAGE = """() => { self.refused = 0;
  for (const name of ['open', 'match']) caches[name] = async () => {
    self.refused += 1;
    throw new DOMException('no storage', 'SecurityError');
  };
}"""
READY = "window.PocketStudio?.instance?.groove"


def test_the_page_says_how_it_is_installed(page, app_url):
    address = page.locator("link[rel=manifest]").get_attribute("href")
    with urllib.request.urlopen(urljoin(app_url, address)) as answer:  # noqa: S310  our own address
        manifest = json.load(answer)
        assert answer.headers["content-type"] == "application/manifest+json"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        with urllib.request.urlopen(app_url + icon["src"]) as answer:  # noqa: S310
            assert answer.headers["content-type"] == icon["type"]


def test_a_worker_that_can_keep_nothing_hands_on_what_the_server_answers(browser, app_url):
    context = new_context(browser, service_workers="allow")
    page = context.new_page()
    visit(page, app_url)
    page.evaluate(UNTIL_KEPT)
    (worker,) = context.service_workers
    worker.evaluate(CLOSE_STORAGE)
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.reload()
    page.wait_for_function(READY)
    handed_on = {answer.url: answer.status for answer in answers if answer.from_service_worker}
    assert handed_on[app_url] == 200
    assert any("/modules/" in url for url in handed_on)
    assert set(handed_on.values()) == {200}
    assert worker.evaluate("self.refused") > 0
    context.close()


def test_it_opens_without_its_server_and_goes_on_when_it_is_back(browser, tmp_path):
    port = free_port()
    context = new_context(browser, service_workers="allow")
    page = context.new_page()
    with running_app(tmp_path, port=port) as url:
        page.goto(url)
        page.wait_for_function(READY)
        page.evaluate(UNTIL_KEPT)
        page.reload()  # what came before there was a worker is kept too
        page.wait_for_function(READY)
    page.reload()
    page.wait_for_function(
        "document.querySelector('[data-ps=conditions]')?.textContent.includes('does not answer')"
    )
    assert page.locator('[data-ps="grid"]').is_visible()
    with running_app(tmp_path, port=port):
        page.wait_for_function(READY)
    context.close()
