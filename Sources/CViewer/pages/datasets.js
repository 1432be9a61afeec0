// All datasets: look, search, sort, upload.

import { all } from "./api.js";
import { dataTable } from "./data-table.js";
import { editDataset } from "./dataset-dialog.js";
import { field, h, later, put } from "./dom.js";
import { count, mz, size, time, whole } from "./format.js";
import { empty, loading } from "./notice.js";
import { mayWork } from "./session.js";
import { stateMark } from "./state-mark.js";
import { thumbnail } from "./thumbnail.js";
import { uploadPanel } from "./upload-panel.js";
import { note } from "./url.js";

/** The newest job of each dataset by its id. */
function byDataset(jobs) {
    const found = new Map();
    for (const job of jobs) if (job.dataset && !found.has(job.dataset)) found.set(job.dataset, job);
    return found;
}

/** The page. */
export async function show(root, { values, who, signal }) {
    const list = h("div", {}, loading("Loading datasets…"));
    const search = h("input",
        { type: "search", value: values.search ?? "", placeholder: "name, sample, group or owner" }
    );
    const refresh = () => fill(list, search, values, who, signal);
    put(root, h("div", { class: "stack tight" }, h("h1", {}, "Datasets"),
        h("p", { class: "lead" },
            "Every section that was uploaded. Open one to look at its ions; start an analysis to find its nuclei, their types and the ions that mark them."
        )),
    mayWork(who) ? uploadPanel(refresh, signal) : null,
    h("section", { class: "stack tight", "aria-label": "Datasets" }, field("Search", search), list));
    await refresh();
}

async function fill(list, search, values, who, signal) {
    const [datasets, views, analyses] = await Promise.all([
        all("/v1/datasets?limit=500", 5000, { signal }),
        all("/v1/jobs?kind=view&state=succeeded&limit=500", 2000, { signal }),
        all("/v1/jobs?kind=analysis&limit=500", 2000, { signal }),
    ]);
    const pictures = byDataset(views.items), runs = byDataset(analyses.items);
    const rows = datasets.items;
    if (rows.length === 0) {
        put(list, empty("No datasets yet", mayWork(who)
            ? "Drop an export of ion images above. A simulated section to try: seam simulate --preset standard --seed 1."
            : "Your token may read only. Ask somebody with the role member to upload one."));
        return;
    }
    const table = dataTable({
        caption: "Datasets",
        rows,
        sort: { key: values.sort ?? "created_at", descending: (values.order ?? "descending") === "descending" },
        onSort: (sort) => note({ sort: sort.key, order: sort.descending ? "descending" : "ascending" }),
        columns: [
            { key: "thumb", title: "", name: "Picture", cell: (row) => thumbnail(row, pictures.get(row.id)) },
            { key: "name", title: "Name", cell: (row) => h("a", { href: `/?page=ions&dataset=${row.id}` }, row.name) },
            { key: "sample", title: "Sample" },
            {
                key: "width",
                title: "Size",
                unit: "px",
                number: true,
                value: (row) => row.width * row.height,
                cell: (row) => `${row.width} × ${row.height}`,
            },
            { key: "ion_count", title: "Ions", number: true, cell: (row) => whole(row.ion_count) },
            {
                key: "mz_min",
                title: "m/z",
                number: true,
                wide: true,
                cell: (row) =>
                    (row.mz_min === null ? "labels" : `${mz(Math.round(row.mz_min))}–${mz(Math.round(row.mz_max))}`.replaceAll(".00", "")),
            },
            { key: "bytes", title: "Upload", number: true, wide: true, cell: (row) => size(row.bytes) },
            {
                key: "owner",
                title: "Owner",
                cell: (row) => (row.visibility === "private" ? `${row.owner} (private)` : row.owner),
            },
            {
                key: "state",
                title: "Analysis",
                value: (row) => runs.get(row.id)?.state ?? "",
                cell: (row) => latest(row, runs.get(row.id), who),
            },
            { key: "created_at", title: "Uploaded", short: true, cell: (row) => time(row.created_at) },
            { key: "edit", title: "", cell: (row) => (mayChange(row, who)
                ? h("button",
                    {
                        type: "button",
                        class: "plain",
                        "aria-label": `Edit ${row.name}`,
                        onclick: () => editDataset(row, () => fill(list, search, values, who, signal)),
                    },
                    "Edit"
                ) : "") },
        ],
    });
    const total = h("p", { class: "quiet", role: "status" });
    const filter = () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const found = rows.filter((row) => {
            const text = [row.name, row.sample, row.group, row.owner, row.id].join(" ").toLowerCase();
            return words.every((word) => text.includes(word));
        });
        total.textContent = words.length
            ? `${found.length} of ${count(rows.length, "dataset")}`
            : count(rows.length, "dataset") + (
            datasets.isWhole ? "" : ", the newest"
        );
        table.show(found);
    };
    search.oninput = later(80, () => { note({ search: search.value }); filter(); });
    put(list, h("div", { class: "stack tight" }, total, table.element));
    filter();
}

function mayChange(row, who) {
    return who.role === "admin" || (who.role === "member" && row.owner === who.owner);
}

function latest(row, job, who) {
    if (job) return h("a", { href: `/?page=run&dataset=${row.id}&job=${job.id}` }, stateMark(job.state));
    return mayWork(who) ? h("a", { href: `/?page=start&dataset=${row.id}` }, "Start") : "none";
}
