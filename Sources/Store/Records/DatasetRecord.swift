/// Who may read a dataset and its jobs.
public enum Visibility: String, Sendable, CaseIterable {
    /// Everybody with access to the service.
    case lab
    /// Its owner only.
    case `private`
}

/// What is known of a dataset apart from its images.
public struct DatasetRecord: Sendable, Hashable {
    /// Its identifier, `ds_…`.
    public var id: String
    /// Whose it is.
    public var owner: String
    /// A name for people.
    public var name: String
    /// The sample it was measured on, or nil.
    public var sample: String?
    /// The group of samples it belongs to, such as a treatment, or nil.
    public var group: String?
    /// `positive` or `negative`, or nil where it is not known.
    public var polarity: String?
    /// Free text of its owner, or nil.
    public var notes: String?
    /// Who may read it.
    public var visibility: Visibility
    /// Pixels in a row.
    public var width: Int
    /// Rows.
    public var height: Int
    /// Measured layers summed into one, at least 1.
    public var layers: Int
    /// Side of one pixel in micrometres, or nil where nobody has told it.
    public var pixelSizeMicrometres: Double?
    /// Number of ions; the store sets it from what is stored.
    public var ionCount: Int
    /// Smallest m/z, or nil where no channel has one.
    public var mzMin: Double?
    /// Largest m/z, or nil where no channel has one.
    public var mzMax: Double?
    /// Sum of all counts of all ions.
    public var totalCounts: Double
    /// Bytes of the upload.
    public var bytes: Int
    /// SHA-256 of the upload in hexadecimal, or empty where there was none.
    public var sha256: String
    /// What it was made from, such as `surfacelab` or `imzml`.
    public var source: String
    /// What the reader of the upload found odd; each a line of text.
    public var warnings: [String]
    /// Everything of the upload's options that changes what is stored, in a fixed form.
    public var optionsKey: String
    /// When it was stored.
    public var createdAt: String
    /// Counts its changes from 1.
    public var version: Int

    /// A record; identifier and time are made here where they are not given.
    public init(
        id: String = Identifier.make(prefix: "ds"), owner: String, name: String,
        sample: String? = nil, group: String? = nil, polarity: String? = nil, notes: String? = nil,
        visibility: Visibility = .lab, width: Int, height: Int, layers: Int = 1,
        pixelSizeMicrometres: Double? = nil, ionCount: Int = 0, mzMin: Double? = nil,
        mzMax: Double? = nil, totalCounts: Double = 0, bytes: Int = 0, sha256: String = "",
        source: String = "", warnings: [String] = [], optionsKey: String = "",
        createdAt: String = Timestamp.now(), version: Int = 1
    ) {
        self.id = id
        self.owner = owner
        self.name = name
        self.sample = sample
        self.group = group
        self.polarity = polarity
        self.notes = notes
        self.visibility = visibility
        self.width = width
        self.height = height
        self.layers = layers
        self.pixelSizeMicrometres = pixelSizeMicrometres
        self.ionCount = ionCount
        self.mzMin = mzMin
        self.mzMax = mzMax
        self.totalCounts = totalCounts
        self.bytes = bytes
        self.sha256 = sha256
        self.source = source
        self.warnings = warnings
        self.optionsKey = optionsKey
        self.createdAt = createdAt
        self.version = version
    }
}

/// Which datasets a list is to hold; nil members do not restrict it.
public struct DatasetFilter: Sendable, Hashable {
    /// The exact name.
    public var name: String?
    /// The exact sample.
    public var sample: String?
    /// The exact owner.
    public var owner: String?

    /// A filter.
    public init(name: String? = nil, sample: String? = nil, owner: String? = nil) {
        self.name = name
        self.sample = sample
        self.owner = owner
    }
}

/// One page of a list.
public struct Page<Item: Sendable>: Sendable {
    /// The items in the list's order.
    public let items: [Item]
    /// What to ask the next page with, or nil on the last one; opaque.
    public let next: String?

    /// A page.
    public init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
