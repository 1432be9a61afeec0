// The state of a page is the query of its address: a link shows a colleague the same.

/** What the address says. */
export function state() {
    return Object.fromEntries(new URLSearchParams(location.search));
}

/** The address of a state. */
export function href(values) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        if (value !== undefined && value !== null && value !== "") search.set(name, value);
    }
    return `/?${search}`;
}

/** Notes a change of the page's state in the address, without a new step of the history. */
export function note(changes) {
    const merged = { ...state() };
    for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === null || value === "") delete merged[name];
        else merged[name] = String(value);
    }
    history.replaceState(null, "", href(merged));
}

/** Goes to a state, as a click on its link does. */
export function go(values) {
    history.pushState(null, "", href(values));
    dispatchEvent(new Event("seam:go"));
}

/** Calls back whenever another state is to be shown: links of the page, back and forward. */
export function onGo(action) {
    addEventListener("popstate", action);
    addEventListener("seam:go", action);
    document.addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href^='/?']");
        if (!link || event.defaultPrevented || event.button !== 0 || link.target || link.hasAttribute("download")
            || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        history.pushState(null, "", link.getAttribute("href"));
        action();
    });
}
