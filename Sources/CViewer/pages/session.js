// Who is signed in; the page that asks for a token.

import { json, request } from "./api.js";
import { field, h, put } from "./dom.js";
import { failure } from "./notice.js";

/** The identity of the session, or in open mode of the machine's user. */
export function identity() {
    return json("/v1/session");
}

/** Whether this reader may upload and run. */
export function mayWork(who) {
    return who.role !== "reader";
}

/** Shows the form that begins a session; `done` is called when it has begun. */
export function signIn(root, done) {
    const token = h("input",
        { type: "password", autocomplete: "current-password", required: true, spellcheck: "false", name: "token" }
    );
    const place = h("div", {});
    const form = h("form", {
        class: "stack", onsubmit: async (event) => {
            event.preventDefault();
            put(place);
            try {
                await request(
                    "/v1/session",
                    { method: "POST", headers: { Authorization: `Bearer ${token.value.trim()}` } }
                );
                done();
            } catch (error) {
                put(place, failure(error));
                token.setAttribute("aria-invalid", "true");
                token.focus();
            }
        },
    },
    field("Token",
        token,
        "Made on the server by: seam token create --owner NAME --role member. The browser keeps a session of 12 hours, not the token."
    ),
    place, h("div", {}, h("button", { class: "primary" }, "Sign in")));
    put(root, h("div", { class: "page narrow" }, h("h1", {}, "Sign in"),
        h("p", { class: "lead" }, "This server asks who you are. Ask whoever runs it for a token."), form));
    token.focus();
}

/** Ends the session. */
export async function signOut() {
    await request("/v1/session", { method: "DELETE" });
}
