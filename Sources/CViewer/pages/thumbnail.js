// A small picture of a dataset: its SIMS-View where there is one, else its most intense ion.

import { json } from "./api.js";
import { h } from "./dom.js";
import { ionKey, ionName } from "./format.js";

const watched = new WeakMap();
const seen = typeof IntersectionObserver === "undefined" ? null : new IntersectionObserver((entries) => {
    for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        watched.get(entry.target)?.();
    }
}, { rootMargin: "200px" });

async function strongest(dataset) {
    const table = await json(`/v1/datasets/${dataset.id}/ions`);
    return table.rows.reduce((best, row) => (row.total_counts > best.total_counts ? row : best));
}

/**
 * The picture of a dataset; it is asked for when it comes into view.
 * @param {object} dataset
 * @param {object|undefined} view its finished view job
 */
export function thumbnail(dataset, view) {
    const image = h("img", { class: "thumb", alt: "", width: 48, height: 48, decoding: "async" });
    watched.set(image, async () => {
        try {
            if (view) {
                image.src = `/v1/jobs/${view.id}/result.png`;
                image.alt = `SIMS-View of ${dataset.name}`;
                return;
            }
            const ion = await strongest(dataset);
            image.src = `/v1/datasets/${dataset.id}/ions/${encodeURIComponent(ionKey(ion))}.png`;
            image.alt = `${ionName(ion)} of ${dataset.name}`;
        } catch {
            image.alt = "no picture";
        }
    });
    if (seen) seen.observe(image);
    else watched.get(image)();
    return image;
}
