/// Formats of sound and film that libsndfile and libmpg123 do not read, told by their first bytes.
enum ForeignFormat {
    /// Returns the format's name for people, or nil.
    static func name(of source: ByteSource) -> String? {
        let head = source.bytes(at: 0, count: Int(min(16, source.length))) ?? []
        if head.count >= 12, tag(head[4..<8]) == "ftyp" || tag(head[4..<8]) == "moov" {
            return pictures.contains(tag(head[8..<12])) ? nil : "MPEG-4 or QuickTime"
        }
        if head.count >= 12, tag(head[0..<4]) == "RIFF", tag(head[8..<12]) == "AVI " { return "AVI" }
        // ADTS: twelve bits of synchronisation and layer 0, which no MPEG-1 sound has (ISO 13818-7, section 6.2).
        if head.count >= 7, head[0] == 0xFF, head[1] & 0xF6 == 0xF0, head[2] >> 2 & 15 < 13 { return "AAC" }
        return magics.first { head.starts(with: $0.bytes) }?.name
    }

    /// Brands of HEIF and AVIF, which are pictures.
    private static let pictures = ["heic", "heix", "mif1", "msf1", "avif", "avis"]

    private static let magics: [(bytes: [UInt8], name: String)] = [
        ([0x1A, 0x45, 0xDF, 0xA3], "Matroska or WebM"),
        ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], "Windows Media"),
        // libsndfile takes the heads of a VOC's later blocks for sound.
        (Array("Creative Voice".utf8), "VOC"),
        (Array("#!AMR".utf8), "AMR"), (Array("wvpk".utf8), "WavPack"), (Array("MAC ".utf8), "Monkey's Audio"),
        (Array("ADIF".utf8), "AAC"), (Array("FLV".utf8), "Flash video"), (Array("MPCK".utf8), "Musepack"),
        (Array("MP+".utf8), "Musepack"), (Array("TTA1".utf8), "True Audio"), (Array("DSD ".utf8), "DSD"),
        (Array("FRM8".utf8), "DSD"), (Array(".RMF".utf8), "RealMedia"), ([0x0B, 0x77], "AC-3"),
        ([0x7F, 0xFE, 0x80, 0x01], "DTS"), ([0x00, 0x00, 0x01, 0xBA], "MPEG video"),
        ([0x47, 0x40], "MPEG transport stream"),
    ]
}
