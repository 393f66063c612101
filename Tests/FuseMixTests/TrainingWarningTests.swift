import LatentStore
import TensorCore
import TestSupport
import Testing

@testable import FuseMix

/// What a training says of its own figures.
@Suite struct TrainingWarningTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    /// 40 sounds of five classes, four recordings a class.
    private func data(
        group: (Int) -> String, textRow: (Int) -> Int, held: Set<String>, texts: [[Float]]
    ) throws -> TrainingData {
        var random = SplitMix(state: 3)
        try LatentSet(
            ids: (0..<40).map { "clip \($0)" }, vectors: random.tensor(40, 4), metadata: ["modality": "audio"]
        ).write(to: scratch.url("x.safetensors"))
        try LatentSet(
            ids: texts.indices.map { "text \($0)" }, vectors: Tensor(texts.flatMap(\.self), shape: [texts.count, 2]),
            metadata: ["modality": "text"]
        ).write(to: scratch.url("y.safetensors"))
        let lines = (0..<40).map { "clip \($0)\ttext \(textRow($0))\t\(group($0))\n" }
        try scratch.write("pairs.tsv", "x\ty\tgroup\n" + lines.joined())
        var job = TrainingJob(x: scratch.path("x.safetensors"), y: scratch.path("y.safetensors"), output: "")
        (job.pairs, job.heldOut) = (scratch.path("pairs.tsv"), .groups(held))
        return try TrainingData(job)
    }

    private let classes: [[Float]] = (0..<5).map { [Float($0), 1] }

    @Test func groupsThatAreClassesAreNamed() throws {
        let data = try data(group: { "class \($0 % 5)" }, textRow: { $0 % 5 }, held: ["class 2"], texts: classes)
        #expect(data.warnings(selection: .recall) == [.groupsAreClasses(count: 5)])
        // Whoever selects by classes holds them out on purpose.
        #expect(data.warnings(selection: .classAccuracy).isEmpty)
    }

    @Test func groupsOfRecordingsAreWellAsTheyAre() throws {
        let data = try data(
            group: { "recording \($0 / 2)" }, textRow: { $0 % 5 }, held: ["recording 1", "recording 7"], texts: classes)
        #expect(data.warnings(selection: .recall).isEmpty)
    }

    /// Every clip has a row of its own for its text, and five rows of eight held-out ones are equal to others: the ones
    /// of clips 0 and 5, of 1 and 6, of 2 and 7 are; those of 3 and 4 are not.
    @Test func equalRowsAreCounted() throws {
        let data = try data(
            group: { $0 < 8 ? "held" : "other \($0)" }, textRow: { $0 }, held: ["held"],
            texts: (0..<40).map { classes[$0 % 5] })
        #expect(
            data.warnings(selection: .recall) == [
                .equalRows(side: "y", count: 6, of: 8, highestRecall: 2.0 / 8)
            ])
    }

    @Test func theBestWithinTheWarmUpIsNamed() async throws {
        var random = SplitMix(state: 4)
        for side in ["x", "y"] {
            try LatentSet(ids: (0..<80).map { "\($0)" }, vectors: random.tensor(80, 6))
                .write(to: scratch.url("\(side).safetensors"))
        }
        var job = TrainingJob(
            x: scratch.path("x.safetensors"), y: scratch.path("y.safetensors"), output: scratch.path("bridge"))
        (job.adapters.width, job.adapters.outputSize, job.threads) = (8, 8, 1)
        // Noise cannot be learnt; all steps are warm-up.
        (job.settings.batch, job.settings.epochs, job.settings.warmupSteps) = (32, 3, 1000)
        guard case .written(let report) = try await job.run() else {
            Issue.record("not written")
            return
        }
        #expect(report.warnings.count == 1 && report.warnings[0].contains("warm-up"), "\(report.warnings)")
        #expect(try String(decoding: scratch.data("bridge/README.md"), as: UTF8.self).contains(report.warnings[0]))
    }
}
