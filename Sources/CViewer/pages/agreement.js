// How much two groupings agree.

const pairs = (n) => n * (n - 1) / 2;

/**
 * The adjusted Rand index (Hubert and Arabie 1985) of a table of counts.
 * @param {Map<string, number>} table counts by `a b`
 * @returns {number|null} 1 for the same groups, about 0 by chance; null without pairs
 */
export function adjustedRand(table) {
    const rows = new Map(), columns = new Map();
    let total = 0, both = 0;
    for (const [key, count] of table) {
        const [a, b] = key.split(" ");
        rows.set(a, (rows.get(a) ?? 0) + count);
        columns.set(b, (columns.get(b) ?? 0) + count);
        total += count;
        both += pairs(count);
    }
    const sum = (groups) => [...groups.values()].reduce((s, n) => s + pairs(n), 0);
    const [x, y] = [sum(rows), sum(columns)];
    if (total < 2) return null;
    const expected = x * y / pairs(total), most = (x + y) / 2;
    return most === expected ? 1 : (both - expected) / (most - expected);
}

/** The agreement of two runs over the pixels that lie in a nucleus in both. */
export function agreement(a, b) {
    const table = new Map();
    let pixels = 0;
    for (let i = 0; i < a.labels.length; i += 1) {
        if (a.labels[i] === 0 || b.labels[i] === 0) continue;
        const x = a.rowOf[a.labels[i]] ?? -1, y = b.rowOf[b.labels[i]] ?? -1;
        if (x < 0 || y < 0) continue;
        const key = `${a.cluster[x]} ${b.cluster[y]}`;
        table.set(key, (table.get(key) ?? 0) + 1);
        pixels += 1;
    }
    return { ari: adjustedRand(table), pixels, table };
}
