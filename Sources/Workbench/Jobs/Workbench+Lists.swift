public import Bytes
import Imaging
import Jobs
public import Store

extension Workbench {
    /// A page of documents, and the cursor of the next one.
    public typealias DocumentPage = (items: [JSON], next: String?)

    /// A page of the documents of datasets, newest first.
    public func datasetPage(
        name: String?, sample: String?, owner: String?, after cursor: String?, limit: Int,
        caller: Caller
    ) throws(WorkbenchError) -> DocumentPage {
        let page = try listing { () throws(WorkbenchError) in
            try datasets(
                DatasetFilter(name: name, sample: sample, owner: owner), after: cursor,
                limit: limit, caller: caller)
        }
        return (page.items.map(\.document), page.next)
    }

    /// A page of the documents of jobs, newest first.
    public func jobPage(
        dataset: String?, kind: String?, state: String?, after cursor: String?, limit: Int,
        caller: Caller
    ) throws(WorkbenchError) -> DocumentPage {
        let page = try listing { () throws(WorkbenchError) in
            try jobs(
                dataset: dataset, kind: kind, state: state.flatMap(JobState.init(rawValue:)),
                after: cursor, limit: limit, caller: caller)
        }
        var items: [JSON] = []
        for job in page.items {
            do {
                items.append(try document(job))
            } catch {
                // Deleted since the page was read.
                guard case .notFound = error else { throw error }
            }
        }
        return (items, page.next)
    }

    /// The kinds of jobs that a list may hold.
    public static let listedKinds = JobKind.allCases.map(\.rawValue) + [ImportJob.kind]

    /// The dataset that an import has made.
    ///
    /// - Throws: `.noResult` while it has made none.
    public func imported(
        by job: JobRecord, caller: Caller
    ) throws(WorkbenchError) -> DatasetRecord {
        guard job.state == .succeeded, let id = job.dataset else {
            throw .noResult(
                job: job.id, state: job.state.rawValue,
                detail: "the import is \(job.state.rawValue)")
        }
        return try dataset(id, caller: caller)
    }

    /// The states of a job.
    public static let jobStates = JobState.allCases.map(\.rawValue)

    /// A list's own bad value is its cursor.
    private func listing<Value>(
        _ body: () throws(WorkbenchError) -> Value
    ) throws(WorkbenchError) -> Value {
        do {
            return try body()
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            throw .badQuery(faults.map { .init("cursor", $0.detail) })
        }
    }

    /// Waits until a job's state is another than in `job`, at most `seconds`.
    public func waitForState(of job: JobRecord, seconds: Double) {
        _ = changes.wait(for: job.id, seconds: seconds) { [self] in
            if isStopping { return true }
            guard let now = try? store.job(job.id) else { return true }
            return now.state != job.state
        }
    }

    /// Watches a job for changes without a thread; it has changed as well when the service stops.
    public func watch(_ job: JobRecord) -> JobWatch {
        JobWatch(changes.watch(job.id))
    }
}

extension JobRecord {
    /// The name of its state.
    public var stateName: String { state.rawValue }

    /// Its id.
    public var identifier: String { id }
    /// Whether it has ended.
    public var isFinished: Bool { state.isFinal }
    /// The name of its kind.
    public var kindName: String { kind }
    /// Whether it is an import, whose result is a dataset.
    public var isImport: Bool { kind == ImportJob.kind }
}

extension DatasetRecord {
    /// Its id.
    public var identifier: String { id }
    /// Counts its changes.
    public var revision: Int { version }
    /// The entity tag of its document.
    public var etag: String { "\"\(id)-\(version)\"" }
}

extension Workbench {
    /// What `X-Seam-Ion` calls an ion: its m/z, else its label in ASCII.
    public func name(of ion: IonRecord) -> String {
        ion.channel.mzText
            ?? ion.channel.name.unicodeScalars.map {
                $0.isASCII && $0.value >= 0x20 && $0.value < 0x7F ? String($0) : "?"
            }.joined()
    }

    /// The table of a dataset's ions: `json`, `csv` or `tsv`.
    public func ionTable(
        _ dataset: DatasetRecord, format: String
    ) throws(WorkbenchError) -> [UInt8] {
        let table = ResultTables.ions(try ions(of: dataset))
        return table.encoded(as: format)
    }
}
