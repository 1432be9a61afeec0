import Bytes
import Glibc
import Ingest
import Store

/// The import of an upload as a job of its own, for clients that do not wait for it
/// (`Prefer: respond-async`).
///
/// Its files are in a folder of its own until it has ended, its row has what it is to do: a restart loses neither.
/// It is done like any other import; one that was interrupted finds the dataset it had made by its bytes.
struct ImportJob {
    /// The kind of such a job. None of `JobKind`: it has no dataset until it is done, and cannot be asked for
    /// by `POST /v1/jobs`.
    static let kind = "import"

    /// What is imported.
    let upload: Workbench.Upload
    /// What the client says of it.
    let fields: DatasetFields

    /// The row of a new import.
    static func record(
        _ upload: Workbench.Upload, fields: DatasetFields, owner: String
    ) -> JobRecord {
        let parameters: JSON = [
            "bytes": .int(upload.bytes), "sha256": .string(upload.sha256),
            "files": .array(upload.files.map { .string($0.name) }), "fields": fields.json,
        ]
        return JobRecord(
            dataset: nil, owner: owner, kind: kind, parametersJSON: parameters.text, key: "",
            priority: 0)
    }

    /// What a row says, with the files that are kept for it.
    ///
    /// - Throws: `.failed` for a row that no version of ours has written.
    init(_ job: JobRecord, _ store: Store) throws(WorkbenchError) {
        let parameters = Workbench.parse(job.parametersJSON)
        guard let bytes = parameters["bytes"]?.int, let sha256 = parameters["sha256"]?.string,
            let names = parameters["files"]?.array?.compactMap(\.string), !names.isEmpty
        else { throw .failed("the import \(job.id) does not say what it imports") }
        var fields = DatasetFields()
        for member in parameters["fields"]?.members ?? [] {
            guard let text = member.value.string else { continue }
            try fields.set(member.name, text, place: "/fields/\(member.name)")
        }
        let paths = store.importFiles(of: job.id, count: names.count)
        guard paths.allSatisfy({ access($0, R_OK) == 0 }) else {
            throw .damaged(
                "the files of this import are gone (a restored copy has none); send them again")
        }
        upload = Workbench.Upload(
            files: zip(paths, names).map { UploadedFile(path: $0, name: $1) }, bytes: bytes,
            sha256: sha256)
        self.fields = fields
    }
}

extension JobFailure {
    /// Why an upload was not imported, with the places in its files.
    init(importing error: WorkbenchError) {
        guard case .badUpload(let cause) = error else {
            self.init(StageFailure.workbench(error))
            return
        }
        let (slug, title) =
            switch cause.kind {
            case .unsupported: ("unsupported-format", "The format is not supported")
            case .tooLarge: ("too-large", "Too large")
            default: ("bad-upload", "The upload cannot be read")
            }
        let places = cause.places.map { place -> JSON in
            .object(
                [.init("file", .string(place.file))]
                    + (place.line.map { [JSON.Member("line", .int($0))] } ?? [])
                    + [.init("detail", .string(place.detail))])
        }
        self.init(
            document: .object(
                [
                    .init("type", .string("/errors/\(slug)")), .init("title", .string(title)),
                    .init("detail", .string(cause.detail)),
                ] + (places.isEmpty ? [] : [.init("errors", .array(places))])),
            retryable: false)
    }
}
