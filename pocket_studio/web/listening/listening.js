// The listening test: what the page knows of a question is its id and the
// hits of its clips; who plays is told at the end.

import { element } from "../core/fields.js";
import { ask } from "../core/server.js";
import { createTransport } from "../sound/transport.js";
import { createFetching } from "./fetching.js";
import { createResults } from "./results.js";

/** @import { App, Hooks } from "../types.js" */

/** What each kind of test asks: its clips in the order of listening, and its answers. */
const KINDS = {
  human_or_ai: {
    title: "Human or AI?",
    prompt: "Who plays this beat: a human drummer or the AI?",
    clips: { a: "the beat" },
    answers: { human: "Human", ai: "AI" },
  },
  preference: {
    title: "Which do you prefer?",
    prompt: "A and B are two ways to play the plain beat. Which do you prefer?",
    clips: { template: "the plain beat", a: "A", b: "B" },
    answers: { a: "I prefer A", b: "I prefer B" },
  },
};
const NAMES = { human: "human", ai: "AI" };
const SCREENS = ["home", "question", "score"];

/** The listener's own result in words: a line, and an item for each question. */
function describeReview(kind, review) {
  if (kind === "human_or_ai") {
    const nRight = review.filter(({ a, chosen }) => a === chosen).length;
    return {
      line: `You were right about ${nRight} of ${review.length}. Guessing gets about half.`,
      items: review.map(({ a, chosen }) => {
        const verdict = a === chosen ? "right" : `you said ${NAMES[chosen]}`;
        return `It was ${a === "ai" ? "the AI" : "a human"}: ${verdict}`;
      }),
    };
  }
  const nHuman = review.filter(({ chosen }) => chosen === "human").length;
  return {
    line:
      `You preferred the human in ${nHuman} of ${review.length} questions, ` +
      `the AI in ${review.length - nHuman}.`,
    items: review.map(({ a, chosen }) => {
      const [first, second] = a === "ai" ? ["AI", "human"] : ["human", "AI"];
      return `A was ${first}, B was ${second}: you preferred ${chosen === a ? "A" : "B"}`;
    }),
  };
}

/** Ask for every clip once. */
function createClipCache(askClip) {
  const clips = new Map();
  return {
    clear: () => clips.clear(),
    async get(request) {
      if (clips.has(request.clip)) return clips.get(request.clip);
      const clip = await ask(askClip, request);
      if (!clip.error) clips.set(request.clip, clip);
      return clip;
    },
  };
}

/**
 * The tab's content.
 *
 * Returns {open, stop, leave, toggle}: `open()` shows the tab, `leave()` forgets it,
 *   `stop()` ends the sound, `toggle()` plays or stops the clip that comes next.
 */
