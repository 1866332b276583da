"""What a person does on the page, by mouse, touch and keyboard, and what they see of it."""

import re

import pytest

from .page_actions import (
    SETTLED,
    STEP_KICK_2,
    Finger,
    act,
    box,
    cell,
    conditions,
    drag,
    groove,
    lane_point,
    settle,
    state,
    status,
    version,
    wait_for_condition,
)


def test_the_first_load_shows_a_beat_and_its_groove(page):
    assert sum(row.count("x") for row in state(page, "template")) > 8
    assert len(groove(page)["hits"]) > 8
    words = page.get_by_role("img", name=re.compile(r"Groove: \d+ hits?: \d+ kept, \d+ added"))
    assert words.count() == 1
    painted = page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-ps=heatmap]');
          const context = canvas.getContext('2d');
          const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
          let n = 0;
          for (let i = 0; i < pixels.length; i += 4)
            if (pixels[i + 3] > 250 && Math.max(...pixels.slice(i, i + 3))
                - Math.min(...pixels.slice(i, i + 3)) > 100) n += 1;
          return n / (pixels.length / 4);
        }"""
    )
    assert painted > 0.01, "coloured hits cover part of the picture"
    assert "Sound:" in page.locator('[data-ps="sources"]').inner_text()


def test_the_picture_stands_in_the_columns_of_the_grid(page):
    canvas = box(page, "heatmap")
    first = page.locator("[role=gridcell]").first.bounding_box()
    last = page.locator("[role=row]").first.locator("[role=gridcell]").last.bounding_box()
    assert canvas["x"] == pytest.approx(first["x"], abs=1)
    right = last["x"] + last["width"]
    assert canvas["x"] + canvas["width"] == pytest.approx(right, abs=1)


def test_a_hit_is_drawn_at_its_true_place_with_its_colour(page):
    """Three hits: loud and late, soft and early, and one pushed over the seam."""
    colours = page.evaluate(
        """async () => {
          const {drawGroove} = await web('core/heatmap.js');
          const canvas = document.querySelector('[data-ps=heatmap]');
          const hits = [
            {step: 8, drum: 'kick', velocity: 1, microtiming: 1},
            {step: 16, drum: 'kick', velocity: 0.02, microtiming: -1},
            {step: 0, drum: 'snare', velocity: 1, microtiming: -1},
          ];
          const {drums} = PocketStudio.instance.boot;
          canvas.style.height = '196px'; // rows high enough for all that is drawn of a hit
          drawGroove(canvas, {tempo_bpm: 100, hits}, {drums});
          const at = (position, row) => {
            const x = Math.round((position + 0.5) * canvas.width / 32);
            const y = Math.round((row + 0.5) * canvas.height / 7);
            const [r, g, b, a] = canvas.getContext('2d').getImageData(x, y, 1, 1).data;
            if (a > 250 && Math.max(r, g, b) < 80) return 'ink';
            return a < 250 || Math.max(r, g, b) - Math.min(r, g, b) < 60
              ? '' : (r > b ? 'red' : 'blue');
          };
          return {
            late: at(8.7, 6), onset: at(8.5, 6), lateTail: at(8.25, 6), notEarly: at(7.7, 6),
            early: at(15.3, 6), earlyTail: at(15.75, 6), notLate: at(16.3, 6),
            start: at(-0.25, 5), wrapped: at(31.3, 5),
          };
        }"""
    )
    assert colours == {
        "late": "red",
        "onset": "ink",
        "lateTail": "ink",
        "notEarly": "",
        "early": "blue",
        "earlyTail": "ink",
        "notLate": "",
        "start": "ink",
        "wrapped": "red",
    }


def test_a_click_toggles_a_cell_and_makes_a_new_groove(page):
    target = page.locator(STEP_KICK_2)
    assert target.get_attribute("aria-selected") == "false"
    act(page, target.click)
    assert target.get_attribute("aria-selected") == "true"
    assert target.get_attribute("aria-label").endswith(": on")
    assert state(page, "template")[0][1] == "x"
    act(page, target.click)
    assert state(page, "template")[0][1] == "."


def test_a_fast_drag_paints_every_cell_and_the_first_decides(page):
    act(page, lambda: drag(page, cell(page, 0, 2), cell(page, 0, 29), steps=2))
    assert state(page, "template")[6] == "." * 2 + "x" * 28 + "." * 2
    act(page, lambda: drag(page, cell(page, 0, 20), cell(page, 0, 31), steps=2))
    assert state(page, "template")[6] == "." * 2 + "x" * 18 + "." * 12


def test_a_diagonal_drag_paints_a_line_without_gaps(page):
    act(page, page.locator('[data-ps="clear-grid"]').click)
    act(page, lambda: drag(page, cell(page, 0, 0), cell(page, 6, 30), steps=1))
    template = state(page, "template")
    assert all(any(row[step] == "x" for row in template) for step in range(31))


def test_the_velocity_contour_is_painted_and_erased(page):
    act(
        page,
        lambda: drag(
            page,
            lane_point(page, "velocity_pattern", 0, 0, 5),
            lane_point(page, "velocity_pattern", 15, 0, 5),
        ),
    )
    assert state(page, "velocity_pattern") == "5" * 16 + "." * 16
    step = page.get_by_role("slider", name="Velocity, bar 1, beat 1", exact=True)
    assert step.get_attribute("aria-valuetext") == "5 of 5, loudest"
    act(
        page,
        lambda: drag(
            page,
            lane_point(page, "velocity_pattern", 4, 0, 5),
            lane_point(page, "velocity_pattern", 7, 0, 5),
        ),
    )
    assert state(page, "velocity_pattern") == "5555....55555555" + "." * 16
    act(page, page.locator('[data-ps="velocity_pattern-auto"]').click)
    assert state(page, "velocity_pattern") == "." * 32


def test_a_bar_is_dragged_from_its_top_to_another_level(page):
    top, low = (
        lane_point(page, "velocity_pattern", 2, 0, 5),
        lane_point(page, "velocity_pattern", 2, 3, 5),
    )
    page.mouse.click(*top)
    drag(page, top, low)
    assert state(page, "velocity_pattern")[2] == "2"
    page.mouse.click(*low)
    assert state(page, "velocity_pattern")[2] == "."
    page.wait_for_function(SETTLED)


def test_the_painted_velocity_is_louder_to_see(page):
    point = lane_point(page, "velocity_pattern", 3, 1, 5)
    act(page, lambda: page.mouse.click(*point))
    marks = page.locator(".ps-velocity .ps-mark")
    quiet = lane_point(page, "velocity_pattern", 5, 4, 5)
    act(page, lambda: page.mouse.click(*quiet))
    assert marks.nth(3).bounding_box()["height"] > 3 * marks.nth(5).bounding_box()["height"]
    colour = "node => getComputedStyle(node).backgroundColor"
    assert marks.nth(3).evaluate(colour) != marks.nth(5).evaluate(colour)


def test_the_timing_contour_is_painted_and_heard_by_the_model(page):
    act(
        page,
        lambda: drag(
            page,
            lane_point(page, "microtiming_pattern", 0, 2, 3),
            lane_point(page, "microtiming_pattern", 31, 2, 3),
        ),
    )
    assert state(page, "microtiming_pattern") == ">" * 32
    late = [hit["microtiming"] for hit in groove(page)["hits"]]
    act(
        page,
        lambda: drag(
            page,
            lane_point(page, "microtiming_pattern", 0, 0, 3),
            lane_point(page, "microtiming_pattern", 31, 0, 3),
        ),
    )
    assert state(page, "microtiming_pattern") == "<" * 32
    early = [hit["microtiming"] for hit in groove(page)["hits"]]
    assert sum(late) / len(late) > sum(early) / len(early)
    act(page, page.locator('[data-ps="microtiming_pattern-auto"]').click)
    assert state(page, "microtiming_pattern") == "." * 32


def test_the_grid_is_one_tab_stop_and_goes_by_keys(page):
    assert page.locator('[role=grid] [tabindex="0"]').count() == 1
    page.locator('[role=grid] [tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Snare, bar 1, beat 1, and: off"
    act(page, lambda: page.keyboard.press("Enter"))
    assert state(page, "template")[1][2] == "x"
    act(page, lambda: page.keyboard.press("x"))
    assert state(page, "template")[1][2] == "."
    page.keyboard.press("End")
    assert "bar 2, beat 4, a" in page.evaluate("document.activeElement.ariaLabel")
    page.keyboard.press("Home")
    for name in ("More for Snare", "Solo Snare", "Mute Snare"):
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.activeElement.ariaLabel") == name
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") == "Snare"
    assert page.locator('[role=grid] [tabindex="0"]').count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[role=grid]')") is None


def test_the_lanes_go_by_keys(page):
    first = page.get_by_role("slider", name="Velocity, bar 1, beat 1", exact=True)
    first.focus()
    page.keyboard.press("ArrowUp")
    assert state(page, "velocity_pattern")[0] == "3"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert state(page, "velocity_pattern")[:2] == "43"
    act(page, lambda: page.keyboard.press("Delete"))
    assert state(page, "velocity_pattern")[:2] == "4."
    assert page.locator('.ps-velocity [tabindex="0"]').count() == 1
    page.get_by_role("slider", name="Timing, bar 1, beat 1", exact=True).focus()
    page.keyboard.press("ArrowUp")
    assert state(page, "microtiming_pattern")[0] == "<"


def test_the_genre_changes_groove_presets_and_kit(page):
    genre = page.get_by_role("combobox", name="Genre", exact=True)
    act(page, lambda: genre.select_option("jazz"))
    kit = page.get_by_role("combobox", name="Kit", exact=True)
    assert "Jazz" in kit.locator("option:checked").inner_text()
    preset = page.get_by_role("combobox", name="Preset beat")
    assert "Swing ride" in preset.inner_text()
    act(page, lambda: preset.select_option("Swing ride"))
    assert state(page, "template")[4].count("x") == 12
    assert state(page, "tempo_bpm") == 140
    assert groove(page)["tempo_bpm"] == 140


def test_a_new_take_rolls_the_seed_and_the_old_one_brings_the_groove_back(page):
    first = groove(page)
    seed = page.get_by_label("Seed", exact=True)
    old = seed.input_value()
    act(page, page.get_by_role("button", name="New take", exact=True).click)
    assert seed.input_value() != old
    assert groove(page) != first
    seed.fill(old)
    act(page, lambda: seed.press("Enter"))
    assert groove(page) == first


@pytest.mark.parametrize("typed", ["", "-5", "9e99", "abc"])
def test_nonsense_in_number_fields_becomes_something_valid(page, typed):
    for name, key, low, high in (
        ("seed", "takes[0].seed", 0, 2**31 - 1),
        ("tempo_bpm", "tempo_bpm", 40, 240),
    ):
        page.evaluate(
            """([name, typed]) => {
              const input = document.querySelector(`[data-ps=${name}]`);
              input.value = typed;
              input.dispatchEvent(new Event('change', {bubbles: true}));
            }""",
            [name, typed],
        )
        assert low <= state(page, key) <= high
    page.wait_for_function(SETTLED)
    assert page.locator(".ps-error").count() == 0


def test_another_tempo_plays_the_same_notes_as_people_would_at_it(page):
    def notes():
        return {(hit["drum"], hit["step"]) for hit in groove(page)["hits"]}

    before, hits = notes(), groove(page)["hits"]
    page.get_by_label("Tempo, beats a minute").fill("150")
    page.keyboard.press("Enter")
    assert groove(page)["tempo_bpm"] == 150, "heard at once"
    assert notes() == before
    settle(page)
    assert notes() == before
    assert groove(page)["hits"] != hits


def test_a_server_error_is_one_line_and_loses_nothing(open_page):
    page = open_page(expected_problem="net::ERR_FAILED")
    page.route("**/api/*", lambda route: route.abort())
    before = state(page, "template")
    page.locator(STEP_KICK_2).click()
    wait_for_condition(page, "server")
    assert status(page) == "", "it is said in one place"
    assert state(page, "template")[0] == before[0][0] + "x" + before[0][2:]
    assert groove(page)["hits"]
    page.unroute_all()
    act(page, page.locator(STEP_KICK_2).click)
    assert conditions(page) == []


def test_the_codebook_shows_64_codes_sorts_and_lazily_loads(page):
    assert page.locator(".ps-tile").count() == 0
    page.get_by_role("tab", name="Codebook").click()
    page.locator(".ps-tile").nth(63).wait_for()
    assert page.locator(".ps-tile").count() == 64
    page.get_by_label("Used and played in").select_option("funk")
    page.get_by_label("Order").select_option("usage")
    shares = [float(text.strip("<%")) for text in page.locator(".ps-tile-usage").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=4)
    assert page.locator(".ps-tile-map").first.evaluate("canvas => canvas.width") > 50
    page.get_by_role("tab", name="Codebook").press("ArrowLeft")
    page.get_by_role("tab", name="Song").press("ArrowLeft")
    assert page.locator('[data-ps="heatmap"]').is_visible()


def test_a_code_of_the_codebook_goes_into_a_beat_of_the_groove(page):
    page.get_by_role("tab", name="Codebook").click()
    page.locator(".ps-tile").nth(63).wait_for()
    for control in ("genre", "seed", "swing"):
        assert page.locator(f'[data-ps="{control}"]').is_hidden(), "it does not act here"
    for control in ("play", "tempo_bpm"):
        assert page.locator(f'[data-ps="{control}"]').is_visible()
    genre = state(page, "genre")
    page.get_by_label("Used and played in").select_option("jazz")
    page.wait_for_function("document.querySelectorAll('.ps-bars i.ps-chosen').length === 64")
    assert state(page, "genre") == genre, "the groove keeps its genre"
    page.get_by_label("Put into").select_option("bar 2, beat 1")
    codes = page.evaluate("PocketStudio.instance.performance.codes")
    code = (codes[4] + 1) % 64
    act(page, page.get_by_role("button", name=f"Put code {code} into bar 2, beat 1").click)
    assert status(page) == f"Code {code} plays bar 2, beat 1 of your groove now."
    now = page.evaluate("PocketStudio.instance.performance.codes")
    assert now == [*codes[:4], code, *codes[5:]]
    page.get_by_role("button", name=f"Put code {code} into bar 2, beat 1").click()
    assert status(page) == f"Code {code} plays bar 2, beat 1 already."
    page.get_by_label("Put into").select_option("bar 1, beat 2")
    assert page.get_by_role("button", name="Put code 3 into bar 1, beat 2").is_visible()
    tile = page.locator(".ps-tile").first
    assert "Hip-hop" in tile.inner_text()
    act(page, lambda: page.keyboard.press("Control+z"))
    assert page.evaluate("PocketStudio.instance.performance.codes") == codes


def test_touch_paints_on_a_phone_without_scrolling(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing but the sheet scrolls sideways"
    page.locator("[role=grid]").scroll_into_view_if_needed()
    top = page.evaluate("scrollY")
    points = [cell(page, 2, column) for column in (0, 1, 2, 5)]
    before = version(page)
    Finger(page).swipe(*points)
    page.wait_for_function(f"PocketStudio.instance.version > {before}")
    assert state(page, "template")[4].startswith("xxxxxx.")
    assert page.evaluate("scrollY") == top
    assert page.locator('[data-ps="scroller"]').evaluate("node => node.scrollLeft") == 0
    page.get_by_role("button", name="Bar 2", exact=True).click()
    page.wait_for_function("document.querySelector('[data-ps=scroller]').scrollLeft > 200")
    names = page.locator("[role=rowheader]").first.bounding_box()
    assert names["x"] < 40, "the drums' names stay in sight"


def test_a_finger_that_scrolls_the_page_paints_nothing(open_page):
    page = open_page(viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True)
    page.locator("[role=grid]").scroll_into_view_if_needed()
    template, top = state(page, "template"), page.evaluate("scrollY")
    x, y = cell(page, 6, 4)
    Finger(page).swipe(*((x, y - 12 * step) for step in range(16)))
    page.wait_for_function(f"scrollY > {top + 60}")
    assert state(page, "template") == template
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_space_after_a_click_plays_rather_than_clicks_again(page):
    act(page, page.get_by_role("button", name="New take", exact=True).click)
    takes = state(page, "takes")
    page.keyboard.press("Space")
    page.wait_for_function("PocketStudio.instance.transport.playing")
    assert state(page, "takes") == takes
    page.keyboard.press("Space")


@pytest.mark.parametrize("tab", ["Groove", "Listening test"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_enough_contrast(page, app_url, theme, tab):
    page.goto(f"{app_url}?__theme={theme}")
    page.wait_for_function("window.PocketStudio?.instance?.groove")
    page.get_by_role("tab", name=tab).click()
    page.get_by_role("tabpanel", name=tab).wait_for()
    ratios = page.evaluate(
        """() => {
          const parse = (text) => text.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (node) => {
            for (let at = node; at; at = at.parentElement) {
              const colour = parse(getComputedStyle(at).backgroundColor);
              if (colour.length === 3 || colour[3] > 0.9) return colour;
            }
            return [255, 255, 255];
          };
          const low = [];
          const walk = document.createTreeWalker(
            document.querySelector('.pocket-studio'), NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const node = walk.currentNode.parentElement;
            if (!walk.currentNode.textContent.trim() || !node.checkVisibility()) continue;
            const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) low.push([node.className, node.textContent.slice(0, 20), ratio]);
          }
          return low;
        }"""
    )
    assert ratios == []
