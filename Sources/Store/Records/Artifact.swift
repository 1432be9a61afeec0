/// A named piece of a job's result.
public struct Artifact: Sendable, Hashable {
    /// Its name inside the job, such as `result.npy`.
    public let name: String
    /// Its media type, such as `image/png`.
    public let mediaType: String
    /// Its content.
    public let bytes: [UInt8]

    /// An artifact.
    public init(name: String, mediaType: String = "application/octet-stream", bytes: [UInt8]) {
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// What is known of an artifact without reading its content.
public struct ArtifactInfo: Sendable, Hashable {
    /// Its name inside the job.
    public let name: String
    /// Its media type.
    public let mediaType: String
    /// Its length in bytes.
    public let size: Int
    /// SHA-256 of its content in hexadecimal.
    public let sha256: String
    /// When it was stored.
    public let createdAt: String
    /// Whether it was made from the result afterwards and can be made again.
    public let isRendering: Bool
}
