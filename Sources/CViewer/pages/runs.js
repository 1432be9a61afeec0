// Runs: what is going on, what is done, what failed.

import { all, json, query } from "./api.js";
import { dataTable } from "./data-table.js";
import { field, h, put, select } from "./dom.js";
import { duration, time } from "./format.js";
import { KINDS, changedParameters, progressBar, seconds } from "./job-words.js";
import { empty } from "./notice.js";
import { mayWork } from "./session.js";
import { stateMark } from "./state-mark.js";
import { note } from "./url.js";
import { hasEnded } from "./watch-job.js";

const PAUSE = 2500;

/** The page. */
export async function show(root, { values, dataset, who, signal }) {
    const service = await json("/v1", { signal });
    const filter = { kind: values.kind ?? "analysis", state: values.state ?? "" };
    const list = h("div", {});
    const names = new Map();
    const start = h("a", { class: "button primary", href: `/?page=start${dataset ? `&dataset=${dataset.id}` : ""}` },
        "Start a run"
    );
    const again = () => {
        note({ kind: filter.kind === "analysis" ? null : filter.kind || "every", state: filter.state });
        refresh();
    };
    if (filter.kind === "every") filter.kind = "";
    put(root, h("div", { class: "row apart" }, h("h1", {}, "Runs"), mayWork(who) ? start : null),
        h("p", { class: "lead" },
            dataset
                ? `Analyses of ${dataset.name}, the newest first.`
                : "Analyses of all datasets, the newest first. They go on when this page is closed."
        ),
        h("div", { class: "compact" },
            field("Kind",
                select(
                    [
                        ["analysis", "whole analyses"],
                        ["", "all, with their parts"],
                        ...Object.keys(KINDS).filter((k) => k !== "analysis").map((k) => [k, KINDS[k]])
                    ],
                    filter.kind,
                    (value) => { filter.kind = value; again(); }
                )
            ),
            field("State",
                select(
                    [["", "any"], ...["queued", "running", "succeeded", "failed", "cancelled"].map((s) => [s, s])],
                    filter.state,
                    (value) => { filter.state = value; again(); }
                )
            )),
        list);
    let table = null, timer = 0;

    async function refresh() {
        clearTimeout(timer);
        const { items } = await all(
            query("/v1/jobs", { dataset: dataset?.id, kind: filter.kind, state: filter.state, limit: 200 }),
            400,
            { signal }
        );
        if (!dataset) await learnNames(items);
        if (items.length === 0) {
            table = null;
            put(list, empty("No runs here",
                filter.state || filter.kind !== "analysis"
                    ? "Nothing matches. Choose another kind or state."
                    : "Start an analysis: it finds the nuclei of a dataset, their types and the ions that mark them.",
                mayWork(who) ? start.cloneNode(true) : null));
        } else if (table) table.show(items);
        else put(list, (table = runTable(items)).element);
        // What is under way changes; what has ended does not.
        if (items.some((job) => !hasEnded(job))) timer = setTimeout(() => refresh().catch(() => null), PAUSE);
    }

    async function learnNames(items) {
        if (items.every((job) => names.has(job.dataset))) return;
        const { items: datasets } = await all("/v1/datasets?limit=500", 5000, { signal });
        for (const row of datasets) names.set(row.id, row.name);
    }

    function runTable(items) {
        return dataTable({
            caption: "Runs", rows: items,
            columns: [
                {
                    key: "kind",
                    title: "Run",
                    value: (job) => KINDS[job.kind],
                    cell: (job) => h("a", { href: `/?page=run&dataset=${job.dataset}&job=${job.id}` }, KINDS[job.kind]),
                },
                ...(dataset ? [] : [{
                    key: "dataset",
                    title: "Dataset",
                    value: (job) => names.get(job.dataset) ?? "",
                    cell: (job) => h("a", { href: `/?page=ions&dataset=${job.dataset}` },
                        names.get(job.dataset) ?? job.dataset
                    ),
                }]),
                { key: "state", title: "State", cell: (job) => stateMark(job.state) },
                {
                    key: "progress",
                    title: "Progress",
                    value: (job) => job.progress.fraction,
                    cell: (job) => (hasEnded(job) ? job.error?.title ?? "" : progressBar(job)),
                },
                {
                    key: "parameters",
                    title: "Changed parameters",
                    fixed: true,
                    cell: (job) => changedParameters(job, service.kinds) || "defaults",
                },
                { key: "owner", title: "Owner", wide: true },
                { key: "seconds", title: "Time", number: true, value: seconds, cell: (job) => duration(seconds(job)) },
                { key: "submitted_at", title: "Submitted", short: true, cell: (job) => time(job.submitted_at) },
            ],
        });
    }

    signal.addEventListener("abort", () => clearTimeout(timer));
    await refresh();
}
