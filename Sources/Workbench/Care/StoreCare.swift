import Store

/// Looks after a store from the command line, beside a running server or without one.
public enum StoreCare {
    /// What a look at a store found.
    public struct Report: Sendable, Hashable {
        /// What is wrong, a sentence each; empty if all is well.
        public let faults: [String]
        /// What is odd and does no harm, a sentence each.
        public let notes: [String]
        /// What was looked at, in words.
        public let scope: String

        init(_ report: StoreReport) {
            faults = report.faults
            notes = report.notes
            scope =
                "schema version \(report.version), \(report.datasets) datasets, \(report.images)"
                + " images, \(report.jobs) jobs, \(report.artifacts) results, \(report.uploads)"
                + " unfinished uploads"
        }
    }

    /// Looks at everything in the store of a data folder; changes nothing.
    ///
    /// - Throws: `.notFound` where there is no store; `.damaged`, `.failed` where it cannot be opened.
    public static func check(dataDirectory: String) throws(WorkbenchError) -> Report {
        let store = try opening { () throws(StoreError) in
            try Store.inspect(directory: dataDirectory)
        }
        defer { store.close() }
        return Report(store.check())
    }

    /// Looks at everything in a backup's file; changes nothing.
    public static func check(backup path: String) throws(WorkbenchError) -> Report {
        let store = try opening { () throws(StoreError) in try Store.inspect(backup: path) }
        defer { store.close() }
        return Report(store.check())
    }

    /// Writes a consistent copy of the store of a data folder to a file; returns what it holds, in
    /// words.
    ///
    /// - Throws: `.invalid` for a file that is there, unless `replacing`; `.storageFull`, `.failed`.
    public static func backUp(
        dataDirectory: String, to path: String, replacing: Bool
    ) throws(WorkbenchError) -> String {
        let store = try opening { () throws(StoreError) in
            try Store.inspect(directory: dataDirectory)
        }
        defer { store.close() }
        do throws(StoreError) {
            let made = try store.backup(to: path, replacing: replacing)
            let left =
                made.uploadsLeftOut > 0
                ? "; \(made.uploadsLeftOut) unfinished uploads are left out" : ""
            return "\(made.datasets) datasets, \(made.jobs) jobs, \(made.bytes) bytes\(left)"
        } catch {
            if case .full(let failure) = error { throw .storageFull("no room: \(failure)") }
            throw WorkbenchError(error)
        }
    }

    private static func opening(
        _ body: () throws(StoreError) -> Store
    ) throws(WorkbenchError) -> Store {
        do throws(StoreError) {
            return try body()
        } catch {
            if case .notFound(let what) = error {
                throw .notFound("there is no \(what.dropFirst(2))")
            }
            throw WorkbenchError(error)
        }
    }
}
