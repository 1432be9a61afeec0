import Imaging
import Kernels
import SEAMCore

/// Cells as vectors: by inner products or by features.
struct CellVectors {
    let cellIDs: [Int32]
    let gram: [Double]?
    /// Of `joint`: vectors whose lengths matter, so that their distances are Euclidean.
    let components: [Float]?
    let features: [Float]
    let columns: Int
    /// Mean total-normalised counts, from which the number of clusters is estimated; may be empty.
    let means: [Float]

    var count: Int { cellIDs.count }

    /// `id`, `joint` (or another of `CellWork.represented`), `mean` or `log-mean` of the cells of a
    /// dataset, or the vectors of a table.
    init(_ name: String, _ work: CellWork) throws(EvaluationError) {
        guard let stack = work.data.stack else {
            let count = work.data.types.count
            self.init(
                cellIDs: (0..<count).map { Int32($0 + 1) }, gram: nil,
                features: work.data.vectors, columns: work.data.vectors.count / max(count, 1),
                means: [])
            return
        }
        let result = try work.represented(name)
        self.init(
            cellIDs: result.cellIDs, gram: result.gram, components: result.components,
            features: name == "log-mean" ? result.logMeans : result.means,
            columns: stack.channels.count, means: result.components == nil ? result.means : [])
    }

    private init(
        cellIDs: [Int32], gram: [Double]?, components: [Float]? = nil, features: [Float],
        columns: Int,
        means: [Float]
    ) {
        self.components = components
        self.cellIDs = cellIDs
        self.gram = gram
        self.features = features
        self.columns = columns
        self.means = means
    }

    /// The features of mean 0 and variance 1.
    private var standardised: [Float] {
        Standardised.columns(features, count: count, columns: columns).map { Float($0) }
    }

    /// Euclidean distances of `joint`'s components, angles of the vectors of inner products, else
    /// Euclidean distances of the features, standardised if wanted.
    func distances(standardising: Bool) -> CellDistances {
        if let components {
            return CellDistances(
                features: components, count: count, columns: components.count / max(1, count))
        }
        if let gram { return CellDistances(gram: gram, count: count) }
        return CellDistances(
            features: standardising ? standardised : features, count: count, columns: columns)
    }

    /// Angles of the vectors of inner products, else of the first 50 principal components of the
    /// standardised features: what graphs are made from.
    func angles() -> CellDistances {
        if let gram { return CellDistances(gram: gram, count: count) }
        let kept = min(50, columns)
        let scores = PrincipalComponents.project(
            points: standardised, count: count, dimension: columns, components: kept)
        var products = [Double](repeating: 0, count: count * count)
        for a in 0..<count {
            for b in 0...a {
                var sum = 0.0
                for c in 0..<kept {
                    sum += Double(scores[a * kept + c]) * Double(scores[b * kept + c])
                }
                products[a * count + b] = sum
                products[b * count + a] = sum
            }
        }
        return CellDistances(gram: products, count: count)
    }
}
