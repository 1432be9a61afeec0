// Two runs of a dataset side by side, with how much they agree (adjusted Rand index).

import { agreement } from "./agreement.js";
import { cellMap } from "./cell-map.js";
import { clusterings, loadCells } from "./cells-data.js";
import { field, h, put, select } from "./dom.js";
import { number, time } from "./format.js";
import { empty } from "./notice.js";
import { Selection } from "./selection.js";
import { go } from "./url.js";

function title(job) {
    const { method, n_clusters: count, seed } = job.parameters;
    return `${time(job.submitted_at)} · ${method}${count ? `, ${count} clusters` : ""}${seed ? `, seed ${seed}` : ""}`;
}

/** The page. */
export async function show(root, { values, dataset, signal }) {
    if (!dataset) {
        put(root,
            h("h1", {}, "Compare two runs"),
            empty(
                "Choose a dataset first",
                "Two runs of one dataset are compared.",
                h("a", { class: "button primary", href: "/?page=datasets" }, "Datasets")
            )
        );
        return;
    }
    const jobs = await clusterings(dataset.id, signal);
    if (jobs.length < 2) {
        put(root, h("h1", {}, "Compare two runs"), empty("There is one clustering at most",
            "Run the analysis again with other parameters, then compare the two.",
            h("a", { class: "button primary", href: `/?page=start&dataset=${dataset.id}&kind=clustering` },
                "Run with other parameters"
            )));
        return;
    }
    const a = await loadCells(dataset, values.a ?? jobs[0].id, signal);
    const other = values.b ?? jobs.find((job) => job.id !== a?.job.id).id;
    const b = await loadCells(dataset, other, signal);
    if (!a || !b) {
        put(root,
            h("h1", {}, "Compare two runs"),
            empty("One of the runs has no clusters", "Choose two that have ended well.")
        );
        return;
    }
    const choice = (name, cells) => field(`Run ${name.toUpperCase()}`,
        select(
            jobs.map((job) => [job.id, title(job)]),
            cells.job.id,
            (id) => go({
                page: "compare",
                dataset: dataset.id,
                a: name === "a" ? id : a.job.id,
                b: name === "b" ? id : b.job.id,
            })
        )
    );
    const maps = [a, b].map((cells) => {
        const map = cellMap(cells, new Selection());
        map.color(null);
        return map;
    });
    const result = agreement(a, b);
    put(root, h("h1", {}, "Compare two runs"), h("div", { class: "compact" }, choice("a", a), choice("b", b)),
        h("p", {},
            h("strong", {}, `Adjusted Rand index ${number(result.ari, 3)}`),
            ` over the ${result.pixels} pixels that lie in a nucleus in both: 1 means the same groups, 0 what chance gives.`
        ),
        h("div", { class: "two" },
            maps.map((map, i) => h("section", { class: "stack tight", "aria-label": `Run ${"AB"[i]}` },
                h("h2", {}, `Run ${"AB"[i]}: ${[a, b][i].ids.length} nuclei, ${[a, b][i].clusters.length} clusters`),
                map.element
            ))
        ),
        h("section", { class: "stack tight", "aria-label": "Shared pixels" },
            h("h2", {}, "Where clusters of A are in B"),
            h("p", { class: "quiet" }, "Per cent of the pixels of each cluster of A."),
            overlapTable(a, b, result.table)
        ),
        changed(a, b));
}

function overlapTable(a, b, table) {
    return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Shared pixels, table" }, h("table", { class: "dense" },
        h("thead", {},
            h("tr", {},
                h("th", { scope: "col" }, "A"),
                b.clusters.map(({ cluster }) => h("th", { scope: "col", class: "number" }, `B: ${b.name(cluster)}`))
            )
        ),
        h("tbody", {}, a.clusters.map(({ cluster }) => {
            const total = b.clusters.reduce(
                (sum, entry) => sum + (table.get(`${cluster} ${entry.cluster}`) ?? 0),
                0
            ) || 1;
            return h("tr", {},
                h("th", { scope: "row" }, a.name(cluster)),
                b.clusters.map((entry) => h("td", { class: "number" },
                    number(100 * (table.get(`${cluster} ${entry.cluster}`) ?? 0) / total, 2)
                ))
            );
        }))));
}

function changed(a, b) {
    const names = [...new Set([
        ...Object.keys(a.job.parameters),
        ...Object.keys(b.job.parameters)
    ])].filter((name) => JSON.stringify(a.job.parameters[name]) !== JSON.stringify(b.job.parameters[name]));
    const inputs = Object.keys(a.job.inputs).filter((name) => a.job.inputs[name] !== b.job.inputs[name]);
    if (names.length + inputs.length === 0) return h("p", { class: "quiet" },
        "Both have the same parameters and inputs."
    );
    const row = (name, x, y) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, x), h("td", {}, y));
    return h("section", { class: "stack tight", "aria-label": "Differences" }, h("h2", {}, "What differs"), h("table", { class: "dense" },
        h("thead", {},
            h("tr", {},
                ["", "A", "B"].map((text) => h("th", { scope: "col" },
                    text || h("span", { class: "hidden-text" }, "Parameter")
                ))
            )
        ),
        h("tbody", {},
            names.map((name) => row(
                name,
                JSON.stringify(a.job.parameters[name]),
                JSON.stringify(b.job.parameters[name])
            )),
            inputs.map((name) => row(`${name} run`, a.job.inputs[name], b.job.inputs[name]))
        )));
}
