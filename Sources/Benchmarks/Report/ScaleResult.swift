public import Bytes

/// What one item took on a section of one size.
public struct ScaleResult: Sendable, Hashable {
    /// Pixels of the section.
    public var pixels: Int
    /// Its ions.
    public var ions: Int
    /// Its nuclei.
    public var cells: Int
    /// What was measured.
    public var result: BenchResult

    /// A result at a size.
    public init(pixels: Int, ions: Int, cells: Int, result: BenchResult) {
        self.pixels = pixels
        self.ions = ions
        self.cells = cells
        self.result = result
    }

    /// The same as an object.
    public var json: JSON {
        [
            "pixels": .int(pixels), "ions": .int(ions), "cells": .int(cells),
            "result": result.json,
        ]
    }

    /// Reads what `json` wrote.
    init(_ json: JSON) throws(BenchmarkError) {
        guard let pixels = json["pixels"]?.int, let ions = json["ions"]?.int,
            let cells = json["cells"]?.int, let result = json["result"]
        else { throw BenchmarkError("expected a result at a size, found \(json.text.prefix(80))") }
        self.init(pixels: pixels, ions: ions, cells: cells, result: try BenchResult(result))
    }
}
