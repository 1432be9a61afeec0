// The state of a job: a word and a sign, never colour alone.

import { h } from "./dom.js";

const SIGNS = { queued: "○", running: "◐", succeeded: "✓", failed: "✕", cancelled: "–", skipped: "–" };

/** The mark of a state. */
export function stateMark(state) {
    return h("span", { class: `state ${state}` }, h("span", { "aria-hidden": "true" }, SIGNS[state] ?? ""), state);
}
