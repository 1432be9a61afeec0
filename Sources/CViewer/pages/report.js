// One page to print: pictures, tables, parameters, a methods paragraph with citations.

import { clusterLegend } from "./cluster-legend.js";
import { loadCells, topMarkers } from "./cells-data.js";
import { noCells, runChoice } from "./cells.js";
import { json } from "./api.js";
import { h, put } from "./dom.js";
import { count, fixed, ionName, mz, number, pValue, size, time } from "./format.js";

const SEAM = "Yuan Z. et al. SEAM is a spatial single nuclear metabolomics method for dissecting tissue microenvironment. Nature Methods 18, 1223–1232 (2021).";
const CITATIONS = {
    umap: "McInnes L., Healy J. & Melville J. UMAP: uniform manifold approximation and projection for dimension reduction. arXiv:1802.03426 (2018).",
    leiden: "Traag V. A., Waltman L. & van Eck N. J. From Louvain to Leiden: guaranteeing well-connected communities. Scientific Reports 9, 5233 (2019).",
    simlr: "Wang B. et al. Visualization and analysis of single-cell RNA-seq data by kernel-based similarity learning. Nature Methods 14, 414–416 (2017).",
};
const SEGMENTATION = {
    mdl: "by Poisson models of ion counts and the division of least description length",
    published: "as published",
};
const REPRESENTATION = {
    distilled: "a classifier of pixels distilled into one vector a nucleus (SIMS-ID)",
    mean: "the logarithm of its median-normalised mean spectrum",
    joint: "which ions vary together within it",
};
const CLUSTERING = {
    leiden: "the Leiden method on nearest neighbours",
    simlr: "SIMLR",
    kmeans: "k-means on principal components",
};
const DIFF = {
    emd: "the ratio of earth mover's distances between and within clusters (SIMS-Diff)",
    t: "Welch's t test",
    wilcoxon: "Wilcoxon's rank sum test",
};

/** The methods in words, with the numbers a paper needs. */
function methods(dataset, cells, jobs) {
    const { provenance } = cells.job;
    const clustering = cells.job.parameters;
    const pixel = dataset.pixel_size_um ? ` at ${number(dataset.pixel_size_um, 4)} µm a pixel` : "";
    return [
        `Images of ${dataset.ion_count} ions (${dataset.width} × ${dataset.height} pixels${pixel}${dataset.polarity ? `, ${dataset.polarity} polarity` : ""}) were analysed with SEAM server ${provenance.version}, an implementation of SEAM [1]. `,
        `Nuclei were found from the marker ${typeof cells.marker === "number" ? `m/z ${mz(cells.marker)}` : cells.marker} ${SEGMENTATION[jobs.segmentation.parameters.method] ?? ""} (SIMS-Cut), which gave ${cells.job ? cells.ids.length : 0} nuclei. `,
        `Each was represented by ${REPRESENTATION[jobs.representation.parameters.method]}, and nuclei were grouped by ${CLUSTERING[clustering.method]} into ${cells.clusters.length} clusters (${clustering.n_clusters ? "number given" : "number estimated"}). `,
        cells.markers
            ? `Ions that differ between each cluster and all other nuclei were ranked by ${DIFF[cells.diffJob.parameters.method]}; p values are adjusted for the number of ions. `
            : "",
        cells.layout ? "Layouts are by UMAP [2]. " : "",
        `Random streams have the seed ${clustering.seed}; the same input and parameters give the same results.`,
    ].join("");
}

function picture(src, caption, kind) {
    return h("figure", { class: "figure" }, h("img", { src, alt: caption, class: kind }), h("figcaption", {}, caption));
}

