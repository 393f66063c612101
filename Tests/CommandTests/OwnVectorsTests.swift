import Foundation
import LatentStore
import TensorCore
import TestSupport
import Testing

/// Vectors of other programs: without ids, under any name, in the commands that take latents.
@Suite(.serialized) struct OwnVectorsTests {
    let scratch: TemporaryFolder
    private let rows: (x: Tensor, y: Tensor)

    /// y is a part of x.
    init() throws {
        scratch = try TemporaryFolder()
        var random = SplitMix(state: 11)
        let values = random.vectors(80, 12)
        rows = (
            Tensor(values.flatMap(\.self), shape: [80, 12]), Tensor(values.flatMap { $0.prefix(6) }, shape: [80, 6])
        )
        for (name, tensor) in [("x", rows.x), ("y", rows.y)] {
            try LatentSet(ids: (0..<80).map(String.init), vectors: tensor).write(to: scratch.url("\(name).npy"))
            try FileManager.default.removeItem(at: scratch.url("\(name).ids.txt"))
        }
        try SafetensorsFile.write([("sounds", rows.x), ("words", rows.y)], to: scratch.url("both.safetensors"))
    }

    private func run(_ arguments: String...) throws -> Command.Outcome {
        try Command.start(arguments, in: scratch.url).finish()
    }

    @Test func rowsAreTrainedOnAndRankedByTheirPlace() throws {
        let trained = try run(
            "train", "--x", "x.npy", "--y", "y.npy", "-o", "a", "--method", "linear", "--dtype", "f32", "--quiet")
        #expect(trained.exitCode == 0 && trained.errors.isEmpty, "\(trained.errors)")
        let same = try run(
            "train", "--x", "both.safetensors", "--y", "both.safetensors", "--tensor", "sounds", "--tensor", "words",
            "-o",
            "b", "--method", "linear", "--dtype", "f32", "--quiet")
        #expect(same.exitCode == 0, "\(same.errors)")
        #expect(try scratch.data("a/model.safetensors") == scratch.data("b/model.safetensors"))

        let pair = ["evaluate", "retrieval", "--json", "--replicates", "10"]
        for (files, adapters) in [
            (["--x", "x.npy", "--y", "y.npy"], "a"),
            (["--x", "both.safetensors", "--y", "y.npy", "--tensor", "sounds"], "a"),
        ] {
            let ranked = try Command.start(pair + files + ["--adapters", scratch.path(adapters)], in: scratch.url)
                .finish()
            // The adapters know the names of the files that they were made from.
            #expect(ranked.exitCode == 0, "\(ranked.errors)")
            let recall = (ranked.objects.first?["x_to_y"] as? [String: Any])?["R@1"] as? [String: Double]
            let value = try #require(recall?["value"])
            #expect(value > 0.8, "\(value)")
        }
    }

    @Test func otherNumbersOfRowsAreOneSentence() throws {
        try LatentSet(ids: ["a", "b"], vectors: Tensor(zeros: [2, 6])).write(to: scratch.url("few.npy"))
        for arguments in [["train", "-o", "a"], ["evaluate", "retrieval"]] {
            let outcome = try Command.start(arguments + ["--x", "x.npy", "--y", "few.npy"], in: scratch.url).finish()
            #expect(outcome.exitCode == 1 && outcome.output.isEmpty)
            #expect(
                outcome.errors == """
                    fusemix-gen: x has 80 rows and y has 2: without ids row i of x belongs to row i of y, so equal numbers, or \
                    a list of pairs, were expected.

                    """)
        }
    }

    @Test func aChoiceIsAskedFor() throws {
        let outcome = try run("train", "--x", "both.safetensors", "--y", "y.npy", "-o", "a")
        #expect(outcome.exitCode == 1 && outcome.errors.contains("sounds, words, of which --tensor must name one"))
        let twice = try run(
            "train", "--x", "a.npy", "--y", "y.npy", "-o", "a", "--tensor", "1", "--tensor", "2", "--tensor", "3")
        #expect(twice.exitCode == 2 && twice.errors.contains("--tensor"), "\(twice.errors)")
    }

    @Test func wordsFindRowsByTheirNumber() throws {
        let adapters = try scratch.writeAdapters("own", x: ("ours", 12), y: ("all-minilm-l6-v2", 384))
        for arguments in [["x.npy"], ["both.safetensors", "--tensor", "sounds"]] {
            let outcome = try Command.start(
                ["search", "--text", "rain", "--json", "--adapters", adapters.path, "--in"] + arguments, in: scratch.url
            ).finish()
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            let hits = try #require(outcome.objects.first?["hits"] as? [[String: Any]])
            #expect(hits.count == 5 && hits.allSatisfy { ($0["id"] as? String).flatMap { Int($0) } != nil })
        }
    }
}
