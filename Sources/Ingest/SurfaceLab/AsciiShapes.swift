/// The images of one ASCII file, whatever its shape.
enum AsciiShapes {
    /// One image a column; a file of one ion has one without a name.
    ///
    /// - Throws: `AsciiProblem` with the line.
    static func images(
        _ bytes: [UInt8], _ options: ImportOptions
    ) throws(AsciiProblem) -> [AsciiTable.Column] {
        var result: Result<[AsciiTable.Column], AsciiProblem>?
        bytes.withUnsafeBytes { buffer in
            result = Result { () throws(AsciiProblem) in
                try images(AsciiText(bytes: buffer), bytes, options)
            }
        }
        return try result?.get() ?? []
    }

    private static func images(
        _ text: AsciiText, _ bytes: [UInt8], _ options: ImportOptions
    ) throws(AsciiProblem) -> [AsciiTable.Column] {
        let preamble = AsciiPreamble(text)
        let image: AsciiImage
        switch preamble.shape {
        case .list:
            image = try AsciiImage(
                try AsciiParser.parse(bytes), missingAsZero: options.missingAsZero)
        case .layers:
            image = try AsciiLayers.image(
                text, preamble, missingAsZero: options.missingAsZero, wanted: options.layers)
        case .matrix(let width):
            image = try AsciiMatrix.image(text, preamble, width: width)
        case .table(let names, let skipped):
            return try AsciiTable.columns(
                text, preamble, names: names, skipped: skipped,
                missingAsZero: options.missingAsZero)
        }
        return [AsciiTable.Column(name: "", image: image)]
    }
}
