// One nucleus closely: where it is, how sure it is, and its ions beside its cluster's.

import { ionOf } from "./cells-data.js";
import { h, put } from "./dom.js";
import { fixed, mz, number } from "./format.js";
import { swatch } from "./cluster-legend.js";

/** What the card says where nothing is chosen, or several. */
function several(cells, selection, card) {
    if (selection.rows.size === 0) {
        put(card,
            h("h2", {}, "Selection"),
            h("p", { class: "quiet" },
                "Click a nucleus on the map or in the UMAP, drag a rectangle in the UMAP (with Shift on the map), or choose a cluster by its number of nuclei."
            )
        );
        return;
    }
    const counts = new Map();
    for (const row of selection.rows) counts.set(cells.cluster[row], (counts.get(cells.cluster[row]) ?? 0) + 1);
    put(card,
        h("div", { class: "row apart" },
            h("h2", {}, `${selection.rows.size} nuclei selected`),
            h("button", { type: "button", onclick: () => selection.clear() }, "Clear")
        ),
        h("ul", { class: "plain-list" },
            [...counts].sort((a, b) => b[1] - a[1]).map(([cluster, count]) => h("li", { class: "row" },
                swatch(cells.color(cluster)),
                `${cells.name(cluster)}: ${count}`
            ))
        ));
}

/**
 * The card of the selection.
 * @param {Cells} cells
 * @param {Selection} selection
 */
export function cellCard(cells, selection) {
    const card = h("section", { class: "panel", "aria-label": "Selection", "aria-live": "polite" });
    let mine = 0;

    async function draw() {
        const asked = ++mine;
        const row = selection.focus;
        if (row < 0) return several(cells, selection, card);
        const shape = cells.shape[row], cluster = cells.cluster[row];
        const place = h("div", { class: "stack tight" });
        const um = shape.x_um === null ? null : `${number(shape.x_um, 4)}, ${number(shape.y_um, 4)} µm`;
        put(card,
            h("div", { class: "row apart" },
                h("h2", {}, `Nucleus ${cells.ids[row]}`),
                h("button", { type: "button", onclick: () => selection.clear() }, "Clear")
            ),
            h("dl", { class: "pairs" }, [["Cluster", h("span", { class: "row" }, swatch(cells.color(cluster)), cells.name(cluster))], ["Position", `${number(shape.x_px, 4)}, ${number(shape.y_px, 4)} px${um ? ` · ${um}` : ""}`],
                ["Area", `${shape.area_px} px${shape.area_um2 === null ? "" : ` · ${number(shape.area_um2)} µm²`}`],
                ["Confidence", fixed(shape.confidence)],
                ["Silhouette", fixed(cells.silhouette[row])],
                ["Stability", fixed(cells.stability[row])]]
                .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])), place);
        const ions = (cells.markers ?? [])
            .filter((marker) => marker.cluster === cluster && marker.direction === "up")
            .slice(0, 8)
            .map((marker) => ionOf(cells, marker))
            .filter(Boolean);
        if (ions.length === 0) return;
        const values = await Promise.all(ions.map((ion) => cells.abundance(ion)));
        if (asked !== mine) return;
        const means = values.map((all) => cells.rowsOf(cluster).reduce(
            (sum, member) => sum + all[member],
            0
        ) / cells.rowsOf(cluster).length);
        const most = Math.max(...values.map((all, i) => Math.max(all[row], means[i])), 1e-12);
        put(place, h("h3", {}, "Its cluster's markers"), h("table", { class: "dense" },
            h("thead", {},
                h("tr", {},
                    h("th", { scope: "col" }, "m/z"),
                    h("th", { scope: "col" }, h("span", { class: "hidden-text" }, "As bars")),
                    h("th", { scope: "col", class: "number" }, "Nucleus"),
                    h("th", { scope: "col", class: "number" }, "Cluster")
                )
            ),
            h("tbody", {},
                ions.map((ion, i) => h("tr", {},
                    h("td", {}, ion.mz === null ? ion.label : mz(ion.mz)),
                    h("td", {}, bars(values[i][row] / most, means[i] / most)),
                    h("td", { class: "number" }, number(values[i][row])),
                    h("td", { class: "number" }, number(means[i]))
                ))
            )),
        h("p", { class: "quiet small" }, "Mean counts a pixel; the line marks the cluster's mean."));
    }

    selection.addEventListener("change", draw);
    draw();
    return card;
}

function bars(value, mean) {
    const bar = h("i"), mark = h("b");
    bar.style.width = `${100 * value}%`;
    mark.style.left = `${100 * mean}%`;
    return h("span", { class: "versus", "aria-hidden": "true" }, bar, mark);
}
