"""Rows without a hit are slim; nothing moves under a hand; the groove may lie over the sketch."""

import pytest

from .page_actions import act, box, cell, drag, groove, settle, state

SLIM = 14
DRUMS = ("kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom")


def heights(page):
    """The heights of the sketch's rows, kick first."""
    rows = page.locator("[role=grid] [role=row]").all()
    return [round(row.bounding_box()["height"]) for row in reversed(rows)]


def names_heights(page):
    rows = page.locator('[data-ps="result-names"] > *').all()
    return [round(row.bounding_box()["height"]) for row in reversed(rows)]


def used(page):
    played = {hit["drum"] for hit in groove(page)["hits"]}
    rows = state(page, "template")
    return [drum in played or "x" in row for drum, row in zip(DRUMS, rows, strict=True)]


def test_rows_that_are_used_get_the_room_of_those_that_are_not(page):
    assert False in used(page)
    for found in (heights(page), names_heights(page)):
        assert [height > SLIM for height in found] == used(page)
    whole = box(page, "grid")["height"], box(page, "output")["height"]
    page.locator('[data-ps="fold"]').click()
    assert len(set(heights(page))) == 1
    assert (box(page, "grid")["height"], box(page, "output")["height"]) == whole
    page.locator('[data-ps="fold"]').click()
    assert [height > SLIM for height in heights(page)] == used(page)


def test_a_slim_row_is_painted_and_only_then_grows(page):
    empty = used(page).index(False)
    row = len(DRUMS) - 1 - empty
    start, end = cell(page, row, 0), cell(page, row, 12)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=3)
    settle(page)
    assert heights(page)[empty] == SLIM, "while the hand is down"
    page.mouse.up()
    page.wait_for_function(
        f"!document.querySelectorAll('.ps-body > .ps-row')[{row}].classList.contains('ps-folded')"
    )
    assert state(page, "template")[empty] == "x" * 13 + "." * 19


def test_a_stroke_over_rows_of_all_heights_paints_the_cells_under_it(page):
    page.locator('[data-ps="clear-grid"]').click()
    settle(page)
    act(page, lambda: drag(page, cell(page, 0, 5), cell(page, 6, 5), steps=20))
    assert [row[5] for row in state(page, "template")] == ["x"] * 7


def test_hits_are_found_where_they_are_drawn_in_rows_of_all_heights(page):
    hit = next(one for one in groove(page)["hits"] if one["drum"] == "kick")
    found = page.locator('[data-ps="result-names"] > *').last.bounding_box()
    output = box(page, "output")
    x = output["x"] + (hit["step"] + 0.5 + hit["microtiming"] / 2) * output["width"] / 32
    page.mouse.move(x + 2, found["y"] + found["height"] / 2)
    page.wait_for_function("!document.querySelector('[data-ps=tip]').hidden")
    assert "Kick" in page.locator('[data-ps="tip"]').inner_text()


def test_the_groove_lies_over_the_sketch(page):
    page.locator('[data-ps="together"]').click()
    assert not page.locator('[data-ps="output"]').is_visible()
    drawn = page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-ps=over]');
          const {data} = canvas.getContext('2d')
            .getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, index) => index % 4 === 3 && value > 200).length;
        }"""
    )
    assert drawn > 500
    over, first = box(page, "over"), cell(page, 6, 0)
    assert over["x"] < first[0] < over["x"] + over["width"] / 32
    act(page, lambda: page.mouse.click(*cell(page, 6, 1)))
    assert state(page, "template")[0][1] == "x"
    page.locator('[data-ps="together"]').click()
    assert page.locator('[data-ps="output"]').is_visible()


@pytest.mark.parametrize("size", [(390, 844), (844, 390)])
def test_a_phone_has_one_of_the_two_at_a_time(open_page, size):
    page = open_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.locator('[data-ps="side"] label', has_text="Played").click()
    assert page.get_by_text("Played", exact=True).last.is_visible()
    assert page.locator('[data-ps="together"]').is_hidden()
    page.evaluate("PocketStudio.instance.store.setState({together: true})")
    assert page.locator('[data-ps="output"]').is_visible(), "as it was left on a desk"
    assert page.locator('[data-ps="over"]').is_hidden()
