/// One image file directory: the fields of a page, their values read when asked for.
struct TIFFDirectory: Sendable {
    /// One field.
    private struct Field: Sendable {
        let type: Int
        let count: Int
        /// Where its values are in the file.
        let offset: Int
    }

    private let input: TIFFInput
    private var fields: [Int: Field] = [:]
    /// Where the next directory is; 0 is none.
    let next: Int
    /// The page from 1, for messages.
    let page: Int

    /// Bytes of a value by its type: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT,
    /// SLONG, SRATIONAL, FLOAT, DOUBLE, IFD, -, -, LONG8, SLONG8, IFD8.
    private static let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
    private static let mostFields = 4_096

    /// Reads a directory.
    init(_ input: TIFFInput, at offset: Int, page: Int) throws(TIFFError) {
        self.input = input
        self.page = page
        let countSize = input.isBig ? 8 : 2
        let fieldSize = input.isBig ? 20 : 12
        let nextSize = input.isBig ? 8 : 4
        do throws(TIFFError) {
            let count = Int(
                clamping: input.number(
                    try input.bytes(countSize, at: offset, "a directory")[...]))
            guard count >= 1, count <= Self.mostFields else {
                throw TIFFError(
                    "expected a directory of 1 to \(Self.mostFields) fields, found \(count)")
            }
            let bytes = try input.bytes(
                count * fieldSize + nextSize, at: offset + countSize, "a directory")
            for index in 0..<count {
                let start = index * fieldSize
                let tag = Int(input.number(bytes[start..<start + 2]))
                let type = Int(input.number(bytes[start + 2..<start + 4]))
                let countEnd = start + (input.isBig ? 12 : 8)
                let values = Int(clamping: input.number(bytes[start + 4..<countEnd]))
                let inlineSize = input.isBig ? 8 : 4
                // Fields of types that are not known are passed over (TIFF 6.0, section 2).
                guard Self.sizes.indices.contains(type), Self.sizes[type] > 0,
                    fields[tag] == nil
                else { continue }
                let isInline = values <= inlineSize / Self.sizes[type]
                fields[tag] = Field(
                    type: type, count: values,
                    offset: isInline
                        ? offset + countSize + countEnd
                        : Int(clamping: input.number(bytes[countEnd..<countEnd + inlineSize])))
            }
            next = Int(clamping: input.number(bytes[(count * fieldSize)...]))
        } catch { throw TIFFError(error.what, page: page) }
    }

    /// An error of this page.
    func error(_ what: String, isUnsupported: Bool = false) -> TIFFError {
        TIFFError(what, page: page, isUnsupported: isUnsupported)
    }

    /// Whether a field is there.
    func has(_ tag: Int) -> Bool { fields[tag] != nil }

    /// How many values a field has.
    func count(_ tag: Int) -> Int { fields[tag]?.count ?? 0 }

    private func bytes(_ tag: Int, _ part: Range<Int>? = nil) throws(TIFFError) -> [UInt8] {
        guard let field = fields[tag] else { return [] }
        let size = Self.sizes[field.type]
        let part = part ?? 0..<field.count
        guard part.upperBound <= field.count, field.count <= input.size / size + 8,
            field.offset <= input.size
        else {
            throw error("a field (tag \(tag)) of \(field.count) values, beyond the file")
        }
        do throws(TIFFError) {
            return try input.bytes(
                part.count * size, at: field.offset + part.lowerBound * size,
                "a field (tag \(tag))")
        } catch { throw self.error(error.what) }
    }

    /// Whole numbers from 0, all or some of a field's; empty where it is not there.
    func numbers(_ tag: Int, _ part: Range<Int>? = nil) throws(TIFFError) -> [Int] {
        guard let field = fields[tag] else { return [] }
        guard [1, 3, 4, 13, 16, 18].contains(field.type) else {
            throw error("expected whole numbers from 0 in tag \(tag), found type \(field.type)")
        }
        let bytes = try bytes(tag, part)
        let size = Self.sizes[field.type]
        return stride(from: 0, to: bytes.count, by: size).map {
            Int(clamping: input.number(bytes[$0..<$0 + size]))
        }
    }

    /// The one number of a field.
    func number(_ tag: Int) throws(TIFFError) -> Int? {
        guard has(tag) else { return nil }
        guard let first = try numbers(tag, 0..<min(1, count(tag))).first else {
            throw error("expected a number in tag \(tag), found none")
        }
        return first
    }

    /// A fraction; nil where it is not there or no number.
    func rational(_ tag: Int) throws(TIFFError) -> Double? {
        guard let field = fields[tag], field.type == 5, field.count == 1 else { return nil }
        let bytes = try bytes(tag)
        let value =
            Double(input.number(bytes[..<4])) / Double(input.number(bytes[4...]))
        return value.isFinite ? value : nil
    }

    /// A short text without the zeros at its end; nil where it is not there or longer than `limit`.
    func text(_ tag: Int, limit: Int) throws(TIFFError) -> String? {
        guard let field = fields[tag], [1, 2, 7].contains(field.type), field.count <= limit else {
            return nil
        }
        return String(decoding: try bytes(tag).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Where a field's bytes lie in the file that holds the TIFF file.
    func place(_ tag: Int) -> Range<Int>? {
        guard let field = fields[tag], Self.sizes[field.type] == 1 else { return nil }
        return input.place(field.count, at: field.offset)
    }

    /// All bytes of a field, at most `limit`.
    func raw(_ tag: Int, limit: Int) throws(TIFFError) -> [UInt8]? {
        guard let field = fields[tag], field.count <= limit, Self.sizes[field.type] == 1 else {
            return nil
        }
        return try bytes(tag)
    }
}
