// The API's reference, rendered from the contract that the server serves.

import { request } from "./api.js";
import { h, later, put } from "./dom.js";
import { parseYaml } from "./yaml.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

/** What a `$ref` of the document points to. */
function resolve(document, node) {
    let found = node;
    while (found?.$ref) found = found.$ref.slice(2).split("/").reduce(
        (at, part) => at[part.replaceAll("~1", "/").replaceAll("~0", "~")],
        document
    );
    return found;
}

function typeText(schema = {}) {
    const type = [].concat(schema.type ?? []).join(" or ");
    const parts = [schema.enum ? schema.enum.map((value) => (value === "" ? "(empty)" : value)).join(" | ") : type];
    if (schema.minimum !== undefined) parts.push(`from ${schema.minimum}`);
    if (schema.maximum !== undefined) parts.push(`to ${schema.maximum}`);
    if (schema.default !== undefined) parts.push(`default ${schema.default}`);
    return parts.filter(Boolean).join(", ");
}

function parameters(document, path, operation) {
    const all = [
        ...(document.paths[path].parameters ?? []),
        ...(operation.parameters ?? [])
    ].map((node) => resolve(document, node));
    if (all.length === 0) return null;
    return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Parameters" }, h("table", { class: "dense" },
        h("thead", {},
            h("tr", {}, ["Parameter", "In", "Values", "Meaning"].map((text) => h("th", { scope: "col" }, text)))
        ),
        h("tbody", {}, all.map((parameter) => h("tr", {},
            h("th", { scope: "row", class: "mono" }, parameter.name),
            h("td", {}, parameter.in),
            h("td", {}, typeText(resolve(document, parameter.schema))),
            h("td", {}, prose(parameter.description ?? "")))))));
}

function responses(document, operation) {
    return h("ul", { class: "plain-list" }, Object.entries(operation.responses).map(([status, node]) => {
        const response = resolve(document, node);
        const types = Object.keys(response.content ?? {}).join(", ");
        return h("li", {},
            h("strong", {}, status),
            ` ${response.description.trim()}`,
            types ? h("span", { class: "quiet" }, ` (${types})`) : null
        );
    }));
}

/** Text of the contract: `code` in backticks, paragraphs by empty lines. */
function prose(text) {
    return text.trim().split(/\n\s*\n/).map((paragraph) => {
        if (/^\|/.test(paragraph.trim())) return markdownTable(paragraph);
        return h("p", {}, inline(paragraph.replace(/\s+/g, " ")));
    });
}

function inline(text) {
    return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
        if (part[0] === "`") return h("code", {}, part.slice(1, -1));
        return part.startsWith("**") ? h("strong", {}, part.slice(2, -2)) : part;
    });
}

function markdownTable(text) {
    const rows = text
        .trim()
        .split("\n")
        .map((line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim()));
    return h("table", { class: "dense" },
        h("thead", {}, h("tr", {}, rows[0].map((cell) => h("th", { scope: "col" }, cell)))),
        h("tbody", {}, rows.slice(2).map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell)))))));
}

function curl(method, path, operation) {
    const body = operation.requestBody?.content?.["application/json"]
        ? " -H 'Content-Type: application/json' -d '{…}'"
        : "";
    return `curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`}${body} ${location.origin}${path}`;
}

function entry(document, path, method, operation) {
    return h("details", { class: "panel operation" },
        h("summary", {},
            h("span", { class: `method ${method}` }, method.toUpperCase()),
            h("code", {}, path),
            h("span", { class: "quiet" }, operation.summary)
        ),
        operation.description ? prose(operation.description) : null, parameters(document, path, operation),
        h("h4", {}, "Answers"),
        responses(document, operation),
        h("pre", { class: "code", tabindex: "0", role: "region", "aria-label": "Command" },
            curl(method, path, operation)
        ));
}

/** The reference: general remarks, then all operations by tag, with a search. */
export async function apiReference() {
    const document = parseYaml(await (await request("/openapi.yaml")).text());
    const operations = Object.entries(document.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({
        path,
        method,
        operation: item[method],
    })));
    const place = h("div", { class: "stack" });
    const search = h("input", { type: "search", placeholder: "path or word", "aria-label": "Search the reference" });
    const draw = () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const fits = ({ path, method, operation }) =>
            words.every((word) => `${method} ${path} ${operation.summary} ${operation.description ?? ""}`.toLowerCase().includes(word));
        put(place, document.tags.map((tag) => {
            const found = operations.filter((one) => one.operation.tags?.includes(tag.name) && fits(one));
            return found.length ? h("section", { class: "stack tight", "aria-label": tag.name },
                h("h3", {}, tag.name),
                h("p", { class: "quiet" }, tag.description),
                found.map((one) => entry(document, one.path, one.method, one.operation))) : null;
        }));
    };
    search.oninput = later(100, draw);
    draw();
    return h("div", { class: "stack" },
        h("details", { class: "panel" },
            h("summary", {}, "Conventions of all calls"),
            h("div", { class: "stack tight prose" }, prose(document.info.description))
        ),
        h("div", {}, search),
        place,
        h("p", {}, h("a", { href: "/openapi.yaml" }, `openapi.yaml, version ${document.info.version}`)));
}
