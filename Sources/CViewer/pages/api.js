// The public API by fetch; failures are the server's problem documents.

/** A failure as the server names it (RFC 9457). */
export class Problem extends Error {
    /** @param {object} document the problem document */
    constructor(document) {
        super(document.detail);
        this.document = document;
        this.status = document.status;
    }
}

async function problem(response) {
    const type = response.headers.get("Content-Type") ?? "";
    const fallback = {
        title: "The server gave an answer that is not understood", status: response.status,
        detail: `HTTP ${response.status}`, request_id: response.headers.get("X-Request-Id"),
    };
    if (!type.includes("json")) return new Problem(fallback);
    try {
        return new Problem({ ...fallback, ...(await response.json()) });
    } catch {
        return new Problem(fallback);
    }
}

/**
 * Sends a request.
 * @param {string} path path with query
 * @param {{method?: string, json?: object, body?: BodyInit, headers?: object, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>}
 * @throws {Problem} for every answer that is no success
 */
export async function request(path, options = {}) {
    const headers = { ...options.headers };
    let body = options.body;
    if (options.json !== undefined) {
        headers["Content-Type"] = "application/json";
        body = JSON.stringify(options.json);
    }
    let response;
    try {
        response = await fetch(path, { method: options.method ?? "GET", headers, body, signal: options.signal });
    } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new Problem({
            title: "The server cannot be reached",
            status: 0,
            detail: "Check the connection, then try again.",
        });
    }
    if (!response.ok) throw await problem(response);
    return response;
}

/** A JSON document. */
export async function json(path, options) {
    const response = await request(path, { ...options, headers: { Accept: "application/json", ...options?.headers } });
    return response.status === 204 ? null : response.json();
}

/** The bytes of an answer. */
export async function bytes(path, options) {
    return (await request(path, options)).arrayBuffer();
}

/** A path with a query of what is not null. */
export function query(path, values) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        if (value !== undefined && value !== null && value !== "") search.set(name, value);
    }
    const text = search.toString();
    return text ? `${path}?${text}` : path;
}

/**
 * All items of a paged list, at most `most`.
 * @returns {Promise<{items: object[], isWhole: boolean}>}
 */
export async function all(path, most = 5000, options) {
    const items = [];
    let next = path;
    while (next && items.length < most) {
        const page = await json(next, options);
        items.push(...page.items);
        next = page.next;
    }
    return { items, isWhole: !next };
}
