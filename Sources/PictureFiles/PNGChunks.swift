import CPNGFile

/// A PNG's chunks, walked and checked without decoding anything.
///
/// PNG specification, third edition, section 5: a signature, then chunks of a length, a type of four letters, data, and
/// a CRC of type and data; IHDR first, IEND last. Anything after IEND is ignored.
struct PNGChunks {
    struct Chunk {
        let type: String
        /// Position of the chunk's data in the file.
        let data: Range<Int>
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    let width: Int
    let height: Int
    /// Bits per pixel: samples times depth.
    let bitsPerPixel: Int
    /// The whole chunks with right CRCs.
    let all: [Chunk]
    /// What is first wrong with the sequence of chunks; nil where it is complete.
    let damage: PictureFileError.Reason?

    /// Walks the chunks.
    ///
    /// - Throws: `PictureFileError` naming `file` where the bytes do not begin with a signature and an IHDR that is what
    ///   the specification allows.
    init(_ bytes: [UInt8], file: String) throws {
        guard bytes.starts(with: PNGChunks.signature) else {
            // A prefix of the signature is a PNG that was cut off; an empty file is nothing.
            let cut = !bytes.isEmpty && PNGChunks.signature.starts(with: bytes)
            throw PictureFileError(file: file, reason: cut ? .truncated : .notPNG)
        }
        (all, damage) = PNGChunks.walk(bytes)
        guard let header = all.first, header.type == "IHDR", header.data.count == 13 else {
            let cause = PictureFileError.Reason.malformed("its first chunk is not an IHDR of 13 bytes")
            throw PictureFileError(file: file, reason: all.isEmpty ? damage ?? cause : cause)
        }
        let at = header.data.lowerBound
        width = PNGChunks.number(bytes, at: at)
        height = PNGChunks.number(bytes, at: at + 4)
        let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(bytes[at + 9])]
        guard width >= 1, height >= 1, width <= 0x7fff_ffff, height <= 0x7fff_ffff, let samples,
            [1, 2, 4, 8, 16].contains(bytes[at + 8])
        else {
            throw PictureFileError(
                file: file, reason: .malformed("its IHDR names a size, depth or colour type that PNG does not have"))
        }
        bitsPerPixel = samples * Int(bytes[at + 8])
    }

    private static func walk(_ bytes: [UInt8]) -> ([Chunk], damage: PictureFileError.Reason?) {
        var chunks: [Chunk] = []
        var damage: PictureFileError.Reason?
        var at = signature.count
        while chunks.last?.type != "IEND" {
            guard bytes.count - at >= 12 else { return (chunks, damage ?? .truncated) }
            let length = number(bytes, at: at)
            guard length <= 0x7fff_ffff else {
                return (chunks, damage ?? .malformed("a chunk claims \(length) bytes"))
            }
            guard bytes[at + 4..<at + 8].allSatisfy(isLetter) else {
                return (chunks, damage ?? .malformed("a chunk's type is not four letters"))
            }
            let type = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            guard bytes.count - at - 12 >= length else { return (chunks, damage ?? .truncated) }
            let crc = bytes.withUnsafeBufferPointer { cpng_crc32($0.baseAddress! + at + 4, length + 4) }
            if Int(crc) == number(bytes, at: at + 8 + length) {
                chunks.append(Chunk(type: type, data: at + 8..<at + 8 + length))
            } else {
                damage = damage ?? .malformed("the CRC of its \(type) chunk is wrong")
                if chunks.isEmpty { break }
            }
            at += 12 + length
        }
        return (chunks, damage)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    private static func number(_ bytes: [UInt8], at: Int) -> Int {
        bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
