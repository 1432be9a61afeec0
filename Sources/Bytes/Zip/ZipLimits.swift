/// What an archive may hold before it is refused.
public struct ZipLimits: Sendable {
    /// Most members, folders included.
    public var members = 100_000
    /// Most bytes of all members unpacked, as their headers say.
    public var totalSize = 64 << 30
    /// Most unpacked bytes per compressed byte. Deflate itself ends at 1032.
    public var ratio = 1032

    /// The limits named above.
    public init() {}
}
