import Bytes
import Imaging
import Store

/// Makes the jobs of one request: the job itself and the inputs it leaves out.
///
/// What is made is kept in memory until `commit` stores all of it at once, so that a request leaves
/// all of its jobs behind or none. The caller holds the scheduling lock from the first call to the
/// last, so that a job is made once.
struct JobSubmission {
    private let workbench: Workbench
    private let dataset: DatasetRecord
    private let owner: String
    private let priority: Int
    private let selection: ChannelSelection
    /// Jobs made by this request, inputs before what uses them.
    private var made: [JobRecord] = []

    private var store: Store { workbench.store }

    /// Jobs on a dataset for an owner, who need not be the dataset's.
    init(
        workbench: Workbench, dataset: DatasetRecord, owner: String, priority: Int = 0
    ) throws(WorkbenchError) {
        self.workbench = workbench
        self.dataset = dataset
        self.owner = owner
        self.priority = priority
        let ions = try workbench.ions(of: dataset)
        selection = ChannelSelection(channels: ions.map(\.channel), totals: ions.map(\.totalCounts))
    }

    /// Identifiers of the jobs that the request makes, inputs before what uses them.
    var newJobs: [String] { made.map(\.id) }

    /// Stores what was made, durably, and with it what makes a retry of the request safe and who is
    /// to be told of the job's end.
    func commit(
        _ job: JobRecord, idempotency: (owner: String, key: String, requestHash: String)?,
        notify target: String?, note: AuditNote? = nil
    ) throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in
            if !made.isEmpty {
                try insert(idempotency, note)
            } else if let idempotency {
                try store.rememberRequest(idempotency, job: job.id)
            }
            if let target { try store.insertNotice(job: job.id, owner: owner, target: target) }
        }
    }

    private func insert(
        _ idempotency: (owner: String, key: String, requestHash: String)?, _ note: AuditNote?
    ) throws(StoreError) {
        let jobs = made.map { Store.NewJob($0, inputs: $0.inputs) }
        guard let note else { return try store.insertJobs(jobs, idempotency: idempotency) }
        try note.storing(object: made.last?.id, status: 202) { line throws(StoreError) in
            try store.insertJobs(jobs, idempotency: idempotency, noting: line)
        }
    }

    /// Makes or finds a job.
    mutating func make(
        _ kind: JobKind, parameters: JSON, inputs: JSON, pointer: String = "/parameters"
    ) throws(WorkbenchError) -> (job: JobRecord, created: Bool) {
        let values = try ParameterValues(
            checking: parameters, specs: kind.parameters, pointer: pointer)
        try check(kind, values, pointer: pointer)
        let given = try givenInputs(kind, inputs)
        let resolved =
            kind == .analysis
            ? try makeParts(values, given: given) : try resolve(kind, values, given: given)
        return try find(kind, values, resolved)
    }

    /// What can be told without running: the channels exist, the marker is there.
    private func check(
        _ kind: JobKind, _ values: ParameterValues, pointer: String
    ) throws(WorkbenchError) {
        do {
            if kind.parameters.contains(where: { $0.name == "features" }) {
                _ = try selection.features(values)
            }
            if kind == .segmentation { _ = try selection.marker(values) }
        } catch {
            guard case .invalid(let faults) = error else { throw error }
            throw .invalid(
                faults.map {
                    .init(pointer + $0.place.dropFirst("/parameters".count), $0.detail)
                })
        }
    }

    /// The inputs the caller named, checked: they exist, are of this dataset and of their kind.
    private func givenInputs(
        _ kind: JobKind, _ inputs: JSON
    ) throws(WorkbenchError) -> [JobKind: JobRecord] {
        if inputs == .null { return [:] }
        guard let members = inputs.members else {
            throw .invalid([.init("/inputs", "expected an object of job ids")])
        }
        let known = kind.inputs.map(\.kind.rawValue)
        var result: [JobKind: JobRecord] = [:]
        for member in members {
            let place = "/inputs/\(member.name)"
            guard known.contains(member.name), let role = JobKind(rawValue: member.name) else {
                let text =
                    known.isEmpty
                    ? "a \(kind.rawValue) job takes no inputs"
                    : ParameterValues.unknown(member.name, known: known)
                        .replacing("parameter", with: "input")
                throw .invalid([.init(place, text)])
            }
            guard let id = member.value.string else {
                throw .invalid([.init(place, "expected a job id")])
            }
            result[role] = try givenInput(id, role: role, place: place)
        }
        return result
    }

    private func givenInput(
        _ id: String, role: JobKind, place: String
    ) throws(WorkbenchError) -> JobRecord {
        guard let job = try record(id), job.dataset == dataset.id else {
            throw .invalid([.init(place, "no job \"\(id.prefix(60))\" of this dataset")])
        }
        guard job.kind == role.rawValue else {
            throw .invalid([.init(place, "expected a \(role.rawValue) job, this is a \(job.kind)")])
        }
        guard job.state != .failed, job.state != .cancelled else {
            throw .invalid([.init(place, "the job \(job.id) is \(job.state.rawValue)")])
        }
        return job
    }

    private func record(_ id: String) throws(WorkbenchError) -> JobRecord? {
        if let new = made.first(where: { $0.id == id }) { return new }
        return try WorkbenchError.storing { () throws(StoreError) in try store.job(id) }
    }

    /// The given jobs and all that they were built on: a given input fixes everything upstream.
    ///
    /// - Throws: `.invalid` where two of them were built on different jobs, or one on another
    ///   segmentation than the given one: their cells are not the same.
    private func fixed(
        by given: [JobKind: JobRecord]
    ) throws(WorkbenchError) -> [JobKind: JobRecord] {
        var fixed = given
        for role in JobKind.parts {
            guard let job = given[role] else { continue }
            let below = try Workbench.upstream(of: job, record)
            for kind in JobKind.parts {
                guard let upstream = below[kind] else { continue }
                guard let other = fixed[kind], other.id != upstream.id else {
                    fixed[kind] = upstream
                    continue
                }
                if given[kind] != nil, kind != .segmentation { continue }
                throw .invalid([
                    .init(
                        "/inputs/\(role.rawValue)",
                        "\(job.id) was built on the \(kind.rawValue) job \(upstream.id), which does "
                            + "not fit the other inputs: they use \(other.id)")
                ])
            }
        }
        return fixed
    }

    /// The inputs of a stage: the given ones, those a given one was built on, else defaults.
    private mutating func resolve(
        _ kind: JobKind, _ values: ParameterValues, given: [JobKind: JobRecord]
    ) throws(WorkbenchError) -> [JobInput] {
        var fixed = try fixed(by: given)
        var inputs: [JobInput] = []
        for input in kind.inputs {
            if let name = input.askedBy, values[name] == .null {
                guard given[input.kind] == nil else {
                    throw .invalid([
                        .init(
                            "/inputs/\(input.kind.rawValue)",
                            "is for a job with the parameter \(name), which is not given")
                    ])
                }
                continue
            }
            var job = fixed[input.kind]
            if job == nil {
                // An input made here builds on what is fixed already.
                let needed = Set(input.kind.inputs.map(\.kind.rawValue))
                let inner = fixed.filter { needed.contains($0.key.rawValue) }
                job = try make(
                    input.kind, parameters: .null,
                    inputs: .object(
                        inner.sorted { $0.key.rawValue < $1.key.rawValue }
                            .map { JSON.Member($0.key.rawValue, .string($0.value.id)) })
                ).job
            }
            if let job {
                fixed[input.kind] = job
                inputs.append(JobInput(role: input.kind.rawValue, job: job.id))
            }
        }
        return inputs
    }

    /// The parts of an analysis, each built on the ones before it.
    private mutating func makeParts(
        _ values: ParameterValues, given: [JobKind: JobRecord]
    ) throws(WorkbenchError) -> [JobInput] {
        // All parts are checked before the first one is made.
        var made = try fixed(by: given)
        for part in JobKind.parts where made[part] == nil {
            let checked = try ParameterValues(
                checking: JobKind.analysis.partParameters(of: part, values),
                specs: part.parameters, pointer: "/parameters/\(part.rawValue)")
            try check(part, checked, pointer: "/parameters")
        }
        for part in JobKind.parts where made[part] == nil {
            let inputs = part.inputs.compactMap { input in
                made[input.kind].map { JSON.Member(input.kind.rawValue, .string($0.id)) }
            }
            made[part] = try make(
                part, parameters: JobKind.analysis.partParameters(of: part, values),
                inputs: .object(inputs), pointer: "/parameters/\(part.rawValue)"
            ).job
        }
        return JobKind.parts.compactMap { part in
            made[part].map { JobInput(role: part.rawValue, job: $0.id) }
        }
    }

    /// The job with this key that is there, else a new one.
    private mutating func find(
        _ kind: JobKind, _ values: ParameterValues, _ inputs: [JobInput]
    ) throws(WorkbenchError) -> (job: JobRecord, created: Bool) {
        let key = key(kind, values, inputs)
        if let new = made.first(where: { $0.key == key }) { return (new, true) }
        let there = try WorkbenchError.storing { () throws(StoreError) in
            try store.findJob(key: key)
        }
        if let there { return (there, false) }
        let job = JobRecord(
            dataset: dataset.id, owner: owner, kind: kind.rawValue,
            parametersJSON: values.json.text, inputs: inputs, key: key, priority: priority)
        made.append(job)
        return (job, true)
    }

    /// Names what the result depends on: kind, data, parameters, inputs and software.
    private func key(_ kind: JobKind, _ values: ParameterValues, _ inputs: [JobInput]) -> String {
        let identity: JSON = [
            "kind": .string(kind.rawValue), "dataset": .string(dataset.id),
            "pixel_size_um": .optional(dataset.pixelSizeMicrometres), "parameters": values.json,
            "inputs": .object(inputs.map { JSON.Member($0.role, .string($0.job)) }),
            "software": .string(Software.version),
        ]
        var hash = SHA256()
        hash.update(identity.canonical.encoded)
        return SHA256.hexadecimal(of: hash.finalized())
    }
}
