import Bytes
import HTTP
import Workbench

/// Imports that a client does not wait for (`Prefer: respond-async`, RFC 7240 4.1): 202 and a job.
enum DeferredImport {
    /// Whether a request asks for it; a dry run stores nothing that could be looked at later.
    static func isWanted(_ exchange: Exchange, _ fields: DatasetFields) -> Bool {
        Prefer(exchange.request).respondAsync && !fields.isDryRun
    }

    /// The answer with the job, or with the dataset that was there; once for a key.
    static func answer(
        _ exchange: Exchange, _ upload: Workbench.Upload, _ fields: DatasetFields, _ key: String?,
        existing: (Workbench.Imported) -> HTTPResponse
    ) throws(WorkbenchError) -> HTTPResponse {
        let (workbench, caller) = (exchange.workbench, exchange.caller)
        let hash = RequestKeys.hash([upload.sha256] + fields.identity)
        if let key,
            let id = try workbench.madeBefore(
                key: key, resource: "imports", requestHash: hash, caller: caller)
        {
            do {
                return accepted(try workbench.document(try workbench.job(id, caller: caller)), id)
            } catch {
                guard case .notFound = error else { throw error }
                try workbench.forget(key: key, resource: "imports", caller: caller)
            }
        }
        let (job, dataset) = try workbench.submitImport(upload, fields: fields, caller: caller)
        guard let job else {
            guard let dataset else { throw .failed("an import is a job or a dataset") }
            return existing(dataset)
        }
        if let key {
            try workbench.remember(
                key: key, resource: "imports", requestHash: hash, object: job.identifier,
                caller: caller)
        }
        return accepted(try workbench.document(job), job.identifier)
    }

    private static func accepted(_ document: JSON, _ id: String) -> HTTPResponse {
        Reply.document(
            document, status: 202,
            headers: [
                ("Location", "/v1/jobs/\(id)"), ("Retry-After", "1"),
                ("Preference-Applied", "respond-async"),
            ])
    }
}
