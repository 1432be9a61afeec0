/// Bytes of answers that still have to be written, in order: memory and parts of files.
package struct Output: Sendable {
    private enum Segment {
        case bytes([UInt8], from: Int)
        case file(OpenFile, offset: Int, left: Int)
    }

    /// What a turn of writing came to.
    package enum Progress: Equatable, Sendable {
        /// Everything is written.
        case done
        /// The turn is over, and more can be written at once.
        case more
        /// The reader takes nothing at present.
        case blocked
        case broken
    }

    private var segments: [Segment] = []
    /// Bytes written since the beginning.
    package private(set) var written = 0

    package init() {}

    package var isEmpty: Bool { segments.isEmpty }

    /// Bytes held in memory.
    package var memory: Int {
        segments.reduce(0) { sum, segment in
            if case .bytes(let bytes, let from) = segment { return sum + bytes.count - from }
            return sum
        }
    }

    package mutating func append(_ bytes: [UInt8]) {
        if !bytes.isEmpty { segments.append(.bytes(bytes, from: 0)) }
    }

    mutating func append(_ file: OpenFile, offset: Int, length: Int) {
        if length > 0 { segments.append(.file(file, offset: offset, left: length)) }
    }

    /// Writes until all is written, the reader blocks, or `budget` bytes have gone.
    package mutating func flush(to sink: some ByteSink, budget: Int) -> Progress {
        var left = budget
        while let segment = segments.first {
            guard left > 0 else { return .more }
            switch send(segment, to: sink, atMost: left) {
            case .moved(let count):
                written += count
                left -= count
                advance(segment, by: count)
            case .blocked: return .blocked
            case .broken: return .broken
            }
        }
        return .done
    }

    /// Says that so many bytes were written past it.
    mutating func skip(_ count: Int) {
        written += count
        var left = count
        while left > 0, case .bytes(let bytes, let from)? = segments.first {
            let step = min(left, bytes.count - from)
            advance(.bytes(bytes, from: from), by: step)
            left -= step
        }
    }

    private func send(_ segment: Segment, to sink: some ByteSink, atMost: Int) -> Transfer {
        switch segment {
        case .bytes(let bytes, let from):
            let isLast = segments.count == 1
            return bytes.withUnsafeBytes { raw in
                let end = min(raw.count, from + atMost)
                return sink.send(
                    UnsafeRawBufferPointer(rebasing: raw[from..<end]),
                    isMoreToCome: !isLast)
            }
        case .file(let file, let offset, let left):
            return sink.send(
                file: file.descriptor, offset: offset, length: min(left, atMost))
        }
    }

    private mutating func advance(_ segment: Segment, by count: Int) {
        switch segment {
        case .bytes(let bytes, let from) where from + count < bytes.count:
            segments[0] = .bytes(bytes, from: from + count)
        case .file(let file, let offset, let left) where count < left:
            segments[0] = .file(file, offset: offset + count, left: left - count)
        default: segments.removeFirst()
        }
    }

    /// Moves what is in memory to files without a name in `folder`, so that a slow reader of a large
    /// answer holds no memory; what cannot be moved stays.
    mutating func spill(into folder: String) {
        for (index, segment) in segments.enumerated() {
            guard case .bytes(let bytes, let from) = segment, bytes.count - from > 1 << 16,
                let file = OpenFile(holding: bytes[from...], in: folder)
            else { continue }
            segments[index] = .file(file, offset: 0, left: bytes.count - from)
        }
    }
}
