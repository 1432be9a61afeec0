// NumPy's .npy, version 1.0, as the API writes it: little-endian, C order.

const TYPES = { "|u1": Uint8Array, "|i1": Int8Array, "<u2": Uint16Array, "<i2": Int16Array, "<u4": Uint32Array,
    "<i4": Int32Array, "<f4": Float32Array, "<f8": Float64Array };

/**
 * Reads an array.
 * @param {ArrayBuffer} buffer the file
 * @returns {{values: TypedArray, shape: number[]}}
 */
export function readNpy(buffer) {
    const head = new DataView(buffer);
    if (head.byteLength < 10 || head.getUint32(0) !== 0x934e554d || head.getUint16(4) !== 0x5059) throw new Error(
        "expected an .npy array, found something else"
    );
    const length = head.getUint16(8, true);
    const text = new TextDecoder("latin1").decode(new Uint8Array(buffer, 10, length));
    const type = /'descr':\s*'([^']+)'/.exec(text)?.[1];
    const shape = (/'shape':\s*\(([^)]*)\)/.exec(text)?.[1] ?? "").split(",").filter((part) => part.trim()).map(Number);
    const Kind = TYPES[type];
    if (!Kind || /'fortran_order':\s*True/.test(text)) throw new Error(
        `an .npy array of the type ${type} is not understood`
    );
    const count = shape.reduce((product, side) => product * side, 1);
    const start = 10 + length;
    // The data may begin where the type cannot: then they are copied.
    const values = start % Kind.BYTES_PER_ELEMENT === 0 ? new Kind(buffer, start, count)
        : new Kind(buffer.slice(start, start + count * Kind.BYTES_PER_ELEMENT));
    return { values, shape };
}
