// Nuclei: map and UMAP side by side, with one selection for map, UMAP, clusters, heatmap and table.

import { cellCard } from "./cell-card.js";
import { cellMap } from "./cell-map.js";
import { cellScatter } from "./cell-scatter.js";
import { clusterings, loadCells } from "./cells-data.js";
import { clusterLegend, swatch } from "./cluster-legend.js";
import { clusterSpectrum } from "./cluster-spectrum.js";
import { dataTable } from "./data-table.js";
import { field, h, put, select } from "./dom.js";
import { fixed, ionKey, ionName, time } from "./format.js";
import { markerHeatmap } from "./marker-heatmap.js";
import { empty, failure } from "./notice.js";
import { Selection } from "./selection.js";
import { mayWork } from "./session.js";
import { go, note } from "./url.js";

/** What a page of nuclei says where there are none. */
export function noCells(dataset, who) {
    return empty("No clusters yet",
        "Nuclei and their clusters come from an analysis of this dataset. It takes seconds to minutes.",
        mayWork(who) ? h("a", { class: "button primary", href: `/?page=start&dataset=${dataset.id}` },
            "Start an analysis"
        ) : null,
        h("a", { class: "button", href: `/?page=runs&dataset=${dataset.id}` }, "Its runs"));
}

function clusteringTitle(job) {
    const { method, n_clusters: count, of_clusters: of, seed } = job.parameters;
    return [
        `${time(job.submitted_at)} · ${method}`,
        count && `${count} clusters`,
        of && `of clusters ${of.join(", ")}`,
        seed && `seed ${seed}`,
    ].filter(Boolean).join(", ");
}

/** A choice among a dataset's finished clusterings. */
export async function runChoice(page, dataset, cells, signal) {
    const jobs = await clusterings(dataset.id, signal);
    return field("Run",
        select(
            jobs.map((job) => [
                job.id,
                clusteringTitle(job),
            ]),
            cells.job.id,
            (run) => go({ page, dataset: dataset.id, run })
        )
    );
}

/** The page. */
export async function show(root, { values, dataset, who, signal }) {
    const cells = await loadCells(dataset, values.run, signal);
    if (!cells) { put(root, h("h1", {}, "Nuclei"), noCells(dataset, who)); return; }
    const selection = new Selection();
    const map = cellMap(
        cells,
        selection,
        { at: values.view, moved: (view) => note({ view }) }
    ), scatter = cells.layout ? cellScatter(cells, selection) : null;
    const fault = h("div");
    const mine = who.role === "admin" || (mayWork(who) && cells.job.owner === who.owner);
    const ions = [["", "cluster"], ...cells.ions.map((ion) => [ionKey(ion), ionName(ion)])];
    const byKey = (key) => cells.ions.find((ion) => ionKey(ion) === key) ?? null;
    const colorBy = select(ions, values.color ?? "", () => recolor());
    const over = select([["", "black"], ...ions.slice(1)], values.over ?? "", () => background());
    const scale = h("p", { class: "quiet small" });

    async function attempt(action) {
        try { await action(); put(fault); } catch (error) {
            if (error.name !== "AbortError") put(fault, failure(error));
        }
    }
    const recolor = () => attempt(async () => {
        const ion = byKey(colorBy.value);
        note({ color: colorBy.value });
        const abundance = ion ? await cells.abundance(ion) : null;
        map.color(abundance, ion && ionName(ion));
        scatter?.color(abundance);
        put(scale,
            ion
                ? `${ionName(ion)}: mean counts a pixel in each nucleus, viridis from 0 to the 99th percentile.`
                : "Coloured by cluster. Numbers, names and colours are in the table of clusters."
        );
    });
    const background = () => attempt(async () => { note({ over: over.value }); await map.over(byKey(over.value)); });

    const legend = clusterLegend(cells, selection, mine, () => { recolor(); heatmap?.draw(); table.redecorate(); });
    const heatmap = cells.markers ? markerHeatmap(
        cells,
        4,
        (ion) => { colorBy.value = ionKey(ion); recolor(); },
        (cluster) => selection.select(cells.rowsOf(cluster))
    ) : null;
    const table = cellTable(cells, selection);
    const spectrum = clusterSpectrum(cells, selection, (ion) => { colorBy.value = ionKey(ion); recolor(); }, signal);
    put(root, h("div", { class: "row apart" },
        h("div", { class: "stack tight" },
            h("h1", {}, `${cells.ids.length} nuclei in ${cells.clusters.length} clusters`),
            scale
        ),
        h("div", { class: "compact" },
            await runChoice("cells", dataset, cells, signal),
            field("Colour by", colorBy),
            field("Over", over)
        )),
    fault,
    h("div", { class: "cells-grid" }, h("section", { "aria-label": "Map" }, map.element),
        h("section", { class: "stack tight", "aria-label": "UMAP" },
            scatter
                ? [
                    scatter.element,
                    h("p", { class: "quiet small" },
                        "UMAP of nuclei: near points have alike spectra. Axes have no unit."
                    ),
                ]
                : empty(
                "No UMAP",
                "This run has no embedding.",
                h("a", { class: "button", href: `/?page=start&dataset=${dataset.id}&kind=embedding` }, "Make one")
            )
        ),
        h("div", { class: "stack" }, cellCard(cells, selection)), legend), spectrum,
    heatmap ? h("section", { class: "stack tight", "aria-label": "Markers" },
        h("div", { class: "row apart" },
            h("h2", {}, "Markers of clusters"),
            h("a", { href: `/?page=markers&dataset=${dataset.id}&run=${cells.job.id}` }, "All markers")
        ),
        heatmap.element
    ) : null,
    h("section", { class: "stack tight", "aria-label": "Nuclei" }, h("div", { class: "row apart" },
        h("h2", {}, "Nuclei"),
        h("a",
            { class: "button", href: `/v1/jobs/${cells.job.id}/result.csv`, download: `${dataset.name}_clusters.csv` },
            "Table (CSV)"
        )), table.element));
    selection.addEventListener("change", () => noteSelection(cells, selection));
    await recolor();
    if (over.value) await background();
    restore(cells, selection, values);
}

