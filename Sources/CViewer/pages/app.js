// The shell: who is here, which page the address names, and what all pages have in common.

import { Problem, json } from "./api.js";
import { h, put, svg } from "./dom.js";
import { failure, loading } from "./notice.js";
import { identity, signIn, signOut } from "./session.js";
import { href, onGo, state } from "./url.js";

const PAGES = {
    datasets: { title: "Datasets", load: () => import("./datasets.js") },
    ions: { title: "Ions", dataset: true, load: () => import("./ions.js") },
    cells: { title: "Cells", dataset: true, load: () => import("./cells.js") },
    markers: { title: "Markers", dataset: true, load: () => import("./markers.js") },
    runs: { title: "Runs", load: () => import("./runs.js") },
    run: { title: "Run", load: () => import("./run.js") },
    start: { title: "Start a run", load: () => import("./start.js") },
    compare: { title: "Compare runs", load: () => import("./compare.js") },
    report: { title: "Report", dataset: true, load: () => import("./report.js") },
    help: { title: "Help", load: () => import("./help.js") },
};

/** Pages that belong to the tab of runs. */
const RUNS = ["run", "start", "compare"];

const main = document.getElementById("main");
let who = null;
let leaving = new AbortController();

function brand() {
    const dot = (cx, cy, r, color) => svg("circle", { cx, cy, r, fill: color });
    return h("a", { class: "brand", href: "/?page=datasets" },
        svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" },
            svg("rect", { width: 32, height: 32, rx: 4, fill: "#10151b" }),
            dot(12, 13, 6, "#35b779"),
            dot(22, 19, 5, "#fde725"),
            dot(12, 24, 3.5, "#31688e"),
            dot(23, 8, 3, "#8a5fb0")), "SEAM");
}

function top(page, hasDataset) {
    const tab = (name, text) => h("li", {}, h("a", {
        href: href({ page: name }), "aria-current": !hasDataset && page === name ? "page" : null }, text));
    put(document.getElementById("top"), brand(),
        who ? h("nav", { "aria-label": "Main" },
            h("ul", { class: "tabs" }, tab("datasets", "Datasets"), tab("runs", "Runs"), tab("help", "Help"))
        ) : null,
        who ? h("div", { class: "who" },
            h("span", { title: who.proof === "open" ? "No token was made yet: the server answers this machine only." : null },
                who.proof === "open" ? "Open mode" : `${who.owner} · ${who.role}`),
            who.proof === "session" ? h("button", {
                type: "button",
                class: "plain",
                onclick: async () => { await signOut(); location.assign("/"); }}, "Sign out") : null) : null);
}

function datasetBar(dataset, page) {
    const tab = (name, text) => h("li", {}, h("a", {
        href: href({ page: name, dataset: dataset.id }),
        "aria-current": (RUNS.includes(page) ? "runs" : page) === name ? "page" : null}, text));
    return h("div", { class: "subject" },
        h("div", { class: "row" },
            h("span", { class: "name" }, dataset.name),
            h("span", { class: "facts" }, ...facts(dataset))
        ),
        h("nav", { "aria-label": "Dataset" }, h("ul", { class: "tabs sub" },
            tab("ions", "Ions"),
            tab("cells", "Cells"),
            tab("markers", "Markers"),
            tab("runs", "Runs"),
            tab("report", "Report"))));
}

function facts(dataset) {
    const parts = [
        dataset.sample, dataset.group, `${dataset.width} × ${dataset.height} px`,
        dataset.pixel_size_um ? `${Number(dataset.pixel_size_um.toPrecision(4))} µm a pixel` : "pixel size unknown",
        `${dataset.ion_count} ions`, dataset.polarity,
    ];
    return parts.filter(Boolean).map((text) => h("span", {}, text));
}

async function show() {
    leaving.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    const values = state();
    const name = values.page in PAGES ? values.page : "datasets";
    const page = PAGES[name];
    document.title = `${page.title} · SEAM`;
    put(main, loading());
    try {
        who ??= await identity();
        top(name, Boolean(values.dataset));
        const [module, dataset] = await Promise.all([
            page.load(),
            values.dataset ? json(`/v1/datasets/${encodeURIComponent(values.dataset)}`, { signal }) : null,
        ]);
        if (signal.aborted) return;
        if (page.dataset && !dataset) {
            history.replaceState(null, "", href({ page: "datasets" }));
            return show();
        }
        if (dataset) document.title = `${page.title} · ${dataset.name} · SEAM`;
        const root = h("div", { class: "page" });
        put(main, dataset ? datasetBar(dataset, name) : null, root);
        await module.show(root, { values, dataset, who, signal });
    } catch (error) {
        if (signal.aborted || error.name === "AbortError") return;
        if (error instanceof Problem && error.status === 401) {
            who = null;
            top(name);
            document.title = "Sign in · SEAM";
            signIn(main, show);
            return;
        }
        put(main, h("div", { class: "page" }, h("h1", {}, page.title), failure(error, show)));
    }
}

onGo(() => { show().then(() => main.focus({ preventScroll: true })); scrollTo(0, 0); });
show();
