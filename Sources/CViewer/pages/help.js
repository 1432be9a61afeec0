// Help: recipes that work when pasted, formats, questions, the API.

import { apiReference } from "./api-reference.js";
import { json } from "./api.js";
import { h, put } from "./dom.js";
import { size } from "./format.js";
import { command, failure, loading } from "./notice.js";

const QUESTIONS = [
    [
        "Which ion marks the nuclei?",
        "The one nearest m/z 134.05 (adenine, negative polarity). Where a dataset has none, or another is better, give its m/z or label as marker when you start a run.",
    ],
    [
        "How long does an analysis take?",
        "A section of 256 × 256 pixels and 250 ions takes about 15 s on two cores that are free. The run's page shows what is left. It goes on when the page is closed.",
    ],
    [
        "Why are there fewer clusters than I expected?",
        "The number is estimated from the data, and types that differ little are merged. Start the clustering again with n_clusters, then compare the two runs.",
    ],
    [
        "What does Stability mean?",
        "Four fifths of the nuclei are drawn again and again and grouped anew. The figure is the mean Jaccard index of a cluster with what came back of it: below 0.5 it dissolves, so do not build on it.",
    ],
    [
        "Why is there no scale bar in micrometres?",
        "The upload did not say how large a pixel is. Set it under Datasets, Edit; later runs will use it.",
    ],
    [
        "Who sees my data?",
        "Everybody with a token of this server, unless you make the dataset private under Datasets, Edit. Then only you see it.",
    ],
    [
        "An upload was refused. Was anything kept?",
        "No. The message names the file, the line and what was expected. Mend that and upload again.",
    ],
    ["I closed the browser during an upload.", "Choose the same file again within a day: it goes on where it stopped."],
    [
        "Is a result the same when I run it again?",
        "Yes, byte for byte on the same kind of processor, whatever the number of cores. Every run names its version, parameters and seed.",
    ],
];

/** The page. */
export async function show(root, { who, signal }) {
    const service = await json("/v1", { signal });
    const auth = who.proof === "open" ? "" : " -H \"Authorization: Bearer $TOKEN\"";
    const origin = location.origin;
    const first = (await json("/v1/datasets?limit=1", { signal })).items[0]?.id ?? "ds_…";
    const recipe = (title, text) => h("div", { class: "stack tight" }, h("h3", {}, title), command(text, title));
    const reference = h("div", {}, loading("Reading the contract…"));
    put(root,
        h("h1", {}, "Help"),
        h("nav", { "aria-label": "On this page" },
            h("ul", { class: "tabs sub" },
                [
                    ["recipes", "By curl"],
                    ["formats", "Formats"],
                    ["questions", "Questions"],
                    ["keys", "Keys"],
                    ["api", "API"],
                ].map(([id, text]) => h("li", {}, h("a", { href: `#${id}` }, text)))
            )
        ),
        h("section", { class: "stack", id: "recipes", "aria-labelledby": "recipes-title" },
            h("h2", { id: "recipes-title" }, "By curl"),
            h("p", { class: "lead" },
                auth
                    ? "What these pages do, a command line can do. Put your token into TOKEN first: export TOKEN=…"
                    : "What these pages do, a command line can do."
            ),
            h("div", { class: "recipes" },
                recipe("Upload", `curl${auth} -F file=@export.zip -F name=liver ${origin}/v1/datasets`),
                recipe("List", `curl${auth} ${origin}/v1/datasets`),
                recipe(
                    "An ion image as a figure",
                    `curl${auth} -o ion.png '${origin}/v1/datasets/${first}/ions/134.png?legend=true&zoom=2'`
                ),
                recipe(
                    "Start an analysis",
                    `curl${auth} -H 'Content-Type: application/json' \\\n  -d '{"dataset": "${first}", "kind": "analysis"}' ${origin}/v1/jobs`
                ),
                recipe("Wait for a run", `curl${auth} '${origin}/v1/jobs/job_…?wait=60'`),
                recipe(
                    "Its report, and its cells as AnnData",
                    `curl${auth} -O ${origin}/v1/jobs/job_…/result.html\ncurl${auth} -O ${origin}/v1/jobs/job_…/result.adata.zarr.zip`
                ))),
        h("section", { class: "stack tight", id: "formats", "aria-labelledby": "formats-title" },
            h("h2", { id: "formats-title" }, "Formats"),
            h("p", {}, `Uploads, up to ${size(service.limits.upload_bytes)}:`),
            h("ul", {}, service.formats.upload.map((text) => h("li", {}, text))),
            h("p", {},
                "Ions are named by their files: ",
                h("code", {}, "liver_1 (96) - 134.05 u.txt"),
                ", ",
                h("code", {}, "134.05.txt"),
                ", or a label such as ",
                h("code", {}, "HH3.txt"),
                ". Each line of a file is X, Y and counts, every pixel once."
            ),
            h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Results" }, h("table", { class: "dense" },
                h("thead", {},
                    h("tr", {}, ["Result of", "What it is", "Forms"].map((text) => h("th", { scope: "col" }, text)))
                ),
                h("tbody", {},
                    service.kinds.map((kind) => h("tr", {},
                        h("th", { scope: "row" }, kind.kind),
                        h("td", {}, kind.summary),
                        h("td", {}, kind.formats.map((format) => `.${format}`).join(" "))
                    ))
                )))),
        h("section", { class: "stack tight", id: "questions", "aria-labelledby": "questions-title" },
            h("h2", { id: "questions-title" }, "Questions"),
            QUESTIONS.map(([question, answer]) => h("details", { class: "panel" },
                h("summary", {}, question),
                h("p", { class: "lead" }, answer)
            ))
        ),
        h("section", { class: "stack tight", id: "keys", "aria-labelledby": "keys-title" }, h("h2", { id: "keys-title" }, "Keys"), h("dl", { class: "pairs" },
            [
                ["List of ions", "↑ ↓ walk, Page Up and Page Down by ten, Home, End"],
                [
                    "Image, map",
                    "arrows move the pointer (with Shift by ten), + and − zoom, 0 shows all, Enter chooses a nucleus",
                ],
                ["UMAP", "← → walk through the nuclei, Escape clears the selection"],
            ].map(([name, keys]) => [h("dt", {}, name), h("dd", {}, keys)]))),
        h("section", { class: "stack tight", id: "api", "aria-labelledby": "api-title" },
            h("h2", { id: "api-title" }, "API"),
            reference
        ),
        h("p", { class: "quiet small" }, `SEAM server ${service.version}`));
    try {
        put(reference, await apiReference());
    } catch (error) {
        put(reference, failure(error));
    }
}
