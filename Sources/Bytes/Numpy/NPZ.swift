/// NumPy's archive of named arrays: a zip of `.npy` files.
public enum NPZ {
    /// The archive of arrays in the given order.
    ///
    /// - Precondition: the names differ and are not empty.
    public static func encode(
        _ arrays: [(name: String, array: NPYArray)], compression: ZipWriter.Compression = .stored
    ) -> [UInt8] {
        var writer = ZipWriter()
        do throws(FileError) {
            for (name, array) in arrays {
                try writer.add("\(name).npy", array.encoded(), compression: compression)
            }
            return try writer.finish()
        } catch {
            preconditionFailure("memory does not refuse: \(error)")
        }
    }

    /// Writes the archive to a file, durably.
    public static func write(
        _ arrays: [(name: String, array: NPYArray)], to path: String,
        compression: ZipWriter.Compression = .deflate(level: 4)
    ) throws(FileError) {
        var writer = try ZipWriter(path: path)
        for (name, array) in arrays {
            try writer.add("\(name).npy", array.encoded(), compression: compression)
        }
        _ = try writer.finish()
    }

    /// The arrays of an archive file in its order, named without `.npy`.
    ///
    /// - Throws: `NPYError`; also where one array has more than `limit` bytes.
    public static func read(
        path: String, limit: Int = 1 << 31
    ) throws(NPYError) -> [(name: String, array: NPYArray)] {
        var arrays: [(name: String, array: NPYArray)] = []
        do throws(ZipError) {
            let archive = try ZipArchive(path: path)
            for entry in archive.entries where entry.name.hasSuffix(".npy") {
                let bytes = try archive.read(entry, limit: limit)
                let array = Result { () throws(NPYError) -> NPYArray in try NPY.decode(bytes) }
                switch array {
                case .success(let value): arrays.append((String(entry.name.dropLast(4)), value))
                case .failure(let error):
                    throw ZipError(.malformed(error.description), member: entry.name)
                }
            }
        } catch {
            throw NPYError(error.description)
        }
        return arrays
    }
}
