// The ions that mark each cluster: table, volcano, heatmap, dot plot; a click shows image and distribution.

import { ionOf, loadCells } from "./cells-data.js";
import { noCells, runChoice } from "./cells.js";
import { dataTable } from "./data-table.js";
import { distribution } from "./distribution.js";
import { field, h, put, select } from "./dom.js";
import { dotPlot } from "./dot-plot.js";
import { fixed, ionKey, ionName, mz, number, pValue } from "./format.js";
import { ionPicture } from "./ion-picture.js";
import { markerHeatmap } from "./marker-heatmap.js";
import { empty, failure } from "./notice.js";
import { mayWork } from "./session.js";
import { note } from "./url.js";
import { volcano } from "./volcano.js";

const METHODS = {
    emd: "earth mover's distance between clusters over within; p by Welch's t test on nuclei",
    t: "Welch's t test on nuclei",
    wilcoxon: "Wilcoxon's rank sum test on nuclei",
};
const PICTURE = { colormap: "viridis", clip: 99, scale: "linear", smooth: 0, normalization: "none" };

/** The page. */
export async function show(root, { values, dataset, who, signal }) {
    const cells = await loadCells(dataset, values.run, signal);
    if (!cells) { put(root, h("h1", {}, "Markers"), noCells(dataset, who)); return; }
    const run = await runChoice("markers", dataset, cells, signal);
    if (!cells.markers) {
        put(root, h("h1", {}, "Markers"), run, empty("This clustering has no markers yet",
            "SIMS-Diff finds the ions that differ between clusters.",
            mayWork(who) ? h("a", { class: "button primary", href: `/?page=start&dataset=${dataset.id}&kind=diff` },
                "Find markers"
            ) : null));
        return;
    }
    const known = cells.clusters.some((entry) => entry.cluster === Number(values.cluster));
    let cluster = known ? Number(values.cluster) : cells.clusters[0].cluster;
    const ofCluster = () => cells.markers.filter((row) => row.cluster === cluster);
    let chosen = ofCluster().find((row) => ionKey(row) === values.ion) ?? ofCluster()[0];
    const picture = ionPicture(dataset, () => PICTURE), boxes = distribution(cells), plot = volcano(ofCluster(), choose);
    const title = h("h2"), sentence = h("p"), fault = h("div");
    const clusters = select(
        cells.clusters.map((entry) => [entry.cluster, `${cells.name(entry.cluster)} (${entry.cell_count} nuclei)`]),
        cluster,
        (value) => turn(Number(value))
    );
    const table = markerTable(ofCluster(), choose, () => chosen);
    const heatmap = markerHeatmap(cells, 5, (ion) => chooseIon(ion), (number) => turn(number));

    function turn(number, ion) {
        cluster = number;
        clusters.value = number;
        table.show(ofCluster());
        heatmap.draw(cluster);
        chosen = (ion && ofCluster().find((row) => row.mz === ion.mz && row.label === ion.label)) ?? ofCluster()[0];
        choose(chosen);
    }
    function chooseIon(ion) {
        const row = ofCluster().find((entry) => entry.mz === ion.mz && entry.label === ion.label);
        if (row) choose(row);
    }
    async function choose(row) {
        chosen = row;
        note({ cluster, ion: ionKey(row) });
        plot.set(ofCluster(), row);
        table.redecorate();
        put(title, `${ionName(row)} in ${cells.name(cluster)}`);
        put(sentence,
            `${row.direction === "up" ? "More" : "Less"} than in all other nuclei: log₂ fold change ${number(row.log2_fold_change, 2)}, AUC ${number(row.auc, 2)}, adjusted p ${pValue(row.p_adjusted)}.`
        );
        const ion = ionOf(cells, row);
        if (!ion) return;
        try {
            await Promise.all([picture.show([ion]), boxes.set(ion, cluster)]);
            put(fault);
        } catch (error) {
            if (error.name !== "AbortError") put(fault, failure(error));
        }
    }

    const { method } = cells.diffJob.parameters;
    put(root, h("div", { class: "row apart" },
        h("div", { class: "stack tight" },
            h("h1", {}, "Markers"),
            h("p", { class: "lead" }, `The ions that set each cluster apart, by ${METHODS[method] ?? method}.`)
        ),
        h("div", { class: "compact" },
            run,
            field("Cluster", clusters),
            h("a",
                {
                    class: "button",
                    href: `/v1/jobs/${cells.diffJob.id}/result.csv`,
                    download: `${dataset.name}_markers.csv`,
                },
                "All markers (CSV)"
            )
        )),
    h("div", { class: "markers-grid" },
        h("div", { class: "stack" },
            h("section", { class: "panel", "aria-label": "Volcano plot" }, h("h2", {}, "Volcano plot"), plot.element),
            h("section", { class: "stack tight", "aria-label": "Table of markers" }, table.element)
        ),
        h("section", { class: "stack tight", "aria-label": "Chosen ion", "aria-live": "off" },
            title,
            sentence,
            fault,
            picture.element,
            h("div", { class: "panel" }, boxes.element),
            h("p", {},
                h("a", { href: `/?page=ions&dataset=${dataset.id}` }, "All ions"),
                " · ",
                h("a", { href: `/?page=cells&dataset=${dataset.id}&run=${cells.job.id}` }, "Nuclei")
            ))),
    h("section", { class: "stack tight", "aria-label": "Heatmap" }, h("h2", {}, "Heatmap"), heatmap.element),
    h("section", { class: "stack tight", "aria-label": "Dot plot" },
        h("h2", {}, "Dot plot"),
        dotPlot(cells, 4, (ion, number) => turn(number, ion))
    ));
    heatmap.draw(cluster);
    await choose(chosen);
}

function markerTable(rows, pick, chosen) {
    return dataTable({
        caption: "Markers", rows, step: 16, sort: { key: "rank", descending: false },
        columns: [
            { key: "rank", title: "Rank", number: true },
            {
                key: "mz",
                title: "Ion",
                value: (row) => row.mz ?? row.label,
                cell: (row) => h("button",
                    { type: "button", class: "plain", "aria-label": `Show ${ionName(row)}`, onclick: () => pick(row) },
                    row.mz === null ? row.label : mz(row.mz)
                ),
            },
            ...(rows.some((row) => row.label && row.mz !== null) ? [{ key: "label", title: "Label" }] : []),
            { key: "direction", wide: true, title: "Direction", cell: (row) => (row.direction === "up" ? "↑ up" : "↓ down") },
            { key: "score", wide: true, title: "Score", number: true, cell: (row) => fixed(row.score) },
            {
                key: "log2_fold_change",
                title: "log₂ fold change",
                number: true,
                cell: (row) => fixed(row.log2_fold_change),
            },
            { key: "auc", title: "AUC", number: true, cell: (row) => fixed(row.auc) },
            { key: "p_adjusted", title: "Adjusted p", number: true, cell: (row) => pValue(row.p_adjusted) },
        ],
        decorate: (row, tr) => tr.classList.toggle("chosen", row === chosen()),
    });
}
