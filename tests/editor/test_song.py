"""The song: sections put in order, heard one after the other without a gap, and saved."""

import base64
import io
import json
import wave

import numpy as np
import pytest

from pocket_studio.midi import read_track

from .file_actions import add_to_song, download
from .page_actions import act, groove, state, status

# A worklet misses no frame when the page is slow; each part says at which frame it was played.
RECORD = """async (transport) => {
  const {context, output} = transport;
  const code = `registerProcessor('tap', class extends AudioWorkletProcessor {
    process([input]) {
      if (input.length) this.port.postMessage([currentFrame, input[0].slice()]);
      return true;
    } })`;
  await context.audioWorklet.addModule(
    URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
  const recorder = new AudioWorkletNode(context, 'tap');
  window.parts = [];
  recorder.port.onmessage = ({data}) => parts.push(data);
  output.connect(recorder).connect(context.destination);
}"""
CAPTURED = """async () => {
  const {base64FromBytes} = await web('core/server.js');
  const first = parts[0][0];
  const line = new Float32Array(parts.at(-1)[0] - first + 128);
  for (const [frame, samples] of parts) line.set(samples, frame - first);
  return base64FromBytes(new Uint8Array(line.buffer));
}"""
FADE = 530  # frames


def captured(page):
    return np.frombuffer(base64.b64decode(page.evaluate(CAPTURED)), np.float32)


def song_of_two(page, tempo="240"):
    """A twice and B once, as fast as it goes, in the Song tab."""
    page.get_by_label("Tempo, beats a minute").fill(tempo)
    page.keyboard.press("Enter")
    add_to_song(page)
    act(page, page.get_by_role("button", name="New take", exact=True).click)
    add_to_song(page)
    page.get_by_role("tab", name="Song").click()
    repeats = page.get_by_label("Repeats of section 1")
    repeats.fill("2")
    repeats.press("Enter")
    page.evaluate("document.activeElement.blur()")


def test_sections_are_heard_in_order_without_gap_or_click_and_it_ends(open_page):
    page = open_page(bypass_csp=True)  # for the recorder, which is a script of text
    song_of_two(page)
    page.evaluate(
        f"PocketStudio.instance.transport.open(), ({RECORD})(PocketStudio.instance.transport)"
    )
    page.evaluate(
        """() => {
          const {context} = PocketStudio.instance.transport;
          window.loops = [];
          context.createBuffer = (...args) => {
            loops.push(AudioContext.prototype.createBuffer.apply(context, args));
            return loops.at(-1);
          };
        }"""
    )
    page.keyboard.press("Space")
    page.get_by_text("Playing 2 of 2").wait_for()
    assert page.locator('[data-ps="play"]').inner_text() == "Stop"
    assert page.locator(".ps-section").nth(0).get_attribute("aria-current") == "true"
    page.get_by_text("Playing 1 of 1").wait_for()
    assert page.locator(".ps-section").nth(1).get_attribute("aria-current") == "true"
    page.wait_for_function("!PocketStudio.instance.root.querySelector('[aria-current]')")
    assert page.locator('[data-ps="play"]').inner_text() == "Play"
    page.wait_for_timeout(300)
    loops = page.evaluate("loops.map((loop) => [...loop.getChannelData(0)])")
    a, b = (np.array(loop, np.float32) for loop in loops)
    song = np.concatenate([a, a, b])
    heard = captured(page) / page.evaluate("PocketStudio.instance.store.state.volume")
    n = len(a)
    assert n == 2 * 44100
    lined_up = np.fft.irfft(
        np.fft.rfft(heard, 2 * len(song)) * np.conj(np.fft.rfft(song, 2 * len(song)))
    )
    start = int(lined_up[: len(heard)].argmax())
    assert len(heard) < start + 3 * n + FADE  # the recorder gets nothing when all is over
    played = np.pad(heard, (0, n))[start : start + 3 * n]
    difference = np.abs(played - song)
    lead = n // 64  # an early hit is at most half a sixteenth before its bar line
    # Sample for sample the loops, but where one gives way to the other.
    assert difference[: 2 * n - lead - FADE].max() < 1e-3
    assert difference[2 * n + 64 : 3 * n - lead - FADE].max() < 1e-3
    joint = slice(2 * n - lead - FADE - 100, 2 * n + 100)
    assert np.abs(np.diff(played[joint])).max() <= np.abs(np.diff(song)).max() * 1.05


