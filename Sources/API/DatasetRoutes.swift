import Bytes
import HTTP
import Workbench

/// Datasets: upload, list, read, change, delete.
enum DatasetRoutes {
    static let all: [Route] = [
        Route("GET", "v1/datasets", formats: [.json], list),
        Route("POST", "v1/datasets", body: .upload) { exchange throws(APIError) in
            try upload(exchange, name: nil)
        },
        Route("PUT", "v1/datasets/{file}", body: .upload) { exchange throws(APIError) in
            let name = exchange.capture("file")
            return try upload(exchange, name: name.isEmpty ? nil : name)
        },
        Route("GET", "v1/datasets/{id}", formats: [.json], read),
        Route("PATCH", "v1/datasets/{id}", change),
        Route("DELETE", "v1/datasets/{id}", delete),
    ]

    private static let list: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("name", "sample", "owner", "limit", "cursor")
        let page = try using { () throws(WorkbenchError) in
            try exchange.workbench.datasetPage(
                name: query.text("name"), sample: query.text("sample"), owner: query.text("owner"),
                after: query.text("cursor"), limit: query.integer("limit", in: 1...500) ?? 50,
                caller: exchange.caller)
        }
        return Reply.page(
            page.items, next: Paging.next("/v1/datasets", exchange.request, cursor: page.next))
    }

    private static func upload(
        _ exchange: Exchange, name: String?
    ) throws(APIError) -> HTTPResponse {
        // Only a POST takes what was uploaded before.
        let query = try exchange.query(DatasetFields.ofUpload + (name == nil ? ["upload"] : []))
        var fields = DatasetFields()
        try using { () throws(WorkbenchError) in
            for field in DatasetFields.ofUpload {
                guard let text = query.text(field) else { continue }
                do throws(WorkbenchError) {
                    try fields.set(field, text, place: field)
                } catch {
                    guard case .invalid(let faults) = error else { throw error }
                    throw .badQuery(faults)
                }
            }
        }
        let key = try using { () throws(WorkbenchError) in try RequestKeys.key(exchange.request) }
        return try exchange.keys.alone(key, exchange, "datasets") { () throws(APIError) in
            if let id = query.text("upload") {
                return try takeUpload(exchange, id, fields, key)
            }
            let receiver = UploadReceiver(exchange: exchange)
            defer { receiver.discard() }
            let upload = try receiver.receive(name: name, fields: &fields)
            if DeferredImport.isWanted(exchange, fields) {
                return try using { () throws(WorkbenchError) in
                    try DeferredImport.answer(
                        exchange, upload, fields, key, existing: reply)
                }
            }
            return reply(
                try using { () throws(WorkbenchError) in
                    try imported(exchange, upload, fields, key)
                })
        }
    }

    /// A dataset of an upload that came in pieces; the upload goes when the dataset is there.
    private static func takeUpload(
        _ exchange: Exchange, _ id: String, _ fields: DatasetFields, _ key: String?
    ) throws(APIError) -> HTTPResponse {
        if let length = exchange.body.declaredLength, length > 0 {
            throw .workbench(
                .badQuery([.init("upload", "with an upload the request has no body")]))
        }
        if DeferredImport.isWanted(exchange, fields) {
            return try resuming { () throws(ResumableError) in
                try exchange.uploads.use(id, caller: exchange.caller) {
                    upload throws(WorkbenchError) in
                    (
                        try DeferredImport.answer(
                            exchange, upload, fields, key, existing: reply), true
                    )
                }
            }
        }
        let outcome = try resuming { () throws(ResumableError) in
            try exchange.uploads.use(id, caller: exchange.caller) {
                upload throws(WorkbenchError) in
                let outcome = try imported(exchange, upload, fields, key)
                if case .checked = outcome { return (outcome, false) }
                return (outcome, true)
            }
        }
        return reply(outcome)
    }

    /// Imports an upload once for a key.
    private static func imported(
        _ exchange: Exchange, _ upload: Workbench.Upload, _ fields: DatasetFields, _ key: String?
    ) throws(WorkbenchError) -> Workbench.Imported {
        let (workbench, caller) = (exchange.workbench, exchange.caller)
        guard let key, !fields.isDryRun else {
            return try workbench.importDataset(upload, fields: fields, caller: caller)
        }
        let hash = RequestKeys.hash([upload.sha256] + fields.identity)
        if let id = try workbench.madeBefore(
            key: key, resource: "datasets", requestHash: hash, caller: caller)
        {
            do {
                return .existing(try workbench.dataset(id, caller: caller))
            } catch {
                guard case .notFound = error else { throw error }
                try workbench.forget(key: key, resource: "datasets", caller: caller)
            }
        }
        let outcome = try workbench.importDataset(upload, fields: fields, caller: caller)
        switch outcome {
        case .created(let dataset), .existing(let dataset):
            try workbench.remember(
                key: key, resource: "datasets", requestHash: hash, object: dataset.identifier,
                caller: caller)
        case .checked: break
        }
        return outcome
    }

    private static func reply(_ outcome: Workbench.Imported) -> HTTPResponse {
        switch outcome {
        case .created(let dataset):
            return Reply.document(
                dataset.document, status: 201,
                headers: [("Location", "/v1/datasets/\(dataset.identifier)")], etag: dataset.etag)
        case .existing(let dataset):
            return Reply.document(
                dataset.document, headers: [("Location", "/v1/datasets/\(dataset.identifier)")],
                etag: dataset.etag)
        case .checked(let dataset, let ions):
            var members = dataset.document.members ?? []
            members.removeAll { $0.name == "links" || $0.name == "id" || $0.name == "created_at" }
            return Reply.document(
                .object([.init("id", .null)] + members + [.init("ions", ions)]))
        }
    }

    private static let read: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let dataset = try using { () throws(WorkbenchError) in
            try exchange.workbench.dataset(exchange.capture("id"), caller: exchange.caller)
        }
        return Reply.document(dataset.document, etag: dataset.etag)
    }

    private static let change: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let before = try using { () throws(WorkbenchError) in
            try exchange.workbench.dataset(exchange.capture("id"), caller: exchange.caller)
        }
        try checkMatch(exchange, before.etag)
        let fields = try fields(try exchange.json())
        let changed = try using { () throws(WorkbenchError) in
            try exchange.workbench.change(
                before.identifier, fields: fields,
                expectedVersion: exchange.request.headers["If-Match"] == nil
                    ? nil : before.revision,
                caller: exchange.caller)
        }
        return Reply.document(changed.document, etag: changed.etag)
    }

    /// The changeable fields from a JSON object; null clears one.
    private static func fields(_ body: JSON) throws(APIError) -> DatasetFields {
        guard let members = body.members else {
            throw .workbench(.invalid([.init("", "expected an object of fields to change")]))
        }
        var fields = DatasetFields()
        try using { () throws(WorkbenchError) in
            var faults: [WorkbenchError.Fault] = []
            for member in members {
                let place = "/\(member.name)"
                guard DatasetFields.changeable.contains(member.name) else {
                    let known = DatasetFields.changeable
                    let near =
                        Nearest.name(to: member.name, among: known)
                        .map { "; did you mean \"\($0)\"?" } ?? ""
                    faults.append(
                        .init(
                            place,
                            "not a field that can be changed; those are "
                                + known.joined(separator: ", ") + near))
                    continue
                }
                guard let text = text(member) else {
                    faults.append(.init(place, "expected \(expected(member.name))"))
                    continue
                }
                do throws(WorkbenchError) {
                    try fields.set(member.name, text, place: place)
                } catch {
                    guard case .invalid(let wrong) = error else { throw error }
                    faults += wrong
                }
            }
            guard faults.isEmpty else { throw .invalid(faults) }
        }
        return fields
    }

    /// A member's value as the text of its field, or nil where it has the wrong type.
    private static func text(_ member: JSON.Member) -> String? {
        let clearable = member.name != "name" && member.name != "visibility"
        if member.value == .null { return clearable ? "" : nil }
        if member.name == "pixel_size_um" { return member.value.double.map { String($0) } }
        return member.value.string
    }

    private static func expected(_ field: String) -> String {
        switch field {
        case "pixel_size_um": "a number of micrometres or null"
        case "name", "visibility": "text"
        default: "text or null"
        }
    }

    private static let delete: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        let query = try exchange.query("cancel")
        try using { () throws(WorkbenchError) in _ = try query.flag("cancel") }
        let dataset = try using { () throws(WorkbenchError) in
            try exchange.workbench.dataset(exchange.capture("id"), caller: exchange.caller)
        }
        try checkMatch(exchange, dataset.etag)
        try using { () throws(WorkbenchError) in
            try exchange.workbench.delete(
                dataset.identifier, cancelling: try query.flag("cancel") ?? false,
                expectedVersion: exchange.request.headers["If-Match"] == nil
                    ? nil : dataset.revision,
                caller: exchange.caller)
        }
        return Reply.noContent
    }

    private static func checkMatch(_ exchange: Exchange, _ etag: String) throws(APIError) {
        guard Conditional.ifMatchAllows(exchange.request, etag: etag) else {
            throw .problem(
                Problem(
                    status: 412, slug: "precondition-failed", title: "Precondition failed",
                    detail: "the dataset has changed since; read it again"))
        }
    }
}

/// Links between the pages of a list.
enum Paging {
    /// The path of the next page: the same query with another cursor.
    static func next(_ path: String, _ request: HTTPRequest, cursor: String?) -> String? {
        guard let cursor else { return nil }
        var pairs = request.query.filter { $0.name != "cursor" }
            .map { "\(escape($0.name))=\(escape($0.value))" }
        pairs.append("cursor=\(escape(cursor))")
        return path + "?" + pairs.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                result.append(character)
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }
}
