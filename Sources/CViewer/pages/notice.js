// What a page says when it is empty, waits or fails; each says what to do next.

import { Problem } from "./api.js";
import { h } from "./dom.js";

/** A failure as the server named it: title, detail, places, request. */
export function failure(error, again) {
    const known = error instanceof Problem;
    if (!known) console.error(error);
    const document = known ? error.document : { title: "The page has a fault", detail: String(error.message ?? error) };
    const places = (document.errors ?? []).map((place) => {
        const where = [
            place.pointer ?? place.parameter ?? place.file,
            place.line && `line ${place.line}`,
        ].filter(Boolean).join(", ");
        return h("li", {}, where ? h("strong", {}, `${where}: `) : null, place.detail);
    });
    const jobs = (document.jobs ?? []).map((id) => h("li", {},
        h("a", { href: `/?page=run&job=${encodeURIComponent(id)}` }, id)
    ));
    return h("div", { class: "notice bad", role: "alert" },
        h("strong", {}, document.title), h("p", {}, document.detail),
        places.length || jobs.length ? h("ul", {}, places, jobs) : null,
        document.request_id ? h("p", { class: "quiet small" }, `Request ${document.request_id}`) : null,
        again ? h("p", {}, h("button", { type: "button", onclick: again }, "Try again")) : null);
}

/** A remark that is not a failure. */
export function remark(title, ...text) {
    return h("div", { class: "notice warn" }, title ? h("strong", {}, title) : null, text.map((t) => h("p", {}, t)));
}

/** Nothing here yet, and what to do. */
export function empty(title, text, ...actions) {
    return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text), h("div", { class: "row" }, actions));
}

/** Something is on its way. */
export function loading(text = "Loading…") {
    return h("p", { class: "quiet", role: "status" }, text);
}

/** A command line with a button that copies it. */
export function command(text, label = "Command") {
    const button = h("button", {
        type: "button", class: "plain", onclick: async () => {
            await navigator.clipboard?.writeText(text);
            button.textContent = "Copied";
        },
    }, "Copy");
    return h("div", { class: "stack tight" },
        h("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label }, text), h("div", {}, button));
}
