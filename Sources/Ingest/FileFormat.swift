/// What a file is, told from its first bytes.
enum FileFormat: Sendable, Equatable {
    case empty
    case zip
    case tar
    /// Compressed by gzip, which is a tar archive if it is read.
    case gzip
    case text
    /// TIFF, also BigTIFF.
    case tiff
    case binary
    /// A known format that is not read, by its name.
    case known(String)

    /// How many bytes from the start are looked at.
    static let headSize = 1_024

    /// The format of a file that begins with these bytes (all of it, if it is shorter).
    init(head: [UInt8]) {
        guard !head.isEmpty else {
            self = .empty
            return
        }
        if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) {
            self = .zip
        } else if head.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if head.count >= 262, head[257..<262].elementsEqual("ustar".utf8) {
            self = .tar
        } else if Self.tiffHeads.contains(where: { head.starts(with: $0) }) {
            self = .tiff
        } else if let name = Self.signature(head) ?? Self.markup(head) {
            self = .known(name)
        } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            self = .text
        } else {
            // A stray control character in a text is for the parser, which names its line.
            let controls = head.count { $0 < 0x20 && !(0x09...0x0D).contains($0) }
            self = controls * 10 > head.count ? .binary : .text
        }
    }

    /// Whether it is an archive of files.
    var isArchive: Bool { [.zip, .tar, .gzip].contains(self) }

    private static let tiffHeads: [[UInt8]] = [
        [0x49, 0x49, 0x2A, 0], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2A], [0x4D, 0x4D, 0, 0x2B],
    ]

    private static func signature(_ head: [UInt8]) -> String? {
        let signatures: [(bytes: [UInt8], name: String)] = [
            ([0x93] + "NUMPY".utf8, "a NumPy array (.npy)"),
            ([0x89] + "HDF\r\n\u{1A}\n".utf8, "HDF5"),
            ([0x89] + "PNG".utf8, "PNG"), ([0xFF, 0xD8, 0xFF], "JPEG"),
            (Array("BM6".utf8), "a bitmap"), (Array("GIF8".utf8), "GIF"),
            (Array("BZh".utf8), "bzip2"),
            ([0xFD] + "7zXZ".utf8, "xz"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"),
            (Array("Rar!".utf8), "RAR"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
            (Array("MATLAB 5.0 MAT".utf8), "MATLAB"), (Array("%PDF".utf8), "PDF"),
            (Array("ITStr".utf8), "an ION-TOF measurement (.ita, .itm, .itax)"),
            (Array("SQLite format 3".utf8), "SQLite"), ([0xD0, 0xCF, 0x11, 0xE0], "Office"),
        ]
        if let found = signatures.first(where: { head.starts(with: $0.bytes) }) {
            return found.name
        }
        // The name stands after a few bytes of header.
        let start = String(decoding: head.prefix(16), as: UTF8.self)
        return ["BIF6", "BIF3"].first { start.contains($0) }
    }

    private static func markup(_ head: [UInt8]) -> String? {
        let text = String(decoding: head, as: UTF8.self)
        guard let start = text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }),
            start == "<" || start == "{"
        else { return nil }
        if start == "{" { return "JSON" }
        return text.contains("mzML") ? "mzML" : "XML"
    }

    /// What to tell who sent a format that is not read: what to export or convert instead.
    static func advice(for name: String) -> String {
        let ways = "and send them in one .zip or .tar.gz archive"
        let ascii =
            "export each ion image from SurfaceLab as ASCII (X Y count), one file an ion, \(ways)"
        switch name {
        case "HDF5":
            return "HDF5 (.h5ad, .h5, .mat, .ims) is not read: save the images as NumPy arrays with"
                + " numpy.savez(path, cube=images, mz=masses), cube of shape (ions, height, width),"
                + " or as OME-TIFF; or \(ascii)"
        case "MATLAB":
            return
                "a MATLAB file is not read: save the images from Python with scipy.io.loadmat and"
                + " numpy.savez(path, cube=images, mz=masses); or \(ascii)"
        case "PNG", "JPEG", "GIF", "a bitmap", "PDF", "Office", "SQLite":
            return "\(name) holds no counts and is not read: \(ascii)"
        case "7-Zip", "RAR", "xz", "bzip2", "Zstandard":
            return "\(name) archives are not read: unpack it, and send the files (ASCII exports,"
                + " imzML with its .ibd, TIFF) as one .zip or .tar.gz"
        case "mzML":
            return
                "mzML without positions is not read: convert it to imzML (an .imzML file with its"
                + " .ibd file); or \(ascii)"
        default:
            return "\(name) is not read: \(ascii); imzML (an .imzML file with its .ibd file), TIFF"
                + " stacks, BIF6 and NumPy arrays (.npz with cube and mz) are read, too"
        }
    }
}
