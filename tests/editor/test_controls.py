"""What the model is told besides the sketch: how far to the genre, how many hits, how human."""

import pytest

from pocket_studio.music.kit import DRUMS

from .page_actions import act, groove, no_answers, settle, state


def asked(page):
    """What the page would ask the model for."""
    return page.evaluate(
        """async () => {
          const {store, boot} = PocketStudio.instance;
          return (await web('core/project.js')).grooveRequest(store.state, boot);
        }"""
    )


def slide_to(page, key, value):
    page.locator(f'[data-ps="{key}"]').fill(str(value))


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "not heard"), (0.25, "a hint"), (1, "some"), (2, "clear"), (4, "all the way")],
)
def test_genre_strength_goes_from_not_heard_to_all_the_way(page, value, words):
    slider = page.get_by_role("slider", name="Genre strength")
    assert (slider.input_value(), slider.get_attribute("aria-valuetext")) == ("3", "strong")
    limits = [slider.get_attribute(name) for name in ("min", "max", "step")]
    assert limits == ["0", "4", "0.25"]
    act(page, lambda: slide_to(page, "guidance", value))
    assert page.locator('[data-ps="guidance-text"]').inner_text() == words
    assert slider.get_attribute("aria-valuetext") == words
    assert asked(page)["guidance"] == value


def test_density_is_the_models_until_it_is_asked_for_and_again_after(page):
    slider = page.get_by_role("slider", name="Density")
    auto = page.get_by_role("button", name="Density: auto")
    assert auto.get_attribute("aria-pressed") == "true"
    assert asked(page)["density"] is None
    act(page, lambda: slide_to(page, "density", 0))
    assert asked(page)["density"] == 0
    assert auto.get_attribute("aria-pressed") == "false"
    assert slider.get_attribute("aria-valuetext") == "+0 hits"
    act(page, lambda: slide_to(page, "density", 64))
    template = state(page, "template")
    added = [
        hit
        for hit in groove(page)["hits"]
        if template[DRUMS.index(hit["drum"])][hit["step"]] not in "xgX"
    ]
    assert 0 < len(added) < 64
    assert slider.get_attribute("aria-valuetext") == f"+64, got {len(added)}"
    with no_answers(page):
        slide_to(page, "density", 40)
        assert slider.get_attribute("aria-valuetext") == "+40 hits", "not yet known"
    settle(page)
    act(page, auto.click)
    assert state(page, "density") is None
    assert slider.get_attribute("aria-valuetext") == "auto"
    act(page, auto.click)
    assert state(page, "density") == 40, "where the slider stood"


def test_humanity_is_a_share(page):
    assert asked(page)["humanity"] == 1
    act(page, lambda: slide_to(page, "humanity", 35))
    assert page.locator('[data-ps="humanity-text"]').inner_text() == "35%"
    assert asked(page)["humanity"] == 0.35
