// The ions of a dataset: list, image, spectrum, overlay, colocalisation.

import { json, query } from "./api.js";
import { COLORMAPS } from "./colormaps.js";
import { announce, field, h, later, put, select } from "./dom.js";
import { ionKey, ionName } from "./format.js";
import { ionList } from "./ion-list.js";
import { ionPicture } from "./ion-picture.js";
import { failure } from "./notice.js";
import { rawImage } from "./raw-image.js";
import { spectrumChart } from "./spectrum-chart.js";
import { note } from "./url.js";

const DEFAULTS = { colormap: "viridis", clip: "99", scale: "linear", smooth: "0", normalization: "none" };
const MARKER = 134.05;

function firstIon(ions, wanted) {
    const byKey = ions.find((ion) => ionKey(ion) === wanted) ?? ions.find((ion) => ion.label === wanted);
    if (byKey) return byKey;
    const near = (value, within) => ions.filter((ion) => ion.mz !== null && Math.abs(ion.mz - value) <= within)
        .sort((a, b) => Math.abs(a.mz - value) - Math.abs(b.mz - value))[0];
    const strongest = ions.reduce((best, ion) => (ion.total_counts > best.total_counts ? ion : best));
    return (wanted && near(Number(wanted), 0.5)) || near(MARKER, 0.5) || strongest;
}

