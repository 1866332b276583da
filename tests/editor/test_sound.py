"""What is heard: the page's own output is captured, not assumed."""

import pytest

from .page_actions import STEP_KICK_2, act, status

# A recorder between the transport and the speakers keeps every frame that is played.
RECORD = """() => {
  const {context, output} = PocketStudio.instance.transport;
  const recorder = context.createScriptProcessor(1024, 2, 1);
  window.captured = [];
  recorder.onaudioprocess = (event) => {
    captured.push(event.inputBuffer.getChannelData(0).slice());
  };
  output.connect(recorder).connect(context.destination);
}"""
LOUDEST = "captured.reduce((most, part) => Math.max(most, ...part.map(Math.abs)), 0)"
SOUNDING = "PocketStudio.instance.transport.heardPhase !== null"


def play(page):
    page.locator("body").press("Space")
    page.wait_for_function(SOUNDING)


@pytest.fixture
def playing(page):
    play(page)
    page.evaluate(RECORD)
    return page


def test_space_plays_a_sound_that_is_heard_and_stops_it(playing):
    playing.wait_for_function(f"captured.length > 40 && {LOUDEST} > 0.02")
    assert playing.locator('[data-ps="play"]').get_attribute("aria-pressed") == "true"
    playing.locator("body").press("Space")
    assert playing.evaluate("PocketStudio.instance.transport.playing") is False
    playing.wait_for_timeout(250)
    playing.evaluate("captured.length = 0")
    playing.wait_for_function("captured.length > 8")
    assert playing.evaluate(LOUDEST) == 0


def test_the_loop_is_two_bars_long_and_seamless(playing):
    facts = playing.evaluate(
        """() => {
          const {buffer} = PocketStudio.instance.transport;
          const line = buffer.getChannelData(0);
          let largest = 0;
          for (let i = 1; i < line.length; i += 1)
            largest = Math.max(largest, Math.abs(line[i] - line[i - 1]));
          return {
            frames: buffer.length, rate: buffer.sampleRate, largest,
            seam: Math.abs(line[0] - line[line.length - 1]),
            tempo: PocketStudio.instance.groove.tempo_bpm,
          };
        }"""
    )
    assert facts["rate"] == 44100
    assert facts["frames"] == round(44100 * 8 * 60 / facts["tempo"])
    assert facts["seam"] <= facts["largest"]


def test_an_edit_swaps_the_loop_in_phase_without_a_stop(playing):
    playing.wait_for_timeout(400)
    swaps = """() => { window.swaps = []; PocketStudio.instance.root.addEventListener(
        'pocket:sound', (event) => swaps.push(event.detail)); }"""
    playing.evaluate(swaps)
    before = playing.evaluate(
        """() => {
          const {transport} = PocketStudio.instance;
          return {time: transport.context.currentTime,
                  phase: transport.phaseAt(transport.context.currentTime),
                  length: transport.buffer.duration};
        }"""
    )
    act(playing, playing.locator(STEP_KICK_2).click)
    playing.wait_for_function("swaps.length === 1")
    after = playing.evaluate(
        """() => {
          const {transport} = PocketStudio.instance;
          return {time: swaps[0].startTime, phase: transport.phaseAt(swaps[0].startTime),
                  playing: transport.playing};
        }"""
    )
    expected = (before["phase"] + (after["time"] - before["time"]) / before["length"]) % 1
    assert after["playing"] is True
    assert after["phase"] == pytest.approx(expected, abs=1e-4)


def test_a_crossfade_and_a_loops_seam_make_no_click(open_page):
    """Two slow sines of opposite phase as loops: any hard switch would be a jump of up to 1."""
    page = open_page(bypass_csp=True)  # for the recorder, which is a script of text
    jump, loudest, n_swaps = page.evaluate(
        """async () => {
          const {base64FromBytes} = await web('core/server.js');
          const {createTransport} = await web('sound/transport.js');
          const n_frames = 8820, period = 882;
          const loop = (sign) => {
            const samples = new Int16Array(2 * n_frames);
            for (let i = 0; i < n_frames; i += 1)
              samples[2 * i] = samples[2 * i + 1] =
                sign * 16384 * Math.sin((2 * Math.PI * (i + 200)) / period);
            const pcm16 = base64FromBytes(new Uint8Array(samples.buffer));
            return {pcm16, sample_rate: 44100, channels: 2, n_frames};
          };
          let sign = 1, n_swaps = 0;
          const transport = createTransport({
            render: async () => loop(sign = -sign),
            requestOf: (source) => source,
            audition: async () => ({}),
            onChange: () => {}, onError: () => {}, onSwap: () => { n_swaps += 1; },
          });
          const pause = (ms) => new Promise((done) => setTimeout(done, ms));
          let edit = 0;
          const source = () => ({key: 'a', edit: edit += 1});
          transport.play(source());
          await pause(200);
          // A worklet, unlike a script processor, misses no frame when the page is slow.
          const code = `registerProcessor('tap', class extends AudioWorkletProcessor {
            process([input]) { if (input.length) this.port.postMessage(input[0].slice());
              return true; }
          })`;
          const {context, output} = transport;
          await context.audioWorklet.addModule(
            URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
          const recorder = new AudioWorkletNode(context, 'tap');
          const heard = [];
          recorder.port.onmessage = (event) => heard.push(...event.data);
          output.connect(recorder).connect(context.destination);
          await pause(300);
          for (let swap = 0; swap < 4; swap += 1) { transport.replace(source()); await pause(150); }
          let start = 0, jump = 0, loudest = 0;
          while (heard[start] === 0) start += 1;
          for (let i = start + 1; i < heard.length; i += 1) {
            jump = Math.max(jump, Math.abs(heard[i] - heard[i - 1]));
            loudest = Math.max(loudest, Math.abs(heard[i]));
          }
          await context.close();
          return [jump, loudest, n_swaps];
        }"""
    )
    assert n_swaps == 5
    assert loudest > 0.45
    assert jump < 0.01


