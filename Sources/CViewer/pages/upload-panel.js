// Dropping files on the page: progress, errors as the server names them, and the curl line that does the same.

import { json, query, request } from "./api.js";
import { announce, field, h, icon, put } from "./dom.js";
import { size } from "./format.js";
import { command, failure } from "./notice.js";
import { forget, upload } from "./tus.js";
import { go } from "./url.js";

const ARCHIVE = /\.(zip|tar|tgz|tar\.gz|npz)$/i;

/** The files of a choice as uploads: each archive by itself, all others together as one dataset. */
function grouped(files) {
    const archives = files.filter((file) => ARCHIVE.test(file.name));
    const loose = files.filter((file) => !ARCHIVE.test(file.name));
    return [...archives.map((file) => [file]), ...(loose.length ? [loose] : [])];
}

function quoted(text) {
    return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The curl line that does the same. */
export function curlLine(files, fields) {
    const parts = [...files.slice(0, 3).map((file) => `-F file=@${quoted(file.name)}`), ...(files.length > 3 ? ["-F file=@…"] : []),
        ...Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `-F ${quoted(`${name}=${value}`)}`)];
    return `curl ${parts.join(" ")} ${location.origin}/v1/datasets`;
}

async function single(file, fields, progress, signal) {
    const id = await upload(file, progress, signal);
    progress(file.size, "Reading…");
    try {
        return await json(query("/v1/datasets", { upload: id, ...fields }), { method: "POST", signal });
    } catch (error) {
        // The bytes are of no use: what is wrong with them stays so.
        if (error.status === 422 || error.status === 415) {
            await request(
                `/v1/uploads/${id}`,
                { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }
            ).catch(() => null);
        }
        throw error;
    } finally {
        forget(file);
    }
}

async function together(files, fields, signal) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
    for (const file of files) form.append("file", file, file.name);
    return json("/v1/datasets", { method: "POST", body: form, signal });
}

/**
 * The panel for uploads.
 * @param {() => void} changed called when a dataset was made
 * @returns {HTMLElement}
 */
export function uploadPanel(changed, signal) {
    const name = h("input", { maxlength: "500", placeholder: "from the files" });
    const sample = h("input", { maxlength: "500" });
    const pixel = h("input",
        { type: "number", min: "0.0001", max: "1000", step: "any", placeholder: "from the files" }
    );
    const picker = h("input",
        {
            type: "file",
            multiple: true,
            class: "hidden-text",
            id: "files",
            onchange: () => { begin([...picker.files]); picker.value = ""; },
        }
    );
    const list = h("div", { class: "stack tight" });
    const fields = () => ({ name: name.value.trim(), sample: sample.value.trim(), pixel_size_um: pixel.value });

    function begin(files) {
        if (files.length === 0) return;
        for (const group of grouped(files)) start(group);
    }

    async function start(files) {
        const total = files.reduce((sum, file) => sum + file.size, 0);
        const title = files.length === 1 ? files[0].name : `${files.length} files`;
        const bar = h("progress", { max: total, "aria-label": `Upload of ${title}` });
        const text = h("span", { class: "quiet" }, "Beginning…");
        const stopper = new AbortController();
        const stop = h("button", { type: "button", class: "plain", onclick: () => stopper.abort() }, "Stop");
        const item = h("div", { class: "panel" },
            h("div", { class: "row apart" }, h("strong", {}, title), h("div", { class: "row" }, text, stop)),
            bar
        );
        const values = fields();
        list.prepend(item);
        signal.addEventListener("abort", () => stopper.abort());
        const progress = (sent, note) => {
            bar.value = sent;
            text.textContent = note ?? `${size(sent)} of ${size(total)}`;
        };
        try {
            if (files.length > 1) text.textContent = `Sending ${size(total)}…`;
            const dataset = await (files.length === 1 ? single(
                files[0],
                values,
                progress,
                stopper.signal
            ) : together(files, values, stopper.signal));
            announce(`${dataset.name} is stored`);
            put(item, h("div", { class: "row apart" },
                h("span", {},
                    h("strong", {}, dataset.name),
                    ` is stored: ${dataset.ion_count} ions, ${dataset.width} × ${dataset.height} px.`
                ),
                h("div", { class: "row" },
                    h("button",
                        { type: "button", class: "primary", onclick: () => go({ page: "ions", dataset: dataset.id }) },
                        "Look at it"
                    ),
                    h("button", { type: "button", onclick: () => go({ page: "start", dataset: dataset.id }) },
                        "Analyse it"
                    ))),
            dataset.warnings.length ? h("ul", { class: "quiet" }, dataset.warnings.map((w) => h("li", {}, w))) : null);
            changed();
        } catch (error) {
            if (error.name === "AbortError") put(item,
                h("span", {}, `${title}: stopped. What has arrived is kept for a day; choose the file again to go on.`)
            );
            else put(item,
                h("strong", {}, title),
                failure(error),
                h("details", {}, h("summary", {}, "The same by curl"), command(curlLine(files, values)))
            );
        }
    }

    const zone = h("div", {
        class: "drop", ondragover: (event) => { event.preventDefault(); zone.classList.add("over"); },
        ondragleave: () => zone.classList.remove("over"),
        ondrop: (event) => {
            event.preventDefault();
            zone.classList.remove("over");
            begin([...event.dataTransfer.files]);
        },
    },
    h("p", {}, h("strong", {}, "Drop an export here"), " or"),
    h("button", { type: "button", class: "primary", onclick: () => picker.click() },
        icon("M8 11V3M4.5 6.5 8 3l3.5 3.5M3 13h10"),
        "Choose files"
    ),
    h("label", { for: "files", class: "hidden-text" }, "Files to upload"), picker,
    h("p", { class: "quiet small" },
        "SurfaceLab ASCII, one file an ion (.zip, .tar, .tar.gz or the .txt files), imzML with its ibd, or .npz"
    ));
    picker.tabIndex = -1;
    return h("section", { class: "stack tight", "aria-label": "Upload" }, zone, list,
        h("details", {}, h("summary", {}, "Name, sample, pixel size; the same by curl"),
            h("div", { class: "stack" },
                h("div", { class: "fields" },
                    field("Name", name),
                    field("Sample", sample),
                    field("Pixel size (µm)", pixel)
                ),
                command(
                    `curl -F file=@export.zip -F name=liver -F sample=L1 ${location.origin}/v1/datasets`,
                    "Upload by curl"
                ))));
}
