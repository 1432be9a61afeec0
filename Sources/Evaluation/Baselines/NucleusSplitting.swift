import Imaging

/// From foreground pixels to nuclei, as the peers' scripts do it.
struct NucleusSplitting {
    let grid: PixelGrid
    /// Smaller objects are dropped.
    var minimumArea = 10

    /// 4-connected components of at least the minimum area.
    func components(_ foreground: [Bool]) -> [Int32] {
        let found = ConnectedComponents(
            foreground, width: grid.width, height: grid.height, connectivity: .four)
        return dropped(found.labels)
    }

    /// Divides touching nuclei: the watershed of the distance to the background (smoothed by 0.7 px)
    /// from its maxima at least 3 px apart.
    func divided(_ foreground: [Bool]) -> LabelImage {
        let distance = MarkerImage(
            values: DistanceTransform.euclidean(
                foreground, width: grid.width, height: grid.height
            ).map { $0.isFinite ? $0 : Float(grid.width + grid.height) }, grid: grid
        ).smoothed(0.7).values
        let peaks = LocalPeaks(width: grid.width, height: grid.height, distance: 3)
        return flooded(
            seeds: peaks.seeds(distance, objects: components(foreground)), landscape: distance,
            mask: foreground)
    }

    /// The watershed of a landscape from seeds, small basins dropped.
    func flooded(seeds: [Int32], landscape: [Float], mask: [Bool]) -> LabelImage {
        LabelImage(
            grid: grid,
            values: dropped(
                Watershed.flood(
                    seeds: seeds, landscape: landscape, mask: mask, width: grid.width,
                    height: grid.height)))
    }

    private func dropped(_ labels: [Int32]) -> [Int32] {
        var areas = [Int](repeating: 0, count: Int(labels.max() ?? 0) + 1)
        for label in labels { areas[Int(label)] += 1 }
        var numbers = [Int32](repeating: 0, count: areas.count)
        var count: Int32 = 0
        for label in areas.indices.dropFirst() where areas[label] >= minimumArea {
            count += 1
            numbers[label] = count
        }
        return labels.map { numbers[Int($0)] }
    }
}
