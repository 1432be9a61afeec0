/// What this software is.
public enum Software {
    /// Its name.
    public static let name = "seam"
    /// Its version; part of every job's key, so that another version's results are not reused.
    public static let version = "0.1.0"
}
