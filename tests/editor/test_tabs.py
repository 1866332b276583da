"""Views that are fetched when they are opened."""

import pytest


@pytest.mark.parametrize(
    ("tab", "module", "is_open"),
    [
        ("Codebook", "codes/codebook.js", "document.querySelector('.ps-tile')"),
        ("Listening test", "listening/listening.js", "PocketStudio.instance.listening"),
    ],
    ids=["codebook", "listening"],
)
def test_a_view_whose_modules_do_not_come_says_so_and_opens_later(open_page, tab, module, is_open):
    page = open_page(expected_problem="net::ERR_FAILED")
    page.route(f"**/{module}", lambda route: route.abort())
    page.reload()
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    page.get_by_role("tab", name=tab).click()
    page.get_by_text("This part of the page did not come").wait_for()
    page.unroute(f"**/{module}")
    page.get_by_role("tab", name="Groove").click()
    page.get_by_role("tab", name=tab).click()
    page.wait_for_function(is_open)
