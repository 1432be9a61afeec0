import Foundation
import Kernels
import Testing

struct VectorMathTests {
    private func applied(
        _ function: (UnsafeMutableBufferPointer<Float>) -> Void, _ values: [Float]
    ) -> [Float] {
        var values = values
        values.withUnsafeMutableBufferPointer { function($0) }
        return values
    }

    private func expectClose(_ found: [Float], _ truth: [Double]) {
        for (a, b) in zip(found, truth) {
            #expect(abs(Double(a) - b) <= 4e-7 * abs(b) + 1e-38, "\(a) for \(b)")
        }
    }

    @Test(arguments: [1, 7, 8, 31, 4099])
    func `values agree with double precision`(count: Int) {
        var random = Philox(seed: UInt64(count))
        let x = (0..<count).map { _ in (random.uniform() - 0.5) * 170 }
        expectClose(applied(VectorMath.exp, x), x.map { exp(Double($0)) })
        expectClose(applied(VectorMath.sigmoid, x), x.map { 1 / (1 + exp(-Double($0))) })
        expectClose(applied(VectorMath.softplus, x), x.map { log1p(exp(Double($0))) })
        let y = x.map { Float(exp(Double($0))) }
        for (a, b) in zip(applied(VectorMath.log, y), y.map { log(Double($0)) }) {
            #expect(abs(Double(a) - b) <= 3e-7 * max(abs(b), 0.3), "\(a) for \(b)")
        }
    }

    @Test func `a special value does not disturb its neighbours`() {
        let special: [Float] = [
            .nan, .infinity, -.infinity, 0, -1, .leastNonzeroMagnitude, Float(bitPattern: 714),
        ]
        for place in 0..<8 {
            for value in special {
                var x: [Float] = [0.1, 0.7, 1, 1.5, 3, 1e10, 1e-30, 88]
                x[place] = value
                let l = applied(VectorMath.log, x)
                for (i, y) in x.enumerated() where y.isFinite && y > 0 {
                    let truth = log(Double(y))
                    #expect(abs(Double(l[i]) - truth) <= 3e-7 * max(abs(truth), 0.3))
                }
            }
        }
    }

    @Test func `special values are right`() {
        let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 1e4, -1e4, 89, -120]
        let e = applied(VectorMath.exp, x)
        #expect(e[0].isNaN)
        #expect(Array(e[1...6]) == [.infinity, 0, 1, 1, .infinity, 0])
        #expect(e[7] == .infinity)
        #expect(e[8] < 1e-38)
        let l = applied(
            VectorMath.log, [.nan, .infinity, -.infinity, 0, -0.0, -1, 1, Float(bitPattern: 714)])
        #expect(l[0].isNaN && l[2].isNaN && l[5].isNaN)
        #expect(l[1] == .infinity && l[3] == -.infinity && l[4] == -.infinity && l[6] == 0)
        #expect(abs(l[7] - -96.709) < 1e-2)
        let s = applied(VectorMath.sigmoid, x)
        #expect(s[0].isNaN)
        #expect(Array(s[1...6]) == [1, 0, 0.5, 0.5, 1, 0])
        let p = applied(VectorMath.softplus, x)
        #expect(p[0].isNaN)
        #expect(Array(p[1...2]) == [.infinity, 0])
        #expect(Array(p[5...7]) == [1e4, 0, 89])
    }
}