/** The page. */
export async function show(root, { values, dataset, who, signal }) {
    const cells = await loadCells(dataset, values.run, signal);
    if (!cells) { put(root, h("h1", {}, `Report on ${dataset.name}`), noCells(dataset, who)); return; }
    const jobs = Object.fromEntries(await Promise.all(Object.entries(cells.job.inputs).map(async ([kind, id]) => [
        kind,
        await json(`/v1/jobs/${id}`, { signal }),
    ])));
    const { items: views } = await json(`/v1/jobs?dataset=${dataset.id}&kind=view&state=succeeded&limit=1`, { signal });
    const { items: analyses } = await json(
        `/v1/jobs?dataset=${dataset.id}&kind=analysis&state=succeeded&limit=100`,
        { signal }
    );
    const analysis = analyses.find((job) => job.inputs.clustering === cells.job.id);
    const all = [
        cells.job,
        ...Object.values(jobs),
        ...(cells.embeddingJob ? [cells.embeddingJob] : []),
        ...(cells.diffJob ? [cells.diffJob] : [])
    ];
    const marker = typeof cells.marker === "number"
        ? cells.ions.find((ion) => ion.mz === cells.marker)
        : cells.ions.find((ion) => ion.label === cells.marker);
    const used = ["umap", clusteringCitation(cells)].filter((key) => key && (key !== "umap" || cells.layout));
    const facts = [["Dataset", `${dataset.name} (${dataset.id})`], ["Sample", dataset.sample ?? "–"], ["Group", dataset.group ?? "–"], ["Size", `${dataset.width} × ${dataset.height} px`],
        ["Pixel", dataset.pixel_size_um ? `${number(dataset.pixel_size_um, 4)} µm` : "unknown"],
        ["Ions", String(dataset.ion_count)],
        ["Polarity", dataset.polarity ?? "–"],
        ["Upload", `${size(dataset.bytes)}, SHA-256 ${dataset.sha256.slice(0, 16)}…`],
        ["Uploaded", time(dataset.created_at)],
        ["Owner", dataset.owner]];
    put(root, h("div", { class: "row apart no-print" },
        h("div", { class: "compact" }, await runChoice("report", dataset, cells, signal)),
        h("div", { class: "row" },
            h("button", { type: "button", class: "primary", onclick: () => print() }, "Print or save as PDF"),
            analysis ? h("a", { class: "button", href: `/v1/jobs/${analysis.id}/result.html`, target: "_blank" },
                "As one HTML file"
            ) : null,
            analysis ? h("a",
                {
                    class: "button",
                    href: `/v1/jobs/${analysis.id}/result.adata.zarr.zip`,
                    download: `${dataset.name}.adata.zarr.zip`,
                },
                "AnnData"
            ) : null)),
    h("article", { class: "report stack" },
        h("h1", {}, `Report on ${dataset.name}`),
        h("p", { class: "lead" },
            `${count(cells.ids.length, "nucleus", "nuclei")} in ${count(cells.clusters.length, "cluster")}.`
        ),
        h("dl", { class: "pairs" }, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
        dataset.notes ? h("p", {}, dataset.notes) : null,
        h("h2", {}, "Pictures"), h("div", { class: "figures" },
            views[0] ? picture(
                `/v1/jobs/${views[0].id}/result.png`,
                "SIMS-View: alike colours are alike spectra.",
                "native"
            ) : null,
            marker ? picture(
                `/v1/datasets/${dataset.id}/ions/${encodeURIComponent(marker.mz === null ? marker.label : marker.mz)}.png?legend=true&zoom=2`,
                `The nuclear marker, ${ionName(marker)}.`
            ) : null,
            picture(`/v1/jobs/${cells.job.inputs.segmentation}/result.png`, "Outlines of the nuclei over the marker."),
            picture(`/v1/jobs/${cells.job.id}/result.png`, "Nuclei by cluster."),
            cells.embeddingJob ? picture(
                `/v1/jobs/${cells.embeddingJob.id}/result.png`,
                "UMAP of nuclei by cluster."
            ) : null,
            cells.diffJob ? picture(`/v1/jobs/${cells.diffJob.id}/result.png`, "Markers of clusters.") : null),
        clusterLegend(cells, null, false, () => null),
        cells.markers ? [h("h2", {}, "Markers"), markerTable(cells)] : null,
        h("h2", {}, "Methods"), h("p", { class: "methods" }, methods(dataset, cells, jobs)),
        h("ol", { class: "small" }, h("li", {}, SEAM), used.map((key) => h("li", {}, CITATIONS[key]))),
        h("h2", {}, "Parameters"), parameterTable(all),
        h("p", { class: "quiet small" },
            `SEAM server ${cells.job.provenance.version}, ${cells.job.provenance.instruction_set}; made ${time(new Date().toISOString())}.`
        )));
}

function clusteringCitation(cells) {
    return cells.job.parameters.method in CITATIONS ? cells.job.parameters.method : null;
}

function markerTable(cells) {
    return h("table", { class: "dense" },
        h("thead", {},
            h("tr", {},
                [
                    "Cluster",
                    "Ion",
                    "Score",
                    "log₂ fold change",
                    "AUC",
                    "Adjusted p",
                ].map((text, i) => h("th", { scope: "col", class: i > 1 ? "number" : null }, text))
            )
        ),
        h("tbody", {},
            topMarkers(cells, 5).map((row) => h("tr", {},
                h("td", {}, cells.name(row.cluster)),
                h("td", {}, ionName(row)),
                [
                    fixed(row.score),
                    fixed(row.log2_fold_change),
                    fixed(row.auc),
                    pValue(row.p_adjusted),
                ].map((text) => h("td", { class: "number" }, text))
            ))
        ));
}

function parameterTable(jobs) {
    return h("table", { class: "dense" },
        h("thead", {}, h("tr", {}, ["Stage", "Parameters", "Run"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {},
            jobs.map((job) => h("tr", {},
                h("th", { scope: "row" }, job.kind),
                h("td", {},
                    Object.entries(job.parameters)
                        .filter(([, value]) => value !== null)
                        .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
                        .join(", ")
                ),
                h("td", { class: "mono small" }, job.id)
            ))
        ));
}
