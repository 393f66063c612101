import FilesOnDisk
import Foundation

/// A model of SentencePiece as its trainer writes it (`sentencepiece_model.proto`): pieces, the rule that cuts texts into them,
/// and all that texts are prepared by.
struct SentencePieceFile {
    struct Piece: Sendable {
        enum Kind: UInt64 {
            case normal = 1
            case unknown, control, userDefined, unused, byte
        }

        let text: String
        let score: Float
        let kind: Kind
    }

    enum Rule: Int {
        case unigram = 1
        case pairs
    }

    let pieces: [Piece]
    let rule: Rule
    let normalizer: SentencePieceNormalizer
    /// The piece of what has none.
    let unknown: Int
    /// The pieces of the 256 bytes, which a character that has no piece becomes; nil where it becomes the unknown one.
    let bytes: [Int]?

    /// Largest file: enough for a vocabulary of a few million pieces.
    private static let largestFile = 1 << 26
    private static let mostPieces = 1 << 22

    /// Throws `FileContentError`, naming the file.
    init(contentsOf url: URL) throws {
        func unfit(_ found: String, _ expected: String = "a Unigram or BPE of SentencePiece") -> FileContentError {
            .unsuitable(file: url.path(percentEncoded: false), found: found, expected: expected)
        }
        let data = try TextFile.data(at: url, limit: Self.largestFile)
        let message: Message
        do { message = try Message([UInt8](data)[...]) } catch is ProtobufReader.Fault {
            throw unfit("bytes that are no such message")
        }
        guard 1...Self.mostPieces ~= message.pieces.count else { throw unfit("\(message.pieces.count) pieces") }
        guard let rule = Rule(rawValue: message.kind) else {
            throw unfit("a model of the kind \([3: "word", 4: "char"][message.kind] ?? "\(message.kind)")")
        }
        guard !message.marksEnds else { throw unfit("a model that marks the ends of words") }
        guard message.pieces.allSatisfy({ $0.score.isFinite }) else {
            throw unfit("a piece whose score is no number")
        }
        let unknown = message.pieces.indices.filter { message.pieces[$0].kind == .unknown }
        guard unknown.count == 1 else { throw unfit("\(unknown.count) unknown pieces", "one") }
        let unsupported: [Piece.Kind] = rule == .pairs ? [.userDefined, .unused] : [.userDefined]
        if let piece = message.pieces.first(where: { unsupported.contains($0.kind) }) {
            throw unfit("the piece “\(piece.text.onOneLine)” of a kind that is not supported")
        }
        guard Set(message.pieces.map { Array($0.text.utf8) }).count == message.pieces.count else {
            throw unfit("a piece that is there twice", "each once")
        }
        var map: CharacterMap?
        if let table = message.characterMap, !table.isEmpty {
            guard let read = CharacterMap(Data(table)) else { throw unfit("an unfit table of characters") }
            map = read
        }
        do { bytes = try Self.bytes(message) } catch let fault as ByteFault {
            throw unfit(fault.found, "a piece for each byte where a model falls back to them, else none")
        }
        (pieces, self.rule, self.unknown) = (message.pieces, rule, unknown[0])
        normalizer = SentencePieceNormalizer(
            map: map, addsPrefix: message.addsPrefix, removesExtraSpaces: message.removesExtraSpaces,
            escapesSpaces: message.escapesSpaces)
    }

    private struct ByteFault: Error {
        let found: String
    }

    /// The pieces of the bytes, named “<0x00>” to “<0xFF>”. Throws `ByteFault`.
    private static func bytes(_ message: Message) throws -> [Int]? {
        let places = message.pieces.indices.filter { message.pieces[$0].kind == .byte }
        guard message.fallsBackToBytes else {
            guard let place = places.first else { return nil }
            throw ByteFault(found: "the piece “\(message.pieces[place].text.onOneLine)”")
        }
        let known = Dictionary(places.map { (message.pieces[$0].text, $0) }) { first, _ in first }
        return try (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            let name = "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
            guard let place = known[name] else { throw ByteFault(found: "no piece “\(name)”") }
            return place
        }
    }

    /// The fields that are read, with the defaults of the message.
    private struct Message {
        var pieces: [Piece] = []
        var kind = 1
        var fallsBackToBytes = false
        var marksEnds = false
        var characterMap: ArraySlice<UInt8>?
        var addsPrefix = true
        var removesExtraSpaces = true
        var escapesSpaces = true

        /// Throws `ProtobufReader.Fault`.
        init(_ bytes: ArraySlice<UInt8>) throws {
            var reader = ProtobufReader(bytes)
            while let (field, value) = try reader.next() {
                switch (field, value) {
                case (1, .bytes(let piece)): pieces.append(try .init(message: piece))
                case (2, .bytes(let trainer)): try readTrainer(trainer)
                case (3, .bytes(let normalizer)): try readNormalizer(normalizer)
                default: break
                }
            }
        }

        private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) throws {
            var reader = ProtobufReader(bytes)
            while let (field, value) = try reader.next() {
                switch (field, value) {
                case (3, .number(let number)): kind = Int(truncatingIfNeeded: number)
                case (24, .number(let number)): marksEnds = number != 0
                case (35, .number(let number)): fallsBackToBytes = number != 0
                default: break
                }
            }
        }

        private mutating func readNormalizer(_ bytes: ArraySlice<UInt8>) throws {
            var reader = ProtobufReader(bytes)
            while let (field, value) = try reader.next() {
                switch (field, value) {
                case (2, .bytes(let table)): characterMap = table
                case (3, .number(let number)): addsPrefix = number != 0
                case (4, .number(let number)): removesExtraSpaces = number != 0
                case (5, .number(let number)): escapesSpaces = number != 0
                default: break
                }
            }
        }
    }
}

extension SentencePieceFile.Piece {
    /// Reads a `SentencePiece`. Throws `ProtobufReader.Fault`.
    fileprivate init(message: ArraySlice<UInt8>) throws {
        var reader = ProtobufReader(message)
        var (text, score, kind) = ("", Float(0), UInt64(1))
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)):
                guard let read = String(validating: bytes, as: UTF8.self) else { throw ProtobufReader.Fault() }
                text = read
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .number(let number)): kind = number
            default: break
            }
        }
        guard let kind = Kind(rawValue: kind), !text.isEmpty else { throw ProtobufReader.Fault() }
        (self.text, self.score, self.kind) = (text, score, kind)
    }
}
