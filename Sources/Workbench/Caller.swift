import Store

/// Who asks: the owner's name and what they may do.
public struct Caller: Sendable, Hashable {
    /// What a caller may do.
    public enum Role: Int, Sendable, Comparable {
        /// Read.
        case reader
        /// Make datasets and jobs, change their own.
        case member
        /// Change everybody's.
        case admin

        /// Less may do less.
        public static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
    }

    /// The owner's name.
    public var owner: String
    /// What they may do.
    public var role: Role

    /// A caller.
    public init(owner: String, role: Role) {
        self.owner = owner
        self.role = role
    }

    /// Everybody in open mode.
    public static let local = Caller(owner: "local", role: .admin)

    func mayRead(_ dataset: DatasetRecord) -> Bool {
        role == .admin || dataset.owner == owner || dataset.visibility == .lab
    }

    func mayChange(owner other: String) -> Bool {
        role == .admin || (role == .member && other == owner)
    }
}
