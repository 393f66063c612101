import FilesOnDisk
import Foundation
import SoundBridge
import Testing

@testable import BatchRuns

extension RunHeader {
    /// A header of a model that does not exist.
    static let example = RunHeader(
        model: "default", components: "0123", precision: .float32, threads: 2, metadata: true, settings: .example)
}

extension GenerationSettings {
    static let example = GenerationSettings(seed: 3, steps: 10, sampler: .euler, guidanceScale: 3)
}

/// A folder of sounds planned, and the plan's file.
struct PlannedFolder {
    let tree: Tree
    let file: PlanFile
    var path: String { tree / "run.plan" }

    init(_ sounds: [String] = ["a.wav", "b/c.flac", "b/d.ogg"], count: Int = 1) throws {
        tree = try Tree(sounds.map { "in/" + $0 })
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out", settings: .example, count: count)
        file = try PlanFile.write(plan, .example, model: "default", to: tree / "run.plan", overwrite: false)
    }

    /// Returns the sentence with which the file is refused after `edit` has changed its lines.
    func refusal(of edit: (inout [String]) throws -> Void) throws -> String {
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        try edit(&lines)
        return try refusal(of: Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    func refusal(of data: Data) throws -> String {
        let error = try #require(throws: FileContentError.self) { try PlanFile(data, name: "run.plan") }
        return error.description
    }
}

@Suite struct PlanFileTests {
    @Test func isReadAsItWasWritten() throws {
        let folder = try PlannedFolder(count: 2)
        let read = try PlanFile(contentsOf: folder.path)
        #expect(read.items == folder.file.items)
        #expect(read.items.map(\.relativePath) == ["a.wav", "b/c.flac", "b/d.ogg"])
        #expect(read.items.flatMap(\.pictures).count == 6)
        #expect((read.header, read.model, read.output) == (.example, "default", folder.tree / "out"))
        #expect(read.identity == folder.file.identity)
        #expect(read.identity.count == 16)
    }

    /// What is said of a Stable Diffusion model is part of its plan, paths as they were given; a plan of a bundle has none.
    @Test func optionsOfTheModelAreKept() throws {
        let folder = try PlannedFolder()
        #expect(folder.file.options == TextToImageOptions())
        #expect(try !String(contentsOfFile: folder.path, encoding: .utf8).contains("options"))
        let options = TextToImageOptions(
            autoencoder: URL(filePath: "taesd"), tiling: .on, prediction: .velocity,
            loras: [LoRA(file: URL(filePath: "a/b.safetensors"), scale: -0.5)], tokens: URL(filePath: "t"))
        let record = try JSONDecoder().decode(
            CheckpointRecord.self,
            from: Data(#"{"modelHash": "0123456789", "vaeTiling": "on", "loras": []}"#.utf8))
        let header = RunHeader(
            model: "sd", components: "0123", precision: .float32, threads: 2, metadata: true, settings: .example,
            checkpoint: record)
        let path = folder.tree / "sd.plan"
        let written = try PlanFile.write(
            folder.file.whole(), header, model: "sd", options: options, to: path, overwrite: false)
        let read = try PlanFile(contentsOf: path)
        #expect(written.header == header && read.header == header)
        #expect(read.options.autoencoder?.relativePath == "taesd" && read.options.loras.first?.scale == -0.5)
        #expect(read.options.loras.first?.file.relativePath == "a/b.safetensors")
        #expect(
            read.options.tiling == .on && read.options.prediction == .velocity
                && read.options.tokens?.relativePath == "t")
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains(#""autoencoder":"taesd""#))
        let other = try JSONDecoder().decode(
            CheckpointRecord.self,
            from: Data(#"{"modelHash": "0123456789", "vaeTiling": "off", "loras": []}"#.utf8))
        let different = RunHeader(
            model: "sd", components: "4567", precision: .float32, threads: 2, metadata: true, settings: .example,
            checkpoint: other)
        #expect(header.difference(from: different) == "VAE tiling on, not off")
    }

    @Test func shardsMakeWhatOneRunWould() throws {
        let folder = try PlannedFolder()
        let alone = try RunPlan(inputs: [folder.tree / "in"], output: folder.tree / "out", settings: .example)
        let parts = try Shard.all(2).map { try folder.file.part(of: $0).items }
        #expect(parts == [[alone.items[0], alone.items[2]], [alone.items[1]]])
        #expect(try folder.file.part(of: Shard("9/9")).items.isEmpty)
    }

    @Test func whatCouldNotBeListedIsKept() throws {
        let tree = try Tree()
        let lost = UnlistedPath(path: "in/lost", cause: "Permission denied")
        let plan = try RunPlan(items: [], folder: "out", unlisted: [lost])
        _ = try PlanFile.write(plan, .example, model: "default", to: tree / "p", overwrite: false)
        #expect(try PlanFile(contentsOf: tree / "p").whole().unlisted == [lost])
    }

    @Test func otherContentsHaveAnotherIdentity() throws {
        let (one, other) = (try PlannedFolder(["a.wav"]), try PlannedFolder(["b.wav"]))
        #expect(one.file.identity != other.file.identity)
    }

    @Test func isNotReplacedUnasked() throws {
        let folder = try PlannedFolder()
        let plan = try folder.file.whole()
        #expect(throws: AtomicFileError(file: folder.path, reason: .exists)) {
            try PlanFile.write(plan, .example, model: "default", to: folder.path, overwrite: false)
        }
        _ = try PlanFile.write(plan, .example, model: "default", to: folder.path, overwrite: true)
    }

    @Test func cutShortAnywhere() throws {
        let folder = try PlannedFolder()
        let data = try Data(contentsOf: URL(filePath: folder.path))
        for length in stride(from: 0, to: data.count, by: 7) + [data.count - 1] {
            let sentence = try folder.refusal(of: data.prefix(length))
            #expect(sentence.hasPrefix("run.plan has "), "\(length): \(sentence)")
        }
        #expect(try folder.refusal(of: data + data).hasPrefix("run.plan has 7 whole lines"))
    }

    @Test func otherFiles() throws {
        let folder = try PlannedFolder()
        for contents in ["", "\n", "{}", "[]\n", "null\n", "\u{0}\u{1}", String(repeating: "[", count: 100_000)] {
            #expect(
                try folder.refusal(of: Data(contents.utf8))
                    == "run.plan has another first line, expected that of a plan.")
        }
        #expect(try folder.refusal(of: Data([0xff, 0xfe, 0x0a])).hasPrefix("run.plan has another first line"))
        #expect(
            try folder.refusal { $0[0] = #"{"format":"fusemix-gen plan 2"}"# }
                == "run.plan has the format “fusemix-gen plan 2”, expected “fusemix-gen plan 1”.")
        #expect(throws: FileContentError.unreadable(file: "/nowhere/p", reason: "no such file")) {
            try PlanFile(contentsOf: "/nowhere/p")
        }
        #expect(throws: FileContentError.self) { try PlanFile(contentsOf: folder.tree.path) }
    }

    @Test(arguments: [
        (#""threads":2"#, #""threads":0"#, "header.threads"),
        (#""threads":2"#, #""threads":99999999999999999999"#, "line 1"),
        (#""threads":2"#, #""threads":"two""#, "header.threads"),
        (#""items":3"#, #""items":-1"#, "3 whole lines"),
        (#""items":3"#, #""items":9223372036854775807"#, "3 whole lines"),
        (#""precision":"f32""#, #""precision":"f8""#, "precision"),
        (#""steps":10"#, #""steps":1000000"#, "settings"),
        (#""steps":10"#, #""steps":1e300"#, "line 1"),
        (#""model":"default","output""#, #""model":"","output""#, "model"),
    ])
    func headingsThatAreRefused(part: String, replacement: String, naming: String) throws {
        let folder = try PlannedFolder()
        let sentence = try folder.refusal { lines in
            #expect(lines[0].contains(part), "\(lines[0])")
            lines[0] = lines[0].replacingOccurrences(of: part, with: replacement)
        }
        #expect(sentence.contains("run.plan") && sentence.contains(naming), "\(sentence)")
    }

    @Test(arguments: [
        (#""seed":"#, #""seed":-"#), (#""steps":10"#, #""steps":0"#), (#""steps":10"#, #""steps":null"#),
        (#""sampler":"euler""#, #""sampler":"x""#), (#""path":"a.wav""#, #""path":"""#),
        (#""path":"a.wav""#, #""path":7"#), (#""pictures":["#, #""pictures":[7,"#),
        (#"in/a.wav""#, #"in/\u0000a.wav""#),
        ("out/a.png", "out/../a.png"), ("out/a.png", "out//a.png"), ("out/a.png", "out/./a.png"),
        ("out/a.png", "elsewhere/a.png"), ("out/a.png", "out/a.txt"), ("out/a.png", "out/b/c.png"),
        ("out/a.png", #"out/\u0000.png"#), ("out/a.png", "out/\(String(repeating: "a", count: 5000)).png"),
    ])
    func itemsThatAreRefused(part: String, replacement: String) throws {
        let folder = try PlannedFolder()
        let sentence = try folder.refusal { lines in
            #expect(lines[1].contains(part), "\(lines[1])")
            lines[1] = lines[1].replacingOccurrences(of: part, with: replacement)
        }
        #expect(sentence.contains("run.plan, line") && sentence.hasSuffix("."), "\(sentence)")
    }

    @Test func itemsWithoutInputOrPictures() throws {
        let folder = try PlannedFolder()
        func refusal(_ pattern: String, _ replacement: String) throws -> String {
            try folder.refusal {
                $0[2] = $0[2].replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
            }
        }
        #expect(
            try refusal(#""pictures":\[.*\]"#, #""pictures":[]"#)
                == "The field “pictures” of run.plan, line 3, must be a list of 1 to 10000.")
        #expect(
            try refusal(#""input":"[^"]*","#, "")
                == "The field “prompt” of run.plan, line 3, must be given where there is no input.")
        #expect(
            try refusal(#""input":"[^"]*""#, #""input":"-""#)
                == "The field “input” of run.plan, line 3, must be a file, not standard input.")
    }
}
