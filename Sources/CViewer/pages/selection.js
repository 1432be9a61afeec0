// One selection of cells, shared by map, layout, table and heatmap.

/** A set of rows, and the one that is looked at closely. */
export class Selection extends EventTarget {
    rows = new Set();
    focus = -1;

    /** Selects rows; with `more` they join those that are. */
    select(rows, { more = false, focus = -1 } = {}) {
        this.rows = new Set(more ? [...this.rows, ...rows] : rows);
        this.focus = focus;
        this.dispatchEvent(new Event("change"));
    }

    /** Adds or removes one row. */
    toggle(row) {
        if (this.rows.has(row)) this.rows.delete(row);
        else this.rows.add(row);
        this.focus = this.rows.has(row) ? row : -1;
        this.dispatchEvent(new Event("change"));
    }

    clear() { this.select([]); }
}
