// A job as it goes on, by server-sent events; where a proxy holds them back, by asking.

import { json } from "./api.js";

/** Whether a job will change no more. */
export function hasEnded(job) {
    return ["succeeded", "failed", "cancelled"].includes(job.state);
}

/**
 * Follows a job until it ends.
 * @param {string} id
 * @param {(job: object) => void} changed called with every new document
 * @param {AbortSignal} signal
 */
export function watchJob(id, changed, signal) {
    const source = new EventSource(`/v1/jobs/${encodeURIComponent(id)}/events`);
    const stop = () => source.close();
    signal.addEventListener("abort", stop);
    source.addEventListener("progress", (event) => changed(JSON.parse(event.data)));
    source.addEventListener("end", (event) => { stop(); changed(JSON.parse(event.data)); });
    source.onerror = async () => {
        if (source.readyState !== EventSource.CLOSED || signal.aborted) return;
        await new Promise((wake) => setTimeout(wake, 2000));
        try {
            const job = await json(`/v1/jobs/${encodeURIComponent(id)}?wait=5`, { signal });
            changed(job);
            if (!hasEnded(job)) watchJob(id, changed, signal);
        } catch { /* the page says so when it asks next */ }
    };
}
