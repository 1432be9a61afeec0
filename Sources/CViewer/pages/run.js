// One run: live progress by stage, its cause where it failed, what it was made with, and its results.

import { all, json, request } from "./api.js";
import { announce, h, put } from "./dom.js";
import { duration, time } from "./format.js";
import { KINDS, changedParameters, failureText, jobTitle, progressBar, seconds } from "./job-words.js";
import { failure } from "./notice.js";
import { mayWork } from "./session.js";
import { stateMark } from "./state-mark.js";
import { hasEnded, watchJob } from "./watch-job.js";
import { go } from "./url.js";

const ORDER = ["view", "segmentation", "representation", "clustering", "embedding", "diff"];
const FORMATS = {
    json: "JSON",
    csv: "Table (CSV)",
    png: "Picture (PNG)",
    npy: "NumPy",
    "embedding.npy": "Layout (NumPy)",
    tif: "TIFF",
    geojson: "GeoJSON",
    html: "Report (HTML)",
    "adata.zarr.zip": "AnnData",
    "sdata.zarr.zip": "SpatialData",
};

/** The page. */
export async function show(root, { values, dataset, who, signal }) {
    const [service, first] = await Promise.all([
        json("/v1", { signal }),
        json(`/v1/jobs/${encodeURIComponent(values.job)}`, { signal }),
    ]);
    const kind = service.kinds.find((entry) => entry.kind === first.kind);
    const head = h("div", { class: "stack tight" }), stages = h("div"), results = h("div"), fault = h("div");
    put(root, head, fault, stages, results, about(first, service.kinds));
    let last = first, asking = false;

    async function attempt(action) {
        try {
            put(fault);
            await action();
        } catch (error) {
            put(fault, failure(error));
        }
    }

    function actions(job) {
        const mine = who.role === "admin" || (mayWork(who) && job.owner === who.owner);
        const looks = {
            analysis: [["cells", "Look at nuclei"], ["markers", "Markers"], ["report", "Report"]],
            clustering: [["cells", "Look at nuclei"]],
            embedding: [["cells", "Look at nuclei"]],
            diff: [["markers", "Look at markers"]],
        }[job.kind] ?? [];
        return h("div", { class: "row" },
            job.state === "succeeded" ? looks.map(([page, text], i) => h("a",
                { class: i ? "button" : "button primary", href: `/?page=${page}&dataset=${job.dataset}&run=${job.id}` },
                text
            )) : null,
            mine && !hasEnded(job) ? h("button",
                {
                    type: "button",
                    class: "danger",
                    onclick: () => attempt(async () => draw(await json(
                        `/v1/jobs/${job.id}/cancel`,
                        { method: "POST" }
                    ))),
                },
                "Cancel"
            ) : null,
            mayWork(who) ? h("a", { class: "button", href: `/?page=start&dataset=${job.dataset}&from=${job.id}` },
                "Run again with changes"
            ) : null,
            job.state === "succeeded" && ["analysis", "clustering"].includes(job.kind) ? h("a",
                { class: "button", href: `/?page=compare&dataset=${job.dataset}&a=${job.id}` },
                "Compare…"
            ) : null,
            mine && hasEnded(job) ? h("button",
                { type: "button", class: "danger", onclick: (event) => confirmDelete(event.target, job) },
                "Delete…"
            ) : null);
    }

    function confirmDelete(button, job) {
        if (button.dataset.sure) return attempt(async () => {
            await request(`/v1/jobs/${job.id}`, { method: "DELETE" });
            go({ page: "runs", dataset: job.dataset });
        });
        button.dataset.sure = "1";
        button.textContent = "Delete this run and its result for good";
    }

    function draw(job) {
        if (job.state !== last.state) announce(`${KINDS[job.kind]}: ${job.state}`);
        last = job;
        put(head, h("div", { class: "row" }, h("h1", {}, KINDS[job.kind]), stateMark(job.state)),
            h("p", { class: "lead" }, kind.summary), actions(job),
            hasEnded(job) ? null : h("div", { class: "panel", role: "group", "aria-label": "Progress" },
                progressBar(job),
                h("p", { class: "quiet" }, job.progress.message || job.progress.stage)
            ),
            failureText(job),
            job.warnings.length ? h("div", { class: "notice warn" },
                h("ul", {}, job.warnings.map((w) => h("li", {}, w)))
            ) : null);
        if (job.state === "succeeded" && !results.hasChildNodes()) put(results, downloads(job, kind));
        if (job.kind === "analysis") partsOf(job);
    }

    async function partsOf(job) {
        if (asking) return;
        asking = true;
        try {
            const names = ORDER.filter((name) => job.inputs[name]);
            const parts = await Promise.all(names.map((name) => json(`/v1/jobs/${job.inputs[name]}`, { signal })));
            put(stages, h("section", { class: "stack tight", "aria-label": "Stages" }, h("h2", {}, "Stages"), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Stages, table" },
                h("table", {},
                    h("thead", {},
                        h("tr", {},
                            [
                                "Stage",
                                "State",
                                "Progress",
                                "Time",
                            ].map((text) => h("th", { scope: "col", class: text === "Time" ? "number" : null }, text))
                        )
                    ),
                    h("tbody", {}, parts.map((part) => h("tr", {},
                        h("td", {},
                            h("a", { href: `/?page=run&dataset=${part.dataset}&job=${part.id}` }, KINDS[part.kind])
                        ),
                        h("td", {}, stateMark(part.state)),
                        h("td", {},
                            hasEnded(part) ? part.error?.detail ?? "" : h("div", {},
                                progressBar(part),
                                h("span", { class: "quiet small" }, part.progress.message)
                            )
                        ),
                        h("td", { class: "number" }, duration(seconds(part))))))))));
        } catch (error) {
            if (error.name !== "AbortError") put(stages, failure(error));
        } finally {
            asking = false;
            // The last word on the stages comes after the analysis has ended.
            if (hasEnded(last) && job !== last) partsOf(last);
        }
    }

    draw(first);
    if (!hasEnded(first)) watchJob(first.id, draw, signal);
    if (first.state === "succeeded") others(root, first, service, signal);
}

