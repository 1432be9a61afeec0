import Bytes

/// One `.npy` array of an upload: its header, and its values piece by piece.
struct ArrayFile {
    /// The file or archive member.
    let file: SourceFile
    /// The array's name: the file's without folders and `.npy`.
    let name: String
    /// What its header says.
    let layout: NPYLayout

    /// Most bytes of an array that is read whole.
    private static let largestWhole = 64 << 20

    /// Reads the header.
    init(_ file: SourceFile) throws(ImportError) {
        self.file = file
        name = Self.name(of: file)
        var head: [UInt8] = []
        var found: NPYLayout?
        var failure: NPYError?
        try file.stream { piece in
            head += piece.prefix(NPYLayout.largestHeader + 12 - head.count)
            do throws(NPYError) { found = try NPYLayout(head) } catch { failure = error }
            return found == nil && failure == nil && head.count <= NPYLayout.largestHeader
        }
        if let failure { throw Self.refusal(file, failure.description) }
        guard let found else { throw Self.refusal(file, "the .npy header is cut off") }
        guard file.size - found.dataOffset == found.dataSize else {
            throw Self.refusal(
                file,
                "expected \(found.dataSize) bytes of .npy data, found"
                    + " \(file.size - found.dataOffset)")
        }
        layout = found
    }

    /// The array's name by its file's.
    static func name(of file: SourceFile) -> String {
        let last = file.name.split(separator: "/").last ?? ""
        return file.ending == "npy" ? String(last.dropLast(4)) : String(last)
    }

    /// Type and shape for a message: `<u2 (250, 256, 256)`.
    var text: String {
        let lengths = layout.shape.map { "\($0)" }.joined(separator: ", ")
        return "\(layout.type) (\(lengths)\(layout.shape.count == 1 ? "," : ""))"
    }

    /// An error about this array.
    func refusal(_ what: String) -> ImportError { Self.refusal(file, what) }

    private static func refusal(_ file: SourceFile, _ what: String) -> ImportError {
        ImportError(
            .malformed, "The array \(printable(name(of: file), limit: 60)): \(what).",
            places: [.init(file: file.shownName, line: nil, detail: what)])
    }

    /// All of a small array.
    func whole() throws(ImportError) -> NPYArray {
        guard layout.dataSize <= Self.largestWhole else {
            throw refusal("it has \(layout.dataSize) bytes, more than \(Self.largestWhole)")
        }
        return layout.array(Array(try file.bytes().dropFirst(layout.dataOffset)))
    }

    /// Hands over the data in pieces of `size` bytes; `body` answers false to stop.
    ///
    /// Memory: one piece.
    func pieces(of size: Int, _ body: ([UInt8]) -> Bool) throws(ImportError) {
        var skip = layout.dataOffset
        var piece: [UInt8] = []
        piece.reserveCapacity(size)
        try file.stream { bytes in
            var rest = bytes[min(skip, bytes.count)...]
            skip -= bytes.count - rest.count
            while !rest.isEmpty {
                let part = rest.prefix(size - piece.count)
                piece.append(contentsOf: part)
                rest = rest.dropFirst(part.count)
                guard piece.count == size else { break }
                guard body(piece) else { return false }
                piece.removeAll(keepingCapacity: true)
            }
            return true
        }
    }
}
