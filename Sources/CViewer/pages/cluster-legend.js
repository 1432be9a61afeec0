// The clusters: colour, number, name, count and share; name and colour can be changed and are kept.

import { h, put } from "./dom.js";
import { fixed, whole } from "./format.js";
import { failure } from "./notice.js";

/**
 * The legend.
 * @param {Cells} cells
 * @param {Selection|null} selection none where there is nothing to select
 * @param {boolean} mayChange
 * @param {() => void} changed called after a name or colour was changed
 */
export function clusterLegend(cells, selection, mayChange, changed) {
    const body = h("tbody"), fault = h("div");
    const isWhole = (cluster) =>
        selection
            && selection.rows.size > 0
            && cells.rowsOf(cluster).length === selection.rows.size
            && cells.rowsOf(cluster).every((row) => selection.rows.has(row));

    async function change(cluster, values) {
        try {
            await cells.annotate(cluster, values);
            put(fault);
            changed();
            draw();
        } catch (error) {
            put(fault, failure(error));
        }
    }

    function draw() {
        put(body, cells.clusters.map(({ cluster, cell_count: count, silhouette, stability }) => h("tr", { class: isWhole(cluster) ? "chosen" : null },
            h("td", {},
                mayChange ? h("input",
                    {
                        type: "color",
                        value: cells.color(cluster),
                        "aria-label": `Colour of ${cells.name(cluster)}`,
                        onchange: (event) => change(cluster, { color: event.target.value }),
                    }
                ) : swatch(cells.color(cluster))
            ),
            h("td", { class: "number" }, cluster),
            h("td", {},
                mayChange ? h("input",
                    {
                        class: "cluster-name",
                        maxlength: 200,
                        value: cells.notes[cluster]?.name ?? "",
                        placeholder: `Cluster ${cluster}`,
                        "aria-label": `Name of cluster ${cluster}`,
                        onchange: (event) => change(cluster, { name: event.target.value.trim() }),
                    }
                ) : cells.name(cluster)
            ),
            h("td", { class: "number" },
                !selection ? whole(count) : h("button",
                    {
                        type: "button",
                        class: "plain",
                        "aria-label": `Select the ${count} nuclei of ${cells.name(cluster)}`,
                        "aria-pressed": isWhole(cluster) ? "true" : "false",
                        onclick: () => (isWhole(cluster) ? selection.clear() : selection.select(cells.rowsOf(cluster))),
                    },
                    whole(count)
                )
            ),
            h("td", { class: "number" }, fixed(100 * count / cells.ids.length, 1)),
            h("td", { class: "number" }, fixed(silhouette)),
            h("td", { class: "number" }, fixed(stability)))));
    }

    selection?.addEventListener("change", draw);
    draw();
    const head = (text, unit, title) => h("th",
        { scope: "col", title, class: ["Colour", "Name"].includes(text) ? null : "number" },
        text,
        unit ? h("span", { class: "unit" }, ` ${unit}`) : null
    );
    return h("section", { class: "stack tight", "aria-label": "Clusters" }, h("h2", {}, "Clusters"), fault,
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Clusters, table" }, h("table", { class: "dense" }, h("thead", {}, h("tr", {},
            head("Colour"),
            head("No."),
            head("Name"),
            head("Nuclei"),
            head("Share", "%"),
            head("Silhouette", null, "Mean of its nuclei, −1 to 1: how well they lie apart from the next cluster"),
            head(
                "Stability",
                null,
                "Mean Jaccard index over draws of four fifths of the nuclei; below 0.5 it dissolves"
            ))), body)));
}

/** A patch of a colour. */
export function swatch(color) {
    const patch = h("span", { class: "swatch" });
    patch.style.background = color;
    return patch;
}
