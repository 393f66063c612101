import Foundation
import LatentStore
import TestSupport
import Testing

/// `fusemix-gen embed` as a user runs it: its inputs, and the resulting set.
@Suite(.serialized) struct EmbedTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    private func embed(_ arguments: String..., input: Data? = nil) throws -> Command.Outcome {
        try Command.start(["embed"] + arguments, input: input, in: scratch.url).finish()
    }

    private func set(_ name: String = "a.safetensors") throws -> LatentSet {
        try LatentSet(contentsOf: scratch.url.appending(path: name))
    }

    private func copy(_ sample: String, to name: String) throws {
        try scratch.copy(Checkout.samples.appending(path: sample), to: name)
    }

    @Test func help() throws {
        let outcome = try Command.start(["embed", "--help"], environment: ["COLUMNS": "100"]).finish()
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
        try expectSnapshot(outcome.text, "help-embed")
    }

    /// Files are sorted by the bytes of their names; hidden files and circular links are left out.
    @Test func aFolderOfPictures() throws {
        try copy("rain.png", to: "pictures/b.png")
        try copy("crow.png", to: "pictures/birds/crow.PNG")
        try copy("crow.png", to: "pictures/.hidden.png")
        try copy("rain.ogg", to: "pictures/rain.ogg")
        try FileManager.default.createSymbolicLink(
            at: scratch.url("pictures/birds/loop"),
            withDestinationURL: scratch.url("pictures"))
        let outcome = try embed("pictures", "--encoder", "efficientnet-lite0", "-o", "a.safetensors")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let latents = try set()
        #expect(Array(latents.ids) == ["b.png", "birds/crow.PNG"])
        #expect(latents.vectors.shape == [2, 1280] && latents.vectors.dtype == .float32 && latents.groups == nil)
        #expect(latents.metadata["encoder"] == "efficientnet-lite0" && latents.metadata["modality"] == "image")
        #expect(try scratch.names == ["a.safetensors", "pictures"])
    }

    /// Both features side by side equal each of them alone.
    @Test func featuresOfSounds() throws {
        let dog = Checkout.samples.appending(path: "dog-bark.ogg").path
        var rows: [String: [Float]] = [:]
        for features in ["embedding", "scores", "both"] {
            let outcome = try embed(
                dog, "--encoder", "yamnet", "--features", features, "--precision", "f32", "-o",
                "\(features).safetensors")
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            let latents = try set("\(features).safetensors")
            #expect(latents.metadata["features"] == features && Array(latents.ids) == [dog])
            rows[features] = latents.rows([0]).floats
        }
        let (embedding, scores) = (try #require(rows["embedding"]), try #require(rows["scores"]))
        #expect(embedding.count == 1024 && scores.count == 521)
        #expect(rows["both"] == embedding + scores)
    }

    @Test func linesOfText() throws {
        try scratch.write("lines.txt", "a dog barks\n\nrain on a roof\r\n")
        let outcome = try embed("lines.txt", "--encoder", "all-minilm-l6-v2", "-o", "a.safetensors", "--dtype", "f16")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let latents = try set()
        #expect(Array(latents.ids) == ["a dog barks", "rain on a roof"])
        #expect(latents.vectors.shape == [2, 384] && latents.vectors.dtype == .float16)
        #expect(latents.metadata["modality"] == "text")
    }

    /// Paths in a list are relative to its folder.
    @Test(arguments: ["tsv", "jsonl"])
    func lists(form: String) throws {
        try copy("rain.png", to: "lists/media/rain.png")
        try copy("crow.png", to: "lists/media/crow.png")
        let lists = [
            "tsv": "group\tid\tpath\nweather\twet\tmedia/rain.png\nbirds\tblack\tmedia/crow.png\n",
            "jsonl": """
            {"path": "media/rain.png", "id": "wet", "group": "weather"}
            {"path": "media/crow.png", "id": "black", "group": "birds"}
            """,
        ]
        try scratch.write("lists/all.\(form)", try #require(lists[form]))
        let outcome = try embed("lists/all.\(form)", "--encoder", "efficientnet-lite0", "-o", "a.safetensors")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let latents = try set()
        #expect(Array(latents.ids) == ["wet", "black"])
        #expect(latents.groups.map { Array($0) } == ["weather", "birds"])
    }

    /// A pattern stands for the paths that the shell would put in its place.
    @Test func aPattern() throws {
        try copy("rain.png", to: "p/rain.png")
        try copy("crow.png", to: "p/birds/crow.png")
        try copy("crow.png", to: "p/1.png")
        let outcome = try embed("p/*", "--encoder", "efficientnet-lite0", "-o", "a.safetensors")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(Array(try set().ids) == ["p/1.png", "crow.png", "p/rain.png"])
    }

    @Test func standardInput() throws {
        let lines = Data("\u{FEFF}a dog barks\nrain\n".utf8)
        #expect(try embed("-", "--encoder", "all-minilm-l6-v2", "-o", "a.npy", input: lines).exitCode == 0)
        #expect(Array(try set("a.npy").ids) == ["a dog barks", "rain"])
    }

    /// Text in a list becomes rows of length 1, in NumPy's format with the ids in a file beside it.
    @Test func textsAsNumPy() throws {
        try scratch.write("texts.tsv", "text\tid\na dog barks\t1\nrain\t2\n")
        let outcome = try embed(
            "texts.tsv", "--encoder", "all-minilm-l6-v2", "-o", "a.npy", "--normalize", "--quiet", "--json")
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.objects.count == 1)
        let latents = try set("a.npy")
        #expect(Array(latents.ids) == ["1", "2"])
        let squares = latents.rows([1]).floats.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(squares - 1) < 1e-6)
        #expect(try scratch.names == ["a.ids.txt", "a.metadata.json", "a.npy", "texts.tsv"])
    }

    @Test func normalizedPicturesHaveLengthOne() throws {
        try copy("rain.png", to: "rain.png")
        #expect(try embed("rain.png", "--encoder", "efficientnet-lite0", "-o", "a.npy", "--normalize").exitCode == 0)
        let squares = try set("a.npy").rows([0]).floats.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(squares - 1) < 1e-6)
    }

    /// One unreadable item is left out and changes the exit code, nothing else.
    @Test func aBadItem() throws {
        try copy("rain.png", to: "pictures/a.png")
        try copy("rain.ogg", to: "pictures/b.png")
        try copy("crow.png", to: "pictures/c.png")
        let outcome = try embed("pictures", "--encoder", "efficientnet-lite0", "-o", "a.safetensors", "--quiet")
        #expect(outcome.exitCode == 1)
        #expect(
            outcome.errors.split(separator: "\n").count == 1 && outcome.errors.contains("b.png"), "\(outcome.errors)")
        #expect(Array(try set().ids) == ["a.png", "c.png"])
        #expect(try scratch.names == ["a.safetensors", "pictures"])
    }

    /// Each failure is one sentence that names the fault; nothing is made.
    @Test func failures() throws {
        try scratch.write("twice.txt", "a dog\na dog\n")
        try scratch.write("one.txt", "one\n")
        try scratch.write("empty.txt", "")
        try scratch.write("absent.tsv", "path\nabsent.png\n")
        try scratch.write("columns.tsv", "file\nabsent.png\n")
        try scratch.write("short.tsv", "path\tid\nabsent.png\n")
        try scratch.write("number.jsonl", "{\"path\": 3}\n")
        try copy("rain.png", to: "rain.png")
        try scratch.write("old.safetensors", "old")
        let before = try scratch.names
        let (text, image) = ("all-minilm-l6-v2", "efficientnet-lite0")
        let cases: [([String], Int32, String)] = [
            (["twice.txt", "--encoder", text, "-o", "a.npy"], 2, "a dog"),
            (["empty.txt", "--encoder", text, "-o", "a.npy"], 2, "empty.txt"),
            (["one.txt", "--encoder", "absent", "-o", "a.npy"], 3, "absent"),
            (["one.txt", "--encoder", "decoder", "-o", "a.npy"], 3, "decoder"),
            (["rain.png", "--encoder", text, "-o", "a.npy"], 2, "rain.png"),
            (["one.txt", "--encoder", image, "-o", "a.npy"], 2, "one.txt"),
            (["columns.tsv", "--encoder", image, "-o", "a.npy"], 2, "columns.tsv"),
            (["short.tsv", "--encoder", image, "-o", "a.npy"], 2, "short.tsv"),
            (["number.jsonl", "--encoder", image, "-o", "a.npy"], 2, "Line 1 of number.jsonl"),
            (["*.gif", "--encoder", image, "-o", "a.npy"], 2, "*.gif"),
            (["one.txt", "--encoder", text, "-o", "a.npy", "--resume", "--overwrite"], 2, "--resume"),
            (["absent.tsv", "--encoder", image, "-o", "a.npy"], 1, "absent.png"),
            (["absent.png", "--encoder", image, "-o", "a.npy"], 1, "absent.png"),
            (["one.txt", "--encoder", text, "-o", "a.bin"], 2, "a.bin"),
            (["one.txt", "--encoder", text, "-o", "absent/a.npy"], 1, "absent/a.npy"),
            (["one.txt", "--encoder", text, "-o", "old.safetensors"], 1, "old.safetensors"),
            (["one.txt", "--encoder", text, "-o", "a.npy", "--features", "both"], 2, "Features"),
            (["one.txt", "--encoder", text, "-o", "a.npy", "--dtype", "f8"], 2, "--dtype"),
            (["one.txt", "-o", "a.npy"], 2, "--encoder"), (["--encoder", text, "-o", "a.npy"], 2, "input"),
        ]
        for (arguments, code, words) in cases {
            let outcome = try Command.start(["embed"] + arguments, in: scratch.url).finish()
            #expect(outcome.exitCode == code, "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
            let sentences = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("fusemix-gen: ") }
            #expect(!sentences.isEmpty && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            #expect(try scratch.names == before, "\(arguments)")
        }
    }
}
