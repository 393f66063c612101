import Foundation
import LatentStore
import Synchronization
import TestSupport
import Testing

@testable import FuseMix

@Suite struct TrainingJobTests {
    private let scratch: TemporaryFolder

    /// Makes 120 pairs that a small adapter can learn, in groups of two.
    init() throws {
        scratch = try TemporaryFolder()
        let task = TrainerTests.Task(count: 120)
        let ids = (0..<120).map { "clip \($0)" }
        let groups = (0..<120).map { "recording \($0 / 2)" }
        try LatentSet(ids: ids, groups: groups, vectors: task.x, metadata: ["encoder": "ears"])
            .write(to: scratch.url("x.safetensors"))
        try LatentSet(ids: ids, vectors: task.y, metadata: [:]).write(to: scratch.url("y.safetensors"))
    }

    private func job(_ output: String) -> TrainingJob {
        var job = TrainingJob(
            x: scratch.path("x.safetensors"), y: scratch.path("y.safetensors"), output: scratch.path(output))
        (job.adapters.width, job.adapters.outputSize) = (8, 8)
        (job.settings.batch, job.settings.epochs, job.settings.stepLimit) = (32, 10, nil)
        job.threads = 1
        return job
    }

    private func written(_ end: TrainingJob.End) throws -> TrainingReport {
        guard case .written(let report) = end else { throw TestError("not written: \(end)") }
        return report
    }

    @Test func componentAndReport() async throws {
        let report = try await written(job("bridge").run())
        #expect(report.output == scratch.path("bridge") && report.steps == 10 && report.validation != nil)
        #expect(try scratch.names == ["bridge", "x.safetensors", "y.safetensors"])
        let pair = try AdapterPair(contentsOf: scratch.url("bridge"))
        #expect(pair.configuration.xEncoder == "ears" && pair.configuration.yEncoder == "y")
        #expect(pair.configuration.x.inputSize == 24 && pair.configuration.outputSize == 8)
        // The card may be edited, so the checksums cover only the files that computation uses.
        let sums = try String(decoding: scratch.data("bridge/SHA256SUMS"), as: UTF8.self)
        #expect(sums.split(separator: "\n").map { String($0.suffix($0.count - 66)) } == AdapterComponent.files)
    }

    /// A training asked to stop after the third step leaves only a checkpoint; resumed, it ends in the same bytes as an
    /// unbroken one.
    @Test func stoppedAndResumed() async throws {
        _ = try await written(job("whole").run())
        let steps = Mutex(0)
        var broken = job("broken")
        let end = try await broken.run(shouldStop: {
            steps.withLock {
                $0 += 1
                return $0 == 3
            }
        })
        guard case .interrupted(let step, let checkpoint) = end else { throw TestError("not interrupted: \(end)") }
        #expect(step == 3 && checkpoint.lastPathComponent == "broken.training")
        #expect(try !scratch.names.contains("broken"))
        await #expect(throws: TrainingError.self) { try await self.job("broken").run() }
        broken.resumes = true
        _ = try await written(broken.run())
        #expect(try scratch.data("broken/model.safetensors") == scratch.data("whole/model.safetensors"))
        #expect(try !scratch.names.contains("broken.training"))
    }

    @Test(arguments: Baseline.allCases)
    func closedForms(method: Baseline) async throws {
        var job = job("made")
        job.method = .closedForm(method, strength: nil, outputSize: nil)
        guard case .abandoned = try await job.run(shouldStop: { true }) else { throw TestError("written") }
        #expect(try scratch.names == ["x.safetensors", "y.safetensors"])
        let report = try await written(job.run())
        #expect(report.steps == nil && (report.strength == nil) == (method == .procrustes))
        #expect(try AdapterPair(contentsOf: scratch.url("made")).configuration.x.kind == .linear)
    }

    @Test func groupsByNameOrFile() throws {
        #expect(try PairSplit.Rule(groups: "a,b c") == .groups(["a", "b c"]))
        let file = try scratch.write("groups.txt", "a\n\nb, c\n")
        #expect(try PairSplit.Rule(groups: file.path) == .groups(["a", "b, c"]))
    }
}

private struct TestError: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
