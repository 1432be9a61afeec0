/// Elementary functions over buffers, in place, to about 2 units in the last place.
public enum VectorMath {
    /// e^x: 0 for -infinity, +infinity above 88.7, NaN for NaN.
    public static func exp(_ x: UnsafeMutableBufferPointer<Float>) {
        guard let start = x.baseAddress else { return }
        InstructionSet.active.exp(start, x.count)
    }

    /// Natural logarithm: -infinity for 0, NaN below 0 and for NaN.
    public static func log(_ x: UnsafeMutableBufferPointer<Float>) {
        guard let start = x.baseAddress else { return }
        InstructionSet.active.log(start, x.count)
    }

    /// 1 / (1 + e^-x): 0 and 1 at the infinities, NaN for NaN.
    public static func sigmoid(_ x: UnsafeMutableBufferPointer<Float>) {
        guard let start = x.baseAddress else { return }
        InstructionSet.active.sigmoid(start, x.count)
    }

    /// log(1 + e^x) without overflow: x for large x, NaN for NaN.
    public static func softplus(_ x: UnsafeMutableBufferPointer<Float>) {
        guard let start = x.baseAddress else { return }
        InstructionSet.active.softplus(start, x.count)
    }
}
