"""What outlives the page: the last session, share links and project files."""

import json
from pathlib import Path

import pytest

from .page_actions import (
    STEP_KICK_2,
    act,
    chosen,
    conditions,
    groove,
    project,
    settle,
    state,
    status,
    wait_for_condition,
)

FORMER = Path(__file__).parents[1] / "unit" / "schema" / "project-version-2.json"
LOADED = "window.PocketStudio?.instance?.groove"
FILL = """() => {
  const fill = (text) => { for (let n = 0; ; n += 1)
    localStorage.setItem(`${text.length}-${n}`, text); };
  for (let size = 1 << 22; size >= 1; size >>= 1)
    try { fill('x'.repeat(size)); } catch { /* smaller */ }
}"""
PREFIX = "pocket-studio/session/2/"
BUSY = {"error": "the studio is busy, try again"}


def share(page):
    """The text of a link to what is on the page."""
    return page.evaluate(
        """async () => {
          const {store, boot, app} = PocketStudio.instance;
          const {projectOf} = await web('core/project.js');
          return (await app.server.share({project: projectOf(store.state, boot)})).text;
        }"""
    )


@pytest.fixture
def worked(page):
    """A page on which something of everything has been done."""
    page.evaluate(
        """() => {
          const {store} = PocketStudio.instance;
          const hits = PocketStudio.instance.performance.groove.hits;
          const rows = hits.filter((hit) => hit.drum === 'closed_hat').map((hit) => [hit.step,
            Math.round(127 * hit.velocity), Math.min(59, Math.round(60 * hit.microtiming))]);
          store.setState({
            velocity_pattern: '12345...'.repeat(4), genre: 'funk',
            guidance: 3.25, density: 12, humanity: 0.4,
            microtiming_pattern: {snare: '<|>.....'.repeat(4), tom: '>.......'.repeat(4)},
            reference_notes: true,
            takes: store.state.takes.with(1, {seed: 77, codes: [1, 2, null, 4, 5, 6, 7, 8],
              details: [0, -1, null, 3, 4, 5, 6, 7], kept: null}),
            take: 1, locked_beats: [0, 1], locked_rows: {closed_hat: rows},
            edits: {'kick:3': [90, -20], 'snare:4': [0, 0]}, tempo_bpm: 93.5, swing: 0.58,
            velocity_amount: 1.2, microtiming_amount: 0.7, muted: ['tom'],
            levels: {...store.state.levels, snare: 0.6},
          });
        }"""
    )
    act(page, page.locator(STEP_KICK_2).click)
    return page


def test_a_reload_restores_the_session_and_plays_the_same_groove(worked):
    before, sound = project(worked), groove(worked)
    worked.wait_for_timeout(500)
    worked.reload()
    worked.wait_for_function(LOADED)
    assert project(worked) == before
    assert groove(worked) == sound


def test_a_reload_right_after_a_change_restores_it_too(page):
    act(page, page.locator(STEP_KICK_2).click)
    before = project(page)
    page.reload()
    page.wait_for_function(LOADED)
    assert project(page) == before


def another_tab(page, url):
    """Another tab of the same browser."""
    other = page.context.new_page()
    other.goto(url)
    other.wait_for_function(LOADED)
    return other


def kept(page):
    """Wait until the browser's storage has what is on the page."""
    page.evaluate("async () => { window.projectOf = (await web('core/project.js')).projectOf; }")
    page.wait_for_function(
        """() => {
          const {store, boot} = PocketStudio.instance;
          const mine = JSON.stringify(projectOf(store.state, boot));
          return Object.values(localStorage).some((text) =>
            text.startsWith('{') && JSON.stringify(JSON.parse(text).project) === mine);
        }"""
    )


def test_two_tabs_keep_a_session_each_and_a_new_one_begins_with_the_last(page, app_url):
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    other = another_tab(page, app_url)
    assert project(other) == project(page), "it begins with the last one worked on"
    act(other, lambda: other.evaluate("PocketStudio.instance.store.setState({genre: 'jazz'})"))
    kept(other)
    act(page, lambda: page.evaluate("PocketStudio.instance.store.setState({genre: 'funk'})"))
    kept(page)
    mine, others = project(page), project(other)
    for tab, its in ((page, mine), (other, others)):
        tab.reload()
        tab.wait_for_function(LOADED)
        assert project(tab) == its
    # Both are closed: the last one comes back, the other is in the menu.
    third = another_tab(page, app_url)
    page.close()
    other.close()
    third.reload()
    third.wait_for_function(LOADED)
    assert project(third) == mine
    menu = third.get_by_label("Earlier sessions")
    option = menu.locator("option", has_text="jazz").inner_text()
    act(third, lambda: menu.select_option(label=option))
    assert "Opened the session of" in status(third)
    assert project(third) == others
    act(third, lambda: third.keyboard.press("Control+z"))
    assert project(third) == mine


