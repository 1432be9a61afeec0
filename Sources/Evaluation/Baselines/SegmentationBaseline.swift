public import Imaging

/// What people segment nuclei with today, on the marker image alone. For comparison only: no part of
/// the analysis uses these.
///
/// The image is smoothed by a Gaussian of one pixel; but for `logWatershed` touching nuclei are divided
/// by the watershed of the distance transform. Window (41 px) and blob scale (2.3 px) of the last
/// two were chosen knowing the size of the nuclei of `standard`.
public enum SegmentationBaseline: String, CaseIterable, Sendable {
    /// Otsu's threshold.
    case otsu = "otsu+ws"
    /// The top class of 2, 3, 4 or 5 of multi-Otsu, whichever scores best (as the paper reports it).
    case multiOtsu = "multi-otsu+ws"
    /// All but the lowest of four classes of k-means (level 1 of the published method).
    case kMeans = "k-means+ws"
    /// A mixture of two normal distributions.
    case mixture = "gmm+ws"
    /// A Gaussian hidden Markov random field.
    case markovField = "hmrf+ws"
    /// A random walker from the lowest and the two highest of four multi-Otsu classes.
    case randomWalker = "random-walker+ws"
    /// Above the local Gaussian mean of 41 px and half of Otsu's threshold.
    case local = "local+ws"
    /// Maxima of the Laplacian of Gaussian as seeds, its watershed in the foreground of `local`.
    case logWatershed = "log+ws"

    /// The segmentations of a marker image: several where the best is to be taken.
    ///
    /// - Parameter values: counts of one channel, one a pixel, finite.
    public func labels(_ values: [Float], grid: PixelGrid) -> [LabelImage] {
        let raw = MarkerImage(values: values, grid: grid)
        let image = raw.smoothed(1)
        let splitting = NucleusSplitting(grid: grid)
        let thresholds = Thresholds(image.values)
        switch self {
        case .otsu:
            return [splitting.divided(image.above(thresholds.otsu))]
        case .multiOtsu:
            return (2...5).map {
                let top = thresholds.multiOtsu(classes: $0).last ?? 0
                return splitting.divided(image.above(top))
            }
        case .kMeans:
            let first = PixelClasses.boundaries(image, clusters: 4).first ?? .infinity
            return [splitting.divided(image.above(first))]
        case .mixture:
            return [splitting.divided(PixelClasses.mixture(image))]
        case .markovField:
            return [splitting.divided(PixelClasses.markovField(image))]
        case .randomWalker:
            return [splitting.divided(walked(image))]
        case .local:
            return [splitting.divided(local(image, thresholds))]
        case .logWatershed:
            let blobs = raw.blobness(2.3)
            let mask = local(image, thresholds)
            let seeds = LocalPeaks(width: grid.width, height: grid.height, distance: 2)
                .seeds(blobs, objects: mask.map { $0 ? 1 : 0 })
            return [splitting.flooded(seeds: seeds, landscape: blobs, mask: mask)]
        }
    }

    private func local(_ image: MarkerImage, _ thresholds: Thresholds) -> [Bool] {
        let mean = image.smoothed(40.0 / 6).values
        let floor = 0.5 * thresholds.otsu
        return zip(image.values, mean).map { $0 > $1 && Double($0) > floor }
    }

    private func walked(_ image: MarkerImage) -> [Bool] {
        // The seeds are of the image smoothed once more, the walk is on the image.
        let smooth = image.smoothed(1)
        let cuts = Thresholds(smooth.values).multiOtsu(classes: 4)
        let seeds: [UInt8] = smooth.values.map {
            Double($0) < cuts[0] ? 1 : Double($0) > cuts[1] ? 2 : 0
        }
        return RandomWalker(image: image).foreground(seeds: seeds)
    }
}
