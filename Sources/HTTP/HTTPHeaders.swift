/// The fields of a message: an ordered list, names compared without regard to case.
///
/// A name may occur more than once; nothing is merged or dropped, so that a second
/// `Content-Length` cannot hide (RFC 9110 5.3).
public struct HTTPHeaders: Sendable {
    /// Every field in order.
    public private(set) var fields: [(name: String, value: String)]

    /// Headers with the given names and values, in this order.
    public init(_ fields: [(String, String)] = []) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    /// Appends a field, whether or not the name is there already.
    public mutating func add(_ name: String, _ value: String) {
        fields.append((name: name, value: value))
    }

    /// Makes `value` the only field of that name, in the place of the first one if there is one.
    public mutating func set(_ name: String, _ value: String) {
        guard let first = fields.firstIndex(where: { Characters.equalIgnoringCase($0.name, name) })
        else { return add(name, value) }
        let before = fields[...first].dropLast()
        let after = fields[(first + 1)...].filter { !Characters.equalIgnoringCase($0.name, name) }
        fields = before + [(name: name, value: value)] + after
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        fields.removeAll { Characters.equalIgnoringCase($0.name, name) }
    }

    /// The values of every field of that name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { Characters.equalIgnoringCase($0.name, name) }.map(\.value)
    }

    /// The values of that name joined by ", ", or nil where there is none.
    public subscript(_ name: String) -> String? {
        var joined: String?
        for field in fields where Characters.equalIgnoringCase(field.name, name) {
            joined = joined.map { $0 + ", " + field.value } ?? field.value
        }
        return joined
    }

    /// Whether a comma-separated list such as `Connection` holds the token, in any case.
    public func list(_ name: String, contains token: String) -> Bool {
        values(name).contains { value in
            Characters.list(value).contains { Characters.equalIgnoringCase($0, token) }
        }
    }
}
