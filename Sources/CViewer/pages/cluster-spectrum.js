// The mean spectrum of the nuclei of one cluster: of the one that is selected, or that the chosen nucleus is in.

import { json, query } from "./api.js";
import { h, put } from "./dom.js";
import { failure } from "./notice.js";
import { spectrumChart } from "./spectrum-chart.js";

/** The cluster that all selected rows share, or null. */
function shared(cells, selection) {
    const found = new Set([...selection.rows].map((row) => cells.cluster[row]));
    return found.size === 1 ? [...found][0] : null;
}

/**
 * The panel; it is empty until one cluster is meant.
 * @param {Cells} cells
 * @param {Selection} selection
 * @param {(ion: object) => void} pick called with an ion of the spectrum
 */
export function clusterSpectrum(cells, selection, pick, signal) {
    const place = h("div", { class: "collapse" });
    let shown = null;

    async function draw() {
        const cluster = shared(cells, selection);
        if (cluster === shown) return;
        shown = cluster;
        if (cluster === null) { put(place); return; }
        try {
            const table = await json(
                query(`/v1/datasets/${cells.dataset.id}/spectrum`, { job: cells.job.id, cluster }),
                { signal }
            );
            if (shown !== cluster) return;
            put(place,
                spectrumChart(
                    table.rows,
                    (index) => pick(cells.ions[index]),
                    { label: `Mean spectrum of ${cells.name(cluster)}` }
                ).element
            );
        } catch (error) {
            if (error.name !== "AbortError") put(place, failure(error));
        }
    }

    selection.addEventListener("change", draw);
    return place;
}