function downloads(job, kind) {
    return h("section", { class: "stack tight", "aria-label": "Results" }, h("h2", {}, "Results"),
        h("div", { class: "row" },
            kind.formats.map((format) => h("a",
                {
                    class: "button",
                    href: `/v1/jobs/${job.id}/result.${format}`,
                    download: format === "html" ? null : `${job.kind}_${job.id}.${format}`,
                    target: format === "html" ? "_blank" : null,
                },
                FORMATS[format] ?? format
            ))
        ),
        kind.formats.includes("png") ? h("figure", { class: "result-picture" },
            h("img", { src: `/v1/jobs/${job.id}/result.png`, alt: `${KINDS[job.kind]} of this run`, loading: "lazy" })
        ) : null);
}

function about(job, kinds) {
    const pairs = (entries) => h("dl", { class: "pairs" },
        entries.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])
    );
    const value = (v) => (v === null ? "default" : typeof v === "object" ? JSON.stringify(v) : String(v));
    return h("div", { class: "fields" },
        h("section", { class: "panel", "aria-label": "Parameters" },
            h("h2", {}, "Parameters"),
            pairs(Object.entries(job.parameters).map(([name, v]) => [name, value(v)])),
            h("p", { class: "quiet small" },
                changedParameters(job, kinds) ? `Changed: ${changedParameters(job, kinds)}` : "All are the defaults."
            )),
        h("section", { class: "panel", "aria-label": "About this run" }, h("h2", {}, "About this run"), pairs([
            ["Id", job.id],
            ["Owner", job.owner],
            ["Submitted", time(job.submitted_at)],
            ["Started", time(job.started_at)],
            ["Finished", time(job.finished_at)],
            ["Attempts", `${job.attempts}`], ...(job.interruptions ? [["Interruptions", `${job.interruptions}`]] : []),
            ...(job.provenance ? [
                [
                    "Software",
                    `${job.provenance.software} ${job.provenance.version} (${job.provenance.instruction_set})`,
                ],
                ["Input", job.provenance.input_hash.slice(0, 16)],
            ] : []),
            ...Object.entries(job.inputs).filter(() => job.kind !== "analysis").map(([name, id]) => [
                `From ${name}`,
                h("a", { href: `/?page=run&dataset=${job.dataset}&job=${id}` }, id),
            ]),
        ])));
}

/** Other finished runs of the kind, to go to. */
async function others(root, job, service, signal) {
    const { items } = await all(
        `/v1/jobs?dataset=${job.dataset}&kind=${job.kind}&state=succeeded&limit=50`,
        50,
        { signal }
    );
    const rest = items.filter((item) => item.id !== job.id);
    if (rest.length === 0) return;
    root.append(h("section", { class: "stack tight", "aria-label": "Other runs" },
        h("h2", {}, "Other runs of this dataset"),
        h("ul", {},
            rest.map((item) => h("li", {},
                h("a", { href: `/?page=run&dataset=${item.dataset}&job=${item.id}` }, jobTitle(item, service.kinds))
            ))
        )));
}
