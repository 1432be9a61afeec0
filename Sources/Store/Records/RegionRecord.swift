/// A named region of a dataset.
public struct RegionRecord: Sendable, Hashable {
    /// Its name, unique inside the dataset.
    public let name: String
    /// Its shape as GeoJSON text in pixel coordinates, as given.
    public let geoJSON: String
    /// When it was stored or last changed.
    public let updatedAt: String
    /// Counts its changes from 1.
    public let version: Int
}
