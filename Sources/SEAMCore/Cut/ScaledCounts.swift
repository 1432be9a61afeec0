/// Turns an image of scaled counts, such as an 8-bit picture of few counts, back into counts.
enum ScaledCounts {
    /// The image itself if neighbouring values of it differ by one somewhere (as counts do) or if it
    /// has 250 or more distinct values; else the rank of each value among the distinct ones.
    ///
    /// - Complexity: O(P) plus O(d log d) for d < 250 distinct values.
    static func counts(of image: [Float]) -> [Float] {
        var distinct = Set<Float>()
        for value in image {
            distinct.insert(value)
            if distinct.count >= 250 { return image }
        }
        let ascending = distinct.sorted()
        var smallest = Float.infinity
        var whole = true
        for (low, high) in zip(ascending, ascending.dropFirst()) {
            smallest = min(smallest, high - low)
            if high != high.rounded() { whole = false }
        }
        if whole, smallest < 1.5 { return image }
        return image.map { value in Float(rank(of: value, in: ascending)) }
    }

    /// Index of a value that is in the ascending list.
    private static func rank(of value: Float, in ascending: [Float]) -> Int {
        var low = 0
        var high = ascending.count - 1
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
