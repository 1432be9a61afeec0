public import Bytes

/// The checked parameters of a job: a value for every parameter of its kind.
public struct ParameterValues: Sendable {
    private let values: [String: JSON]
    /// The values in the order of the kind's table.
    public let json: JSON

    /// Checks what the caller gave and fills in the defaults.
    ///
    /// - Parameters:
    ///   - given: An object, or `null` for none.
    ///   - specs: The kind's parameters.
    ///   - pointer: Where `given` stands in the request body.
    /// - Throws: `WorkbenchError.invalid` listing every fault.
    public init(
        checking given: JSON, specs: [ParameterSpec], pointer: String
    ) throws(WorkbenchError) {
        var faults: [WorkbenchError.Fault] = []
        let members: [JSON.Member]
        switch given {
        case .null: members = []
        case .object(let list): members = list
        default: throw .invalid([.init(pointer, "expected an object of parameters")])
        }
        for member in members where !specs.contains(where: { $0.name == member.name }) {
            faults.append(
                .init(
                    "\(pointer)/\(member.name)",
                    Self.unknown(member.name, known: specs.map(\.name))))
        }
        var filled: [JSON.Member] = []
        for spec in specs {
            let value = members.first { $0.name == spec.name }?.value ?? spec.defaultValue
            let (checked, wrong) = spec.check(value, pointer: "\(pointer)/\(spec.name)")
            faults += wrong
            filled.append(JSON.Member(spec.name, checked))
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        json = .object(filled)
        values = Dictionary(
            filled.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The value of a parameter.
    public subscript(_ name: String) -> JSON { values[name] ?? .null }

    /// What to say of a name that is not known.
    static func unknown(_ name: String, known: [String]) -> String {
        let shown = String(name.prefix(60))
        if let near = Nearest.name(to: name, among: known) {
            return "unknown parameter \"\(shown)\"; did you mean \"\(near)\"?"
        }
        return "unknown parameter \"\(shown)\"; known are \(known.joined(separator: ", "))"
    }
}

extension ParameterSpec {
    /// The value in its normal form, or what is wrong with it.
    func check(_ value: JSON, pointer: String) -> (JSON, [WorkbenchError.Fault]) {
        if value == .null, defaultValue == .null { return (.null, []) }
        func wrong(_ expected: String) -> (JSON, [WorkbenchError.Fault]) {
            (.null, [.init(pointer, "expected \(expected)")])
        }
        switch kind {
        case .integer(let range):
            guard let number = value.int, range.contains(number) else {
                return wrong("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return (.int(number), [])
        case .number(let range):
            guard let number = value.double, range.contains(number) else {
                return wrong("a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return (.double(number), [])
        case .choice(let words):
            guard let word = value.string, words.contains(word) else {
                let near = value.string.flatMap { Nearest.name(to: $0, among: words) }
                let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
                return wrong("one of \(words.joined(separator: ", "))\(hint)")
            }
            return (.string(word), [])
        case .boolean:
            guard let flag = value.bool else { return wrong("true or false") }
            return (.bool(flag), [])
        case .channel:
            guard Self.isChannel(value) else { return wrong("an m/z or a label") }
            return (value, [])
        case .channels:
            guard let list = value.array, !list.isEmpty, list.count <= 100_000,
                list.allSatisfy(Self.isChannel)
            else { return wrong("a list of m/z or labels, at least one") }
            return (value, [])
        case .clusters:
            guard let list = value.array, !list.isEmpty, list.count <= 10_000,
                list.allSatisfy({ ($0.int ?? 0) >= 1 && ($0.int ?? 0) <= Int(Int32.max) })
            else { return wrong("a list of cluster numbers from 1, at least one") }
            return (value, [])
        case .part(let specs):
            return checkPart(value, specs: specs, pointer: pointer)
        }
    }

    private static func isChannel(_ value: JSON) -> Bool {
        if let number = value.double { return number > 0 && number < 1e9 }
        guard let text = value.string else { return false }
        return !text.isEmpty && text.utf8.count <= 200
    }

    /// A part keeps what was given only: the part's own job fills in its defaults.
    private func checkPart(
        _ value: JSON, specs: [ParameterSpec], pointer: String
    ) -> (JSON, [WorkbenchError.Fault]) {
        guard let members = value.members else {
            return (.null, [.init(pointer, "expected an object of parameters")])
        }
        do {
            let checked = try ParameterValues(checking: value, specs: specs, pointer: pointer)
            return (.object(members.map { JSON.Member($0.name, checked[$0.name]) }), [])
        } catch {
            guard case .invalid(let faults) = error else { return (.null, []) }
            return (.null, faults)
        }
    }
}
