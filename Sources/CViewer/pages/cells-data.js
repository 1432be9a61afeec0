// What the cells and markers pages work on: nuclei, clusters, layout and markers of one run.

import { all, bytes, json } from "./api.js";
import { clusterColor } from "./colormaps.js";
import { readNpy } from "./npy.js";
import { rawImage } from "./raw-image.js";

/** The clustering job that a run of any kind stands for; null where it has none. */
async function clusteringOf(dataset, run, signal) {
    if (run) {
        const job = await json(`/v1/jobs/${encodeURIComponent(run)}`, { signal });
        const id = job.kind === "clustering" ? job.id : job.inputs.clustering;
        return id ? json(`/v1/jobs/${id}`, { signal }) : null;
    }
    const items = await clusterings(dataset, signal);
    // One of all nuclei before one of some clusters' nuclei.
    return items.find((job) => !job.parameters.of_clusters) ?? items[0] ?? null;
}

async function newestOn(dataset, kind, clustering, signal) {
    const { items } = await all(`/v1/jobs?dataset=${dataset}&kind=${kind}&state=succeeded&limit=200`, 400, { signal });
    return items.find((job) => job.inputs.clustering === clustering) ?? null;
}

/** All finished clusterings of a dataset, the newest first. */
export async function clusterings(dataset, signal) {
    return (await all(`/v1/jobs?dataset=${dataset}&kind=clustering&state=succeeded&limit=200`, 200, { signal })).items;
}

/** The nuclei of one run. Arrays are by row; `rowOf[cell_id]` is the row of a cell, or -1. */
export class Cells {
    constructor(parts) { Object.assign(this, parts); }

    /** The name of a cluster: the user's, else `Cluster 3`. */
    name(cluster) { return this.notes[cluster]?.name || `Cluster ${cluster}`; }

    /** The colour of a cluster: the user's, else the palette's. */
    color(cluster) { return this.notes[cluster]?.color ?? clusterColor(cluster); }

    /** The rows of a cluster. */
    rowsOf(cluster) {
        this.members ??= new Map();
        if (!this.members.has(cluster)) this.members.set(
            cluster,
            this.ids.map((_, row) => row).filter((row) => this.cluster[row] === cluster)
        );
        return this.members.get(cluster);
    }

    /** Mean counts a pixel of an ion in every cell, by row. */
    async abundance(ion) {
        this.abundances ??= new Map();
        if (!this.abundances.has(ion.index)) {
            const raw = await rawImage(this.dataset.id, ion);
            const sums = new Float64Array(this.ids.length), counts = new Uint32Array(this.ids.length);
            const { labels, rowOf } = this;
            for (let i = 0; i < labels.length; i += 1) {
                const label = labels[i];
                if (label === 0) continue;
                const row = rowOf[label];
                if (row < 0) continue;
                sums[row] += raw.values[i];
                counts[row] += 1;
            }
            this.abundances.set(ion.index, sums.map((sum, row) => (counts[row] ? sum / counts[row] : 0)));
        }
        return this.abundances.get(ion.index);
    }

    /** Names and colours as the clustering job keeps them. */
    async annotate(cluster, values) {
        const job = await json(
            `/v1/jobs/${this.job.id}/annotations`,
            { method: "PATCH", json: { clusters: { [cluster]: values } } }
        );
        this.notes = job.annotations?.clusters ?? {};
    }
}

/**
 * Loads the nuclei of a run.
 * @param {object} dataset its document
 * @param {string|undefined} run any job of the analysis; none for the newest clustering
 * @returns {Promise<Cells|null>} null where there is no finished clustering
 */
export async function loadCells(dataset, run, signal) {
    const job = await clusteringOf(dataset.id, run, signal);
    if (!job || job.state !== "succeeded") return null;
    const [table, segmentation, labels, embeddingJob, diffJob] = await Promise.all([
        json(`/v1/jobs/${job.id}/result.json`, { signal }),
        json(`/v1/jobs/${job.inputs.segmentation}/result.json`, { signal }),
        bytes(`/v1/jobs/${job.inputs.segmentation}/result.npy`, { signal }),
        newestOn(dataset.id, "embedding", job.id, signal),
        newestOn(dataset.id, "diff", job.id, signal),
    ]);
    const [embedding, diff, ions] = await Promise.all([
        embeddingJob ? json(`/v1/jobs/${embeddingJob.id}/result.json`, { signal }) : null,
        diffJob ? json(`/v1/jobs/${diffJob.id}/result.json`, { signal }) : null,
        json(`/v1/datasets/${dataset.id}/ions`, { signal }),
    ]);
    const ids = table.rows.map((row) => row.cell_id);
    const most = Math.max(0, ...segmentation.rows.map((row) => row.cell_id));
    const rowOf = new Int32Array(most + 1).fill(-1);
    ids.forEach((id, row) => { rowOf[id] = row; });
    const shapes = new Map(segmentation.rows.map((row) => [row.cell_id, row]));
    const places = new Map((embedding?.rows ?? []).map((row) => [row.cell_id, row]));
    return new Cells({
        dataset, job, embeddingJob, diffJob, labels: readNpy(labels).values, ids, rowOf, ions: ions.rows,
        cluster: table.rows.map((row) => row.cluster),
        silhouette: table.rows.map((row) => row.silhouette),
        stability: table.rows.map((row) => row.stability),
        shape: ids.map((id) => shapes.get(id)), layout: embedding ? ids.map((id) => places.get(id)) : null,
        clusters: table.clusters,
        markers: diff?.rows ?? null,
        marker: segmentation.marker,
        notes: job.annotations?.clusters ?? {},
    });
}

/** The strongest up markers of each cluster, `count` of each: rows of the marker table. */
export function topMarkers(cells, count) {
    return cells.clusters.flatMap(({ cluster }) => (cells.markers ?? []).filter((row) => row.cluster === cluster && row.direction === "up").slice(0, count));
}

/** The ion of a marker's row. */
export function ionOf(cells, marker) {
    return cells.ions.find((ion) => ion.mz === marker.mz && ion.label === marker.label);
}
