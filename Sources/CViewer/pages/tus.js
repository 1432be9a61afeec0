// Resumable uploads (tus 1.0.0): a file in pieces, each acknowledged; after a break it goes on where it was.

import { Problem, json, request } from "./api.js";

const PIECE = 8 << 20;
const TUS = { "Tus-Resumable": "1.0.0" };

function memoryKey(file) {
    return `seam-upload:${file.name}:${file.size}:${file.lastModified}`;
}

function base64(text) {
    return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function begin(file, signal) {
    const key = memoryKey(file);
    const kept = localStorage.getItem(key);
    if (kept) {
        try {
            return (await json(kept, { signal }));
        } catch (error) {
            if (error.name === "AbortError") throw error;
            localStorage.removeItem(key);
        }
    }
    const answer = await request("/v1/uploads", {
        method: "POST", signal,
        headers: { ...TUS, "Upload-Length": String(file.size), "Upload-Metadata": `filename ${base64(file.name)}` },
    });
    const path = answer.headers.get("Location");
    localStorage.setItem(key, path);
    return { id: path.split("/").pop(), offset: 0 };
}

/** Sends one piece by XMLHttpRequest, which tells how far it has come. */
function send(path, offset, piece, progress, signal) {
    return new Promise((resolve, reject) => {
        const xhr = new XMLHttpRequest();
        const stop = () => xhr.abort();
        xhr.open("PATCH", path);
        xhr.setRequestHeader("Tus-Resumable", "1.0.0");
        xhr.setRequestHeader("Upload-Offset", String(offset));
        xhr.setRequestHeader("Content-Type", "application/offset+octet-stream");
        xhr.upload.onprogress = (event) => progress(offset + event.loaded);
        xhr.onabort = () => reject(new DOMException("stopped", "AbortError"));
        xhr.onerror = () => reject(new Problem({
            title: "The upload was cut off",
            status: 0,
            detail: "What has arrived is kept: choose the same file again to go on.",
        }));
        xhr.onload = () => {
            signal.removeEventListener("abort", stop);
            if (xhr.status === 204) return resolve(Number(xhr.getResponseHeader("Upload-Offset")));
            let document = { title: "The upload was refused", status: xhr.status, detail: `HTTP ${xhr.status}` };
            try { document = JSON.parse(xhr.responseText); } catch { /* no problem document */ }
            reject(new Problem(document));
        };
        signal.addEventListener("abort", stop, { once: true });
        if (signal.aborted) return stop();
        xhr.send(piece);
    });
}

/** Sends a piece; a break of the net is waited out, longer each time. */
async function sendPatiently(path, offset, piece, progress, signal) {
    for (let attempt = 0; ; attempt += 1) {
        try {
            return await send(path, offset, piece, progress, signal);
        } catch (error) {
            const mayPass = error instanceof Problem && (
                error.status === 0 || error.status === 423 || error.status === 503
            );
            if (!mayPass || attempt === 4) throw error;
            await new Promise((wake) => setTimeout(wake, 500 * 2 ** attempt));
            const { offset: kept } = await json(path, { signal });
            if (kept !== offset) return kept;
        }
    }
}

/**
 * Uploads a file.
 * @param {File} file
 * @param {(sent: number) => void} progress bytes that have gone
 * @param {AbortSignal} signal stops it; what has arrived is kept
 * @returns {Promise<string>} the id of the whole upload
 */
export async function upload(file, progress, signal) {
    const begun = await begin(file, signal);
    const path = `/v1/uploads/${begun.id}`;
    let offset = begun.offset;
    progress(offset);
    while (offset < file.size) {
        offset = await sendPatiently(path, offset, file.slice(offset, offset + PIECE), progress, signal);
        progress(offset);
    }
    return begun.id;
}

/** Forgets that an upload of this file was begun. */
export function forget(file) {
    localStorage.removeItem(memoryKey(file));
}
