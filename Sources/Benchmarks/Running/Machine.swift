import Foundation
import Kernels

/// What the numbers were measured on.
enum Machine {
    /// Processor, cores, memory, system, instruction set and time.
    static var facts: [String] {
        let process = ProcessInfo.processInfo
        return [
            processorName ?? "unknown processor", "\(process.activeProcessorCount) cores",
            "\(process.physicalMemory >> 30) GiB memory", process.operatingSystemVersionString,
            "kernels \(InstructionSet.name)",
            "load \(load) at start", ISO8601DateFormatter().string(from: Date()),
        ]
    }

    private static var processorName: String? {
        let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").dropFirst().first.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    /// How many processes wanted a core over the last minute.
    private static var load: String {
        let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        return text?.split(separator: " ").first.map(String.init) ?? "unknown"
    }
}
