"""What plays, rendered at once: the page's own sequencer on an audio context without a clock."""

import base64

import numpy as np

# `hearLoop(passes, onBlocks, channel)` is what plays: the last of so many passes of a loop, or a
# whole song. `onBlocks` puts hits where FluidSynth can, on blocks of 64 frames.
HEAR = """window.hearLoop = async (passes = 2, onBlocks = false, channel = 0) => {
  const {createSequencer} = await web('sound/sequencer.js');
  const {createOutput, scoreOf, stepSecondsOf} = await web('sound/transport.js');
  const {startOf} = await web('sound/score.js');
  const {createKitSounds} = await web('sound/kitsounds.js');
  const {app: {server}, transport: {source}} = PocketStudio.instance;
  const stepSeconds = stepSecondsOf((source.groove ?? source.sections[0].groove).tempo_bpm);
  const score = scoreOf(source);
  const frames = Math.round(score.length * stepSeconds * 44100);
  if (!score.loops) passes = 1;
  const context = new OfflineAudioContext(2, passes * frames, 44100);
  const kit = await createKitSounds(server.kit).get(source);
  if (onBlocks) for (const event of score.events) {
    const blocks = Math.round(event.position * stepSeconds * 44100) / 64;
    // Halfway between two blocks Python takes the even one, and one block apart a hat is noise.
    const block = blocks % 1 === 0.5 ? 2 * Math.round(blocks / 2) : Math.round(blocks);
    event.position = (block * 64) / 44100 / stepSeconds;
  }
  await kit.prepare(score.events);
  const sequencer = createSequencer(context, createOutput(context, context.destination));
  sequencer.start({score, kit, levels: source.levels ?? {}, stepSeconds}, startOf(score, 0), 0);
  sequencer.schedule(passes * frames / 44100);
  const sound = await context.startRendering();
  sequencer.stop(0);
  return sound.getChannelData(channel).slice(-frames);
};"""

ENERGY = "hearLoop().then((line) => line.reduce((sum, sample) => sum + sample * sample, 0))"


def heard(page, on_blocks=False, channel=0):
    """Return what plays, as one channel of its loop or of the whole song."""
    text = page.evaluate(
        """async ([onBlocks, channel]) => {
          const {base64FromBytes} = await web('core/server.js');
          return base64FromBytes(new Uint8Array((await hearLoop(2, onBlocks, channel)).buffer));
        }""",
        [on_blocks, channel],
    )
    return np.frombuffer(base64.b64decode(text), np.float32)


def place(page):
    """The time of the audio clock and where the music is then, in steps."""
    return page.evaluate(
        """() => {
          const {transport} = PocketStudio.instance;
          const time = transport.context.currentTime;
          return [time, transport.positionAt(time)];
        }"""
    )


def note_changes(page):
    """Note each change of what sounds in `changes`: [from which time, where the music is then]."""
    page.evaluate(
        """() => {
          window.changes = [];
          const {root, transport} = PocketStudio.instance;
          root.addEventListener('pocket:sound', ({detail: {startTime}}) => {
            if (startTime) changes.push([startTime, transport.positionAt(startTime)]);
          });
        }"""
    )


def is_in_place(page, before, after):
    """Whether the music went on in its tempo from one [time, position] to the other."""
    tempo = page.evaluate("PocketStudio.instance.groove.tempo_bpm")
    expected = before[1] + (after[0] - before[0]) * tempo / 15
    return abs(after[1] - expected) < 1e-3
