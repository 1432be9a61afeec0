// How jobs are called on all pages.

import { h } from "./dom.js";
import { duration, time } from "./format.js";

/** What a kind of job does, in two words. */
export const KINDS = {
    analysis: "Whole analysis",
    view: "SIMS-View",
    segmentation: "Nuclei (SIMS-Cut)",
    representation: "Representation (SIMS-ID)",
    clustering: "Clusters (SIMS-Cluster)", embedding: "UMAP of nuclei", diff: "Markers (SIMS-Diff)",
};

/** Seconds a job has run or did run; null before it starts. */
export function seconds(job) {
    if (!job.started_at) return null;
    return ((job.finished_at ? Date.parse(job.finished_at) : Date.now()) - Date.parse(job.started_at)) / 1000;
}

/** Parameters that are not the kind's defaults: `n_clusters = 8, seed = 3`. */
export function changedParameters(job, kinds) {
    const properties = kinds.find((kind) => kind.kind === job.kind)?.parameters.properties ?? {};
    const parts = Object.entries(job.parameters).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(properties[name]?.default ?? null));
    return parts.map(([name, value]) => `${name} = ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ");
}

/** How a job is named in a choice: kind, what is special, when. */
export function jobTitle(job, kinds) {
    return [KINDS[job.kind], changedParameters(job, kinds), time(job.submitted_at)].filter(Boolean).join(" · ");
}

/** A bar of progress with its number. */
export function progressBar(job) {
    const percent = Math.round(job.progress.fraction * 100);
    return h("div", { class: "row" },
        h("progress", { max: 100, value: percent, "aria-label": `${KINDS[job.kind]}: ${percent} %` }),
        h("span", { class: "number" }, `${percent}\u00a0%`),
        job.progress.eta_s !== null && job.state === "running" ? h("span", { class: "quiet" },
            `about ${duration(job.progress.eta_s)} left`
        ) : null);
}

/** Why a job failed, as the server says. */
export function failureText(job) {
    if (!job.error) return null;
    const { title, detail, found, needed, parameter, job: input } = job.error;
    return h("div", { class: "notice bad" }, h("strong", {}, title), h("p", {}, detail),
        needed !== undefined ? h("p", {}, `Found ${found}, needed ${needed}.`) : null,
        parameter ? h("p", {}, `Parameter: ${parameter}`) : null,
        input ? h("p", {},
            h("a", { href: `/?page=run&dataset=${job.dataset}&job=${input}` }, "The run it failed on")
        ) : null);
}
