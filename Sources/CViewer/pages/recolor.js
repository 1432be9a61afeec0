// From values to pixels; whole numbers go by a table of their colours, which takes a lookup a pixel.

const TABLE = 1 << 16;

function positions(scale, upper) {
    const end = Math.log1p(upper);
    switch (scale) {
    case "sqrt": return (value) => Math.sqrt(value / upper);
    case "log": return (value) => Math.log1p(value) / end;
    default: return (value) => value / upper;
    }
}

/**
 * Colours values.
 * @param {TypedArray} values
 * @param {{upper: number, scale: "linear"|"sqrt"|"log"}} how the value of the last colour, and the scale from 0 to it
 * @param {Uint32Array} colors 256 pixels, from `lookup`
 * @param {Uint32Array} out as long as `values`
 */
export function recolor(values, { upper, scale }, colors, out) {
    const position = positions(scale, upper);
    const color = (value) => (value > 0 ? colors[Math.min(255, Math.floor(position(value) * 255 + 0.5))] : colors[0]);
    if (values instanceof Uint8Array || values instanceof Uint16Array) {
        const table = new Uint32Array(values instanceof Uint8Array ? 256 : TABLE);
        const end = Math.min(table.length, Math.ceil(upper) + 1);
        for (let value = 0; value < end; value += 1) table[value] = color(value);
        table.fill(colors[255], end);
        for (let i = 0; i < values.length; i += 1) out[i] = table[values[i]];
        return;
    }
    // Others by 1024 steps of the scale: no root or logarithm a pixel.
    const steps = 4096, factor = steps / upper;
    const table = Uint32Array.from({ length: steps + 1 }, (_, i) => color(i / steps * upper));
    table[0] = colors[0];
    for (let i = 0; i < values.length; i += 1) {
        const at = values[i] * factor;
        out[i] = at > 0 ? table[at < steps ? (at + 0.5) | 0 : steps] : colors[0];
    }
}

/**
 * Merges up to three images, each scaled by itself, as red, green and blue.
 * @param {(null|{values: TypedArray, upper: number})[]} channels
 * @param {string} scale
 * @param {Uint32Array} out
 */
export function merge(channels, scale, out) {
    out.fill(0xff000000);
    channels.forEach((channel, index) => {
        if (!channel) return;
        const position = positions(scale, channel.upper);
        for (let i = 0; i < out.length; i += 1) {
            const value = channel.values[i];
            if (value > 0) out[i] |= Math.min(255, Math.floor(position(value) * 255 + 0.5)) << (8 * index);
        }
    });
}

/**
 * A Gaussian of `sigma` pixels, cut at 4 sigma, edges over their own weights: as the server smooths.
 * @returns {Float32Array}
 */
export function smooth(values, width, height, sigma) {
    const radius = Math.max(1, Math.round(4 * sigma));
    const kernel = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
    const pass = (source, count, step, lines, next) => {
        const target = new Float32Array(source.length);
        for (let line = 0; line < lines; line += 1) {
            for (let i = 0; i < count; i += 1) {
                let sum = 0, weight = 0;
                for (let j = Math.max(0, i - radius); j <= Math.min(count - 1, i + radius); j += 1) {
                    const k = kernel[Math.abs(i - j)];
                    sum += source[line * next + j * step] * k;
                    weight += k;
                }
                target[line * next + i * step] = sum / weight;
            }
        }
        return target;
    };
    return pass(pass(values, width, 1, height, width), height, width, width, 1);
}
