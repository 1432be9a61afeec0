// The mean spectrum: a line an ion; a click chooses the nearest, dragging zooms.

import { bottomAxis, leftAxis, linear, responsive } from "./axis.js";
import { h, put, svg } from "./dom.js";
import { mz, number } from "./format.js";

const HEIGHT = 190, EDGE = { left: 64, right: 12, top: 18, bottom: 42 };

/**
 * The chart.
 * @param {object[]} rows rows of the spectrum table, those with a mass are drawn
 * @param {(index: number) => void} pick called with the index of an ion
 * @param {{label?: string, unit?: string}} [words]
 * @returns {{element: HTMLElement, choose: (index: number) => void}}
 */
export function spectrumChart(rows, pick, { label = "Mean spectrum", unit = "mean counts a pixel" } = {}) {
    const peaks = rows.filter((row) => row.mz !== null);
    const place = h("div", { class: "chart" });
    if (peaks.length === 0) return {
        element: h("p", { class: "quiet" },
            "The channels of this dataset have labels, not masses: there is no spectrum."
        ),
        choose() {},
    };
    const whole = [peaks[0].mz, peaks[peaks.length - 1].mz];
    const margin = Math.max(1, (whole[1] - whole[0]) * 0.01);
    const full = [whole[0] - margin, whole[1] + margin];
    let [low, high] = full, chosen = -1, start = null;

    function labels(shown, x, y) {
        const taken = [];
        return [...shown].sort((a, b) => b.mean - a.mean).slice(0, 24).filter((row) => {
            const at = x(row.mz);
            if (taken.length >= 8 || at < EDGE.left + 16 || taken.some((other) => Math.abs(other - at) < 46)) return false;
            taken.push(at);
            return true;
        }).map((row) => svg("text", { class: "peak", x: x(row.mz), y: y(row.mean) - 4, "text-anchor": "middle" }, mz(row.mz)));
    }

    function draw(width) {
        const shown = peaks.filter((row) => row.mz >= low && row.mz <= high);
        const x = linear(low, high, EDGE.left, width - EDGE.right, 7);
        const y = linear(0, Math.max(1e-12, ...shown.map((row) => row.mean)) * 1.08, HEIGHT - EDGE.bottom, EDGE.top, 4);
        const ground = y(0);
        const path = shown.map((row) => `M${x(row.mz).toFixed(1)} ${ground}V${y(row.mean).toFixed(1)}`).join("");
        const now = shown.find((row) => row.index === chosen);
        const band = svg("rect", { class: "band", y: EDGE.top, height: ground - EDGE.top, width: 0 });
        const chart = svg("svg", {
            width, height: HEIGHT, role: "img", "aria-label": `${label}, m/z ${mz(low)} to ${mz(high)}`,
            onpointerdown: (event) => { start = event.offsetX; chart.setPointerCapture(event.pointerId); },
            onpointermove: (event) => {
                if (start === null) return;
                band.setAttribute("x", Math.min(start, event.offsetX));
                band.setAttribute("width", Math.abs(start - event.offsetX));
            },
            onpointerup: (event) => {
                const [from, to] = [start ?? event.offsetX, event.offsetX].sort((a, b) => a - b);
                start = null;
                if (to - from > 8) return zoom(Math.max(full[0], x.invert(from)), Math.min(full[1], x.invert(to)));
                const nearest = shown.reduce(
                    (best, row) => (best && Math.abs(x(best.mz) - to) <= Math.abs(x(row.mz) - to) ? best : row),
                    null
                );
                if (nearest) pick(nearest.index);
            },
        },
        svg("path", { class: "sticks", d: path }), labels(shown, x, y),
        now ? [svg("path", { class: "stick-chosen", d: `M${x(now.mz)} ${ground}V${y(now.mean)}` }),
            svg("circle", { class: "dot-chosen", cx: x(now.mz), cy: y(now.mean), r: 4 })] : null,
        band, bottomAxis(x, ground, "m/z"), leftAxis(y, EDGE.left, unit));
        put(place, chart);
    }

    const again = responsive(place, draw);
    function zoom(from, to) {
        if (to - from < 0.5) return;
        [low, high] = [from, to];
        reset.hidden = low === full[0] && high === full[1];
        again();
    }
    const nearer = (factor) => {
        const center = peaks.find((row) => row.index === chosen)?.mz ?? (low + high) / 2;
        const half = (high - low) / 2 * factor;
        const from = Math.max(full[0], center - half);
        zoom(from, Math.min(full[1], from + 2 * half));
    };
    const button = (text, action) => h("button", { type: "button", class: "plain", onclick: action }, text);
    const reset = button("Whole range", () => zoom(...full));
    reset.hidden = true;
    return {
        element: h("section", { class: "panel", "aria-label": label },
            h("div", { class: "row apart" },
                h("h2", {}, label),
                h("div", { class: "row" },
                    reset,
                    button("Zoom in", () => nearer(0.5)),
                    button("Zoom out", () => nearer(2))
                )
            ),
            place, h("p", { class: "quiet small" }, "Click a line to see its image; drag to zoom. ",
                h("span", { class: "hidden-text" },
                    `${peaks.length} ions, the strongest at m/z ${mz([...peaks].sort((a, b) => b.mean - a.mean)[0].mz)} with ${number(Math.max(...peaks.map((p) => p.mean)))} ${unit}.`
                ))),
        choose(index) { chosen = index; again(); },
    };
}