function cellTable(cells, selection) {
    const rows = cells.ids.map((id, row) => ({
        row,
        id,
        cluster: cells.cluster[row],
        silhouette: cells.silhouette[row],
        stability: cells.stability[row],
        ...cells.shape[row]
    }));
    const hasSize = rows[0]?.area_um2 !== null;
    const table = dataTable({
        caption: "Nuclei", rows, step: 25, sort: { key: "id", descending: false },
        columns: [
            {
                key: "id",
                title: "Nucleus",
                number: true,
                cell: (row) => h("button",
                    {
                        type: "button",
                        class: "plain",
                        "aria-label": `Select nucleus ${row.id}`,
                        onclick: () => selection.select([row.row], { focus: row.row }),
                    },
                    row.id
                ),
            },
            {
                key: "cluster",
                title: "Cluster",
                cell: (row) => h("span", { class: "row" }, swatch(cells.color(row.cluster)), cells.name(row.cluster)),
            },
            { key: "x_px", title: "x", unit: "px", number: true, cell: (row) => fixed(row.x_px, 1) },
            { key: "y_px", title: "y", unit: "px", number: true, cell: (row) => fixed(row.y_px, 1) },
            hasSize ? {
                key: "area_um2",
                title: "Area",
                unit: "µm²",
                number: true,
                cell: (row) => fixed(row.area_um2, 1),
            } : { key: "area_px", title: "Area", unit: "px", number: true },
            { key: "confidence", title: "Confidence", number: true, cell: (row) => fixed(row.confidence) },
            { key: "silhouette", title: "Silhouette", number: true, cell: (row) => fixed(row.silhouette) },
            { key: "stability", title: "Stability", number: true, cell: (row) => fixed(row.stability) },
        ],
        decorate: (row, tr) => tr.setAttribute("aria-selected", String(selection.rows.has(row.row))),
    });
    selection.addEventListener(
        "change",
        () => table.show(selection.rows.size > 1 ? rows.filter((row) => selection.rows.has(row.row)) : selection.focus >= 0 ? [
            rows[selection.focus],
            ...rows.filter((row) => row.row !== selection.focus)
        ] : rows)
    );
    return table;
}

/** A cluster, a nucleus or up to 60 nuclei are kept in the address. */
function noteSelection(cells, selection) {
    const rows = [...selection.rows];
    const cluster = rows.length > 1
        && rows.length === cells.rowsOf(cells.cluster[rows[0]]).length
        && rows.every((row) => cells.cluster[row] === cells.cluster[rows[0]])
        ? cells.cluster[rows[0]]
        : null;
    note({
        cluster,
        nuclei: cluster === null && rows.length > 0 && rows.length <= 60
            ? rows.map((row) => cells.ids[row]).join(".")
            : null,
    });
}

function restore(cells, selection, values) {
    if (values.cluster) selection.select(cells.rowsOf(Number(values.cluster)));
    else if (values.nuclei) {
        const rows = values.nuclei.split(".").map((id) => cells.rowOf[Number(id)] ?? -1).filter((row) => row >= 0);
        selection.select(rows, { focus: rows.length === 1 ? rows[0] : -1 });
    }
}

