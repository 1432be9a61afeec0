/// Elementary functions over buffers, in place.
public enum VectorMath {
    /// e^x: 0 for -infinity, +infinity above 88.7, NaN for NaN.
    public static func exp(_ x: UnsafeMutableBufferPointer<Float>) {
        for i in x.indices { x[i] = exponential(x[i]) }
    }

    /// Natural logarithm: -infinity for 0, NaN below 0 and for NaN.
    public static func log(_ x: UnsafeMutableBufferPointer<Float>) {
        for i in x.indices { x[i] = naturalLog(x[i]) }
    }

    /// 1 / (1 + e^-x): 0 and 1 at the infinities, NaN for NaN.
    public static func sigmoid(_ x: UnsafeMutableBufferPointer<Float>) {
        for i in x.indices { x[i] = 1 / (1 + exponential(-x[i])) }
    }

    /// log(1 + e^x) without overflow: x for large x, NaN for NaN.
    public static func softplus(_ x: UnsafeMutableBufferPointer<Float>) {
        for i in x.indices {
            let v = x[i]
            x[i] = v > 0 ? v + logOnePlus(exponential(-v)) : logOnePlus(exponential(v))
        }
    }
}
