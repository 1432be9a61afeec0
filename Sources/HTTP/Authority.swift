/// The `uri-host [":" port]` of a `Host` field or an absolute target (RFC 9110 7.2, RFC 3986 3.2).
enum Authority {
    /// Whether the bytes are a host, not empty, with at most one port of 0...65535 and no userinfo.
    static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let literal = bytes[(bytes.startIndex + 1)..<close]
            return isIPv6(literal) && isPort(bytes[(close + 1)...])
        }
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        return isName(bytes[bytes.startIndex..<colon]) && isPort(bytes[colon...])
    }

    /// A `reg-name` or IPv4 address: unreserved, sub-delims but no comma, or percent-encoded.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 255 else { return false }
        let allowed = bytes.allSatisfy { byte in
            Characters.isAlpha(byte) || Characters.isDigit(byte)
                || "-._~!$&'()*+;=%".utf8.contains(byte)
        }
        return allowed && PercentEncoding.decode(bytes, plusIsSpace: false) != nil
    }

    /// Nothing, or ":" and digits that fit 16 bits (RFC 3986 lets them be absent).
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard first == UInt8(ascii: ":"), bytes.count <= 6 else { return false }
        let digits = bytes.dropFirst()
        guard digits.allSatisfy(Characters.isDigit) else { return false }
        return digits.isEmpty || UInt16(String(decoding: digits, as: UTF8.self)) != nil
    }

    /// An IPv6 address: at most eight groups of up to four hexadecimal digits, one "::", and
    /// perhaps an IPv4 address at the end.
    private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let halves = splitAtDoubleColon(text)
        guard halves.count <= 2 else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            guard let count = groupCount(half, mayEndInIPv4: index == halves.count - 1) else {
                return false
            }
            groups += count
        }
        return halves.count == 2 ? groups <= 7 : groups == 8
    }

    private static func splitAtDoubleColon(_ text: String) -> [String] {
        var halves = [""]
        var rest = Substring(text)
        while let first = rest.first {
            if rest.hasPrefix("::") {
                halves.append("")
                rest = rest.dropFirst(2)
            } else {
                halves[halves.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        return halves
    }

    /// How many 16-bit groups a run such as "fe80:1" or "ffff:1.2.3.4" stands for, or nil.
    private static func groupCount(_ run: String, mayEndInIPv4: Bool) -> Int? {
        let groups = run.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        for (index, group) in groups.enumerated() {
            if mayEndInIPv4, index == groups.count - 1, group.contains(".") {
                let parts = group.split(separator: ".", omittingEmptySubsequences: false)
                let valid = parts.allSatisfy {
                    UInt8($0) != nil && $0.utf8.allSatisfy(Characters.isDigit)
                }
                guard parts.count == 4, valid else { return nil }
                count += 2
            } else {
                let valid = group.utf8.allSatisfy { Characters.hexValue($0) != nil }
                guard (1...4).contains(group.utf8.count), valid else { return nil }
                count += 1
            }
        }
        return count
    }
}
