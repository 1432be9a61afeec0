import Imaging

/// Whether a mask shows nuclei, and what to tell the user.
///
/// Nuclei are refused if they are not round (`shape_misfit` above 0.23), if the map is pure noise
/// (`autocorrelation` below 0.1), or if the marker is not brighter inside (`marker_z` below 3). The
/// last figure grows as the square root of the counts, so with fewer than 30 marker counts a
/// nucleus, where a true nucleus may stay below 3, the mask is kept with a warning if its shapes are
/// clearly round (misfit at most 0.20; simulated and measured nuclei have 0.07...0.19, wood 0.27).
struct NucleusVerdict {
    /// Whether the mask is kept.
    let areNuclei: Bool
    /// What the user should know.
    let warnings: [String]

    /// Marker counts of a nucleus below which a low contrast is no proof.
    static let fewCounts = 30.0

    /// Judges the figures of a mask.
    init(_ evidence: NucleusEvidence, candidates: Int) {
        guard candidates > 0 else {
            areNuclei = false
            warnings = ["no nuclei: no region of the image stands out like a nucleus"]
            return
        }
        var reasons: [String] = []
        let dim = evidence.contrast < 3
        let few = evidence.counts < Self.fewCounts
        if evidence.misfit > (dim ? 0.2 : 0.23) { reasons.append("their shapes are not round") }
        if evidence.autocorrelation < 0.1 { reasons.append("the map is noise") }
        if dim, !few || evidence.contrast <= 0 {
            reasons.append("the marker is not brighter inside them than around them")
        }
        let figures =
            "marker z \(Self.text(evidence.contrast)) (nuclei: at least 3), shape misfit "
            + "\(Self.text(evidence.misfit)) (at most \(dim ? "0.20" : "0.23")), autocorrelation "
            + "\(Self.text(evidence.autocorrelation)) (at least 0.1)"
        areNuclei = reasons.isEmpty
        if !reasons.isEmpty {
            warnings = [
                "no nuclei: \(candidates) regions stand out, but "
                    + reasons.joined(separator: " and ") + ": \(figures)"
            ]
        } else if dim {
            warnings = [
                "few marker counts: \(Self.text(evidence.counts)) in a typical nucleus are too few to "
                    + "prove that these are nuclei: \(figures)"
            ]
        } else {
            warnings = []
        }
    }

    private static func text(_ value: Double) -> String {
        let size = fixedPoint(abs(value), digits: 2)
        return value < 0 ? "-\(size)" : size
    }
}
