import Workbench

/// An option that a command knows.
struct Option: Sendable {
    /// All spellings, the long one first (`--output`, `-o`).
    let names: [String]
    /// What its value is called in the help, or nil for an option without a value.
    let value: String?

    /// An option with a value.
    static func value(_ names: String..., called value: String) -> Option {
        Option(names: names, value: value)
    }

    /// An option that is there or not.
    static func flag(_ names: String...) -> Option { Option(names: names, value: nil) }
}

/// The arguments of a command, told apart into options and the rest.
///
/// `--name value` and `--name=value` mean the same; after `--` everything is an operand.
struct Arguments {
    /// What is not an option, in order.
    private(set) var operands: [String] = []
    private var values: [(name: String, text: String)] = []

    /// Takes `words` apart.
    ///
    /// - Throws: `.usage` for an unknown option (naming the nearest), a missing value, a value for a
    ///   flag, or an option given twice that is not in `repeatable`.
    init(
        _ words: [String], options: [Option], repeatable: [String] = []
    ) throws(CommandFailure) {
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" {
                operands += words[index...]
                return
            }
            guard word.hasPrefix("-"), word != "-", Double(word) == nil else {
                operands.append(word)
                continue
            }
            let (spelling, attached) = Self.split(word)
            guard let option = options.first(where: { $0.names.contains(spelling) }) else {
                throw .usage(Self.unknown(spelling, options))
            }
            let name = option.names[0]
            if !repeatable.contains(name), values.contains(where: { $0.name == name }) {
                throw .usage("\(name) is given twice")
            }
            guard let expected = option.value else {
                if attached != nil { throw .usage("\(name) takes no value") }
                values.append((name, ""))
                continue
            }
            if let attached {
                values.append((name, attached))
            } else if index < words.count {
                values.append((name, words[index]))
                index += 1
            } else {
                throw .usage("\(name) needs a value: \(expected)")
            }
        }
    }

    /// The value of an option, by its long name; the last one if it is repeatable.
    func text(_ name: String) -> String? { values.last { $0.name == name }?.text }

    /// All values of a repeatable option.
    func texts(_ name: String) -> [String] { values.filter { $0.name == name }.map(\.text) }

    /// Whether an option is there.
    func has(_ name: String) -> Bool { values.contains { $0.name == name } }

    /// A whole number, or nil without the option.
    func integer(_ name: String) throws(CommandFailure) -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text) else {
            throw .usage("\(name): expected a whole number, found \"\(text)\"")
        }
        return value
    }

    /// A finite number, or nil without the option.
    func number(_ name: String) throws(CommandFailure) -> Double? {
        guard let text = text(name) else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw .usage("\(name): expected a number, found \"\(text)\"")
        }
        return value
    }

    /// One of a few words, or nil without the option.
    func choice(_ name: String, _ choices: [String]) throws(CommandFailure) -> String? {
        guard let text = text(name) else { return nil }
        guard choices.contains(text) else {
            let hint = Nearest.name(to: text, among: choices).map { "; did you mean \($0)?" } ?? ""
            throw .usage(
                "\(name): expected one of \(choices.joined(separator: ", ")), "
                    + "found \"\(text)\"\(hint)")
        }
        return text
    }

    private static func split(_ word: String) -> (name: String, value: String?) {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else {
            return (word, nil)
        }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private static func unknown(_ spelling: String, _ options: [Option]) -> String {
        let known = options.flatMap(\.names)
        let hint = Nearest.name(to: spelling, among: known).map { "; did you mean \($0)?" } ?? ""
        return "unknown option \(spelling)\(hint)"
    }
}
