// An ion's abundance in the nuclei of each cluster: boxes, with all points where there are few.

import { bottomAxis, linear, responsive } from "./axis.js";
import { h, put, svg } from "./dom.js";
import { ionName, number } from "./format.js";

const ROW = 28, LEFT = 150, FEW = 50;

/** Quartiles and whiskers (Tukey: to the last value within 1.5 interquartile ranges). */
export function boxOf(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (p) => {
        const place = p * (sorted.length - 1), low = Math.floor(place);
        return sorted[low] + ((sorted[low + 1] ?? sorted[low]) - sorted[low]) * (place - low);
    };
    const [q1, median, q3] = [at(0.25), at(0.5), at(0.75)];
    const reach = 1.5 * (q3 - q1);
    return {
        q1,
        median,
        q3,
        low: sorted.find((v) => v >= q1 - reach),
        high: sorted.findLast((v) => v <= q3 + reach),
        count: sorted.length,
    };
}

/**
 * The chart and its table.
 * @param {Cells} cells
 * @returns {{element: HTMLElement, set: (ion: object, cluster: number) => Promise<void>}}
 */
export function distribution(cells) {
    const place = h("div", { class: "chart" }), table = h("div");
    let boxes = [], most = 1, chosen = -1, name = "";

    function draw(width) {
        if (boxes.length === 0) return;
        const height = boxes.length * ROW + 52;
        const x = linear(0, most * 1.04, LEFT, width - 20, 6);
        put(place, svg("svg", { width, height, role: "img", "aria-label": `${name} by cluster. The table below has the numbers.` }, boxes.map(({ cluster, box, values }, i) => {
            const y = 8 + (i + 0.5) * ROW, color = cells.color(cluster);
            return svg("g", {},
                cluster === chosen ? svg("rect",
                    { class: "row-chosen", x: 0, y: y - ROW / 2, width, height: ROW }
                ) : null,
                svg("rect", { x: 0, y: y - 6, width: 12, height: 12, rx: 2, fill: color }),
                svg("text", { x: 20, y: y + 4 }, `${cells.name(cluster).slice(0, 14)} (${box.count})`),
                values.length < FEW ? values.map((value, j) => svg("circle",
                    { cx: x(Math.min(value, most)), cy: y + ((j % 5) - 2) * 2, r: 2, fill: color, opacity: 0.8 }
                )) : null,
                svg("path",
                    {
                        class: "whisker",
                        d: `M${x(box.low)} ${y}H${x(box.q1)}M${x(box.q3)} ${y}H${x(box.high)}M${x(box.low)} ${y - 4}v8M${x(box.high)} ${y - 4}v8`,
                    }
                ),
                svg("rect",
                    {
                        class: "box",
                        x: x(box.q1),
                        y: y - 8,
                        width: Math.max(1, x(box.q3) - x(box.q1)),
                        height: 16,
                        fill: color,
                        "fill-opacity": values.length < FEW ? 0.25 : 0.75,
                    }
                ),
                svg("path", { class: "median", d: `M${x(box.median)} ${y - 8}v16` }));
        }), bottomAxis(x, height - 44, `${name}, mean counts a pixel in each nucleus`)));
    }

    const again = responsive(place, draw);
    return {
        element: h("div", { class: "stack tight" }, place, h("details", {}, h("summary", {}, "The numbers"), table)),
        async set(ion, cluster) {
            const abundance = await cells.abundance(ion);
            boxes = cells.clusters.map((entry) => {
                const values = cells.rowsOf(entry.cluster).map((row) => abundance[row]);
                return { cluster: entry.cluster, values, box: boxOf(values) };
            });
            most = Math.max(
                1e-12,
                ...boxes.map(({ box, values }) => (values.length < FEW ? Math.max(...values) : box.high))
            );
            chosen = cluster;
            name = ionName(ion);
            put(table, h("table", { class: "dense" },
                h("thead", {},
                    h("tr", {},
                        [
                            "Cluster",
                            "Nuclei",
                            "Lower quartile",
                            "Median",
                            "Upper quartile",
                        ].map((text, i) => h("th", { scope: "col", class: i ? "number" : null }, text))
                    )
                ),
                h("tbody", {},
                    boxes.map(({ cluster: c, box }) => h("tr", {},
                        h("th", { scope: "row" }, cells.name(c)),
                        [box.count, box.q1, box.median, box.q3].map((v) => h("td", { class: "number" }, number(v)))
                    ))
                )));
            again();
        },
    };
}
