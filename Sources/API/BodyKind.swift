import Foundation
import HTTP
import Workbench

/// What a route takes as a body, so that one that cannot be taken is refused before it is sent.
enum BodyKind: Sendable {
    case json
    case upload
    /// A piece of a resumable upload.
    case piece

    /// Most bytes of the body.
    func limit(_ limits: APILimits) -> Int {
        switch self {
        case .json: limits.jsonBytes
        // A form has heads of parts beside its files.
        case .upload, .piece: limits.uploadBytes
        }
    }

    /// Refuses a body by what is known before it comes: its type, its length, the room on the disk.
    func check(
        _ request: HTTPRequest, declaredLength: Int?, _ workbench: Workbench, _ limits: APILimits
    ) throws(APIError) {
        if let declaredLength, declaredLength > limit(limits) {
            throw .body(.tooLarge(limit: limit(limits)))
        }
        switch self {
        case .json:
            let type = request.headers["Content-Type"]?.lowercased() ?? ""
            guard !type.hasPrefix("multipart/") else {
                throw .problem(
                    Problem(
                        status: 415, slug: "unsupported-media-type",
                        title: "Unsupported media type",
                        detail: "this resource takes application/json"))
            }
        case .upload, .piece: try Self.checkRoom(for: declaredLength ?? 0, workbench, limits)
        }
    }

    /// Refuses an upload for which the disk has no room.
    static func checkRoom(
        for length: Int, _ workbench: Workbench, _ limits: APILimits
    ) throws(APIError) {
        let attributes = try? FileManager.default.attributesOfFileSystem(
            forPath: workbench.spoolDirectory)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else { return }
        if free - limits.freeBytes < length {
            throw .workbench(
                .storageFull(
                    "the upload has \(length > 0 ? "\(length)" : "more") bytes, the disk has room for "
                        + "\(max(0, free - limits.freeBytes)); nothing was kept"))
        }
    }
}
