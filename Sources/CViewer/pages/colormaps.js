// Colour scales and the colours of clusters, the same as in the server's pictures.

import * as tables from "./colormap-tables.js";

/** The names of the scales, the default first. */
export const COLORMAPS = ["viridis", "cividis", "magma", "inferno", "gray", "hot"];

const clamp = (value) => Math.max(0, Math.min(255, Math.round(value)));

function entry(name, i) {
    if (name === "gray") return [i, i, i];
    if (name === "hot") {
        const ramp = (from, to) => clamp(255 * (i + 1 - from) / (to - from));
        return [ramp(0, 96), ramp(96, 192), ramp(192, 256)];
    }
    const hex = tables[name] ?? tables.viridis;
    return [0, 2, 4].map((at) => parseInt(hex.slice(6 * i + at, 6 * i + at + 2), 16));
}

const kept = new Map();

/**
 * A scale as 256 pixels of an ImageData (little-endian ABGR).
 * @param {string} name one of `COLORMAPS`
 * @returns {Uint32Array}
 */
export function lookup(name) {
    if (!kept.has(name)) {
        kept.set(name, Uint32Array.from({ length: 256 }, (_, i) => {
            const [r, g, b] = entry(name, i);
            return pixel(r, g, b);
        }));
    }
    return kept.get(name);
}

/** An opaque pixel of an ImageData. */
export function pixel(r, g, b) {
    return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

/** A CSS gradient of a scale. */
export function gradient(name) {
    const stops = Array.from({ length: 17 }, (_, i) => `rgb(${entry(name, Math.min(255, i * 16)).join(" ")})`);
    return `linear-gradient(to right, ${stops.join(", ")})`;
}

const CLUSTERS = ("e69f00 56b4e9 009e73 d55e00 cc79a7 0072b2 f0e442 9c9c9c cc6677 ddcc77 117733 882255 999933 aa4499 5e26f0 e61bf1 "
    + "27f840 466cf0 56ece9 56f29c d1013b 834c29 ecccfd f7b8a2 ad7fef 37be43 8d28ac b6e1c4 fc6def 1c9597 ea8f5f 90c71c "
    + "80b36e f72b9a 972edf 8682a9 737b55 60508a 1c6548 fcb2c7 458612 8a6006 a92a02 ae154c c295dc a8e974 4c6110 45deb2 "
    + "8d5b58 fe6164 a77f52 d518bd c6e09d 3b53ab 2587ef bf5846 a7cdd8 fb77cb 564ff0 fb3c33 87f11b f24078 48f572 7a94dd").split(" ");

/** The colour of a cluster (from 1) as `#rrggbb`; a dark grey for none. */
export function clusterColor(cluster) {
    return cluster >= 1 ? `#${CLUSTERS[(cluster - 1) % CLUSTERS.length]}` : "#565b62";
}

/** `#rrggbb` as a pixel of an ImageData. */
export function hexPixel(hex) {
    return pixel(parseInt(hex.slice(1, 3), 16), parseInt(hex.slice(3, 5), 16), parseInt(hex.slice(5, 7), 16));
}

const RDBU = [
    "053061",
    "2166ac",
    "4393c3",
    "92c5de",
    "d1e5f0",
    "ffffff",
    "fddbc7",
    "f4a582",
    "d6604d",
    "b2182b",
    "67001f",
]
    .map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));

/**
 * Blue over white (0) to red, for values with a sign.
 * @param {number} position -1...1
 * @returns {{color: string, isDark: boolean}} a CSS color, and whether text on it is white
 */
export function diverging(position) {
    const at = (Math.max(-1, Math.min(1, position)) + 1) / 2 * (RDBU.length - 1);
    const low = Math.min(Math.floor(at), RDBU.length - 2);
    const parts = RDBU[low].map((value, i) => Math.round(value + (RDBU[low + 1][i] - value) * (at - low)));
    return { color: `rgb(${parts.join(" ")})`, isDark: luminance(parts) < 0.179 };
}

/** Relative luminance (WCAG 2.2): white reads better than black below 0.179. */
function luminance(parts) {
    const [r, g, b] = parts.map((value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
