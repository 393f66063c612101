import FilesOnDisk
import Foundation

/// A model of SentencePiece as its trainer writes it (`sentencepiece_model.proto`): a Unigram with all that its texts are
/// prepared by.
struct SentencePieceFile {
    let pieces: [SentencePieceVocabulary.Piece]
    let normalizer: SentencePieceNormalizer
    /// The piece of what has none.
    let unknown: Int

    /// Largest file: enough for a vocabulary of a few million pieces.
    private static let largestFile = 1 << 26
    private static let mostPieces = 1 << 22

    /// Throws `FileContentError`, naming the file.
    init(contentsOf url: URL) throws {
        func unfit(_ found: String, _ expected: String = "a Unigram model of SentencePiece") -> FileContentError {
            .unsuitable(file: url.path(percentEncoded: false), found: found, expected: expected)
        }
        let data = try TextFile.data(at: url, limit: Self.largestFile)
        let message: Message
        do { message = try Message([UInt8](data)[...]) } catch is ProtobufReader.Fault {
            throw unfit("bytes that are no such message")
        }
        guard 1...Self.mostPieces ~= message.pieces.count else { throw unfit("\(message.pieces.count) pieces") }
        guard message.kind == 1 else {
            throw unfit("a model of the kind \([2: "BPE", 3: "word", 4: "char"][message.kind] ?? "\(message.kind)")")
        }
        guard !message.fallsBackToBytes else { throw unfit("a model that falls back to bytes") }
        guard !message.marksEnds else { throw unfit("a model that marks the ends of words") }
        guard message.pieces.allSatisfy({ $0.score.isFinite }) else {
            throw unfit("a piece whose score is no number")
        }
        let unknown = message.pieces.indices.filter { message.pieces[$0].kind == .unknown }
        guard unknown.count == 1 else { throw unfit("\(unknown.count) unknown pieces", "one") }
        if let piece = message.pieces.first(where: { $0.kind == .userDefined || $0.kind == .byte }) {
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
        (pieces, self.unknown) = (message.pieces, unknown[0])
        normalizer = SentencePieceNormalizer(
            map: map, addsPrefix: message.addsPrefix, removesExtraSpaces: message.removesExtraSpaces,
            escapesSpaces: message.escapesSpaces)
    }

    /// The fields that are read, with the defaults of the message.
    private struct Message {
        var pieces: [SentencePieceVocabulary.Piece] = []
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

extension SentencePieceVocabulary.Piece {
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