def test_a_duplicated_tab_is_another_one(page, app_url):
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    storage = page.evaluate("({...sessionStorage})")
    twin = page.context.new_page()
    # As the browser duplicates a tab: with what its own storage has.
    copy = "Object.assign(sessionStorage, storage)"
    twin.add_init_script(f"const storage = {json.dumps(storage)}; window.first ??= ({copy}, true);")
    twin.goto(app_url)
    twin.wait_for_function(LOADED)
    mine = project(page)
    assert project(twin) == mine
    act(twin, lambda: twin.evaluate("PocketStudio.instance.store.setState({genre: 'jazz'})"))
    kept(twin)
    page.reload()
    page.wait_for_function(LOADED)
    assert project(page) == mine


def keep_others(page, number, session):
    """Put sessions of other tabs into the storage; `session` is a JavaScript expression of `n`."""
    page.evaluate(
        f"""() => {{
          for (let n = 0; n < {number}; n += 1)
            localStorage.setItem(`pocket-studio/session/2/${{n}}`, JSON.stringify({session}));
        }}"""
    )


def test_the_oldest_sessions_go(page):
    keep_others(page, 40, "({at: n})")
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    keys = page.evaluate("Object.keys(localStorage)")
    left = {int(key.rpartition("/")[2]) for key in keys if key.rpartition("/")[2].isdigit()}
    assert left == set(range(29, 40)), "eleven of them and its own"


def test_an_open_tab_whose_session_went_for_newer_ones_keeps_it_by_a_reload(page):
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    mine = project(page)
    page.evaluate("localStorage.clear()")
    keep_others(page, 12, "({at: Date.now() + n})")
    page.reload()
    page.wait_for_function(LOADED)
    assert project(page) == mine


def test_old_sessions_make_room_in_a_full_storage_one_by_one(page):
    keep_others(page, 3, "({at: n, filler: 'x'.repeat(20000)})")
    page.evaluate(FILL)
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    assert conditions(page) == []
    kept_keys = set(page.evaluate("Object.keys(localStorage)"))
    assert [f"pocket-studio/session/2/{n}" in kept_keys for n in range(3)] == [False, True, True]


def test_old_sessions_stay_if_a_full_storage_has_no_room_without_them(page):
    page.evaluate(
        """() => {
          for (let n = 0; n < 3; n += 1)
            localStorage.setItem(`pocket-studio/session/2/${n}`, JSON.stringify({at: n}));
        }"""
    )
    page.evaluate(FILL)
    act(page, page.locator(STEP_KICK_2).click)
    wait_for_condition(page, "storage")
    assert "its storage is full or blocked" in conditions(page)[0]
    left = [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith(PREFIX)]
    assert sorted(left) == [f"{PREFIX}{n}" for n in range(3)]


def test_a_full_storage_is_said_at_once_with_the_way_to_save(page):
    page.evaluate(FILL)
    act(page, page.locator(STEP_KICK_2).click)
    wait_for_condition(page, "storage")
    assert "its storage is full or blocked" in conditions(page)[0]
    with page.expect_download():
        page.get_by_role("button", name="Save as a file").click()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_a_blocked_storage_is_said_at_the_start(open_page):
    page = open_page()
    page.add_init_script(
        """Object.defineProperty(window, 'localStorage',
            {get() { throw new DOMException('no', 'SecurityError'); }});"""
    )
    page.reload()
    page.wait_for_function(LOADED)
    wait_for_condition(page, "storage")
    assert "its storage is full or blocked" in conditions(page)[0]


@pytest.mark.parametrize("stored", ["no json", "[1, 2]", '{"project": {"template": 5}}'])
def test_a_damaged_session_gives_the_first_beat(page, stored):
    first = project(page)
    page.evaluate(
        """(stored) => {
          addEventListener('pagehide',
            () => localStorage.setItem('pocket-studio/session/1', stored));
        }""",
        stored,
    )
    page.reload()
    page.wait_for_function(LOADED)
    assert project(page) == first


def test_a_link_carries_the_groove_to_another_browser(worked, open_page):
    worked.context.grant_permissions(["clipboard-read", "clipboard-write"])
    worked.get_by_role("button", name="Share").click()
    worked.wait_for_function("location.hash.length > 20")
    assert "link is copied" in status(worked)
    url = worked.url
    assert worked.evaluate("navigator.clipboard.readText()") == url
    assert len(url) < 600
    other = open_page(url=url)
    assert project(other) == project(worked)
    assert groove(other) == groove(worked)


