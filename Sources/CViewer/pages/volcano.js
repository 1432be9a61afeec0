// The volcano plot of one cluster's ions: how much they differ, and how surely.

import { bottomAxis, leftAxis, linear, responsive } from "./axis.js";
import { h, put, svg } from "./dom.js";
import { ionName, mz, number, pValue } from "./format.js";

const HEIGHT = 320, EDGE = { left: 60, right: 16, top: 16, bottom: 44 };
const SMALLEST = 1e-300, LEVEL = 0.05;

/**
 * The plot.
 * @param {object[]} rows the marker table's rows of one cluster
 * @param {(row: object) => void} pick
 * @returns {{element: HTMLElement, set: (rows: object[], chosen: object|null) => void}}
 */
export function volcano(rows, pick) {
    const place = h("div", { class: "chart" });
    let shown = rows, chosen = null;

    function draw(width) {
        const points = shown.filter((row) => row.log2_fold_change !== null && row.p_adjusted !== null)
            .map((row) => ({ row, x: row.log2_fold_change, y: -Math.log10(Math.max(row.p_adjusted, SMALLEST)) }));
        if (points.length === 0) {
            put(place, h("p", { class: "quiet" }, "There are no p values for this cluster."));
            return;
        }
        const reach = Math.max(0.5, ...points.map((point) => Math.abs(point.x))) * 1.08;
        const x = linear(-reach, reach, EDGE.left, width - EDGE.right, 7);
        const y = linear(0, Math.max(2, ...points.map((point) => point.y)) * 1.06, HEIGHT - EDGE.bottom, EDGE.top, 5);
        const isSure = (point) => point.row.p_adjusted < LEVEL;
        const taken = [];
        const first = (point) => (point.row === chosen ? 0 : point.row.rank);
        const labelled = points.filter((point) => point.row === chosen || (isSure(point) && point.row.direction === "up")).sort((a, b) => first(a) - first(b)).slice(0, 20).filter((point) => {
            const at = [x(point.x), y(point.y)];
            if (taken.length >= 8 || taken.some(([u, v]) => Math.abs(u - at[0]) < 54 && Math.abs(v - at[1]) < 24)) return false;
            taken.push(at);
            return true;
        });
        put(place, svg("svg", { width, height: HEIGHT, role: "img", "aria-label": `Volcano plot: ${points.filter(isSure).length} of ${points.length} ions differ with an adjusted p below ${LEVEL}. The table has the numbers.` },
            svg("path",
                {
                    class: "guide",
                    d: `M${EDGE.left} ${y(-Math.log10(LEVEL))}H${width - EDGE.right}M${x(0)} ${EDGE.top}V${HEIGHT - EDGE.bottom}`,
                }
            ),
            points.map((point) => svg("circle", { class: `point ${isSure(point) ? point.row.direction : "unsure"}${point.row === chosen ? " chosen" : ""}`, cx: x(point.x), cy: y(point.y), r: point.row === chosen ? 7 : 4, onclick: () => pick(point.row) },
                svg("title", {},
                    `${ionName(point.row)}: log2 fold change ${number(point.x, 2)}, adjusted p ${pValue(point.row.p_adjusted)}`
                ))),
            labelled.map((point) => svg("text",
                {
                    class: "peak",
                    x: x(point.x),
                    y: y(point.y) - (point.row === chosen ? 11 : 7),
                    "text-anchor": x(point.x) > width - 60 ? "end" : "middle",
                },
                point.row.mz === null ? point.row.label : mz(point.row.mz)
            )),
            svg("text", { x: EDGE.left + 4, y: y(-Math.log10(LEVEL)) - 4 }, `p = ${LEVEL}`),
            bottomAxis(x, HEIGHT - EDGE.bottom, "log₂ fold change against all other nuclei"),
            leftAxis(y, EDGE.left, "−log₁₀ adjusted p")));
    }

    const again = responsive(place, draw);
    return { element: place, set(next, row) { shown = next; chosen = row; again(); } };
}