def test_early_hits_are_heard_before_their_own_section_and_no_other(open_page):
    """Loops of silence with one soft bump before the end: positive in A, negative in B."""
    page = open_page(bypass_csp=True)  # for the recorder, which is a script of text
    bumps = page.evaluate(
        f"""async () => {{
          const {{base64FromBytes}} = await web('core/server.js');
          const {{createTransport}} = await web('sound/transport.js');
          const {{createSongPlayer}} = await web('song/songplayer.js');
          const N_FRAMES = 22050, EARLY = 300;
          const loop = async ({{sign}}) => {{
            const samples = new Int16Array(2 * N_FRAMES);
            for (let i = 0; i < 200; i += 1)
              samples[2 * (N_FRAMES - EARLY + i)] =
                sign * 16000 * Math.sin((Math.PI * i) / 200) ** 2;
            const pcm16 = base64FromBytes(new Uint8Array(samples.buffer));
            return {{pcm16, sample_rate: 44100, channels: 2, n_frames: N_FRAMES}};
          }};
          const transport = createTransport({{
            render: loop, requestOf: (source) => source, audition: loop,
            onChange: () => {{}}, onError: () => {{}}, onSwap: () => {{}},
          }});
          transport.open();
          await ({RECORD})(transport);
          const microtiming = (-2 * 32 * EARLY) / N_FRAMES;
          const early = {{step: 0, drum: 'kick', velocity: 1, microtiming}};
          const section = (sign, repeats) => ({{
            repeats, request: {{sign, groove: {{hits: [early], swing: 0.5}}}},
          }});
          const player = createSongPlayer({{
            transport, render: loop, onChange: () => {{}}, onError: () => {{}},
          }});
          await new Promise((done) => setTimeout(done, 200));
          player.play([section(1, 2), section(-1, 1)]);
          await new Promise((done) => setTimeout(done, 2200));
          const found = parts.flatMap(([frame, samples]) => [...samples].flatMap((value, i) => (
            Math.abs(value) > 0.4 ? [[frame + i, Math.sign(value)]] : []
          )));
          await transport.context.close();
          return found.filter(([frame], i) => i === 0 || frame - found[i - 1][0] > 1000);
        }}"""
    )
    frames, signs = zip(*bumps, strict=True)
    assert signs == (1, 1, -1)
    assert np.diff(frames) == pytest.approx(22050, abs=1)


def test_a_song_follows_its_tempo_and_plays_on_from_any_section(page):
    song_of_two(page, "120")
    page.get_by_role("button", name="Play from section 2").click()
    page.get_by_text("Playing 1 of 1").wait_for()
    page.get_by_label("Tempo, beats a minute").fill("90")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert page.locator(".ps-section").nth(1).get_attribute("aria-current") == "true"
    page.get_by_role("button", name="Move up section 2").click()
    page.wait_for_timeout(300)
    assert page.locator(".ps-section").nth(0).get_attribute("aria-current") == "true"
    page.get_by_role("tab", name="Groove").click()
    assert page.locator('[data-ps="play"]').inner_text() == "Play"
    page.locator("body").press("Space")
    assert page.evaluate("PocketStudio.instance.transport.playing") is True


def names(page):
    return [section["name"] for section in state(page, "song")]


def test_sections_are_named_ordered_copied_removed_and_each_change_undone(page):
    for _ in range(3):
        add_to_song(page)
    assert "section 3" in status(page)
    shown = [(hit["step"], hit["drum"]) for hit in groove(page)["hits"]]
    page.get_by_role("tab", name="Song").click()
    page.get_by_role("button", name="Add this groove").click()
    assert names(page) == ["A", "B", "C", "D"]
    assert [(hit["step"], hit["drum"]) for hit in state(page, "song[3].groove.hits")] == shown
    page.get_by_role("button", name="Move up section 2").click()
    assert names(page) == ["B", "A", "C", "D"]
    assert page.evaluate("document.activeElement.ariaLabel") == "Play from section 1"
    page.get_by_role("button", name="Copy section 2").click()
    page.get_by_role("button", name="Remove section 1").click()
    assert names(page) == ["A", "A", "C", "D"]
    page.get_by_label("Name of section 2").fill("Chorus")
    page.get_by_label("Repeats of section 2").fill("9")
    page.keyboard.press("Enter")
    assert state(page, "song[1]")["repeats"] == 8
    page.locator(".ps-handle").nth(3).drag_to(page.locator(".ps-section").nth(0))
    assert names(page) == ["D", "A", "Chorus", "C"]
    assert page.get_by_text("22 bars, 0:55 minutes").is_visible()
    page.evaluate("document.activeElement.blur()")
    for expected in (["A", "Chorus", "C", "D"], ["A", "Chorus", "C", "D"], ["A", "A", "C", "D"]):
        page.keyboard.press("Control+z")
        assert names(page) == expected
    for _ in range(13):
        page.get_by_role("button", name="Add this groove").click()
    assert len(names(page)) == 16
    assert "16 sections at most" in status(page)


def test_a_song_is_saved_as_midi_sound_and_in_the_project(page):
    song_of_two(page)
    page.get_by_text("Export options").click()
    page.get_by_label("Lead").select_option("count_in")
    content, name = download(page, "export-song-midi")
    assert name.startswith("pocket-song-240bpm-")
    assert name.endswith(".mid")
    track = read_track(content)
    first, second = (len(section["groove"]["hits"]) for section in state(page, "song"))
    assert track.note.shape[0] == 16 + 3 * 32
    assert track.note[16:].sum() == pytest.approx(2 * first + second, abs=3)
    content, _ = download(page, "export-song-wav")
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnframes() >= 6 * 44100
    project, _ = download(page, "save-project")
    saved = json.loads(project)["song"]
    assert [(section["name"], section["repeats"]) for section in saved] == [("A", 2), ("B", 1)]
