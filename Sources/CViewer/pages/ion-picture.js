// The large image of an ion, or of up to three: coloured here from raw values, so that a change of colours asks nobody.

import { query } from "./api.js";
import { h, put } from "./dom.js";
import { gradient, lookup } from "./colormaps.js";
import { ionKey, ionName, number } from "./format.js";
import { imageView } from "./image-view.js";
import { rawImage } from "./raw-image.js";
import { merge, recolor, smooth } from "./recolor.js";

const CHANNELS = ["Red", "Green", "Blue"];

/**
 * The picture.
 * @param {object} dataset
 * @param {() => object} options what the controls say: colormap, clip, scale, smooth, normalization
 * @param {{at?: string, moved?: (at: string|null) => void}} [part] which part is shown at first, and whom to tell
 */
export function ionPicture(dataset, options, part = {}) {
    const { width, height } = dataset;
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const legend = h("div", { class: "legend" });
    let shown = [], smoothed = new Map(), asked = 0, drawn = 0;
    const view = imageView({
        ...part, label: "Ion image", width, height, pixelSize: dataset.pixel_size_um,
        read(x, y) {
            const um = dataset.pixel_size_um
                ? ` · ${number((x + 0.5) * dataset.pixel_size_um, 4)}, ${number((y + 0.5) * dataset.pixel_size_um, 4)} µm`
                : "";
            const values = shown.filter((part) => part.raw).map((part) => `${shown.length > 1 ? `${ionName(part.ion)}: ` : ""}${number(part.raw.values[y * width + x], 4)} counts`);
            return `x ${x}, y ${y} px${um} · ${values.join(" · ")}`;
        },
    });

    function values(part, sigma) {
        if (sigma <= 0) return { values: part.raw.values, percentile: (p) => part.raw.percentile(p) };
        const key = `${part.ion.index}:${sigma}`;
        if (!smoothed.has(key)) {
            if (smoothed.size > 6) smoothed.clear();
            const made = smooth(part.raw.values, width, height, sigma);
            const Kind = part.raw.constructor;
            smoothed.set(key, new Kind(made, width, height));
        }
        const kept = smoothed.get(key);
        return { values: kept.values, percentile: (p) => kept.percentile(p) };
    }

    /** Colours what is loaded; nothing is asked for unless the image is normalised. */
    function paint() {
        drawn += 1;
        const { colormap, clip, scale, smooth: sigma, normalization } = options();
        const parts = shown.map((part) => part.raw && { ...values(part, sigma), ion: part.ion });
        if (shown.length === 1 && normalization !== "none") return paintByServer();
        if (shown.length === 1) {
            const upper = parts[0].percentile(clip);
            recolor(parts[0].values, { upper: upper ?? 1, scale }, lookup(colormap), pixels);
            put(legend, colorBar(upper, "counts"));
        } else {
            merge(
                parts.map((part) => part && { values: part.values, upper: part.percentile(clip) ?? 1 }),
                scale,
                pixels
            );
            put(legend, h("ul", { class: "channels" }, parts.map((part, i) => part && h("li", {},
                h("span", { class: `swatch ${CHANNELS[i].toLowerCase()}` }),
                `${CHANNELS[i]}: ${ionName(part.ion)}, 0–${number(part.percentile(clip) ?? 1)} counts`))));
        }
        view.set(image);
    }

    function colorBar(upper, unit) {
        const { colormap, clip, scale } = options();
        const strip = h("span", { class: "strip", "aria-hidden": "true" });
        strip.style.background = gradient(colormap);
        return h("div", { class: "color-bar" },
            h("span", {}, "0"),
            strip,
            h("span", {}, upper === null ? "no counts" : number(upper)),
            h("span", { class: "quiet" },
                `${unit}, ${clip < 100 ? `clipped at ${clip} %` : "not clipped"}${scale === "linear" ? "" : `, ${scale} scale`}`
            ));
    }

    /** A normalised image is drawn by the server, which has all ions. */
    async function paintByServer() {
        const { colormap, clip, scale, smooth: sigma, normalization } = options();
        const mine = drawn;
        const picture = new Image();
        picture.src = query(
            `/v1/datasets/${dataset.id}/ions/${encodeURIComponent(ionKey(shown[0].ion))}.png`,
            { colormap, clip, scale, smooth: sigma, normalization }
        );
        await picture.decode();
        if (mine !== drawn) return;
        view.setPicture(picture);
        const strip = h("span", { class: "strip", "aria-hidden": "true" });
        strip.style.background = gradient(colormap);
        put(legend, h("div", { class: "color-bar" }, h("span", {}, "0"), strip, h("span", {}, `${clip} %`),
            h("span", { class: "quiet" },
                `relative to the pixel's ${{ tic: "total", median: "median", rms: "root mean square" }[normalization]}; the value under the pointer is in counts`
            )));
    }

    return {
        element: h("div", { class: "stack tight" }, view.element, legend),
        view,
        paint() { if (shown.length) paint(); },
        /** Shows one ion, or three of which some are null as red, green and blue. */
        async show(ions) {
            const mine = ++asked;
            const parts = await Promise.all(ions.map(async (ion) => ({
                ion,
                raw: ion ? await rawImage(dataset.id, ion) : null,
            })));
            if (mine !== asked) return;
            shown = parts;
            paint();
            view.relabel(ions.filter(Boolean).map(ionName).join(", "));
        },
        /** Milliseconds of script a recolouring takes: the median of some. */
        measure(count = 21) {
            const times = Array.from({ length: count }, () => {
                const begun = performance.now();
                paint();
                return performance.now() - begun;
            });
            return times.sort((a, b) => a - b)[count >> 1];
        },
    };
}
