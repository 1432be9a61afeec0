import Bytes
import Imaging
import Store

extension Workbench {
    /// Free bytes of the disk that a file made for an answer leaves.
    private static let freeBytes = 256 << 20

    /// A file made for one answer, in the spool; it has no name and goes when it has been sent.
    func scratchFile(
        _ body: (ScratchFile) throws(WorkbenchError) -> Void
    ) throws(WorkbenchError) -> ResultContent {
        try checkRoom()
        let file = try WorkbenchError.filing { () throws(FileError) in
            try ScratchFile(folder: spoolDirectory)
        }
        try body(file)
        return .file(file.finish())
    }

    /// An archive made for one answer.
    func archive(
        _ body: (inout ZipWriter) throws(WorkbenchError) -> Void
    ) throws(WorkbenchError) -> ResultContent {
        try scratchFile { file throws(WorkbenchError) in
            var zip = ZipWriter(scratch: file)
            try body(&zip)
            try WorkbenchError.filing { () throws(FileError) in _ = try zip.finish() }
        }
    }

    /// Refuses to write more where the disk is nearly full: the store needs room as well.
    func checkRoom() throws(WorkbenchError) {
        if let space = DiskSpace(of: spoolDirectory), space.free < Self.freeBytes {
            throw .storageFull("the disk has no room for the file that was asked for")
        }
        if isStopping { throw .stopping }
    }

    /// Calls `body` with some images of a dataset in order; one is in memory at a time.
    func eachImage(
        _ dataset: DatasetRecord, _ ions: [Int],
        _ body: (PixelValues) throws(WorkbenchError) -> Void
    ) throws(WorkbenchError) {
        for ion in ions {
            try checkRoom()
            try body(try image(dataset, ion: ion))
        }
    }
}
