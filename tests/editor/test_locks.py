"""Locked rows stay as they are through new takes; one row can be rolled by itself."""

from .page_actions import act, groove, no_answers, state, status

RAW = "PocketStudio.instance.performance.groove"


def row(page, drum):
    """[[step, velocity_midi, ticks]] of the model's last answer."""
    found = page.evaluate(RAW)["hits"]
    return [
        [hit["step"], round(127 * hit["velocity"]), round(60 * hit["microtiming"])]
        for hit in found
        if hit["drum"] == drum
    ]


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_a_locked_row_survives_new_takes_exactly(page):
    lock = button(page, "Lock Closed hat")
    assert lock.get_attribute("aria-pressed") == "false"
    act(page, lock.click)
    assert lock.get_attribute("aria-pressed") == "true"
    locked = row(page, "closed_hat")
    assert locked
    assert state(page, "locked_rows") == {"closed_hat": locked}
    others = [row(page, drum) for drum in ("kick", "snare")]
    for _ in range(2):
        act(page, lambda: page.keyboard.press("n"))
        assert row(page, "closed_hat") == locked
    assert [row(page, drum) for drum in ("kick", "snare")] != others
    act(page, lock.click)
    assert state(page, "locked_rows") == {}


def test_a_row_rolls_by_itself_and_is_then_locked(page):
    before = {drum: row(page, drum) for drum in ("kick", "snare", "closed_hat")}
    button(page, "Re-roll Snare").click()
    page.wait_for_function("'snare' in PocketStudio.instance.store.state.locked_rows")
    page.wait_for_function("!PocketStudio.instance.channel.busy")
    rolled = row(page, "snare")
    assert rolled != before["snare"]
    assert state(page, "locked_rows") == {"snare": rolled}
    for drum in ("kick", "closed_hat"):
        steps = [hit[0] for hit in row(page, drum)]
        assert steps == [hit[0] for hit in before[drum]], "the other rows' notes stay"
    act(page, button(page, "Lock Kick").click)
    act(page, button(page, "Unlock all rows (2)").click)
    assert state(page, "locked_rows") == {}
    act(page, button(page, "Undo").click)
    assert list(state(page, "locked_rows")) == ["snare", "kick"]


def test_a_row_that_was_rolled_for_another_take_is_not_used(page):
    with no_answers(page):
        button(page, "Re-roll Snare").click()
        page.keyboard.press("n")
    page.get_by_text("The groove has changed meanwhile").wait_for()
    assert state(page, "locked_rows") == {}


def test_a_new_take_with_all_rows_locked_says_why_nothing_changes(page):
    _, *others = page.evaluate("PocketStudio.instance.boot.drums")
    rows = {drum: row(page, drum) for drum in others}
    lock = "(locked_rows) => PocketStudio.instance.store.setState({locked_rows})"
    act(page, lambda: page.evaluate(lock, rows))
    act(page, button(page, "New take").click)
    assert status(page) == "", "the kick is free"
    act(page, button(page, "Lock Kick").click)
    before = groove(page)["hits"]
    act(page, button(page, "New take").click)
    assert groove(page)["hits"] == before
    line = "All rows are locked: another take plays the same."
    assert status(page) == f"{line} Unlock all rows"
    act(page, button(page, "Unlock all rows").click)
    assert state(page, "locked_rows") == {}
    assert status(page) == ""
