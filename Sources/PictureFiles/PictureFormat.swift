/// The file formats that can be read, told apart by their first bytes, whatever the file's name.
enum PictureFormat: CaseIterable {
    case png, jpeg, webp

    /// The first bytes of every file of the format; nil stands for any byte.
    var signature: [UInt8?] {
        switch self {
        case .png: PNGChunks.signature
        case .jpeg: [0xff, 0xd8, 0xff]
        case .webp: Array("RIFF".utf8) + [nil, nil, nil, nil] + Array("WEBP".utf8)
        }
    }

    /// The format of the bytes, even if they were cut off within the signature.
    init?(of bytes: [UInt8]) {
        let found = Self.allCases.first { form in
            !bytes.isEmpty && zip(bytes, form.signature).allSatisfy { $1 == nil || $0 == $1 }
        }
        guard let found else { return nil }
        self = found
    }

    /// The name of a picture format that is known by its first bytes but not read.
    static func otherName(of bytes: [UInt8]) -> String? {
        func begins(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        if begins("GIF8") { return "GIF" }
        if begins("BM") { return "BMP" }
        if begins("II*\0") || begins("MM\0*") { return "TIFF" }
        guard begins("ftyp", at: 4) else { return nil }
        if ["avif", "avis"].contains(where: { begins($0, at: 8) }) { return "AVIF" }
        return ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains { begins($0, at: 8) }
            ? "HEIC" : nil
    }
}