function createListening(part, { server, onError, onSuccess }) {
  const results = createResults(part, { server, onError });
  const cache = createClipCache(server.listening_clip);
  const fetching = createFetching(part, {
    server,
    onNotice(notice, error) {
      for (const kind of Object.keys(KINDS)) part(`start-${kind}`).disabled = notice !== "";
      if (error) onError(error);
    },
  });
  let test = null; // {kind, id, questions, index}
  let heard = new Set();
  let lastClip = null;
  let waiting = false;
  let turn = 0; // of the clip that is wanted

  const transport = createTransport({
    askKit: server.kit,
    onChange: () => update(),
    onError,
    onResumed: onSuccess,
    onSound: () => {
      heard.add(lastClip);
      onSuccess();
    },
  });

  const clipNames = () => Object.keys(KINDS[test.kind].clips);
  const nextClip = () => clipNames().find((clip) => !heard.has(clip));
  const isPlaying = (clip) => transport.playing && lastClip === clip;

  /** Stop, also what is still on its way. */
  function silence() {
    turn += 1;
    transport.stop();
  }

  async function play(clip) {
    const question = test.questions[test.index];
    silence();
    transport.open(); // while the browser knows that somebody has asked for sound
    lastClip = clip;
    const own = (turn += 1);
    const answer = await cache.get({ test: test.id, question, clip });
    if (turn !== own) return;
    if (answer.error) onError(answer.error);
    else transport.play({ key: clip, ...answer });
  }

  function toggle() {
    if (!test) return;
    if (transport.playing) silence();
    else play(nextClip() || lastClip || clipNames()[0]);
  }

  function showScreen(name) {
    for (const one of SCREENS) part(`listening-${one}`).hidden = one !== name;
    part("results").hidden = name === "question";
    results.refresh();
  }

  function hint() {
    const next = nextClip();
    if (!next) return "Play again as often as you like, then answer.";
    return `${heard.size ? "Now play" : "First play"} ${KINDS[test.kind].clips[next]}.`;
  }

  /** Show what plays, what may be played and whether it is time to answer. */
  function update() {
    if (!test) return;
    const next = nextClip();
    for (const button of part("listening-clips").children) {
      const { clip } = button.dataset;
      const playing = isPlaying(clip);
      button.setAttribute("aria-pressed", String(playing));
      button.textContent = `${playing ? "Stop" : "Play"} ${KINDS[test.kind].clips[clip]}`;
      button.disabled = clip !== next && !heard.has(clip);
    }
    for (const button of part("listening-answers").children) {
      button.disabled = waiting || next !== undefined;
    }
    if (part("listening-hint").textContent !== hint()) part("listening-hint").textContent = hint();
  }

  function buildButtons(group, texts, make) {
    const buttons = Object.entries(texts).map(([name, text]) => {
      const button = element("button", { type: "button", text });
      make(button, name);
      return button;
    });
    group.replaceChildren(...buttons);
  }

  function showQuestion() {
    const { kind, questions, index } = test;
    heard = new Set();
    lastClip = null;
    cache.clear();
    part("listening-progress").textContent =
      `${KINDS[kind].title} Question ${index + 1} of ${questions.length}`;
    part("listening-bar").style.width = `${(100 * index) / questions.length}%`;
    part("listening-prompt").textContent = KINDS[kind].prompt;
    buildButtons(part("listening-clips"), KINDS[kind].clips, (button, clip) => {
      button.className = "ps-play";
      button.dataset.clip = clip;
      button.addEventListener("click", () => (isPlaying(clip) ? silence() : play(clip)));
    });
    buildButtons(part("listening-answers"), KINDS[kind].answers, (button, answer) => {
      button.className = "ps-answer";
      button.addEventListener("click", () => give(answer));
    });
    update();
    showScreen("question");
    part("listening-progress").focus();
  }

  function showScore(review) {
    const { line, items } = describeReview(test.kind, review);
    part("score-title").textContent = `${KINDS[test.kind].title} Your result`;
    part("score-text").textContent = line;
    part("score-list").replaceChildren(...items.map((text) => element("li", { text })));
    test = null;
    part("results").open = true;
    showScreen("score");
    part("score-title").focus();
  }

  function showHome() {
    test = null;
    showScreen("home");
  }

  /** Ask the server; null after an error, which has been told. */
  async function request(call, data) {
    if (waiting) return null;
    waiting = true;
    update();
    const answer = await ask(call, data);
    waiting = false;
    update();
    if (answer.error) onError(answer.error);
    else onSuccess();
    return answer.error ? null : answer;
  }

  async function start(kind) {
    const answer = await request(server.listening_start, { kind });
    if (!answer) return;
    test = { kind, id: answer.test, questions: answer.questions, index: 0 };
    showQuestion();
  }

  async function give(answer) {
    silence();
    const asked = test;
    const data = { test: test.id, question: test.questions[test.index], answer };
    const taken = await request(server.listening_answer, data);
    if (!taken || test !== asked) return;
    test.index += 1;
    if (test.index < test.questions.length) showQuestion();
    else showScore(taken.review);
  }

  /** The tab is shown: a test goes on where it was; else say whether one can be taken. */
  async function open() {
    results.refresh();
    fetching.show(await ask(server.listening_notice, {}));
  }

  for (const kind of Object.keys(KINDS)) {
    part(`start-${kind}`).addEventListener("click", () => start(kind));
  }
  part("listening-leave").addEventListener("click", () => {
    silence();
    showHome();
  });
  part("score-done").addEventListener("click", showHome);
  return { open, toggle, stop: silence, leave: fetching.leave, transport };
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindListening({ part, server, sayNothing, fail, instance, transport, playIn }) {
  const listening = createListening(part, {
    server,
    onError: fail,
    onSuccess: sayNothing,
  });
  instance.listening = listening;
  playIn.listening = listening.toggle;
  return {
    open(view) {
      if (view !== "listening") {
        listening.stop();
        listening.leave();
        return;
      }
      transport.stop();
      listening.open();
    },
  };
}
