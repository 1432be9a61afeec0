// Clusters by markers as dots: size says how well an ion tells the cluster apart, colour how much more there is.

import { diverging } from "./colormaps.js";
import { ionOf, topMarkers } from "./cells-data.js";
import { h, svg } from "./dom.js";
import { ionName, mz, number } from "./format.js";

const CELL = 30, LEFT = 168, TOP = 72;

/** The radius of an AUC: nothing at 0.5, full at 0 and 1. */
function radius(auc) {
    return auc === null ? 0 : 2 + 10 * Math.sqrt(Math.abs(auc - 0.5) * 2);
}

/**
 * The dot plot.
 * @param {Cells} cells with markers
 * @param {number} count markers a cluster
 * @param {(ion: object, cluster: number) => void} pick
 */
export function dotPlot(cells, count, pick) {
    const ions = [...new Set(topMarkers(cells, count).map((marker) => ionOf(cells, marker)).filter(Boolean))];
    const values = new Map(cells.markers.map((row) => [`${row.cluster} ${row.mz} ${row.label}`, row]));
    const width = LEFT + ions.length * CELL + 20, height = TOP + cells.clusters.length * CELL + 8;
    const dots = cells.clusters.flatMap(({ cluster }, i) => ions.map((ion, j) => {
        const row = values.get(`${cluster} ${ion.mz} ${ion.label}`);
        if (!row) return null;
        const { color } = diverging((row.log2_fold_change ?? 0) / 2);
        return svg("circle", { class: "dot", cx: LEFT + (j + 0.5) * CELL, cy: TOP + (i + 0.5) * CELL, r: radius(row.auc), fill: color, onclick: () => pick(ion, cluster) },
            svg("title", {},
                `${cells.name(cluster)}, ${ionName(ion)}: AUC ${number(row.auc, 2)}, log2 fold change ${number(row.log2_fold_change, 2)}`
            ));
    }));
    const legend = [0.6, 0.75, 0.9, 1].map((auc, i) => svg("g", {},
        svg("circle", { class: "dot", cx: 16 + i * 84, cy: 16, r: radius(auc), fill: "#9aa4ae" }),
        svg("text", { x: 34 + i * 84, y: 20 }, `AUC ${auc}`)
    ));
    return h("div", { class: "stack tight" }, h("div", { class: "scroll chart", tabindex: "0", role: "region", "aria-label": "Dot plot of markers" },
        svg("svg", { width, height, role: "img", "aria-label": `Dot plot of ${ions.length} markers in ${cells.clusters.length} clusters. The table has the numbers.` },
            ions.map((ion, j) => svg("text",
                { transform: `translate(${LEFT + (j + 0.5) * CELL + 4} ${TOP - 8}) rotate(-90)` },
                ion.mz === null ? ion.label.slice(0, 10) : mz(ion.mz)
            )),
            cells.clusters.map(({ cluster }, i) => svg("g", {},
                svg("rect",
                    { x: 0, y: TOP + (i + 0.5) * CELL - 6, width: 12, height: 12, rx: 2, fill: cells.color(cluster) }
                ),
                svg("text", { x: 20, y: TOP + (i + 0.5) * CELL + 4 }, cells.name(cluster).slice(0, 22)),
                svg("path", { class: "guide", d: `M${LEFT} ${TOP + (i + 0.5) * CELL}H${width - 20}` }))), dots)),
    h("div", { class: "chart" }, svg("svg", { width: 352, height: 32, "aria-hidden": "true" }, legend)),
    h("p", { class: "quiet small" },
        "Size: how well the ion alone tells the cluster from all others (area under the ROC curve; no dot at 0.5). Colour: log₂ fold change, blue to red from −2 to 2."
    ));
}
