// The layout of nuclei (UMAP): points by cluster or by an ion; a rectangle selects.

import { h } from "./dom.js";
import { lookup } from "./colormaps.js";
import { upperEnd } from "./cell-map.js";

const PAD = 16;

function css(color) {
    return `rgb(${color & 255} ${(color >> 8) & 255} ${(color >> 16) & 255})`;
}

/**
 * The scatter plot.
 * @param {Cells} cells with a layout
 * @param {Selection} selection
 */
export function cellScatter(cells, selection) {
    const canvas = h("canvas",
        {
            tabindex: "0",
            role: "application",
            "aria-label": "UMAP of nuclei. Left and right arrow keys walk through the nuclei.",
        }
    );
    const plate = h("div", { class: "scatter" }, canvas);
    const xs = cells.layout.map((place) => place?.umap1 ?? 0), ys = cells.layout.map((place) => place?.umap2 ?? 0);
    const low = [Math.min(...xs), Math.min(...ys)], high = [Math.max(...xs), Math.max(...ys)];
    let colors = [], isByCluster = true, drag = null, box = null, frame = 0;

    let inner = [1, 1];
    const measure = () => { inner = [canvas.clientWidth - 2 * PAD, canvas.clientHeight - 2 * PAD]; };
    const at = (row) => {
        const [w, t] = inner;
        return [
            PAD + (xs[row] - low[0]) / (high[0] - low[0] || 1) * w,
            PAD + (1 - (ys[row] - low[1]) / (high[1] - low[1] || 1)) * t,
        ];
    };

    function draw() {
        frame = 0;
        const dense = devicePixelRatio || 1;
        const w = Math.round(canvas.clientWidth * dense), t = Math.round(canvas.clientHeight * dense);
        if (!w || !t) return;
        measure();
        if (canvas.width !== w || canvas.height !== t) { canvas.width = w; canvas.height = t; }
        const context = canvas.getContext("2d");
        context.setTransform(dense, 0, 0, dense, 0, 0);
        context.clearRect(0, 0, w, t);
        const radius = cells.ids.length > 8000 ? 1.2 : cells.ids.length > 2000 ? 2 : 3;
        const some = selection.rows.size > 0;
        const order = new Map();
        cells.ids.forEach((_, row) => {
            const key = `${some && !selection.rows.has(row) ? "0" : "1"}${colors[row]}`;
            if (!order.has(key)) order.set(key, []);
            order.get(key).push(row);
        });
        for (const key of [...order.keys()].sort()) {
            context.globalAlpha = key[0] === "0" ? 0.15 : 1;
            context.fillStyle = key.slice(1);
            context.beginPath();
            for (const row of order.get(key)) {
                const [x, y] = at(row);
                if (radius < 1.5) context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
                else { context.moveTo(x + radius, y); context.arc(x, y, radius, 0, 7); }
            }
            context.fill();
        }
        context.globalAlpha = 1;
        const { color: ink, backgroundColor: ground } = getComputedStyle(canvas);
        if (isByCluster) numbers(context, ink, ground);
        if (selection.focus >= 0) {
            const [x, y] = at(selection.focus);
            context.strokeStyle = ink;
            context.lineWidth = 2;
            context.beginPath();
            context.arc(x, y, radius + 4, 0, 7);
            context.stroke();
        }
        if (box) {
            context.strokeStyle = ink;
            context.setLineDash([4, 3]);
            context.lineWidth = 1;
            context.strokeRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
            context.setLineDash([]);
        }
    }

    /** The number of each cluster in its middle: colour is never the only sign. */
    function numbers(context, ink, ground) {
        context.font = `600 14px ${getComputedStyle(canvas).fontFamily}`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.lineWidth = 4;
        for (const { cluster } of cells.clusters) {
            const points = cells.rowsOf(cluster).map(at);
            const middle = [0, 1].map((axis) => points.map((point) => point[axis]).sort((a, b) => a - b)[points.length >> 1]);
            context.strokeStyle = ground;
            context.strokeText(cluster, ...middle);
            context.fillStyle = ink;
            context.fillText(cluster, ...middle);
        }
    }

    const redraw = () => { frame ||= requestAnimationFrame(draw); };
    const nearest = (x, y) => {
        let best = -1, gap = 12 * 12;
        cells.ids.forEach((_, row) => {
            const [px, py] = at(row);
            const d = (px - x) ** 2 + (py - y) ** 2;
            if (d < gap) { gap = d; best = row; }
        });
        return best;
    };

    canvas.addEventListener(
        "pointerdown",
        (event) => { canvas.setPointerCapture(event.pointerId); drag = [event.offsetX, event.offsetY]; }
    );
    canvas.addEventListener("pointermove", (event) => {
        if (!drag || Math.hypot(event.offsetX - drag[0], event.offsetY - drag[1]) < 5) return;
        box = [
            Math.min(drag[0], event.offsetX),
            Math.min(drag[1], event.offsetY),
            Math.max(drag[0], event.offsetX),
            Math.max(drag[1], event.offsetY),
        ];
        redraw();
    });
    canvas.addEventListener("pointerup", (event) => {
        if (box) {
            const [x0, y0, x1, y1] = box;
            selection.select(
                cells.ids.map((_, row) => row).filter((row) => {
                    const [x, y] = at(row);
                    return x >= x0 && x <= x1 && y >= y0 && y <= y1;
                }),
                { more: event.ctrlKey || event.metaKey }
            );
        } else if (drag) {
            const row = nearest(event.offsetX, event.offsetY);
            if (row < 0) selection.clear();
            else if (event.ctrlKey || event.metaKey) selection.toggle(row);
            else selection.select([row], { focus: row });
        }
        drag = null;
        box = null;
        redraw();
    });
    canvas.addEventListener("pointercancel", () => { drag = null; box = null; redraw(); });
    canvas.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") selection.clear();
        else if (step) {
            const row = (Math.max(selection.focus, step > 0 ? -1 : 0) + step + cells.ids.length) % cells.ids.length;
            selection.select([row], { focus: row });
        } else return;
        event.preventDefault();
    });
    new ResizeObserver(redraw).observe(plate);
    selection.addEventListener("change", redraw);
    return {
        element: plate,
        color(values) {
            isByCluster = !values;
            if (!values) colors = cells.cluster.map((cluster) => cells.color(cluster));
            else {
                const upper = upperEnd(values), table = lookup("viridis");
                colors = Array.from(
                    values,
                    (value) => css(table[Math.max(0, Math.min(255, Math.round(value / upper * 255)))])
                );
            }
            redraw();
        },
    };
}
