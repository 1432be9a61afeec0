public import Bytes
public import Store

extension UploadRecord {
    /// Its id.
    public var identifier: String { id }
    /// When it is forgotten unless more arrives.
    public var expires: String { expiresAt }

    /// How many of its bytes are on disk.
    public var arrivedBytes: Int { received }
    /// How many bytes it will have.
    public var totalBytes: Int { length }
    /// What the client said of it, as it said it.
    public var metadataField: String { metadata }

    /// The upload as the API shows it.
    public var document: JSON {
        [
            "id": .string(id), "owner": .string(owner), "name": .string(fileName),
            "length": .int(length), "offset": .int(received), "created_at": .string(createdAt),
            "expires_at": .string(expiresAt),
        ]
    }
}
