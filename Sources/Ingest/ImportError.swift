/// Why an upload could not be read.
public struct ImportError: Error, Sendable, Equatable {
    /// The kinds, which differ in what the client can do about it.
    public enum Kind: Sendable, Equatable {
        /// The contents are wrong.
        case malformed
        /// A known format that is not read; the text says what to export instead.
        case unsupported
        /// Beyond a limit.
        case tooLarge
        /// There is no room on this machine to unpack it.
        case noRoom
        /// This machine failed to read or write; the places are for the log, not for the client.
        case unreadable
        /// The caller asked to stop.
        case cancelled
    }

    /// One place in the upload.
    public struct Place: Sendable, Equatable {
        /// The file or archive member, printable.
        public var file: String
        /// Line from 1, where the problem has one.
        public var line: Int?
        /// What was expected there and what was found.
        public var detail: String

        /// A place.
        public init(file: String, line: Int?, detail: String) {
            self.file = file
            self.line = line
            self.detail = detail
        }
    }

    /// What sort of error.
    public var kind: Kind
    /// One or two sentences for a person.
    public var detail: String
    /// Where, at most 20 places, in the order of the files.
    public var places: [Place]

    /// An error.
    public init(_ kind: Kind, _ detail: String, places: [Place] = []) {
        self.kind = kind
        self.detail = detail
        self.places = places
    }
}

extension ImportError: CustomStringConvertible {
    /// The detail, and every place on a line of its own.
    public var description: String {
        places.reduce(detail) { text, place in
            let line = place.line.map { ", line \($0)" } ?? ""
            return text + "\n\(place.file)\(line): \(place.detail)"
        }
    }
}
