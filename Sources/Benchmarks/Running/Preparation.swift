import Bytes
import Foundation
import Imaging
import Ingest
import SEAMCore
import Simulation

/// Makes a workspace: reads or simulates the section and leaves it as arrays.
public struct Preparation: Sendable {
    private let folder: String
    private let isQuick: Bool

    /// A preparation into a folder, which is made; with `quick` its stages make few passes.
    public init(folder: String, quick: Bool = false) throws(BenchmarkError) {
        self.folder = folder
        isQuick = quick
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw BenchmarkError("\(folder) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Makes the workspace that some items need.
    ///
    /// - Throws: `BenchmarkError` for an input that cannot be read or is not fit.
    public func workspace(
        of input: BenchInput, for items: [BenchItem], matrix: Bool
    ) throws(BenchmarkError) -> Workspace {
        let (upload, truth, marker) = try source(input)
        var needs = Set(items.flatMap(\.needs))
        if needs.contains(.representation) || needs.contains(.clusters) {
            needs.formUnion([.cube, .labels])
        }
        if needs.contains(.labels) { needs.insert(.cube) }
        let read = try read(upload)
        let chosen = features(read)
        try describe(read, chosen, upload, (markerChannel(read, chosen, marker), marker), truth)
        let workspace = try Workspace(folder: folder)
        if let truth { try keep(truth, workspace) }
        if needs.contains(.cube) { try keep(read, chosen, workspace) }
        let cells = CellPreparation(workspace: workspace)
        if needs.contains(.labels) { try cells.labels() }
        if needs.contains(.representation) || matrix { try cells.representation(matrix: matrix) }
        if needs.contains(.clusters) { try cells.clusters() }
        return workspace
    }

    private typealias Truth = (mask: NPYArray, types: NPYArray?)

    private func source(
        _ input: BenchInput
    ) throws(BenchmarkError) -> (upload: String, truth: Truth?, marker: String?) {
        switch input {
        case .simulated(let preset, let size, let ions):
            guard var parameters = SectionParameters.preset(preset) else {
                throw BenchmarkError(
                    "expected a preset of \(SectionParameters.presets), found \"\(preset)\"")
            }
            parameters.size = size ?? parameters.size
            parameters.ions = ions ?? parameters.ions
            // Sections of every size have the nuclei and types of the same density.
            parameters.fieldOfView *= Double(parameters.size) / 256
            let path = folder + "/section_ascii.zip"
            do {
                let section = try Simulator.section(parameters)
                try SectionWriter.writeASCIIZip(section, path: path, name: "section")
                let side = [parameters.size, parameters.size]
                return (
                    path,
                    (
                        NPYArray(int32: section.truth.values, shape: side),
                        NPYArray(int32: section.types)
                    ), nil
                )
            } catch {
                throw BenchmarkError("the section cannot be simulated: \(error)")
            }
        case .file(let path, let truth, let marker):
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw BenchmarkError("\(path) cannot be read")
            }
            let from = truth ?? (path.hasSuffix(".npz") ? path : nil)
            return (
                URL(fileURLWithPath: path).path,
                try from.flatMap { (from) throws(BenchmarkError) in
                    try Self.truth(from, required: truth != nil)
                }, marker
            )
        }
    }

    private static func truth(
        _ path: String, required: Bool
    ) throws(BenchmarkError) -> Truth? {
        do throws(NPYError) {
            let arrays = try NPZ.read(path: path)
            let mask = arrays.first { $0.name == "mask" }?.array
            if mask == nil, required {
                throw NPYError("expected an array \"mask\", found none")
            }
            return mask.map { ($0, arrays.first { $0.name == "types" }?.array) }
        } catch {
            throw BenchmarkError("\(path): \(error.description)")
        }
    }

    private func read(_ upload: String) throws(BenchmarkError) -> ImportedDataset {
        let name = URL(fileURLWithPath: upload).lastPathComponent
        do throws(ImportError) {
            return try DatasetReader.read(
                files: [UploadedFile(path: upload, name: name)], options: ImportOptions()
            ) { _ in true }
        } catch {
            throw BenchmarkError("\(upload): \(error.description)")
        }
    }

    /// All channels with a mass, or all if none has one, as a job takes them.
    private func features(_ read: ImportedDataset) -> [Int] {
        let massed = read.channels.indices.filter { read.channels[$0].mz != nil }
        return massed.isEmpty ? Array(read.channels.indices) : massed
    }

    private func markerChannel(
        _ read: ImportedDataset, _ chosen: [Int], _ label: String?
    ) throws(BenchmarkError) -> Int? {
        if let label {
            guard let found = chosen.firstIndex(where: { read.channels[$0].name == label }) else {
                throw BenchmarkError("there is no channel \"\(label)\" among those analysed")
            }
            return found
        }
        let adenine = 134.05
        let near = chosen.indices.filter {
            abs((read.channels[chosen[$0]].mz ?? 0) - adenine) <= 0.5
        }
        return near.min {
            abs((read.channels[chosen[$0]].mz ?? 0) - adenine)
                < abs((read.channels[chosen[$1]].mz ?? 0) - adenine)
        }
    }

    private func describe(
        _ read: ImportedDataset, _ chosen: [Int], _ upload: String,
        _ marker: (index: Int?, label: String?), _ truth: Truth?
    ) throws(BenchmarkError) {
        let types = truth?.types?.integers.map { Set($0).count }
        let facts: JSON = [
            "upload": .string(upload), "width": .int(read.grid.width),
            "height": .int(read.grid.height), "channels": .int(chosen.count),
            "marker": .optional(marker.index), "marker_label": .optional(marker.label),
            "clusters": .int(types ?? 8),
            "quick": .bool(isQuick),
        ]
        do {
            try Data(facts.pretty).write(to: URL(fileURLWithPath: folder + "/workspace.json"))
        } catch {
            throw BenchmarkError("\(folder) cannot be written: \(error.localizedDescription)")
        }
    }

    private func keep(_ truth: Truth, _ workspace: Workspace) throws(BenchmarkError) {
        let mask = try Workspace.labels(truth.mask, grid: workspace.grid)
        try workspace.write(
            NPYArray(int32: mask.values, shape: [workspace.grid.height, workspace.grid.width]),
            as: "truth")
        if let types = truth.types, types.count >= mask.cellCount {
            try workspace.write(types, as: "types")
        }
    }

    private func keep(
        _ read: ImportedDataset, _ chosen: [Int], _ workspace: Workspace
    ) throws(BenchmarkError) {
        let shape = [chosen.count, read.grid.height, read.grid.width]
        let counts = chosen.flatMap { read.planes[$0].floats }
        try workspace.write(NPYArray(float32: counts, shape: shape), as: "cube")
        try workspace.write(
            NPYArray(float64: chosen.map { read.channels[$0].mz ?? 0 }, shape: [chosen.count]),
            as: "mz")
    }
}
