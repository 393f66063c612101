import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct GeneratedPicturesTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    @Test(arguments: [
        ("dog-7.png", "dog"), ("Fire_Engine 2.png", "fire engine"), ("fire3.png", "fire"), ("dog.png", "dog"),
        ("dogfish.png", nil), ("7-dog.png", nil), ("dog/7.png", "dog"), ("x/fire-engine/a/dog-3.png", "fire engine"),
    ])
    func conceptsByName(path: String, concept: String?) {
        #expect(ConceptNames(["dog", "fire", "fire engine"]).concept(ofPath: path) == concept)
    }

    @Test func aTable() throws {
        try scratch.write("made.tsv", "path\tconcept\tsound\na/1.png\tdog\t/sounds/1.wav\n2.png\tcat\n")
        let found = try GeneratedPictures.listed(in: scratch.url("made.tsv"))
        #expect(found.map(\.concept) == ["dog", "cat"] && found.map(\.name) == ["a/1.png", "2.png"])
        #expect(found.map { $0.sound?.path } == ["/sounds/1.wav", nil])
        #expect(found[0].file.path == scratch.url("a/1.png").path)
        for text in ["1.png\n", "1.png\t\n", "a\tb\tc\td\n", "path\tconcept\n", ""] {
            try scratch.write("bad.tsv", text)
            #expect(throws: DatasetError.self) { try GeneratedPictures.listed(in: scratch.url("bad.tsv")) }
        }
    }

    @Test func aFolder() throws {
        for name in ["made/dog/1.png", "made/cat-2.png", "made/.hidden.png", "made/notes.txt"] {
            try scratch.write(name, "")
        }
        let folder = scratch.url("made")
        let found = try GeneratedPictures.found(in: folder, of: ["dog", "cat"])
        #expect(found.map(\.name) == ["cat-2.png", "dog/1.png"] && found.map(\.concept) == ["cat", "dog"])
        #expect(throws: GenerationError.noConcept(picture: "cat-2.png", folder: folder.relativePath)) {
            try GeneratedPictures.found(in: folder, of: ["dog"])
        }
        #expect(throws: DatasetError.self) { try GeneratedPictures.found(in: scratch.url("none"), of: ["dog"]) }
    }

    @Test func realPictures() throws {
        try scratch.write("real.tsv", "noto/1.png\tdog\tnoto\n2.png\tcat\n")
        let real = try RealPictures(at: scratch.url("real.tsv").path, media: URL(filePath: "/media"))
        #expect(real.concepts == ["cat", "dog"] && real.items.map(\.group) == ["noto", "2.png"])
        #expect(real.files.map(\.path) == ["/media/noto/1.png", "/media/2.png"])
        try scratch.write("one.tsv", "1.png\tdog\n2.png\tdog\n")
        #expect(throws: GenerationError.self) { try RealPictures(at: scratch.url("one.tsv").path) }
        let training = try TrainingPictures(at: scratch.url("real.tsv").path)
        #expect(training.files.count == 2)
        let strange = GeneratedPicture(name: "x.png", file: scratch.url("x.png"), concept: "cow")
        #expect(throws: DatasetError.unknownLabel(source: "made", label: "cow")) {
            try GenerationSets([strange], source: "made", reference: real, training: nil)
        }
    }
}
