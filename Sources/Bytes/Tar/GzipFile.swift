/// A gzip file (RFC 1952, one or several members) that is unpacked piece by piece.
struct GzipFile {
    private let file: ReadableFile
    private let limits: ZipLimits
    private static let pieceSize = 256 << 10
    /// Unpacked bytes up to which the ratio does not matter.
    private static let freeSize = 64 << 20
    /// Most unpacked bytes a packed one: text of ion images stays below 100.
    private static let largestRatio = 400

    /// A compressed file.
    init(_ file: ReadableFile, limits: ZipLimits) {
        self.file = file
        self.limits = limits
    }

    /// Unpacks all of it.
    ///
    /// - Throws: `.data` where it is damaged or cut off; `.tooLarge` beyond the limits.
    func unpack(into scratch: ScratchFile) throws(TarError) {
        let largest = min(
            limits.totalSize, max(Self.freeSize, min(file.size, 1 << 40) * Self.largestRatio))
        let input = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceSize, alignment: 16)
        let output = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceSize, alignment: 16)
        defer {
            input.deallocate()
            output.deallocate()
        }
        var inflater = Inflater(.gzip)
        var ended = false
        var offset = 0
        while offset < file.size {
            let count = try read(into: input, at: offset)
            guard count > 0 else { break }
            offset += count
            var window = UnsafeRawBufferPointer(input)[..<count]
            while true {
                if ended {
                    // Another member, or the zeros that pad a tape.
                    window = window.drop { $0 == 0 }
                    if window.isEmpty { break }
                    inflater = Inflater(.gzip)
                }
                let step = try Self.step(inflater, window, output)
                window = window.dropFirst(step.consumed)
                ended = step.ended
                guard step.produced <= largest - scratch.size else {
                    throw TarError(.tooLarge(limit: largest))
                }
                try write(UnsafeRawBufferPointer(rebasing: output[..<step.produced]), scratch)
                if !ended, step.produced < output.count, window.isEmpty { break }
                guard ended || step.consumed > 0 || step.produced > 0 else {
                    throw TarError(.data(.corrupt))
                }
            }
        }
        guard ended else { throw TarError(.data(.truncated)) }
    }

    private static func step(
        _ inflater: Inflater, _ window: Slice<UnsafeRawBufferPointer>,
        _ output: UnsafeMutableRawBufferPointer
    ) throws(TarError) -> Inflater.Step {
        do throws(DeflateError) {
            return try inflater.step(UnsafeRawBufferPointer(rebasing: window), into: output)
        } catch { throw TarError(.data(error)) }
    }

    private func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(TarError) -> Int {
        do throws(FileError) {
            return try file.read(into: buffer, at: offset)
        } catch { throw TarError(.file(error)) }
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer, _ scratch: ScratchFile
    ) throws(TarError) {
        do throws(FileError) {
            try scratch.write(bytes)
        } catch { throw TarError(.file(error)) }
    }
}

extension ReadableFile {
    /// The contents of a gzip file (RFC 1952) in a scratch file in `folder`, which has no name and
    /// goes with its last reference. Memory is constant.
    ///
    /// - Throws: `TarError`: `.data` where it is damaged or cut off; `.tooLarge` as soon as more
    ///   comes out than `limits` allow.
    public func gunzipped(
        folder: String, limits: ZipLimits = ZipLimits()
    ) throws(TarError) -> ReadableFile {
        let scratch: ScratchFile
        do throws(FileError) {
            scratch = try ScratchFile(folder: folder)
        } catch { throw TarError(.file(error)) }
        try GzipFile(self, limits: limits).unpack(into: scratch)
        return scratch.finish()
    }
}
