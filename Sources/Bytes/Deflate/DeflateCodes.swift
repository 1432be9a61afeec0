/// The numbers of deflate's lengths and distances (RFC 1951, section 3.2.5).
enum DeflateCodes {
    /// Smallest length of the symbols 257...285 and the number of extra bits.
    static let lengths: [(base: Int, extra: Int)] = [
        (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1),
        (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4),
        (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
    ]

    /// Smallest distance of the symbols 0...29 and the number of extra bits.
    static let distances: [(base: Int, extra: Int)] = (0..<30).map { symbol in
        guard symbol >= 4 else { return (symbol + 1, 0) }
        let extra = symbol / 2 - 1
        return ((2 + symbol % 2) << extra + 1, extra)
    }

    /// The order in which the lengths of the code-length code are written.
    static let lengthOrder = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    /// The lengths of the fixed code of bytes and lengths, then those of the distances.
    static let fixed: [UInt8] =
        [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
        + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)
        + [UInt8](repeating: 5, count: 32)
}
