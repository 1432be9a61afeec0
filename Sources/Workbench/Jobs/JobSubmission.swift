import Bytes
import Imaging
import Store
import Synchronization

/// Makes the job rows of one request: the job itself and the inputs it leaves out.
struct JobSubmission {
    let workbench: Workbench
    let dataset: DatasetRecord
    let caller: Caller

    private var store: Store { workbench.store }

    /// Makes or finds a job.
    func make(
        _ kind: JobKind, parameters: JSON, inputs: JSON,
        idempotency: (key: String, requestHash: String)? = nil, pointer: String = "/parameters"
    ) throws(WorkbenchError) -> (job: JobRecord, created: Bool) {
        let values = try ParameterValues(
            checking: parameters, specs: kind.parameters, pointer: pointer)
        try check(kind, values, pointer: pointer)
        let given = try givenInputs(kind, inputs)
        let resolved =
            kind == .analysis
            ? try makeParts(values, given: given) : try resolve(kind, given: given)
        return try find(kind, values, resolved, idempotency: idempotency)
    }

    /// What can be told without running: the channels exist, the marker is there.
    private func check(
        _ kind: JobKind, _ values: ParameterValues, pointer: String
    ) throws(WorkbenchError) {
        let ions = try workbench.ions(of: dataset)
        let selection = ChannelSelection(
            channels: ions.map(\.channel), totals: ions.map(\.totalCounts))
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
        let job = try WorkbenchError.storing { () throws(StoreError) in try store.job(id) }
        guard let job, job.dataset == dataset.id else {
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

    /// The inputs of a stage: the given ones, those a given one was built on, else defaults.
    private func resolve(
        _ kind: JobKind, given: [JobKind: JobRecord]
    ) throws(WorkbenchError) -> [JobInput] {
        var fixed = given
        for job in given.values {
            for (role, upstream) in try workbench.upstream(of: job) where fixed[role] == nil {
                fixed[role] = upstream
            }
        }
        var inputs: [JobInput] = []
        for input in kind.inputs {
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
    private func makeParts(
        _ values: ParameterValues, given: [JobKind: JobRecord]
    ) throws(WorkbenchError) -> [JobInput] {
        // All parts are checked before the first one is made.
        for part in JobKind.parts where given[part] == nil {
            let checked = try ParameterValues(
                checking: JobKind.analysis.partParameters(of: part, values),
                specs: part.parameters, pointer: "/parameters/\(part.rawValue)")
            try check(part, checked, pointer: "/parameters")
        }
        var made = given
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

    /// The job with this key that is there, else a new row.
    private func find(
        _ kind: JobKind, _ values: ParameterValues, _ inputs: [JobInput],
        idempotency: (key: String, requestHash: String)?
    ) throws(WorkbenchError) -> (job: JobRecord, created: Bool) {
        let key = key(kind, values, inputs)
        return try workbench.scheduling.withLock { _ throws(WorkbenchError) in
            try WorkbenchError.storing { () throws(StoreError) in
                let retry = idempotency.map {
                    (owner: caller.owner, key: $0.key, requestHash: $0.requestHash)
                }
                if let there = try store.findJob(key: key) {
                    if let retry { try store.rememberRequest(retry, job: there.id) }
                    return (there, false)
                }
                let job = JobRecord(
                    dataset: dataset.id, owner: dataset.owner, kind: kind.rawValue,
                    parametersJSON: values.json.text, inputs: inputs, key: key)
                try store.insertJob(
                    job, inputs: inputs.map { (role: $0.role, job: $0.job) },
                    idempotency: retry)
                return (job, true)
            }
        }
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
