// Numbers as people read them: thin spaces by thousands, units where they belong.

const THIN = "\u2009";

/** A whole number with thin spaces: 24 578 535. */
export function whole(value) {
    if (value === null || value === undefined) return "–";
    return Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** A number with about `digits` significant digits. */
export function number(value, digits = 3) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e6) return scientific(value, digits + 1);
    if (size >= 10 ** (digits - 1)) return whole(value).replace("-", "−");
    if (size < 1e-3) return scientific(value, digits);
    return Number(value.toPrecision(digits)).toString().replace("-", "−");
}

/** A number with fixed decimals, for columns: 0.50, −0.08. */
export function fixed(value, decimals = 2) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    return value.toFixed(decimals).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
}

function scientific(value, digits) {
    const [head, power] = value.toExponential(Math.max(0, digits - 2)).split("e").map(Number);
    return `${head}\u2009×\u200910${superscript(power)}`.replace(/^-/, "−");
}

function superscript(power) {
    return String(power).replace(/[-0-9]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
}

/** A p value: `< 1 × 10⁻³⁰⁰` where it is 0 in double precision. */
export function pValue(value) {
    if (value === null || value === undefined) return "–";
    return value === 0 ? "<\u20091\u2009×\u200910⁻³⁰⁰" : number(value, 2);
}

/** Bytes: 36.8 MB. */
export function size(bytes) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let value = bytes, unit = 0;
    while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
    return `${unit === 0 ? value : value.toPrecision(3)}\u00a0${units[unit]}`;
}

/** A time of the API in the reader's zone: 21 Nov 2026, 21:43. */
export function time(text) {
    if (!text) return "–";
    return new Date(text).toLocaleString(
        "en-GB",
        { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }
    );
}

/** Seconds: 8 s, 2 min 10 s, 1 h 5 min. */
export function duration(seconds) {
    if (seconds === null || seconds === undefined) return "–";
    if (seconds < 1) return "< 1\u00a0s";
    const s = Math.round(seconds);
    if (s < 60) return `${s}\u00a0s`;
    if (s < 3600) return `${Math.floor(s / 60)}\u00a0min ${s % 60}\u00a0s`;
    return `${Math.floor(s / 3600)}\u00a0h ${Math.floor((s % 3600) / 60)}\u00a0min`;
}

/** The name of an ion: `m/z 134.05`, with its label where it has one. */
export function ionName(ion) {
    if (ion.mz === null || ion.mz === undefined) return ion.label ?? "–";
    return ion.label ? `m/z ${mz(ion.mz)} · ${ion.label}` : `m/z ${mz(ion.mz)}`;
}

/** An m/z with the digits the data has, at least two. */
export function mz(value) {
    if (value === null || value === undefined) return "–";
    const text = String(value);
    const digits = (text.split(".")[1] ?? "").length;
    return value.toFixed(Math.min(5, Math.max(2, digits)));
}

/** How an ion is addressed in a path of the API, and in a page's address. */
export function ionKey(ion) {
    if (ion.mz === null || ion.mz === undefined) return ion.label;
    const text = String(ion.mz);
    return text.includes(".") || text.includes("e") ? text : `${text}.0`;
}

/** `3 ions`, `1 ion`. */
export function count(value, noun, plural = `${noun}s`) {
    return `${whole(value)} ${value === 1 ? noun : plural}`;
}
