// Raw ion images, kept while they are looked at.

import { bytes } from "./api.js";
import { ionKey } from "./format.js";
import { readNpy } from "./npy.js";

const KEPT = 32;
const images = new Map();

/** The values of an ion image, with its order statistics. */
export class RawImage {
    constructor(values, width, height) {
        this.values = values;
        this.width = width;
        this.height = height;
    }

    /** The percentile (0...100) of the positive values, interpolated as NumPy does; null without any. */
    percentile(percent) {
        this.sorted ??= this.values.filter((value) => value > 0 && Number.isFinite(value)).sort();
        const { sorted } = this;
        if (sorted.length === 0) return null;
        const place = percent / 100 * (sorted.length - 1), rank = Math.floor(place);
        return sorted[rank] + ((sorted[rank + 1] ?? sorted[rank]) - sorted[rank]) * (place - rank);
    }
}

/**
 * The raw image of an ion.
 * @param {string} dataset id
 * @param {{mz: number|null, label: string|null}} ion a row of the ion table
 * @returns {Promise<RawImage>}
 */
export function rawImage(dataset, ion) {
    const path = `/v1/datasets/${dataset}/ions/${encodeURIComponent(ionKey(ion))}.npy?tolerance_mz=0.00001`;
    let found = images.get(path);
    if (found) images.delete(path);
    else {
        found = bytes(path).then((buffer) => {
            const { values, shape } = readNpy(buffer);
            return new RawImage(values, shape[1], shape[0]);
        });
        found.catch(() => images.delete(path));
    }
    images.set(path, found);
    if (images.size > KEPT) images.delete(images.keys().next().value);
    return found;
}
