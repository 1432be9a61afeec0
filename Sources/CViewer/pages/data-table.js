// A table that can be sorted and grows by hundreds of rows: thousands cost nothing until asked for.

import { announce, h, put } from "./dom.js";

const look = (column) => [
    column.number || column.short ? "number" : null,
    column.short ? "left" : null,
    column.wide ? "wide-only" : null,
].filter(Boolean).join(" ") || null;

/**
 * A sortable table.
 * @param {object} options
 * @param {{key: string, title: string, unit?: string, number?: boolean, short?: boolean, wide?: boolean, value?: (row) => any, cell?: (row) => any}[]} options.columns
 *   `short` stays on one line, `wide` is left out where there is little room; `value` is sorted by (default `row[key]`), `cell` is shown; `title` of "" makes a column without sorting
 * @param {object[]} options.rows
 * @param {string} options.caption what the table shows, for those who listen
 * @param {{key: string, descending: boolean}} [options.sort] the order at first
 * @param {(sort) => void} [options.onSort]
 * @param {number} [options.step] rows at first, and more each time
 * @param {(row, tr) => void} [options.decorate] called for each row that is drawn
 * @returns {{element: HTMLElement, show: (rows: object[]) => void, redecorate: () => void}}
 */
export function dataTable({ columns, rows, caption, sort, onSort, step = 100, decorate }) {
    let order = sort ?? null, current = rows, shown = step, drawn = [];
    const body = h("tbody");
    const more = h("div", { class: "row small" });
    const heads = columns.map((column) => {
        const label = [column.title, column.unit ? h("span", { class: "unit" }, ` ${column.unit}`) : null];
        const button = column.title && !column.fixed
            ? h("button", { type: "button", class: "sort", onclick: () => turn(column.key) }, label) : label;
        return h("th", { scope: "col", class: look(column) }, button,
            column.title ? null : h("span", { class: "hidden-text" }, column.name ?? "Actions"));
    });
    const element = h("div", { class: "stack tight" },
        h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `${caption}, table` },
            h("table", {}, h("caption", { class: "hidden-text" }, caption), h("thead", {}, h("tr", {}, heads)), body)), more);

    function turn(key) {
        const column = columns.find((c) => c.key === key);
        order = { key, descending: order?.key === key ? !order.descending : Boolean(column.number) };
        onSort?.(order);
        announce(`Sorted by ${column.title}, ${order.descending ? "descending" : "ascending"}`);
        draw();
    }

    function sorted() {
        if (!order) return current;
        const column = columns.find((c) => c.key === order.key);
        if (!column) return current;
        const value = column.value ?? ((row) => row[column.key]);
        const sign = order.descending ? -1 : 1;
        return [...current].sort((a, b) => {
            const x = value(a), y = value(b);
            if (x === y) return 0;
            if (x === null || x === undefined) return 1;
            if (y === null || y === undefined) return -1;
            return sign * (typeof x === "string" ? x.localeCompare(y, undefined, { numeric: true }) : x - y);
        });
    }

    function draw() {
        const all = sorted();
        columns.forEach((column, index) => {
            if (order?.key === column.key) heads[index].setAttribute(
                "aria-sort",
                order.descending ? "descending" : "ascending"
            );
            else heads[index].removeAttribute("aria-sort");
        });
        drawn = all.slice(0, shown).map((row) => {
            const tr = h("tr", {}, columns.map((column) => {
                const content = column.cell ? column.cell(row) : row[column.key];
                return h("td", { class: look(column) }, content ?? "–");
            }));
            decorate?.(row, tr);
            return [row, tr];
        });
        put(body, drawn.map(([, tr]) => tr));
        put(more, all.length > shown ? [
            h("span", { class: "quiet" }, `${shown} of ${all.length}`),
            h("button", { type: "button", onclick: () => { shown += step; draw(); } },
                `Show ${Math.min(step, all.length - shown)} more`
            ),
        ] : null);
    }

    draw();
    return {
        element,
        show(next) { current = next; shown = step; draw(); },
        redecorate() { for (const [row, tr] of drawn) decorate?.(row, tr); },
    };
}
