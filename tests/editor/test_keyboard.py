"""Tab goes through the page in the order in which it is read, and nothing hides what has focus."""

import pytest

from .page_actions import settle

MOST_STOPS = 400
# The name of what has the focus, its part of the page, and what covers its middle, if anything.
FOCUS = """() => {
  const node = document.activeElement;
  if (!node.closest('.pocket-studio')) return null;
  const places = {console: '.ps-console', sheet: '.ps-views', rail: '.ps-rail'};
  const place = Object.keys(places).find((name) => node.closest(places[name])) ?? null;
  const {x, y, width, height} = node.getBoundingClientRect();
  const over = document.elementFromPoint(x + width / 2, y + height / 2);
  const label = node.closest('label');
  const isSeen = over && (node.contains(over) || over.contains(node) || label?.contains(over));
  const name = (node.ariaLabel || node.textContent || node.dataset.ps || '').trim().slice(0, 40);
  return {place, name, tag: node.tagName, covered: isSeen ? null : (over?.className ?? 'outside')};
}"""


def stops(page):
    """Everything that Tab comes to, from the top of our part of the page to its end."""
    page.evaluate("document.querySelector('[data-ps=tab-studio]').focus()")
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return found
        found.append(stop)
    pytest.fail("Tab does not come to an end")


@pytest.mark.parametrize("size", [(1280, 720), (820, 1180), (390, 844)])
def test_tab_goes_from_console_to_sheet_to_rail_and_what_has_focus_is_seen(open_page, size):
    page = open_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    settle(page)
    found = stops(page)
    assert [stop for stop in found if stop["covered"]] == []
    places = [stop["place"] for stop in found if stop["place"]]
    order = [place for at, place in enumerate(places) if at == 0 or places[at - 1] != place]
    assert order == ["console", "sheet", "rail"]
    summaries = [stop["name"] for stop in found if stop["tag"] == "SUMMARY"]
    drawers = ("Sketch tools", "Feel", "Sound", "Codes", "Import and export")
    assert [name for name in summaries if name in drawers] == list(drawers)
