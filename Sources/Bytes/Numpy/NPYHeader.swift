/// The header of a `.npy` file: a Python dictionary with three known keys (NEP 1).
struct NPYHeader {
    private(set) var type = ""
    private(set) var isFortran = false
    private(set) var shape: [Int] = []

    private var bytes: [UInt8]
    private var position = 0

    /// Most axes an array may have; NumPy itself stops at 64.
    private static let largestRank = 64

    /// Parses exactly the form NumPy writes, with any spacing.
    ///
    /// - Throws: `NPYError` for another form, a missing, repeated or unknown key.
    init(_ bytes: [UInt8]) throws(NPYError) {
        self.bytes = bytes
        var seen: [String] = []
        try expect("{")
        while !accept("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr": type = try string()
            case "fortran_order": isFortran = try truth()
            case "shape": shape = try tuple()
            default:
                throw NPYError("the .npy header has the unknown key \(printable(key, limit: 40))")
            }
            guard !seen.contains(key) else { throw NPYError("the .npy header has \(key) twice") }
            seen.append(key)
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipBlanks()
        guard position == bytes.count, seen.count == 3 else {
            throw NPYError("the .npy header is not one dictionary of descr, fortran_order, shape")
        }
    }

    /// Bytes of all elements.
    ///
    /// - Throws: where the product overflows.
    func byteCount(elementSize: Int) throws(NPYError) -> Int {
        var product = elementSize
        // A zero among the lengths must not hide an overflow of the others.
        var lengths = 1
        for length in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            let (all, tooMany) = lengths.multipliedReportingOverflow(by: max(length, 1))
            guard !overflow, !tooMany else { throw NPYError("the .npy shape is too large") }
            product = next
            lengths = all
        }
        return product
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A {
            position += 1
        }
    }

    private mutating func accept(_ token: String) -> Bool {
        skipBlanks()
        let token = Array(token.utf8)
        guard bytes[position...].starts(with: token) else { return false }
        position += token.count
        return true
    }

    private mutating func expect(_ token: String) throws(NPYError) {
        guard accept(token) else {
            throw NPYError("the .npy header lacks '\(token)' at byte \(position)")
        }
    }

    private mutating func string() throws(NPYError) -> String {
        let quote = accept("'") ? UInt8(ascii: "'") : UInt8(ascii: "\"")
        if quote == UInt8(ascii: "\"") { try expect("\"") }
        guard let end = bytes[position...].firstIndex(of: quote) else {
            throw NPYError("the .npy header has a text without an end")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func truth() throws(NPYError) -> Bool {
        if accept("True") { return true }
        try expect("False")
        return false
    }

    private mutating func tuple() throws(NPYError) -> [Int] {
        var lengths: [Int] = []
        try expect("(")
        while !accept(")") {
            guard lengths.count < Self.largestRank else { throw NPYError("too many .npy axes") }
            lengths.append(try wholeNumber())
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return lengths
    }

    private mutating func wholeNumber() throws(NPYError) -> Int {
        skipBlanks()
        let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
            throw NPYError("the .npy shape has no whole number at byte \(position)")
        }
        position += digits.count
        return number
    }
}
