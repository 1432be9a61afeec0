import Bytes
import Evaluation
import Foundation
import Render

/// The folder of a grid: a line a run (`runs.jsonl`), the command lines, and the tables made of them.
struct GridFolder {
    private let path: String
    private var runs: String { path + "/runs.jsonl" }
    private var commands: String { path + "/commands.txt" }

    init(_ path: String) { self.path = path.hasSuffix("/") ? String(path.dropLast()) : path }

    func make() throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .failed("cannot make the folder \(path): \(error.localizedDescription)")
        }
    }

    /// Forgets earlier runs.
    func clear() throws(CommandFailure) {
        try save([], to: runs)
        try save([], to: commands)
    }

    /// What earlier runs found; lines that cannot be read are left out.
    func records() throws(CommandFailure) -> [GridRecord] {
        try contents(runs).split(separator: 0x0A).compactMap { GridRecord(line: Array($0)) }
    }

    /// Adds a run.
    func append(_ record: GridRecord) throws(CommandFailure) {
        try append(record.line, to: runs)
    }

    /// Adds a command line, unless it is there already.
    func note(command words: [String]) throws(CommandFailure) {
        let line = "seam evaluate " + words.map { Self.quoted($0) }.joined(separator: " ")
        if try !lines().contains(line) { try append(Array("\(line)\n".utf8), to: commands) }
    }

    /// Writes `runs.csv`, `table.csv`, `table.md` and a heat map a task and metric; their paths.
    func write(_ table: GridTable) throws(CommandFailure) -> [String] {
        var files: [(name: String, bytes: [UInt8])] = [
            ("runs.csv", table.runs), ("table.csv", table.summary),
            ("table.md", Array(table.markdown(commands: try lines()).utf8)),
        ]
        for (name, picture) in table.figures {
            let note = (key: "Comment", value: try lines().joined(separator: "; "))
            files.append(("\(name).png", picture.png(text: [note])))
        }
        for file in files { try save(file.bytes, to: "\(path)/\(file.name)") }
        return files.map { "\(path)/\($0.name)" }
    }

    private func lines() throws(CommandFailure) -> [String] {
        try String(decoding: contents(commands), as: UTF8.self).split(separator: "\n")
            .map(String.init)
    }

    private func contents(_ file: String) throws(CommandFailure) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        do throws(FileError) {
            return try ReadableFile.contents(of: file, limit: 1 << 30)
        } catch {
            throw .failed(error.description)
        }
    }

    private func append(_ bytes: [UInt8], to file: String) throws(CommandFailure) {
        do {
            if !FileManager.default.fileExists(atPath: file) { try save([], to: file) }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(bytes))
            try handle.close()
        } catch {
            throw .failed("\(file) cannot be written: \(error.localizedDescription)")
        }
    }

    private func save(_ bytes: [UInt8], to file: String) throws(CommandFailure) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
        } catch {
            throw .failed("\(file) cannot be written: \(error.localizedDescription)")
        }
    }

    /// A word as a shell reads it back.
    private static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=+:,".contains($0) }
        return plain && !word.isEmpty
            ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
