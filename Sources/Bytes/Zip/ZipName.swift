/// Names of members: decoding, and the ones that are refused.
enum ZipName {
    /// The name as text: UTF-8 where flagged or valid, else code page 437 (APPNOTE appendix D).
    static func decode(_ bytes: [UInt8], isUTF8: Bool) throws(ZipError) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let shown = codePage437(bytes)
        guard !isUTF8 else {
            throw ZipError(.name("it is flagged as UTF-8 and is not"), member: shown)
        }
        return shown
    }

    /// Refuses names that could reach outside a folder, hide, or be read in two ways.
    static func requireAcceptable(_ name: String) throws(ZipError) {
        func refuse(_ why: String) -> ZipError { ZipError(.name(why), member: name) }
        guard !name.isEmpty else { throw refuse("it is empty") }
        for scalar in name.unicodeScalars {
            let value = scalar.value
            if value < 0x20 || (0x7F...0x9F).contains(value) {
                throw refuse("it holds a control character")
            }
            if scalar == "\\" { throw refuse("it holds a backslash") }
        }
        let bytes = Array(name.utf8)
        guard bytes[0] != UInt8(ascii: "/") else { throw refuse("it is an absolute path") }
        let isLetter = (0x41...0x5A).contains(bytes[0] & 0xDF)
        if bytes.count >= 2, isLetter, bytes[1] == UInt8(ascii: ":") {
            throw refuse("it begins with a drive letter")
        }
        var parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts {
            if part.elementsEqual("..".utf8) { throw refuse("it climbs out of its folder (..)") }
            if part.isEmpty || part.elementsEqual(".".utf8) {
                throw refuse("it has an empty or '.' part")
            }
        }
    }

    /// Text in IBM code page 437.
    private static func codePage437(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            text.unicodeScalars.append(
                byte < 0x80 ? Unicode.Scalar(byte) : upperHalf[Int(byte) - 0x80])
        }
        return text
    }

    private static let upperHalf: [Unicode.Scalar] = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
            + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}")
            .unicodeScalars)
}
