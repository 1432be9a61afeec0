// The map of nuclei: coloured by cluster or by an ion, over black or over any ion image.

import { h } from "./dom.js";
import { hexPixel, lookup, pixel } from "./colormaps.js";
import { imageView } from "./image-view.js";
import { number } from "./format.js";
import { rawImage } from "./raw-image.js";
import { recolor } from "./recolor.js";

/** So many selected cells have an outline; of more, the colours say enough. */
const OUTLINED = 200;

/** The edges of all cells as pairs of points, by pixel sides where labels differ. */
function edges(labels, width, height) {
    const found = [];
    for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
            const here = labels[y * width + x];
            const right = x + 1 < width
                ? labels[y * width + x + 1]
                : 0, down = y + 1 < height
                ? labels[(y + 1) * width + x]
                : 0;
            if (here !== right) found.push([here, right, x + 1, y, x + 1, y + 1]);
            if (here !== down) found.push([here, down, x, y + 1, x + 1, y + 1]);
        }
    }
    return found;
}

function path(sides) {
    const lines = new Path2D();
    for (const [, , x0, y0, x1, y1] of sides) { lines.moveTo(x0, y0); lines.lineTo(x1, y1); }
    return lines;
}

function dimmed(color) {
    return pixel((color & 255) * 0.28, ((color >> 8) & 255) * 0.28, ((color >> 16) & 255) * 0.28);
}

/**
 * The map.
 * @param {Cells} cells
 * @param {Selection} selection
 * @param {{at?: string, moved?: (at: string|null) => void}} [part] which part is shown at first, and whom to tell
 */
export function cellMap(cells, selection, part = {}) {
    const { labels, rowOf, dataset } = cells;
    const { width, height } = dataset;
    const sides = edges(labels, width, height);
    const all = path(sides);
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const ground = new Uint32Array(width * height).fill(0xff000000);
    let colors = new Uint32Array(cells.ids.length), chosen = null, values = null, valueName = "";

    const view = imageView({
        ...part, label: "Map of nuclei", width, height, pixelSize: dataset.pixel_size_um,
        read(x, y) {
            const row = rowOf[labels[y * width + x]] ?? -1;
            if (labels[y * width + x] === 0 || row < 0) return `x ${x}, y ${y} px · no nucleus`;
            return `x ${x}, y ${y} px · nucleus ${cells.ids[row]} · ${cells.name(cells.cluster[row])}${values ? ` · ${valueName}: ${number(values[row])} counts a pixel` : ""}`;
        },
        pick(x, y, event) {
            const row = labels[y * width + x] === 0 ? -1 : rowOf[labels[y * width + x]];
            if (row < 0) { if (!event.ctrlKey && !event.metaKey) selection.clear(); return; }
            if (event.ctrlKey || event.metaKey) selection.toggle(row);
            else selection.select([row], { focus: row });
        },
        box([x0, y0, x1, y1]) {
            selection.select(cells.shape.map((shape, row) => [shape, row]).filter(([shape]) => shape.x_px >= x0 && shape.x_px <= x1 && shape.y_px >= y0 && shape.y_px <= y1).map(([, row]) => row));
        },
        over(context, scale) {
            context.lineJoin = "round";
            if (scale >= 2.5) {
                context.strokeStyle = "rgb(0 0 0 / 0.75)";
                context.lineWidth = 1 / scale;
                context.stroke(all);
            }
            if (!chosen) return;
            context.strokeStyle = "#000";
            // One nucleus must be found; of many the colours are what counts.
            const bold = selection.rows.size > 20 ? 0.5 : 1;
            context.lineWidth = 4 * bold / scale;
            context.stroke(chosen);
            context.strokeStyle = "#fff";
            context.lineWidth = 2 * bold / scale;
            context.stroke(chosen);
        },
    });

    function paint() {
        const some = selection.rows.size > 0;
        // A colour a label first, then one lookup a pixel.
        const byLabel = new Uint32Array(rowOf.length);
        const isCell = new Uint8Array(rowOf.length);
        for (let label = 1; label < rowOf.length; label += 1) {
            const row = rowOf[label];
            if (row < 0) continue;
            isCell[label] = 1;
            byLabel[label] = some && !selection.rows.has(row) ? dimmed(colors[row]) : colors[row];
        }
        for (let i = 0; i < pixels.length; i += 1) pixels[i] = isCell[labels[i]] ? byLabel[labels[i]] : ground[i];
        const has = (label) => label !== 0 && selection.rows.has(rowOf[label]);
        chosen = some && selection.rows.size <= OUTLINED ? path(sides.filter(([a, b]) => has(a) !== has(b))) : null;
        view.set(image);
    }

    selection.addEventListener("change", paint);
    return {
        element: h("div", {}, view.element),
        view,
        /** Colours cells by cluster, or by values with a name. */
        color(next, name) {
            values = next;
            valueName = name;
            colors = new Uint32Array(cells.ids.length);
            if (!next) cells.cluster.forEach((cluster, row) => { colors[row] = hexPixel(cells.color(cluster)); });
            else recolor(
                Float64Array.from(next),
                { upper: upperEnd(next), scale: "linear" },
                lookup("viridis"),
                colors
            );
            paint();
        },
        /** What lies under the cells: an ion image in grey, or black. */
        async over(ion) {
            if (!ion) ground.fill(0xff000000);
            else {
                const raw = await rawImage(dataset.id, ion);
                recolor(raw.values, { upper: raw.percentile(99) ?? 1, scale: "linear" }, lookup("gray"), ground);
            }
            paint();
        },
    };
}

/** The upper end of a scale: the 99th percentile of the positive values. */
export function upperEnd(values) {
    const sorted = Float64Array.from(values).filter((value) => value > 0).sort();
    return sorted.length ? sorted[Math.floor((sorted.length - 1) * 0.99)] : 1;
}