def test_a_tempo_change_keeps_the_musical_place(playing):
    playing.wait_for_timeout(300)
    length = playing.evaluate("PocketStudio.instance.transport.buffer.duration")
    playing.get_by_label("Tempo, beats a minute").fill("180")
    before = playing.evaluate("PocketStudio.instance.transport.heardPhase")
    playing.keyboard.press("Enter")
    playing.wait_for_function(f"PocketStudio.instance.transport.buffer.duration < {length} - 0.01")
    after = playing.evaluate("PocketStudio.instance.transport.heardPhase")
    assert (after - before) % 1 < 0.35
    assert playing.evaluate("PocketStudio.instance.transport.playing") is True


def test_the_playhead_moves_over_the_sheet(playing):
    place = "document.querySelector('[data-ps=playhead]').getBoundingClientRect().x"
    assert playing.locator('[data-ps="playhead"]').is_visible()
    first = playing.evaluate(place)
    playing.wait_for_timeout(300)
    assert playing.evaluate(place) != first


def test_a_drums_name_plays_it(page):
    page.evaluate(
        """() => { window.heard = []; PocketStudio.instance.root.addEventListener(
            'pocket:sound', (event) => heard.push(event.detail.drum)); }"""
    )
    page.get_by_role("button", name="Snare", exact=True).click()
    page.wait_for_function("heard.length === 1")
    assert page.evaluate("heard[0]") == "snare"


def test_a_code_plays_and_stops(page):
    page.get_by_role("tab", name="Codebook").click()
    button = page.get_by_role("button", name="Play code 5,")
    button.click()
    page.wait_for_function(SOUNDING)
    page.evaluate(RECORD)
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("PocketStudio.instance.transport.sourceKey") == "code:5"
    button.click()
    assert page.evaluate("PocketStudio.instance.transport.playing") is False


def test_space_belongs_to_what_has_the_focus(page):
    playing = "PocketStudio.instance.transport.playing"
    page.get_by_label("Seed", exact=True).focus()
    page.keyboard.press("Space")
    assert page.evaluate(playing) is False
    page.get_by_label("Seed", exact=True).press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "New take"
    act(page, lambda: page.keyboard.press("Space"))
    assert page.evaluate(playing) is False
    page.locator('[role=grid] [tabindex="0"]').focus()
    page.keyboard.press("Space")
    assert page.evaluate(playing) is True
    page.keyboard.press("Space")
    assert page.evaluate(playing) is False


def test_a_code_that_plays_follows_the_tempo(page):
    page.get_by_role("tab", name="Codebook").click()
    page.get_by_role("button", name="Play code 5,").click()
    page.wait_for_function(SOUNDING)
    page.get_by_label("Tempo, beats a minute").fill("200")
    page.keyboard.press("Enter")
    page.wait_for_function("PocketStudio.instance.transport.buffer.length === 44100 * 2.4")
    assert page.evaluate("PocketStudio.instance.transport.sourceKey") == "code:5"


def test_without_fluidsynth_all_but_sound_works_and_the_page_says_how_to_get_it(
    open_page, silent_app_url
):
    page = open_page(url=silent_app_url)
    assert page.locator('[data-ps="play"]').is_disabled()
    assert "FluidSynth is not installed; run: " in status(page)
    act(page, page.locator(STEP_KICK_2).click)
    assert "FluidSynth is not installed; run: " in status(page)
    page.locator("body").press("Space")
    assert page.evaluate("PocketStudio.instance.transport.playing") is False
    page.get_by_role("tab", name="Codebook").click()
    page.locator(".ps-tile").nth(63).wait_for()
    assert page.get_by_role("button", name="Play code 5,").is_disabled()


RUNNING = "PocketStudio.instance.transport.context.state === 'running'"


def test_sound_that_the_browser_pauses_goes_on_by_itself(playing):
    states = """() => { const {context} = PocketStudio.instance.transport; window.states = [];
        context.addEventListener('statechange', () => states.push(context.state)); }"""
    playing.evaluate(states)
    playing.evaluate("PocketStudio.instance.transport.context.suspend()")
    playing.wait_for_function("states.includes('suspended') && states.at(-1) === 'running'")
    playing.evaluate("captured.length = 0")
    playing.wait_for_function(f"captured.length > 40 && {LOUDEST} > 0.02")
    assert status(playing) == ""


def test_sound_that_may_not_go_on_is_said_and_goes_on_with_a_click(playing):
    # As a browser that waits for the user: a resume that never comes.
    playing.evaluate(
        """() => { const {context} = PocketStudio.instance.transport;
            context.resume = () => new Promise(() => {}); context.suspend(); }"""
    )
    playing.locator(".ps-status.ps-error").wait_for()
    assert "The browser has paused the sound" in status(playing)
    playing.evaluate("delete PocketStudio.instance.transport.context.resume")
    playing.locator("h1").click()
    playing.wait_for_function(RUNNING)
    playing.wait_for_function("!document.querySelector('.ps-status.ps-error')")
    assert playing.evaluate("PocketStudio.instance.transport.playing") is True


def test_a_context_that_is_paused_while_nothing_plays_is_left_alone(playing):
    playing.locator("body").press("Space")
    playing.evaluate("PocketStudio.instance.transport.context.suspend()")
    playing.wait_for_timeout(1500)
    assert not playing.evaluate(RUNNING)
    assert status(playing) == ""
    play(playing)
    assert playing.evaluate(RUNNING)
