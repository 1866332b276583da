// What the page says: lines that go by themselves, and conditions that stand as long as they hold.

import { element } from "./fields.js";

/** @typedef {{ text: string, run: () => void }} Remedy a button's words and what it does */

const READ_MS = 5000; // to see that something is said
const READ_MS_PER_CHARACTER = 80;
const AWAY_WAITS_MS = [1000, 2000, 4000, 8000]; // the last again and again
const AWAY = "The studio does not answer: is it still running? What you do meanwhile is kept here.";

function buttonOf({ text, run }) {
  const button = element("button", { type: "button", class: "ps-button", text });
  button.addEventListener("click", run);
  return button;
}

/**
 * `say(line, isError, {remedy, stays})`: one line, in place of the last. It goes after the time that
 * it takes to read it, twice that for an error; one that `stays`, or offers a remedy, does not.
 *
 * @returns {(line: string, isError?: boolean, how?: { remedy?: Remedy, stays?: boolean }) => void}
 */
export function createStatus(node) {
  let timer = null;
  return function say(line, isError = false, { remedy, stays = Boolean(remedy) } = {}) {
    clearTimeout(timer);
    node.replaceChildren(line, ...(remedy ? [" ", buttonOf(remedy)] : []));
    node.classList.toggle("ps-error", isError && line !== "");
    if (stays || !line) return;
    const wait = READ_MS + READ_MS_PER_CHARACTER * line.length;
    timer = setTimeout(() => say(""), isError ? 2 * wait : wait);
  };
}

/**
 * `condition(name, line, remedy)`: what is unusual stands in one place until `line` is null.
 *
 * @returns {(name: string, line: string | null, remedy?: Remedy) => void}
 */
export function createConditions(node) {
  const shown = new Map();
  return (name, line, remedy) => {
    const before = shown.get(name);
    if ((before?.line ?? null) === line) return; // said once
    before?.entry.remove();
    shown.delete(name);
    if (line === null) return;
    const entry = element("div", { class: "ps-condition", role: "alert", "data-condition": name });
    entry.append(element("p", { text: line }), ...(remedy ? [buttonOf(remedy)] : []));
    node.append(entry);
    shown.set(name, { line, entry });
  };
}

/**
 * Say that the studio is away as long as it is: `probe()` asks it for something small until it
 * answers. Returns what is to be told after each call whether it did.
 */
export function followReach(condition, probe) {
  let timer = null;
  let tries = 0;
  function tryNow() {
    clearTimeout(timer);
    timer = null;
    tries += 1;
    probe();
  }
  return (isThere) => {
    condition("server", isThere ? null : AWAY, { text: "Try now", run: tryNow });
    if (isThere) {
      clearTimeout(timer);
      [timer, tries] = [null, 0];
    } else {
      timer ??= setTimeout(tryNow, AWAY_WAITS_MS[Math.min(tries, AWAY_WAITS_MS.length - 1)]);
    }
  };
}
