import Imaging
import Kernels
import Store
import Synchronization

extension Workbench {
    /// A value of every ion image of a dataset, in order.
    ///
    /// The images are read one by one on all cores: no more of them are in memory than there are
    /// threads, however large the dataset is.
    ///
    /// - Complexity: O(ions x pixels).
    func mapImages<Value: Sendable>(
        of dataset: DatasetRecord, _ value: @Sendable (PixelValues) -> Value
    ) throws(WorkbenchError) -> [Value] {
        let results = Mutex<[Result<Value, WorkbenchError>?]>(
            .init(repeating: nil, count: dataset.ionCount))
        Parallel.forEach(dataset.ionCount) { ion in
            let result = Result { () throws(WorkbenchError) in
                value(try image(dataset, ion: ion))
            }
            results.withLock { $0[ion] = result }
        }
        var values: [Value] = []
        for result in results.withLock({ $0 }) {
            if let result { values.append(try result.get()) }
        }
        return values
    }

    /// Most values of 4 bytes that a request may hold at once: 2 GiB.
    static let valuesAtOnce = 1 << 29
}
