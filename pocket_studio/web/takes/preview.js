// Something else than the present groove is seen and heard while it is pointed at.

import { createChannel } from "../core/server.js";

const POINT_MS = 120; // before what is pointed at is heard

/** See and hear what the model plays of a request while it is pointed at. */
export function createPreview({ server, player, fail }) {
  let wanted = null;
  let asked = null;
  let timer = null;
  const channel = createChannel({
    send: server.groove,
    makeRequest() {
      asked = wanted;
      return wanted && wanted();
    },
    onAnswer: (answer) => wanted && asked === wanted && player.startPreview(answer),
    onError: fail,
  });

  function settle() {
    timer = null;
    if (wanted) channel.request();
    else player.endPreview();
  }

  return {
    /** Point at what `makeRequest` asks for, or at none; a pause lets others be crossed unheard. */
    point(makeRequest) {
      wanted = makeRequest;
      clearTimeout(timer);
      timer = setTimeout(settle, POINT_MS);
    },
    stop() {
      if (wanted === null && timer === null) return;
      wanted = null;
      clearTimeout(timer);
      timer = null;
      channel.cancel();
      player.endPreview();
    },
  };
}

/** A finger cannot point without pressing: returns whether the last press on `node` was one. */
export function watchTouch(node) {
  let isTouch = false;
  node.addEventListener("pointerdown", (event) => {
    isTouch = event.pointerType === "touch";
  });
  node.addEventListener("keydown", () => {
    isTouch = false;
  });
  return () => isTouch;
}
