/// The codes of one block with dynamic Huffman codes (RFC 1951, section 3.2.7), whose only distance
/// is 1.
struct BlockCode {
    /// A code and its length.
    struct Symbol {
        let code: UInt64
        let length: Int
    }

    /// The codes of bytes, the end and lengths.
    let symbols: [Symbol]
    /// Bits of the whole block behind its first three.
    let bits: Int
    private let head: [(symbol: Int, extra: Int)]
    private let headSymbols: [Symbol]
    private let literalCount: Int

    /// Extra bits of the symbols 16, 17 and 18 of the code-length code.
    private static let extraBits = [2, 3, 7]

    /// The best codes for counts of the 286 symbols.
    init(_ counts: [Int]) {
        let lengths = HuffmanLengths.lengths(counts, limit: 15)
        literalCount = max(257, (lengths.lastIndex { $0 > 0 } ?? 0) + 1)
        // Two distance codes of one bit: a lone one is not understood everywhere.
        head = Self.runs(Array(lengths[..<literalCount]) + [1, 1])
        var headCounts = [Int](repeating: 0, count: 19)
        for part in head { headCounts[part.symbol] += 1 }
        let headLengths = HuffmanLengths.lengths(headCounts, limit: 7)
        symbols = Self.symbols(lengths)
        headSymbols = Self.symbols(headLengths)
        var bits = 5 + 5 + 4 + 19 * 3
        for part in head {
            bits += Int(headLengths[part.symbol])
            if part.symbol >= 16 { bits += Self.extraBits[part.symbol - 16] }
        }
        for (symbol, count) in counts.enumerated() {
            let extra = symbol > 256 ? DeflateCodes.lengths[symbol - 257].extra + 1 : 0
            bits += count * (Int(lengths[symbol]) + extra)
        }
        self.bits = bits
    }

    private static func symbols(_ lengths: [UInt8]) -> [Symbol] {
        zip(HuffmanLengths.codes(lengths), lengths).map {
            Symbol(code: UInt64($0), length: Int($1))
        }
    }

    /// Writes the codes' lengths.
    func writeHead(_ output: inout BitOutput) {
        output.put(UInt64(literalCount - 257), 5)
        output.put(1, 5)
        output.put(15, 4)
        for symbol in DeflateCodes.lengthOrder {
            output.put(UInt64(headSymbols[symbol].length), 3)
        }
        for part in head {
            output.put(headSymbols[part.symbol])
            if part.symbol >= 16 {
                output.put(UInt64(part.extra), Self.extraBits[part.symbol - 16])
            }
        }
    }

    /// Lengths as symbols of the code-length code: zeros in runs, other lengths one by one.
    private static func runs(_ lengths: [UInt8]) -> [(symbol: Int, extra: Int)] {
        var parts: [(symbol: Int, extra: Int)] = []
        var index = 0
        while index < lengths.count {
            var end = index
            while end < lengths.count, end - index < 138, lengths[end] == 0 { end += 1 }
            switch end - index {
            case 11...: parts.append((18, end - index - 11))
            case 3...: parts.append((17, end - index - 3))
            default:
                end = index + 1
                parts.append((Int(lengths[index]), 0))
            }
            index = end
        }
        return parts
    }
}
