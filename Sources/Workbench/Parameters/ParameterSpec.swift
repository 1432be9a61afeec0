public import Bytes

/// What one parameter of a job kind is: its name, type, bounds, default and meaning.
///
/// One table serves validation, the JSON Schema of `GET /v1` and the help of `seam run`.
public struct ParameterSpec: Sendable {
    /// The type and its bounds.
    public enum Kind: Sendable {
        /// A whole number.
        case integer(ClosedRange<Int>)
        /// A number.
        case number(ClosedRange<Double>)
        /// One of some words.
        case choice([String])
        /// True or false.
        case boolean
        /// An m/z or a label of one channel.
        case channel
        /// A list of channels, each an m/z or a label.
        case channels
        /// A list of cluster numbers.
        case clusters
        /// The parameters of a part of an analysis.
        case part([ParameterSpec])
    }

    /// Its name in JSON, in `snake_case`.
    public var name: String
    /// Its type and bounds.
    public var kind: Kind
    /// The value when it is left out; `null` where the method chooses.
    public var defaultValue: JSON
    /// What it does, with its unit.
    public var summary: String

    /// A parameter.
    public init(_ name: String, _ kind: Kind, _ defaultValue: JSON, _ summary: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.summary = summary
    }

    /// The parameter as JSON Schema (draft 2020-12).
    public var schema: JSON {
        var members = typeMembers
        members.append(JSON.Member("default", defaultValue))
        members.append(JSON.Member("description", .string(summary)))
        return .object(members)
    }

    private var typeMembers: [JSON.Member] {
        let nullable = defaultValue == .null
        func type(_ name: String) -> JSON.Member {
            JSON.Member("type", nullable ? .array([.string(name), "null"]) : .string(name))
        }
        switch kind {
        case .integer(let range):
            return [
                type("integer"), JSON.Member("minimum", .int(range.lowerBound)),
                JSON.Member("maximum", .int(range.upperBound)),
            ]
        case .number(let range):
            return [
                type("number"), JSON.Member("minimum", .double(range.lowerBound)),
                JSON.Member("maximum", .double(range.upperBound)),
            ]
        case .choice(let words):
            return [type("string"), JSON.Member("enum", .array(words.map { .string($0) }))]
        case .boolean: return [type("boolean")]
        case .channel: return [JSON.Member("type", ["number", "string", "null"])]
        case .channels:
            return [
                JSON.Member("type", ["array", "null"]),
                JSON.Member("items", ["type": ["number", "string"]]),
            ]
        case .clusters:
            return [
                JSON.Member("type", ["array", "null"]),
                JSON.Member("items", ["type": "integer", "minimum": 1]),
            ]
        case .part(let specs):
            return [
                type("object"),
                JSON.Member("additionalProperties", false),
                JSON.Member("properties", Self.properties(specs)),
            ]
        }
    }

    /// The JSON Schema of an object with these members.
    public static func schema(_ specs: [ParameterSpec]) -> JSON {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "additionalProperties": false, "properties": properties(specs),
        ]
    }

    private static func properties(_ specs: [ParameterSpec]) -> JSON {
        .object(specs.map { JSON.Member($0.name, $0.schema) })
    }
}