/** The page. */
export async function show(root, { values, dataset, signal }) {
    const base = `/v1/datasets/${dataset.id}`;
    const [table, spectrum] = await Promise.all([
        json(`${base}/ions`, { signal }),
        json(`${base}/spectrum`, { signal }),
    ]);
    const ions = table.rows;
    const options = Object.fromEntries(Object.entries(DEFAULTS).map(([key, value]) => [key, values[key] ?? value]));
    const reading = () => ({
        ...options,
        clip: Math.min(100, Math.max(0.1, Number(options.clip) || 99)),
        smooth: Math.min(20, Math.max(0, Number(options.smooth) || 0)),
    });
    const picture = ionPicture(dataset, reading, { at: values.view, moved: (view) => note({ view }) });
    const overlay = ["red", "green", "blue"].map((name) => (values[name] ? firstIon(ions, values[name]) : null));
    let ion = firstIon(ions, values.ion);
    const title = h("h1", { class: "ion-title" });
    const fault = h("div");
    const strip = h("div", { class: "strip-of-images" });
    const downloads = h("div", { class: "row" });
    const chart = spectrumChart(spectrum.rows, (index) => { list.set(ions[index]); choose(ions[index]); });
    const list = ionList(ions, { sort: values.sort, search: values.find }, choose, note);
    const colocalize = later(
        250,
        () => showColocalized(dataset, ion, list, strip, (next) => { list.set(next); choose(next); }, ions, signal)
    );

    function links() {
        const key = encodeURIComponent(ionKey(ion));
        const { colormap, clip, scale, smooth, normalization } = reading();
        const figure = overlay.some(Boolean)
            ? query(
                `${base}/overlay.png`,
                {
                    red: overlay[0] && ionKey(overlay[0]),
                    green: overlay[1] && ionKey(overlay[1]),
                    blue: overlay[2] && ionKey(overlay[2]),
                    clip,
                    scale,
                    smooth,
                    legend: true,
                    zoom: 2,
                }
            )
            : query(`${base}/ions/${key}.png`, { colormap, clip, scale, smooth, normalization, legend: true, zoom: 2 });
        const link = (href, text, name) => h("a", { class: "button", href, download: name }, text);
        put(downloads, link(figure, "Figure (PNG)", `${dataset.name}_${ionKey(ion)}.png`),
            link(`${base}/ions/${key}.csv`, "Pixels (CSV)", `${dataset.name}_${ionKey(ion)}.csv`),
            link(`${base}/ions/${key}.tif`, "TIFF", `${dataset.name}_${ionKey(ion)}.tif`),
            link(`${base}/ions.csv`, "Ion table (CSV)", `${dataset.name}_ions.csv`),
            link(`${base}/spectrum.csv`, "Spectrum (CSV)", `${dataset.name}_spectrum.csv`));
    }

    async function refresh() {
        const chosen = overlay.some(Boolean);
        put(title, chosen ? "Overlay" : ionName(ion));
        // Three ions have colours of their own and are scaled each by itself.
        for (const control of [colors, divisor]) control.disabled = chosen;
        links();
        try {
            await picture.show(chosen ? overlay : [ion]);
            put(fault);
        } catch (error) {
            if (error.name !== "AbortError") put(fault, failure(error, refresh));
        }
    }

    function choose(next) {
        ion = next;
        note({ ion: ionKey(ion) });
        chart.choose(ion.index);
        announce(ionName(ion));
        if (!overlay.some(Boolean)) refresh();
        colocalize();
        // The neighbours in the list are what an arrow key asks for next.
        for (const near of [
            ions[ion.index + 1],
            ions[ion.index - 1],
        ]) if (near) rawImage(dataset.id, near).catch(() => null);
    }

    const change = (key) => (value) => {
        options[key] = value;
        note({ [key]: value === DEFAULTS[key] ? null : value });
        picture.paint();
        links();
    };
    const colors = select(COLORMAPS.map((name) => [name, name]), options.colormap, change("colormap"));
    const divisor = select(
        [["none", "nothing"], ["tic", "total counts"], ["median", "median"], ["rms", "RMS"]],
        options.normalization,
        change("normalization")
    );
    const controls = h("div", { class: "compact" },
        field("Colours", colors),
        field("Scale",
            select([["linear", "linear"], ["sqrt", "square root"], ["log", "log"]], options.scale, change("scale"))
        ),
        field("Clip at percentile",
            h("input",
                {
                    type: "number",
                    min: 0.1,
                    max: 100,
                    step: "any",
                    value: options.clip,
                    class: "short",
                    oninput: (event) => change("clip")(event.target.value),
                }
            )
        ),
        field("Smooth (px)",
            h("input",
                {
                    type: "number",
                    min: 0,
                    max: 20,
                    step: 0.5,
                    value: options.smooth,
                    class: "short",
                    oninput: (event) => change("smooth")(event.target.value),
                }
            )
        ),
        field("Divide by", divisor));
    const slots = ["Red", "Green", "Blue"].map((name, slot) => {
        const control = select([["", "none"], ...ions.map((row) => [ionKey(row), ionName(row)])], overlay[slot] ? ionKey(overlay[slot]) : "", (key) => {
            overlay[slot] = key ? ions.find((row) => ionKey(row) === key) : null;
            note({ [name.toLowerCase()]: key || null });
            refresh();
        });
        return field(name, control);
    });
    put(root, h("div", { class: "ions-grid" },
        list.element,
        h("section", { class: "stack tight image-column", "aria-label": "Image" },
            title,
            controls,
            fault,
            picture.element,
            downloads
        ),
        h("div", { class: "stack side" },
            h("section", { class: "panel", "aria-label": "Overlay" },
                h("h2", {}, "Overlay"),
                h("p", { class: "quiet small" }, "Up to three ions in one image; each is scaled by itself."),
                slots
            ),
            h("section", { class: "panel", "aria-label": "Colocalised ions" },
                h("h2", {}, "Colocalised"),
                h("p", { class: "quiet small" }, "Ions whose images correlate best with this one (Pearson)."),
                strip
            )),
        h("div", { class: "wide" }, chart.element)));
    root.measureRecolor = picture.measure;
    list.set(ion);
    chart.choose(ion.index);
    await refresh();
    colocalize();
}

async function showColocalized(dataset, ion, list, strip, choose, ions, signal) {
    try {
        const table = await json(
            query(`/v1/datasets/${dataset.id}/colocalized`, { ion: ionKey(ion), limit: 100000, tolerance_mz: 0.00001 }),
            { signal }
        );
        list.rank(new Map(table.rows.map((row) => [row.index, row.correlation ?? -1])));
        put(strip, table.rows.slice(0, 6).map((row) => h("button", { type: "button", class: "small-image", onclick: () => choose(ions[row.index]) },
            h("img",
                {
                    src: `/v1/datasets/${dataset.id}/ions/${encodeURIComponent(ionKey(row))}.png`,
                    alt: "",
                    loading: "lazy",
                    decoding: "async",
                }
            ),
            h("span", {}, row.mz === null ? row.label : ionName({ mz: row.mz })),
            h("span", { class: "quiet" }, `r = ${(row.correlation ?? 0).toFixed(2).replace("-", "−")}`))));
    } catch (error) {
        if (error.name !== "AbortError") put(strip, failure(error));
    }
}
