import Foundation
import FuseMix
import LatentStore
import Retrieval
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

@ComputeActor @Suite struct PairedLatentsTests {
    private func latents(_ rows: [[Float]], ids: [String], encoder: String = "e") -> LatentSet {
        LatentSet(
            ids: ids, vectors: Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count]),
            metadata: ["encoder": encoder])
    }

    private let own = SpaceMap.own(EmbeddingSpace("test"))

    private func paired(
        _ x: LatentSet, _ y: LatentSet, _ pairs: PairList, maps: (SpaceMap, SpaceMap)? = nil
    ) throws -> PairedLatents {
        try PairedLatents(x: x, y: y, pairs: pairs, names: ("x.npy", "y.npy"), maps: maps ?? (own, own))
    }

    /// Scores are cosines, not dot products, so the long vector is not nearer for its length.
    @Test func rowsBecomeUnitVectorsAndThoseWithoutAPairStayOut() throws {
        let x = latents([[9, 9], [3, 4], [0, 2]], ids: ["unpaired", "a", "b"])
        let y = latents([[0, 7], [6, 8], [1, 0]], ids: ["b1", "a1", "none"])
        let pairs = PairList(xRows: [1, 2, 1], yRows: [1, 0, 1], groups: ["a", "b", "a"])
        let found = try paired(x, y, pairs)
        #expect(found.x.count == 2 && found.y.count == 2)
        #expect(found.x.vectors.floats == [0.6, 0.8, 0, 1])
        #expect(found.pairs.map(\.x) == [0, 1, 0] && found.pairs.map(\.y) == [1, 0, 1])
        let metrics = try RetrievalEvaluation(x: found.x, y: found.y, pairs: found.pairs)
        #expect(metrics.rsum.value == 600 && metrics.groups == 2)
    }

    @Test(arguments: [Float.nan, .infinity]) func whatIsNotFiniteIsNamed(wrong: Float) throws {
        let x = latents([[1, 0], [wrong, 1]], ids: ["good", "bad"])
        let pairs = PairList(xRows: [0, 1], yRows: [0, 1], groups: ["0", "1"])
        let error = RetrievalError.notFinite(source: "x.npy", id: "bad")
        #expect(throws: error) { try paired(x, latents([[1, 0], [0, 1]], ids: ["a", "b"]), pairs) }
        let scratch = try TemporaryFolder()
        let adapters = try NamedAdapters(
            contentsOf: scratch.writeAdapters("pair", x: ("e", 2), y: ("f", 2)), precision: .float32)
        #expect(throws: error) {
            try paired(
                x, latents([[1, 0], [0, 1]], ids: ["a", "b"], encoder: "f"), pairs, maps: (adapters.x, adapters.y))
        }
    }

    @Test func nothingPaired() throws {
        let x = latents([[1, 0]], ids: ["a"])
        #expect(throws: RetrievalError.noPairs) { try paired(x, x, PairList(xRows: [], yRows: [], groups: [])) }
    }

    @Test func adaptersFindTheirSides() throws {
        let scratch = try TemporaryFolder()
        let adapters = try NamedAdapters(
            contentsOf: scratch.writeAdapters("pair", x: ("sound", 3), y: ("words", 2)), precision: .float32)
        let sound = LatentKind(encoder: "sound", modality: .audio, channels: 3)
        let words = LatentKind(encoder: "words", modality: .text, channels: 2)
        func takes(_ map: SpaceMap) throws -> Int? { try map.inputSize() }
        #expect(try takes(adapters.sides(for: sound, and: words).first) == 3)
        #expect(try takes(adapters.sides(for: words, and: sound).first) == 2)
        #expect(try takes(adapters.sides(for: words).other) == 3)
        #expect(try adapters.sides(for: words).otherEncoder == "sound")
        // Without a name the width decides.
        #expect(try takes(adapters.sides(for: LatentKind(encoder: nil, modality: nil, channels: 3)).own) == 3)
        for wrong in [
            LatentKind(encoder: "other", modality: nil, channels: 3),
            LatentKind(encoder: "sound", modality: nil, channels: 2),
            LatentKind(encoder: nil, modality: nil, channels: 4),
        ] {
            let error = #expect(throws: SpaceError.self) { try adapters.sides(for: wrong) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("pair"))
            #expect(throws: SpaceError.self) { try adapters.sides(for: wrong, and: words) }
        }
        #expect(throws: SpaceError.self) {
            try paired(
                latents([[1, 0, 0]], ids: ["a"], encoder: "sound"), latents([[1, 0]], ids: ["a"], encoder: "sound"),
                PairList(xRows: [0], yRows: [0], groups: ["a"]), maps: (adapters.x, adapters.y))
        }
    }
}
