import Foundation
import FuseMix
import LatentStore
import SoundBridge
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

/// Evaluations of latents, which need no installed model.
@ComputeActor @Suite struct RetrievalTaskTests {
    private let scratch: TemporaryFolder
    private let components: Components

    init() throws {
        scratch = try TemporaryFolder()
        try scratch.makeFolder("Models")
        components = Components(
            precision: .float32,
            search: ModelSearch(environment: ["FUSEMIX_MODELS": scratch.path("Models")], executable: nil))
        for name in ["x", "y"] {
            try LatentSet(
                ids: ["a", "b", "c"], vectors: Tensor([3, 0, 0, 2, 1, 1], shape: [3, 2]),
                metadata: ["encoder": name]
            ).write(to: scratch.url("\(name).npy"))
        }
    }

    private func task(pairs: String? = nil) -> RetrievalTask {
        RetrievalTask(.latents(.init(x: scratch.path("x.npy"), y: scratch.path("y.npy"), pairs: pairs)))
    }

    @Test func asTheyAre() throws {
        let report = try task().report(components)
        #expect(report.evaluation.rsum.value == 600 && report.dataset == nil)
        #expect(report.x.source == scratch.path("x.npy") && report.x.unpaired == 0)
    }

    @Test func throughAdaptersOfAFolder() throws {
        var task = task()
        task.adapters = try scratch.writeAdapters("bridge", x: ("x", 2), y: ("y", 2)).path
        #expect(try task.report(components).space == "bridge")
        task.adapters = "absent"
        #expect(throws: ModelError.self) { try task.report(components) }
    }

    @Test func aSplitOfThePairs() throws {
        try scratch.write("pairs.tsv", "x\ty\tsplit\na\ta\ttest\nb\tb\ttest\nc\tc\ttrain\n")
        var task = task(pairs: scratch.path("pairs.tsv"))
        task.split = "test"
        #expect(try task.report(components).x.unpaired == 1)
        for name in ["validation", "tset"] {
            task.split = name
            let error = #expect(throws: PairListError.self) { try task.report(components) }
            #expect(error?.exitStatus == 2)
        }
    }
}
