// Clusters by markers as a table of colours: numbers for those who read, colours for those who look.

import { diverging } from "./colormaps.js";
import { h, put } from "./dom.js";
import { ionName, mz, number } from "./format.js";
import { ionOf, topMarkers } from "./cells-data.js";
import { swatch } from "./cluster-legend.js";

const LIMIT = 2;

/**
 * The heatmap of log2 fold changes.
 * @param {Cells} cells with markers
 * @param {number} count markers a cluster
 * @param {(ion: object) => void} pickIon
 * @param {(cluster: number) => void} pickCluster
 */
export function markerHeatmap(cells, count, pickIon, pickCluster) {
    const columns = [];
    for (const marker of topMarkers(cells, count)) {
        const ion = ionOf(cells, marker);
        if (ion && !columns.includes(ion)) columns.push(ion);
    }
    const values = new Map((cells.markers ?? []).map((row) => [`${row.cluster} ${row.mz} ${row.label}`, row]));
    const heads = columns.map((ion) => h("th", { scope: "col", class: "turned" },
        h("button",
            { type: "button", class: "plain", "aria-label": `Show ${ionName(ion)}`, onclick: () => pickIon(ion) },
            ion.mz === null ? ion.label : mz(ion.mz)
        )
    ));
    const body = h("tbody");
    let chosen = -1;

    function draw(cluster) {
        chosen = cluster ?? chosen;
        put(body, cells.clusters.map((entry) => h("tr", { class: entry.cluster === chosen ? "chosen" : null },
            h("th", { scope: "row" },
                h("button", { type: "button", class: "plain", onclick: () => pickCluster(entry.cluster) },
                    swatch(cells.color(entry.cluster)),
                    cells.name(entry.cluster)
                )
            ),
            columns.map((ion) => {
                const change = values.get(`${entry.cluster} ${ion.mz} ${ion.label}`)?.log2_fold_change ?? null;
                const { color, isDark } = diverging((change ?? 0) / LIMIT);
                const cell = h("td",
                    { class: "heat", title: `${cells.name(entry.cluster)}, ${ionName(ion)}: ${number(change, 2)}` },
                    change === null ? "–" : change.toFixed(1).replace(/^-0\.0$/, "0.0").replace("-", "−")
                );
                cell.style.background = color;
                cell.style.color = isDark ? "#fff" : "#000";
                return cell;
            }))));
    }

    draw();
    return {
        element: h("div", { class: "stack tight" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Heatmap of markers" },
            h("table", { class: "heatmap" },
                h("caption", { class: "hidden-text" },
                    "log2 fold change of each cluster's strongest markers, against all other nuclei"
                ),
                h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "m/z"), heads)), body)),
        h("p", { class: "quiet small" },
            `log₂ fold change against all other nuclei, blue below and red above 0, full colour at ±${LIMIT}.`
        )),
        draw,
    };
}
