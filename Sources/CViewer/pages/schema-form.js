// A form from the API's JSON Schema of a kind's parameters: every field says what it means, its range and default.

import { field, h } from "./dom.js";

function types(schema) {
    return [].concat(schema.type ?? []);
}

function range(schema) {
    const parts = [];
    if (schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum < 1e15) parts.push(
        `${schema.minimum} to ${schema.maximum}`
    );
    if (schema.default !== null && schema.default !== undefined) parts.push(`default ${schema.default}`);
    return parts.length ? ` (${parts.join(", ")})` : "";
}

function isList(schema) {
    return types(schema).includes("array");
}

/** The text of a value in its field. */
function shown(schema, value) {
    if (value === null || value === undefined) return "";
    return Array.isArray(value) ? value.join(", ") : String(value);
}

/** A word as the number or text it is. */
function word(text) {
    const number = Number(text);
    return text.trim() !== "" && Number.isFinite(number) ? number : text;
}

/** The value in a field, or undefined for the default. */
function read(schema, control) {
    const kinds = types(schema);
    if (kinds.includes("boolean")) return control.checked;
    const text = control.value.trim();
    if (text === "") return undefined;
    if (isList(schema)) {
        const words = text.split(/[,;\s]+/).filter(Boolean);
        return kinds.includes("array") && [].concat(schema.items?.type ?? []).includes("integer")
            ? words.map(Number)
            : words.map(word);
    }
    if (kinds.includes("integer") || (kinds.includes("number") && !kinds.includes("string"))) return Number(text);
    return kinds.includes("number") ? word(text) : text;
}

function control(schema, value) {
    const kinds = types(schema);
    if (kinds.includes("boolean")) return h("input", { type: "checkbox", checked: value ?? schema.default ?? false });
    if (schema.enum) {
        const element = h("select", {}, schema.enum.map((option) => h("option", { value: option }, option)));
        element.value = value ?? schema.default;
        return element;
    }
    const isNumber = (kinds.includes("integer") || kinds.includes("number")) && !kinds.includes("string");
    return h("input", {
        type: isNumber ? "number" : "text",
        min: isNumber ? schema.minimum : null,
        max: isNumber ? schema.maximum : null,
        step: kinds.includes("integer") ? 1 : "any", value: shown(schema, value ?? (isNumber ? schema.default : null)),
        placeholder: isList(schema) ? "e.g. 134.05, 150.04" : "default",
    });
}

/**
 * A form of an object's schema.
 * @param {object} schema its `properties` become fields; objects in it become groups that can be opened
 * @param {object} values what is set at first
 * @returns {{element: HTMLElement, read: () => object, blame: (path: string[], text: string) => boolean}}
 *   `read` gives only what differs from the defaults; `blame` marks the field a server's pointer names
 */
export function schemaForm(schema, values) {
    const fields = new Map(), groups = new Map();
    const plain = [], nested = [];
    for (const [name, part] of Object.entries(schema.properties ?? {})) {
        const value = values?.[name];
        if (part.properties) {
            const group = schemaForm(part, value ?? {});
            groups.set(name, group);
            nested.push(h("details", { class: "panel", open: value ? true : null },
                h("summary", {}, `Parameters of ${name}`),
                group.element
            ));
        } else {
            const element = control(part, value);
            fields.set(name, { schema: part, element });
            plain.push(field(name, element, `${part.description ?? ""}${range(part)}`));
        }
    }
    return {
        element: h("div", { class: "stack" }, h("div", { class: "fields" }, plain), nested),
        read() {
            const found = {};
            for (const [name, { schema: part, element }] of fields) {
                const value = read(part, element);
                if (value !== undefined && JSON.stringify(value) !== JSON.stringify(part.default)) found[name] = value;
            }
            for (const [name, group] of groups) {
                const value = group.read();
                if (Object.keys(value).length) found[name] = value;
            }
            return found;
        },
        blame([name, ...rest], text) {
            if (groups.has(name) && rest.length) return groups.get(name).blame(rest, text);
            const entry = fields.get(name);
            if (!entry) return false;
            entry.element.setAttribute("aria-invalid", "true");
            entry.element.parentElement.append(h("span", { class: "fault" }, text));
            entry.element.closest("details")?.setAttribute("open", "");
            entry.element.focus();
            return true;
        },
    };
}
