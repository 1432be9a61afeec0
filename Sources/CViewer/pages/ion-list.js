// The list of ions: arrow keys walk it, its order and its search are a page's state.

import { h, later, put, select } from "./dom.js";
import { ionName, mz, number, whole } from "./format.js";

/**
 * The list.
 * @param {object[]} ions rows of the ion table
 * @param {{sort?: string, search?: string}} start
 * @param {(ion: object) => void} choose
 * @param {(changes: object) => void} noted order and search for the address
 * @returns {{element: HTMLElement, set: (ion) => void, rank: (scores: Map<number, number>) => void}}
 */
export function ionList(ions, start, choose, noted) {
    let order = start.sort ?? "mz", scores = new Map(), current = null, shown = [];
    const most = Math.max(...ions.map((ion) => ion.mean), 1e-12);
    const list = h("ul", { class: "ion-list", role: "listbox", tabindex: "0", "aria-label": "Ions" });
    const items = new Map(ions.map((ion) => [ion.index, option(ion)]));
    const search = h("input",
        { type: "search", value: start.search ?? "", placeholder: "m/z or label", "aria-label": "Find an ion" }
    );
    search.oninput = later(60, () => { noted({ find: search.value }); draw(); });
    const sorter = select([["mz", "by m/z"], ["intensity", "by intensity"], ["colocalized", "by colocalisation"]], order, (value) => {
        order = value;
        noted({ sort: value === "mz" ? null : value });
        draw();
    });
    sorter.setAttribute("aria-label", "Order of ions");

    function option(ion) {
        const bar = h("i");
        bar.style.width = `${Math.max(1, 100 * Math.sqrt(ion.mean / most))}%`;
        return h("li", { role: "option", id: `ion-${ion.index}`, "aria-selected": "false", onclick: () => pick(ion) },
            h("span", { class: "mz" }, ion.mz === null ? ion.label : mz(ion.mz)),
            h("span", { class: "label" }, ion.mz === null ? "" : ion.label ?? ""),
            h("span", { class: "spark", "aria-hidden": "true" }, bar),
            h("span", { class: "score" }, number(ion.mean, 3)));
    }

    function draw() {
        const text = search.value.trim().toLowerCase();
        shown = ions.filter((ion) => !text || (ion.label ?? "").toLowerCase().includes(text) || String(ion.mz ?? "").startsWith(text));
        const key = {
            mz: (ion) => ion.index,
            intensity: (ion) => -ion.total_counts,
            colocalized: (ion) => -(scores.get(ion.index) ?? (ion === current ? 2 : -2)),
        }[order];
        shown = [...shown].sort((a, b) => key(a) - key(b));
        for (const ion of shown) {
            const cell = items.get(ion.index).lastChild;
            const score = scores.get(ion.index);
            cell.textContent = order !== "colocalized" ? number(ion.mean, 3) : ion === current ? "itself" : score === undefined ? "" : score.toFixed(2).replace("-", "−");
        }
        put(list, shown.map((ion) => items.get(ion.index)));
        put(head,
            `${whole(shown.length)} ions`,
            h("span", {}, order === "colocalized" ? "correlation" : "mean counts")
        );
        keepInView();
    }

    function keepInView() {
        const item = current && items.get(current.index);
        if (item?.isConnected) {
            const above = item.offsetTop, below = above + item.offsetHeight;
            if (above < list.scrollTop) list.scrollTop = above;
            else if (below > list.scrollTop + list.clientHeight) list.scrollTop = below - list.clientHeight;
        }
    }

    function pick(ion) {
        set(ion);
        choose(ion);
    }

    function set(ion) {
        if (current) items.get(current.index).setAttribute("aria-selected", "false");
        current = ion;
        items.get(ion.index).setAttribute("aria-selected", "true");
        list.setAttribute("aria-activedescendant", `ion-${ion.index}`);
        keepInView();
    }

    list.addEventListener("keydown", (event) => {
        const at = shown.indexOf(current);
        const to = {
            ArrowDown: at + 1,
            ArrowUp: at - 1,
            PageDown: at + 10,
            PageUp: at - 10,
            Home: 0,
            End: shown.length - 1,
        }[event.key];
        if (to === undefined || shown.length === 0) return;
        event.preventDefault();
        pick(shown[Math.max(0, Math.min(shown.length - 1, to))]);
    });

    const head = h("div", { class: "list-head" });
    draw();
    return {
        element: h("section", { class: "ion-panel", "aria-label": "List of ions" },
            h("div", { class: "row" }, search, sorter),
            head,
            list
        ),
        set,
        rank(next) { scores = next; if (order === "colocalized") draw(); },
        get order() { return order; },
        name: ionName,
    };
}
