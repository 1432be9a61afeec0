import Bytes
import Imaging
import Kernels
import Synchronization

/// Reads a set of ASCII files, each an ion or a table of ions, into a dataset.
struct AsciiSetReader {
    let options: ImportOptions
    let progress: ProgressGate

    /// Most pixels times ions.
    static let largestStack = 4_000_000_000
    /// Most bytes of text in memory, unless one file alone has more.
    private static let waveBytes = 256 << 20
    /// Most files read before errors are looked at.
    private static let waveFiles = 256
    /// Most places an error names.
    private static let mostPlaces = 20

    /// One file that was read.
    struct Part: Sendable {
        let file: SourceFile
        let name: IonFileName
        let image: AsciiImage
    }

    private enum Outcome: Sendable {
        case images([AsciiTable.Column], endsOpen: Bool)
        case problem(AsciiProblem)
        case failure(ImportError)
        case stopped
    }

    /// Parses all files and puts them together.
    func read(_ candidates: inout Candidates) throws(ImportError) -> ImportedDataset {
        var warnings: [String] = []
        let named = try ions(of: candidates, &warnings)
        let total = max(1, named.reduce(0) { $0 + $1.file.size })
        var parts: [Part] = []
        var open: [String] = []
        var box: PixelBox?
        var next = 0
        while next < named.count {
            let wave = Self.wave(named, from: next)
            let outcomes = parse(named[wave].map(\.file), total: total)
            if progress.isStopped { throw ImportError(.cancelled, "The import was stopped.") }
            let found = try images(named[wave], outcomes, &candidates, &open)
            for part in found { box = box?.union(part.image.box) ?? part.image.box }
            parts += found
            if let box { try requireSize(box, ions: max(named.count, parts.count)) }
            next = wave.upperBound
        }
        guard let box, !parts.isEmpty else { throw try candidates.diagnosis() }
        warnings += Self.leftOut(candidates.others)
        if !open.isEmpty {
            warnings.append(
                "Files whose last line has no end, as if they were cut off:"
                    + " \(Self.list(open)).")
        }
        return try AsciiAssembly(
            parts: parts, box: box, options: options, fallbackName: candidates.fallbackName
        ).dataset(warnings)
    }

    /// The files that are ions of their own, with what their names say.
    private func ions(
        of candidates: Candidates, _ warnings: inout [String]
    ) throws(ImportError) -> [(file: SourceFile, name: IonFileName)] {
        var named: [(file: SourceFile, name: IonFileName)] = []
        var totals: [String] = []
        for file in candidates.images {
            guard let name = IonFileName(file.name) else {
                throw ImportError(
                    .malformed, "A file's name must say which ion it is, such as 134.05.txt.",
                    places: [
                        .init(file: file.shownName, line: nil, detail: "expected the ion's m/z")
                    ])
            }
            if name.ion == .total {
                totals.append(file.shownName)
            } else {
                named.append((file, name))
            }
        }
        if !totals.isEmpty {
            warnings.append("Total ion images are left out: \(Self.list(totals)).")
        }
        guard !named.isEmpty else {
            throw ImportError(.malformed, "There are total ion images only, and no ion of its own.")
        }
        return named
    }

    /// The next files to read at once: the first alone, so that a wrong upload fails early.
    private static func wave(
        _ files: [(file: SourceFile, name: IonFileName)], from start: Int
    ) -> Range<Int> {
        var end = start + 1
        guard start > 0 else { return start..<end }
        var bytes = files[start].file.size
        while end < files.count, end - start < waveFiles {
            bytes += files[end].file.size
            if bytes > waveBytes { break }
            end += 1
        }
        return start..<end
    }

    /// Parses files on up to `Parallel.threads` threads; the outcomes are in the order of the files.
    private func parse(_ files: [SourceFile], total: Int) -> [Outcome] {
        let outcomes = Mutex([Outcome](repeating: .stopped, count: files.count))
        let options = options
        Parallel.forEach(files.count) { index in
            guard !progress.isStopped else { return }
            let outcome = Self.parse(files[index], options)
            outcomes.withLock { $0[index] = outcome }
            progress.advance(by: Double(files[index].size) / Double(total))
        }
        return outcomes.withLock { $0 }
    }

    private static func parse(_ file: SourceFile, _ options: ImportOptions) -> Outcome {
        let bytes: [UInt8]
        do throws(ImportError) {
            bytes = try file.bytes()
        } catch {
            return .failure(error)
        }
        do throws(AsciiProblem) {
            return .images(
                try AsciiShapes.images(bytes, options), endsOpen: bytes.last != 0x0A)
        } catch {
            return .problem(error)
        }
    }

    /// The images of a wave; prose goes to the other files.
    ///
    /// - Throws: the first failure to read, else all problems of the wave together.
    private func images(
        _ files: ArraySlice<(file: SourceFile, name: IonFileName)>, _ outcomes: [Outcome],
        _ candidates: inout Candidates, _ open: inout [String]
    ) throws(ImportError) -> [Part] {
        var parts: [Part] = []
        var problems: [(file: SourceFile, problem: AsciiProblem)] = []
        for (named, outcome) in zip(files, outcomes) {
            switch outcome {
            case .images(let columns, let endsOpen):
                if endsOpen { open.append(named.file.shownName) }
                for column in columns {
                    let name = named.name.column(column.name, of: named.file)
                    if name.ion == .total, columns.count > 1 { continue }
                    parts.append(Part(file: named.file, name: name, image: column.image))
                }
            case .problem(let problem):
                if problem.isProse, case .label = named.name.ion {
                    candidates.others.append(named.file)
                } else {
                    problems.append((named.file, problem))
                }
            case .failure(let error): throw error
            case .stopped: break
            }
        }
        guard let first = problems.first else { return parts }
        let place = first.problem.line.map { ", line \($0)" } ?? ""
        let others =
            problems.count == 1 ? "" : " (and \(problems.count - 1) more files with problems)"
        throw ImportError(
            first.problem.isLimit ? .tooLarge : .malformed,
            "\(first.file.shownName)\(place): \(first.problem.detail)\(others).",
            places: problems.prefix(Self.mostPlaces).map {
                .init(file: $0.file.shownName, line: $0.problem.line, detail: $0.problem.detail)
            })
    }

    private func requireSize(_ box: PixelBox, ions: Int) throws(ImportError) {
        let side = AsciiParser.largestSide
        guard box.width <= side, box.height <= side else {
            throw ImportError(
                .tooLarge,
                "The image has \(box.width) x \(box.height) pixels; a side may have \(side).")
        }
        // At most 2^26 pixels times 100,000 files: no overflow.
        guard box.area * ions <= Self.largestStack else {
            throw ImportError(
                .tooLarge,
                "\(box.area) pixels times \(ions) ions are more than \(Self.largestStack) values.")
        }
    }

    private static func leftOut(_ files: [SourceFile]) -> [String] {
        guard !files.isEmpty else { return [] }
        return ["Files that are not ion images are left out: \(list(files.map(\.shownName)))."]
    }

    /// The first five names and how many more there are.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}
