import Bytes
import Glibc

/// Writes PNG files: chunks, filters and text, by the PNG specification (third edition, W3C).
enum PNGFile {
    static func encode(_ picture: Picture, text: [(key: String, value: String)]) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
        let colorType: UInt8
        let data: (bytes: [UInt8], repeatedRows: Int)
        var palette: [UInt8] = []
        switch picture.pixels {
        case .rgb(let bytes):
            colorType = 2
            data = filtered(bytes, rowBytes: 3 * picture.width)
        case .indexed(let indices, let colors):
            colorType = 3
            palette = colors
            data = filtered(indices, rowBytes: picture.width)
        }
        append(
            "IHDR",
            bigEndian(picture.width) + bigEndian(picture.height) + [8, colorType, 0, 0, 0],
            to: &file)
        append("sRGB", [0], to: &file)
        if let dots = picture.dotsPerInch {
            let perMetre = Int((Double(dots) / 0.0254).rounded())
            append("pHYs", bigEndian(perMetre) + bigEndian(perMetre) + [1], to: &file)
        }
        if !palette.isEmpty { append("PLTE", palette, to: &file) }
        for (key, value) in text { appendText(key: key, value: value, to: &file) }
        // Raster pixels of a measurement repeat in runs only; enlarged, every second row is the one above.
        let isRaster = colorType == 3 && data.repeatedRows * 3 < picture.height
        append("IDAT", isRaster ? Deflate.compressRuns(data.bytes) : packed(data.bytes), to: &file)
        append("IEND", [], to: &file)
        return file
    }

    /// Noise does not shrink further for more work: level 6 buys under 5 % here.
    private static func packed(_ bytes: [UInt8]) -> [UInt8] {
        Deflate.compress(bytes, level: bytes.count > 1 << 21 ? 1 : 4)
    }

    /// The rows with their filter bytes: `Up` for a row that repeats the one above, else `None`.
    private static func filtered(
        _ bytes: [UInt8], rowBytes: Int
    ) -> (bytes: [UInt8], repeatedRows: Int) {
        let rows = bytes.count / rowBytes
        var repeatedRows = 0
        let result = [UInt8](unsafeUninitializedCapacity: rows * (rowBytes + 1)) { out, count in
            bytes.withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    let from = UnsafeBufferPointer(
                        rebasing: source[row * rowBytes..<(row + 1) * rowBytes])
                    let to = out.baseAddress! + row * (rowBytes + 1)
                    let repeats =
                        row > 0
                        && memcmp(from.baseAddress!, from.baseAddress! - rowBytes, rowBytes) == 0
                    if repeats { repeatedRows += 1 }
                    to.initialize(to: repeats ? 2 : 0)
                    if repeats {
                        (to + 1).initialize(repeating: 0, count: rowBytes)
                    } else {
                        (to + 1).initialize(from: from.baseAddress!, count: rowBytes)
                    }
                }
            }
            count = rows * (rowBytes + 1)
        }
        return (result, repeatedRows)
    }

    private static func appendText(key: String, value: String, to file: inout [UInt8]) {
        let keyword = latinKeyword(key)
        guard !keyword.isEmpty else { return }
        let clean = value.unicodeScalars.filter { $0.value != 0 }
        if clean.allSatisfy({ isLatin1($0) || $0 == "\n" }) {
            append("tEXt", keyword + [0] + clean.map { UInt8($0.value) }, to: &file)
        } else {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: clean)
            // Not compressed, no language, no translated keyword.
            append("iTXt", keyword + [0, 0, 0, 0, 0] + Array(String(text).utf8), to: &file)
        }
    }

    /// A keyword as the standard wants it: 1-79 Latin-1 characters, no space at the ends or two
    /// in a row.
    private static func latinKeyword(_ key: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in key.unicodeScalars where isLatin1(scalar) && scalar.value != 0xa0 {
            if scalar == " ", bytes.last ?? 0x20 == 0x20 { continue }
            bytes.append(UInt8(scalar.value))
            if bytes.count == 79 { break }
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        return bytes
    }

    private static func isLatin1(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7e).contains(scalar.value) || (0xa0...0xff).contains(scalar.value)
    }

    private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        file += bigEndian(data.count)
        let body = Array(type.utf8) + data
        file += body
        file += bigEndian(Int(body.withUnsafeBytes { CRC32.of($0) }))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(value).bigEndian) { Array($0) }
    }
}
