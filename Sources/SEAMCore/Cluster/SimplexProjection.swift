/// The nearest point of the probability simplex (entries >= 0, sum 1) to a row of values, in place.
///
/// Sort and threshold (Held, Wolfe and Crowder 1974).
/// - Complexity: O(d log d).
package func projectToSimplex(_ values: inout [Double]) {
    guard !values.isEmpty else { return }
    var mean = 0.0
    for value in values { mean += value }
    mean /= Double(values.count)
    // A shift does not change the projection and keeps large values from swallowing the 1.
    for i in values.indices { values[i] -= mean }
    let falling = values.sorted(by: >)
    var sum = 0.0
    var threshold = 0.0
    for (place, value) in falling.enumerated() {
        sum += value
        let candidate = (sum - 1) / Double(place + 1)
        if value > candidate { threshold = candidate }
    }
    for i in values.indices { values[i] = max(0, values[i] - threshold) }
}