def test_what_is_changed_after_sharing_survives_a_reload(page):
    page.get_by_role("button", name="Share").click()
    page.wait_for_function("location.hash.length > 20")
    act(page, page.locator(STEP_KICK_2).click)
    assert page.evaluate("location.hash") == ""
    before = project(page)
    page.reload()
    page.wait_for_function(LOADED)
    assert project(page) == before


def test_a_session_that_cannot_be_opened_is_kept_and_said(page):
    broken = '{"project": {"format": "pocket-studio-project", "version": 99}}'
    page.evaluate(
        """(broken) => addEventListener('pagehide',
            () => localStorage.setItem('pocket-studio/session/1', broken))""",
        broken,
    )
    page.reload()
    page.wait_for_function(LOADED)
    page.locator(".ps-error").wait_for()
    assert "could not be opened" in status(page)
    assert page.evaluate("localStorage.getItem('pocket-studio/session/1')") == broken
    with page.expect_download() as waiting:
        page.get_by_label("Earlier sessions").select_option(label="cannot be opened")
    assert json.loads(Path(waiting.value.path()).read_text()) == json.loads(broken)["project"]
    assert "saved pocket-session.pocket.json" in status(page)


def test_a_session_of_its_own_that_cannot_be_opened_is_not_written_over(page):
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    key = page.evaluate(f"Object.keys(localStorage).find((key) => key.startsWith('{PREFIX}'))")
    page.route(
        "**/api/open_project",
        lambda route: route.fulfill(status=400, json={"error": "this is of a later version"}),
    )
    before = page.evaluate("(key) => localStorage.getItem(key)", key)
    page.reload()
    page.wait_for_function(LOADED)
    assert "could not be opened (this is of a later version)" in status(page)
    act(page, lambda: page.evaluate("PocketStudio.instance.store.setState({genre: 'jazz'})"))
    kept(page)
    assert page.evaluate("(key) => localStorage.getItem(key)", key) == before
    page.unroute("**/api/open_project")
    menu = page.get_by_label("Earlier sessions")
    act(page, lambda: menu.select_option(index=1))
    assert "Opened the session of" in status(page)
    assert project(page) == chosen(json.loads(before)["project"])


@pytest.mark.parametrize("away", [False, True])
def test_the_session_waits_for_a_studio_that_is_busy_or_away(open_page, away):
    page = open_page("net::ERR_FAILED")
    act(page, page.locator(STEP_KICK_2).click)
    kept(page)
    mine, stored = project(page), page.evaluate("({...localStorage})")
    busy = {"status": 503, "json": BUSY}
    page.route("**/api/*", lambda route: route.abort() if away else route.fulfill(**busy))
    page.reload()
    page.get_by_text("Your groove is still to come: the studio").wait_for()
    assert page.evaluate("window.PocketStudio?.instance") is None, "nothing else is begun"
    assert page.evaluate("({...localStorage})") == stored
    page.unroute("**/api/*")
    page.wait_for_function(LOADED)
    settle(page)
    assert project(page) == mine
    assert conditions(page) == []


def test_a_kit_that_the_soundfont_lacks_becomes_the_one_that_fits(page):
    page.evaluate(
        """() => PocketStudio.instance.store.setState({kit: {soundfont: 'gone', program: 77}})"""
    )
    page.locator("body").press("Space")
    page.wait_for_function("PocketStudio.instance.transport.heardPhase !== null")
    assert page.locator(".ps-error").count() == 0


@pytest.mark.parametrize("after", [").", '"', "%20", "]"])
def test_a_link_with_what_followed_it_in_a_message_opens(worked, open_page, app_url, after):
    link = share(worked)
    other = open_page(url=f"{app_url}#groove={link}{after}")
    assert other.locator(".ps-error").count() == 0
    assert project(other) == project(worked)
    other.evaluate(f"location.hash = '#groove={link[:30]}A{link[31:]}'")
    other.locator(".ps-error").wait_for()
    assert "damaged" in status(other)
    assert project(other) == project(worked)


def test_a_cut_off_link_says_so_and_shows_the_first_beat(open_page, app_url):
    page = open_page(url=f"{app_url}#groove=AQQnotalink")
    assert page.locator(".ps-error").count() == 1
    assert "link" in status(page)
    assert groove(page)["hits"]


