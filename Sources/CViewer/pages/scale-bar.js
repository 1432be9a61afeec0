// A bar of a round length, about a fifth of the picture.

import { h } from "./dom.js";

function roundLength(target) {
    const power = 10 ** Math.floor(Math.log10(target));
    const lead = target / power;
    return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

function text(length, isMicrometres) {
    const short = (value) => String(Number(value.toPrecision(3)));
    if (!isMicrometres) return `${short(length)} px`;
    if (length >= 1000) return `${short(length / 1000)} mm`;
    return length < 1 ? `${short(length * 1000)} nm` : `${short(length)} µm`;
}

/** The element and what sets it: `set(pixelSize, shown, across)`, shown the screen's pixels a raster pixel. */
export function scaleBar() {
    const line = h("i"), words = h("span");
    return {
        element: h("div", { class: "scale-bar", "aria-hidden": "true" }, line, words),
        set(pixelSize, shown, across) {
            const unit = pixelSize ?? 1;
            const length = Math.max(pixelSize ? 0 : 1, roundLength(across / shown * unit / 5));
            line.style.width = `${length / unit * shown}px`;
            words.textContent = text(length, Boolean(pixelSize));
        },
    };
}
