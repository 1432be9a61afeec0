// What a person may change of a dataset, and its deletion.

import { json, request } from "./api.js";
import { field, h, put, select } from "./dom.js";
import { failure } from "./notice.js";

/** Opens the dialog; `done` is called after a change. */
export function editDataset(dataset, done) {
    const input = (name, properties) => h("input", { name, value: dataset[name] ?? "", ...properties });
    const name = input("name", { required: true, maxlength: 500 }), sample = input("sample", { maxlength: 500 });
    const group = input("group", { maxlength: 500 });
    const pixel = input("pixel_size_um", { type: "number", min: "0.0001", max: "1000", step: "any" });
    const visibility = select(
        [["lab", "Everybody with a token reads it"], ["private", "Only I see it"]],
        dataset.visibility,
        () => null
    );
    const notes = h("textarea", { rows: 4, maxlength: 20000, value: dataset.notes ?? "" });
    const place = h("div", {});
    const dialog = h("dialog", { "aria-labelledby": "edit-title" });
    async function attempt(action) {
        try {
            await action();
            dialog.close();
            done();
        } catch (error) {
            put(place, failure(error));
        }
    }
    const save = () => attempt(() => json(`/v1/datasets/${dataset.id}`, {
        method: "PATCH", json: {
            name: name.value, sample: sample.value || null, group: group.value || null, notes: notes.value || null,
            pixel_size_um: pixel.value ? Number(pixel.value) : null, visibility: visibility.value,
        },
    }));
    const remove = (cancel) => attempt(() => request(
        `/v1/datasets/${dataset.id}${cancel ? "?cancel=true" : ""}`,
        { method: "DELETE" }
    ));
    const sure = h("div", { hidden: true, class: "notice bad" },
        h("p", {}, `Delete ${dataset.name} with all of its runs and results? This cannot be undone.`),
        h("div", { class: "row" },
            h("button", { type: "button", class: "danger", onclick: () => remove(true) }, "Delete for good"),
            h("button", { type: "button", onclick: () => { sure.hidden = true; } }, "Keep it")));
    put(dialog, h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); save(); } },
        h("h2", { id: "edit-title" }, "Dataset"),
        field("Name", name), field("Sample", sample), field("Group", group),
        field("Pixel size (µm)", pixel, "A change counts for later runs only."),
        field("Who reads it", visibility),
        field("Notes", notes),
        place,
        h("div", { class: "row apart" }, h("div", { class: "row" }, h("button", { class: "primary" }, "Save"),
            h("button", { type: "button", onclick: () => dialog.close() }, "Cancel")),
        h("button", { type: "button", class: "danger", onclick: () => { sure.hidden = false; } }, "Delete…")), sure));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}