def test_a_link_leaves_the_last_session_one_undo_away(page, app_url):
    link = page.evaluate(
        """async () => {
          const {store, boot, app} = PocketStudio.instance;
          const project = (await web('core/project.js')).projectOf(store.state, boot);
          return (await app.server.share({project: {...project, tempo_bpm: 177}})).text;
        }"""
    )
    act(page, page.locator(STEP_KICK_2).click)
    mine = project(page)
    page.wait_for_timeout(500)
    other = page.context.new_page()
    other.goto(f"{app_url}#groove={link}")
    other.wait_for_function(LOADED)
    assert state(other, "tempo_bpm") == 177
    other.keyboard.press("Control+z")
    assert project(other) == mine
    other.goto("about:blank")
    other.goto(f"{app_url}#groove=broken")
    other.wait_for_function(LOADED)
    assert "link" in status(other)
    assert project(other) == mine, "a broken link costs nothing"


def test_a_link_of_another_checkpoint_says_that_the_groove_may_differ(worked, open_page, app_url):
    link = worked.evaluate(
        """async () => {
          const {store, boot, app} = PocketStudio.instance;
          const project = (await web('core/project.js')).projectOf(store.state, boot);
          project.checkpoint = '0123456789ab';
          return (await app.server.share({project})).text;
        }"""
    )
    page = open_page(url=f"{app_url}#groove={link}")
    assert "0123456789ab" in status(page)


def test_a_project_of_a_former_model_opens_with_its_notes_and_says_so(page):
    former = json.loads(FORMER.read_text())
    hit = {"step": 0, "drum": "kick", "velocity": 0.5, "microtiming": 0}
    song = [{"name": "a", "repeats": 2, "groove": {"hits": [hit]}}]
    content = json.dumps({**former, "checkpoint": "0123456789ab", "song": song})
    file = {"name": "old.json", "mimeType": "application/json", "buffer": content.encode()}
    page.set_input_files('[data-ps="project-file"]', file)
    page.get_by_text("Opened old.json").wait_for()
    settle(page)
    assert "made with another model (0123456789ab)" in status(page)
    assert page.locator(".ps-error").count() == 0
    opened = project(page)
    kept = ("template", "velocity_pattern", "microtiming_pattern", "edits", "locked_rows", "takes")
    assert {key: opened[key] for key in kept} == {key: former[key] for key in kept}
    assert [section["name"] for section in opened["song"]] == ["a"]
    assert (opened["guidance"], opened["density"], opened["humanity"]) == (1, None, 1)
    assert opened["reference_notes"] is True
    hats = sorted(hit["step"] for hit in groove(page)["hits"] if hit["drum"] == "closed_hat")
    assert hats == list(range(0, 32, 2)), "the locked row is played as it was saved"
    assert opened["checkpoint"] == page.evaluate("PocketStudio.instance.boot.checkpoint_digest")


def test_a_session_of_a_former_model_comes_back_and_says_so(page):
    former = {**json.loads(FORMER.read_text()), "checkpoint": "0123456789ab"}
    page.evaluate(
        """(stored) => addEventListener('pagehide',
            () => localStorage.setItem('pocket-studio/session/1', stored))""",
        json.dumps({"project": former}),
    )
    page.reload()
    page.wait_for_function(LOADED)
    settle(page)
    assert "another model (0123456789ab)" in status(page)
    assert project(page)["edits"] == former["edits"]


def test_a_project_is_saved_and_opened(worked):
    before, sound = project(worked), groove(worked)
    with worked.expect_download() as waiting:
        worked.keyboard.press("Control+s")
    saved = waiting.value
    assert saved.suggested_filename.endswith(".pocket.json")
    content = json.loads(Path(saved.path()).read_text())
    assert chosen(content) == before
    assert None not in content["takes"][1]["kept"]
    act(worked, lambda: worked.get_by_role("combobox", name="Preset beat").select_option(index=3))
    assert project(worked) != before
    worked.set_input_files('[data-ps="project-file"]', saved.path())
    worked.get_by_text(f"Opened {Path(saved.path()).name}").wait_for()
    settle(worked)
    assert project(worked) == before
    assert groove(worked) == sound


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "project"), ('{"format": "else"}', "project"), ('{"version": 99}', "project")],
)
def test_a_broken_project_is_one_line_and_loses_nothing(worked, content, words):
    before = project(worked)
    file = {"name": "x.json", "mimeType": "application/json", "buffer": content.encode()}
    worked.set_input_files('[data-ps="project-file"]', file)
    worked.locator(".ps-error").wait_for()
    assert words.lower() in status(worked).lower()
    assert "\n" not in status(worked)
    assert project(worked) == before


def test_volume_and_metronome_come_back_but_not_what_is_compared(page):
    page.evaluate(
        "PocketStudio.instance.store.setState({volume: 0.4, click: true, layer: 'notes'})"
    )
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_function(LOADED)
    assert (state(page, "volume"), state(page, "click")) == (0.4, True)
    assert state(page, "layer") == "microtiming"
