// Starting a run: dataset, kind, inputs, and parameters explained by the API itself.

import { all, json } from "./api.js";
import { field, h, put, select } from "./dom.js";
import { KINDS, jobTitle } from "./job-words.js";
import { command, empty, failure } from "./notice.js";
import { schemaForm } from "./schema-form.js";
import { mayWork } from "./session.js";
import { go, note } from "./url.js";

/** The page. */
export async function show(root, { values, dataset, who, signal }) {
    if (!mayWork(who)) {
        put(root,
            h("h1", {}, "Start a run"),
            empty("Your token may read only", "Ask whoever runs the server for a token with the role member.")
        );
        return;
    }
    const [service, datasets, from] = await Promise.all([
        json("/v1", { signal }), all("/v1/datasets?limit=500", 5000, { signal }),
        values.from ? json(`/v1/jobs/${encodeURIComponent(values.from)}`, { signal }) : null,
    ]);
    if (datasets.items.length === 0) {
        put(root,
            h("h1", {}, "Start a run"),
            empty(
                "No datasets yet",
                "Upload one first.",
                h("a", { class: "button primary", href: "/?page=datasets" }, "Datasets")
            )
        );
        return;
    }
    let chosen = dataset?.id ?? from?.dataset ?? datasets.items[0].id;
    let kind = values.kind ?? from?.kind ?? "analysis";
    const place = h("div", { class: "stack" }), fault = h("div"), curl = h("div");
    const pick = select(
        datasets.items.map((row) => [row.id, row.name]),
        chosen,
        (value) => { chosen = value; note({ dataset: value }); draw(); }
    );
    const kinds = select(
        service.kinds.map((entry) => [entry.kind, KINDS[entry.kind]]),
        kind,
        (value) => { kind = value; note({ kind: value }); draw(); }
    );
    kinds.value = kind;
    let form = null, inputs = new Map();

    async function draw() {
        const entry = service.kinds.find((item) => item.kind === kind);
        form = schemaForm(entry.parameters, from?.kind === kind ? from.parameters : {});
        inputs = new Map();
        const choices = kind === "analysis" ? [] : await Promise.all(entry.inputs.map(async (name) => {
            const { items } = await all(`/v1/jobs?dataset=${chosen}&kind=${name}&limit=50`, 50, { signal });
            const usable = items.filter((job) => !["failed", "cancelled"].includes(job.state));
            const control = select([["", "with default parameters, made where it is missing"], ...usable.map((job) => [job.id, jobTitle(job, service.kinds)])],
                from?.kind === kind && usable.some((job) => job.id === from.inputs[name]) ? from.inputs[name] : "",
                () => null);
            inputs.set(name, control);
            return field(`From ${KINDS[name]}`, control);
        }));
        put(place,
            h("p", { class: "lead" }, entry.summary),
            choices.length ? h("div", { class: "fields" }, choices) : null,
            form.element
        );
        put(curl);
    }

    function body() {
        const given = Object.fromEntries([...inputs].filter(([, control]) => control.value).map(([name, control]) => [name, control.value]));
        const parameters = form.read();
        return {
            dataset: chosen,
            kind,
            ...(Object.keys(parameters).length ? { parameters } : {}),
            ...(Object.keys(given).length ? { inputs: given } : {})
        };
    }

    async function submit(event) {
        event.preventDefault();
        put(fault);
        for (const old of place.querySelectorAll(".fault")) old.remove();
        for (const old of place.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
        try {
            const job = await json("/v1/jobs", { method: "POST", json: body() });
            go({ page: "run", dataset: job.dataset, job: job.id });
        } catch (error) {
            put(fault, failure(error));
            for (const wrong of error.document?.errors ?? []) form.blame(
                (wrong.pointer ?? "").split("/").slice(2),
                wrong.detail
            );
        }
    }

    put(root, h("form", { class: "stack", onsubmit: submit },
        h("h1", {}, from ? "Run again with changes" : "Start a run"),
        h("div", { class: "fields" }, field("Dataset", pick), field("What to run", kinds)), place, fault,
        h("div", { class: "row" }, h("button", { class: "primary" }, "Start"),
            h("button",
                {
                    type: "button",
                    onclick: () => put(curl,
                        command(
                            `curl -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(body()).replaceAll("'", "'\\''")}' \\\n  ${location.origin}/v1/jobs`
                        )
                    ),
                },
                "Show the curl line"
            )), curl));
    await draw();
}
