// A picture of pixels that can be zoomed, moved and read, by pointer, touch and keyboard.

import { h, icon, later } from "./dom.js";
import { scaleBar } from "./scale-bar.js";

const MOST = 64;
const rounded = (value) => Math.round(value * 100) / 100;

/**
 * A view of a raster.
 * @param {object} options
 * @param {string} options.label what is shown, for those who listen
 * @param {number} options.width raster pixels across
 * @param {number} options.height
 * @param {number|null} options.pixelSize micrometres a pixel
 * @param {(x: number, y: number) => string} options.read the text for a pixel
 * @param {(x: number, y: number, event: Event) => void} [options.pick] a click, or Enter
 * @param {(box: number[], event: Event) => void} [options.box] a rectangle drawn with Shift: x0, y0, x1, y1
 * @param {(context: CanvasRenderingContext2D, scale: number) => void} [options.over] draws above, in raster units
 * @param {string} [options.at] the part shown at first, as `moved` told it
 * @param {(at: string|null) => void} [options.moved] told which part is shown, null for all
 */
export function imageView({ label, width, height, pixelSize, read, pick, box, over, at, moved }) {
    const canvas = h("canvas",
        {
            tabindex: "0",
            role: "application",
            "aria-label": `${label}. Arrow keys move the pointer, plus and minus zoom, 0 shows all.`,
        }
    );
    const bar = scaleBar();
    const output = h("output", { class: "readout", "aria-live": "off" }, "Point at a pixel to read its value.");
    const plate = h("div", { class: "plate" }, canvas, bar.element);
    plate.style.aspectRatio = `${width} / ${height}`;
    const picture = document.createElement("canvas");
    picture.width = width;
    picture.height = height;
    const ink = picture.getContext("2d");
    let zoom = 1, left = 0, up = 0, cursor = null, frame = 0, drag = null, rectangle = null, told = "";
    const fingers = new Map();
    const kept = (at ?? "").split("_").map(Number);
    if (kept.length === 3 && kept.every(Number.isFinite)) [zoom, left, up] = [
        Math.max(1, Math.min(MOST, kept[0])),
        kept[1],
        kept[2],
    ];
    const tell = later(
        250,
        () => moved?.(zoom === 1 ? null : [zoom, left, up].join("_"))
    );

    const fitted = () => Math.min(canvas.clientWidth / width, canvas.clientHeight / height) || 1;
    const scale = () => fitted() * zoom;

    function limit() {
        const s = scale();
        left = Math.max(0, Math.min(left, width - canvas.clientWidth / s));
        up = Math.max(0, Math.min(up, height - canvas.clientHeight / s));
        if (width * s <= canvas.clientWidth) left = (width - canvas.clientWidth / s) / 2;
        if (height * s <= canvas.clientHeight) up = (height - canvas.clientHeight / s) / 2;
    }

    function draw() {
        frame = 0;
        const dense = devicePixelRatio || 1;
        const w = Math.round(canvas.clientWidth * dense), t = Math.round(canvas.clientHeight * dense);
        if (w === 0 || t === 0) return;
        if (canvas.width !== w || canvas.height !== t) { canvas.width = w; canvas.height = t; }
        limit();
        // A link shows the same to the pixel.
        [left, up] = [rounded(left), rounded(up)];
        const context = canvas.getContext("2d");
        const s = scale() * dense;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, w, t);
        context.imageSmoothingEnabled = s < 1;
        context.setTransform(s, 0, 0, s, -left * s, -up * s);
        context.drawImage(picture, 0, 0);
        over?.(context, s);
        if (cursor && document.activeElement === canvas) outline(context, cursor.x, cursor.y, 1, 1, s);
        if (rectangle) outline(context, ...rectangle, s);
        bar.set(pixelSize, scale(), canvas.clientWidth);
        if (told !== `${zoom} ${left} ${up}`) { told = `${zoom} ${left} ${up}`; tell(); }
    }

    function outline(context, x, y, w, t, s) {
        context.lineWidth = 3 / s;
        context.strokeStyle = "#000";
        context.strokeRect(x, y, w, t);
        context.lineWidth = 1.5 / s;
        context.strokeStyle = "#fff";
        context.strokeRect(x, y, w, t);
    }

    const redraw = () => { frame ||= requestAnimationFrame(draw); };

    function place(event) {
        const edge = canvas.getBoundingClientRect();
        return { x: left + (event.clientX - edge.left) / scale(), y: up + (event.clientY - edge.top) / scale() };
    }

    function point(x, y) {
        cursor = {
            x: Math.max(0, Math.min(width - 1, Math.floor(x))),
            y: Math.max(0, Math.min(height - 1, Math.floor(y))),
        };
        output.textContent = read(cursor.x, cursor.y);
    }

    function zoomBy(factor, at) {
        const center = at ?? { x: left + canvas.clientWidth / scale() / 2, y: up + canvas.clientHeight / scale() / 2 };
        const before = scale();
        zoom = rounded(Math.max(1, Math.min(MOST, zoom * factor)));
        left = center.x - (center.x - left) * before / scale();
        up = center.y - (center.y - up) * before / scale();
        redraw();
    }

    canvas.addEventListener("wheel", (event) => {
        event.preventDefault();
        zoomBy(Math.exp(-event.deltaY * 0.002), place(event));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, event);
        const at = place(event);
        drag = {
            x: event.clientX,
            y: event.clientY,
            left,
            up,
            moved: false,
            at,
            isBox: Boolean(box && event.shiftKey),
        };
    });
    canvas.addEventListener("pointermove", (event) => {
        const at = place(event);
        if (at.x >= 0 && at.y >= 0 && at.x < width && at.y < height) point(at.x, at.y);
        const before = fingers.get(event.pointerId);
        if (!before || !drag) return;
        if (fingers.size === 2) {
            const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
            const gap = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
            if (gap(before) > 0) zoomBy(gap(event) / gap(before), place(other));
            drag.moved = true;
        } else if (drag.isBox) {
            rectangle = [
                Math.min(at.x, drag.at.x),
                Math.min(at.y, drag.at.y),
                Math.abs(at.x - drag.at.x),
                Math.abs(at.y - drag.at.y),
            ];
            drag.moved = true;
            redraw();
        } else if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 4 || drag.moved) {
            drag.moved = true;
            left = drag.left - (event.clientX - drag.x) / scale();
            up = drag.up - (event.clientY - drag.y) / scale();
            redraw();
        }
        fingers.set(event.pointerId, event);
    });
    const release = (event) => {
        fingers.delete(event.pointerId);
        if (!drag || event.type === "pointercancel") { drag = null; rectangle = null; return; }
        if (rectangle) box(
            [rectangle[0], rectangle[1], rectangle[0] + rectangle[2], rectangle[1] + rectangle[3]],
            event
        );
        else if (!drag.moved && pick) pick(Math.floor(drag.at.x), Math.floor(drag.at.y), event);
        drag = null;
        rectangle = null;
        redraw();
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("keydown", (event) => {
        const step = event.shiftKey ? 10 : 1;
        const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
        if (event.key in moves) {
            const from = cursor ?? { x: Math.floor(width / 2), y: Math.floor(height / 2) };
            point(from.x + moves[event.key][0], from.y + moves[event.key][1]);
            output.setAttribute("aria-live", "polite");
            // What is pointed at stays in view.
            left = Math.min(cursor.x, Math.max(left, cursor.x + 1 - canvas.clientWidth / scale()));
            up = Math.min(cursor.y, Math.max(up, cursor.y + 1 - canvas.clientHeight / scale()));
        } else if (event.key === "+" || event.key === "=") zoomBy(1.5, cursor);
        else if (event.key === "-") zoomBy(1 / 1.5, cursor);
        else if (event.key === "0") zoom = 1;
        else if (event.key === "Enter" && pick && cursor) pick(cursor.x, cursor.y, event);
        else return;
        event.preventDefault();
        redraw();
    });
    canvas.addEventListener("focus", redraw);
    canvas.addEventListener("blur", redraw);
    new ResizeObserver(redraw).observe(plate);

    const button = (text, path, action) => h("button",
        { type: "button", class: "plain", "aria-label": text, title: text, onclick: action },
        icon(path)
    );
    const tools = h("div", { class: "row tools" },
        button("Zoom in", "M8 3v10M3 8h10", () => zoomBy(1.5)), button("Zoom out", "M3 8h10", () => zoomBy(1 / 1.5)),
        h("button", { type: "button", class: "plain", onclick: () => { zoom = 1; redraw(); } }, "All"));
    return {
        element: h("div", { class: "image-view" }, plate, h("div", { class: "row apart" }, output, tools)),
        canvas,
        redraw,
        /** Shows the pixels of an ImageData. */
        set(image) { ink.putImageData(image, 0, 0); redraw(); },
        /** Shows a picture of the same raster. */
        setPicture(source) { ink.imageSmoothingEnabled = false; ink.drawImage(source, 0, 0, width, height); redraw(); },
        relabel(text) {
            canvas.setAttribute(
                "aria-label",
                `${text}. Arrow keys move the pointer, plus and minus zoom, 0 shows all.`
            );
            if (cursor) output.textContent = read(cursor.x, cursor.y);
        },
    };
}
