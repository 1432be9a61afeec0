// The part of YAML 1.2 that openapi.yaml is written in: block and flow collections, plain, quoted and literal text,
// anchors and aliases, comments. What it does not know it refuses with the line.

class Lines {
    constructor(text) {
        this.lines = text.split("\n");
        this.at = 0;
        this.anchors = new Map();
    }

    fail(why) { throw new Error(`line ${this.at + 1}: ${why}`); }

    /** The next line with something on it, or null at the end. */
    peek() {
        while (this.at < this.lines.length && /^\s*(#.*)?$/.test(this.lines[this.at])) this.at += 1;
        if (this.at === this.lines.length) return null;
        const line = this.lines[this.at];
        const indent = line.search(/\S/);
        return { indent, text: line.slice(indent) };
    }
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>'"%@`[\]{},](?:[^:#]|:(?!\s|$)|(?<!\s)#)*?)\s*:(?=\s|$)/;

function plain(text) {
    if (/^(null|~|)$/.test(text)) return null;
    if (text === "true" || text === "false") return text === "true";
    if (/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text)) return Number(text);
    return text;
}

function unquoted(text) {
    return text[0] === "'" ? text.slice(1, -1).replaceAll("''", "'") : JSON.parse(text);
}

/** Reads one flow value or scalar from `text` at `at`; aliases come from `anchors`. */
class Flow {
    constructor(source, text) {
        this.source = source;
        this.text = text;
        this.at = 0;
    }

    space() {
        for (;;) {
            while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
            if (this.text[this.at] === "#" && (this.at === 0 || /\s/.test(this.text[this.at - 1]))) { this.more(); continue; }
            if (this.at < this.text.length) return this.text[this.at];
            if (!this.more()) return undefined;
        }
    }

    /** Goes on in the next line: flow collections may span several. */
    more() {
        if (this.source.at + 1 >= this.source.lines.length) return false;
        this.source.at += 1;
        this.text = this.source.lines[this.source.at];
        this.at = 0;
        return true;
    }

    match(pattern) {
        pattern.lastIndex = this.at;
        const found = pattern.exec(this.text);
        if (found) this.at += found[0].length;
        return found;
    }

    value() {
        const first = this.space();
        const anchor = first === "&" ? this.match(/&([\w-]+)\s*/y)[1] : null;
        const value = this.bare(this.space());
        if (anchor) this.source.anchors.set(anchor, value);
        return value;
    }

    bare(first) {
        if (first === "*") return this.alias();
        if (first === "{") return this.map();
        if (first === "[") return this.list();
        if (first === "'" || first === '"') return unquoted(this.quoted());
        return plain(this.match(/(?:[^,\]}#:]|:(?!\s|$|[,\]}])|(?<!\s)#)*/y)[0].trim());
    }

    alias() {
        const name = this.match(/\*([\w-]+)/y)[1];
        if (!this.source.anchors.has(name)) this.source.fail(`no anchor ${name}`);
        return this.source.anchors.get(name);
    }

    quoted() {
        const found = this.match(/'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"/y);
        if (!found) this.source.fail("text in quotes must end on its line");
        return found[0];
    }

    map() {
        this.at += 1;
        const found = {};
        for (;;) {
            const next = this.space();
            if (next === undefined) this.source.fail("a { has no }");
            if (next === "}") { this.at += 1; return found; }
            if (next === ",") { this.at += 1; continue; }
            const key = next === "'" || next === '"' ? unquoted(this.quoted()) : this.match(/[^,\]}:]+/y)?.[0].trim();
            if (key === undefined) this.source.fail("expected a key");
            const follows = this.space();
            // A key alone has no value.
            if (follows === "," || follows === "}") { found[key] = null; continue; }
            if (follows !== ":") this.source.fail("expected key: value");
            this.at += 1;
            found[key] = this.value();
        }
    }

    list() {
        this.at += 1;
        const found = [];
        for (;;) {
            const next = this.space();
            if (next === undefined) this.source.fail("a [ has no ]");
            if (next === "]") { this.at += 1; return found; }
            if (next === ",") { this.at += 1; continue; }
            found.push(this.value());
        }
    }
}

/** Literal text (`|`) or folded text (`>`) that is indented more than `indent`. */
function literal(source, indent, isFolded) {
    const kept = [];
    let inner = -1;
    for (; source.at < source.lines.length; source.at += 1) {
        const line = source.lines[source.at];
        const own = line.search(/\S/);
        if (own >= 0 && own <= indent) break;
        if (own >= 0 && inner < 0) inner = own;
        kept.push(own < 0 ? "" : line.slice(inner));
    }
    while (kept.length && kept[kept.length - 1] === "") kept.pop();
    return `${kept.join(isFolded ? " " : "\n")}\n`;
}

/** The value that stands after a key or a dash, or in the lines below, indented more than `indent`. */
function after(source, rest, indent, isInList) {
    let text = rest.trim();
    const anchor = /^&([\w-]+)\s*/.exec(text);
    if (anchor) text = text.slice(anchor[0].length);
    let value;
    if (/^[|>]-?$/.test(text)) {
        source.at += 1;
        value = literal(source, indent, text[0] === ">");
        if (text.endsWith("-")) value = value.slice(0, -1);
    } else if (text === "" || text[0] === "#") {
        source.at += 1;
        const next = source.peek();
        value = next && (next.indent > indent || (!isInList && next.indent === indent && /^-(\s|$)/.test(next.text)))
            ? block(source, next.indent)
            : null;
    } else if (/^[[{'"*]/.test(text)) {
        value = new Flow(source, text).value();
        source.at += 1;
    } else {
        value = plain(text.replace(/\s+#.*$/, ""));
        source.at += 1;
    }
    if (anchor) source.anchors.set(anchor[1], value);
    return value;
}

function list(source, indent) {
    const found = [];
    for (let next = source.peek(); next && next.indent === indent && /^-(\s|$)/.test(next.text); next = source.peek()) {
        const rest = next.text.slice(1);
        if (KEY.test(rest.trimStart()) && !/^[[{]/.test(rest.trimStart())) {
            // A map whose first key stands beside the dash: as if it stood alone.
            source.lines[source.at] = `${" ".repeat(indent + 1)}${rest}`;
            found.push(block(source, source.peek().indent));
        } else found.push(after(source, rest, indent, true));
    }
    return found;
}

function map(source, indent) {
    const found = {};
    for (let next = source.peek(); next && next.indent === indent; next = source.peek()) {
        const key = KEY.exec(next.text);
        if (!key) break;
        const name = /^['"]/.test(key[1]) ? unquoted(key[1]) : key[1];
        found[name] = after(source, next.text.slice(key[0].length), indent, false);
    }
    return found;
}

function block(source, indent) {
    const next = source.peek();
    if (/^-(\s|$)/.test(next.text)) return list(source, indent);
    if (KEY.test(next.text)) return map(source, indent);
    return after(source, next.text, indent - 1, false);
}

/**
 * Reads a YAML document.
 * @param {string} text
 * @returns {*} maps as objects, lists as arrays
 * @throws {Error} with the line of what is not understood
 */
export function parseYaml(text) {
    const source = new Lines(text);
    const first = source.peek();
    if (!first) return null;
    const value = block(source, first.indent);
    if (source.peek()) source.fail("expected the end");
    return value;
}
