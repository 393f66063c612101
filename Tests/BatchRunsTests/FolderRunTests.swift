import FilesOnDisk
import Foundation
import Testing

@testable import BatchRuns

/// Runs of a folder, or of several inputs.
@Suite struct FolderRunTests {
    @Test func mirrorsAFolderInTheOrderOfBytes() throws {
        let tree = try Tree([
            "in/b.wav", "in/a/z.flac", "in/a/deep/er/x.OGG", "in/B.mp3", "in/a.opus", "in/é.aiff", "in/empty/",
        ])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        // "." sorts before "/", capitals before small letters, ASCII before the rest.
        let expected = ["B.mp3", "a.opus", "a/deep/er/x.OGG", "a/z.flac", "b.wav", "é.aiff"]
        #expect(plan.paths == expected)
        #expect(
            plan.outputs(below: tree / "out") == ["B.png", "a.png", "a/deep/er/x.png", "a/z.png", "b.png", "é.png"])
        #expect(plan.seeds == expected.map { EffectiveSeed.hash(base: 0, path: $0) })
        #expect(plan.items[3].source == .file(tree / "in/a/z.flac"))
        #expect(plan.unlisted.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: tree / "out"))
    }

    /// A file that is a sound by its contents alone is named; pictures, texts and hidden files are not.
    @Test func soundsOfOtherNamesAreToldOf() throws {
        let tree = try Tree(["in/a.wav", "in/notes.txt", "in/b.m4a", "in/c.WEBM", "in/.hidden"])
        func write(_ name: String, _ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(filePath: tree / "in/\(name)"))
        }
        let frame = [0xFF, 0xFB, 0x90, 0x64] + [UInt8](repeating: 0, count: 413)
        try write("memo", Array("fLaC".utf8) + [0, 0, 0, 34] + [UInt8](repeating: 0, count: 34))
        try write("song.part", frame + frame + frame + frame)
        try write("voice.dat", [0, 0, 0, 24] + Array("ftypM4A ".utf8))
        try write("photo.heic", [0, 0, 0, 24] + Array("ftypheic".utf8))
        try write("photo.webp", Array("RIFF".utf8) + [9, 0, 0, 0] + Array("WEBP".utf8))
        try write("utf16.txt", [0xFF, 0xFE, 0x41, 0, 0x42, 0])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        #expect(plan.paths == ["a.wav", "b.m4a", "c.WEBM"])
        #expect(
            plan.passedOver
                == ["memo", "song.part", "voice.dat"].map { PassedOver(path: tree / "in/\($0)", reason: .otherName) })
    }

    @Test func everyExtensionIsTaken() throws {
        let names = MediaKind.sound.extensions.flatMap { ["a.\($0)", "B.\($0.uppercased())"] }
        let tree = try Tree(names.map { "in/\($0)" })
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        #expect(Set(plan.paths) == Set(names))
        #expect(
            Set(names).isSuperset(of: [
                "a.wave", "a.bwf", "a.mp2", "a.voc", "a.oga", "a.opus", "a.m4a", "a.mp4", "a.webm",
            ]))
    }

    @Test func createsFoldersAsNeeded() throws {
        let tree = try Tree(["in/a/b/x.wav"])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "new/out")
        try plan.createFolder(for: plan.items[0])
        try plan.createFolder(for: plan.items[0])
        #expect(FolderListing.isFolder(tree / "new/out/a/b"))
    }

    @Test func saysWhichFolderCannotBeCreated() throws {
        let tree = try Tree(["in/a/dog.wav", "file"])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "file/out")
        #expect(throws: OutputFolderError(path: tree / "file/out/a", cause: "Not a directory")) {
            try plan.createFolder(for: plan.items[0])
        }
        let blocked = try RunPlan(inputs: [tree / "in"], output: tree / "new")
        try Data().write(to: URL(filePath: tree / "new"))
        #expect(throws: OutputFolderError.self) { try blocked.createFolder(for: blocked.items[0]) }
    }

    @Test func createsFoldersBelowTheWorkingFolder() throws {
        // A relative path can be followed upwards only to the working folder itself.
        let name = "batch-runs-\(UUID().uuidString)"
        let plan = try RunPlan(inputs: ["dog.wav"], output: name + "/a/")
        defer { try? FileManager.default.removeItem(atPath: name) }
        try plan.createFolder(for: plan.items[0])
        #expect(FolderListing.isFolder(name + "/a"))
    }

    @Test func takesEveryKnownExtensionAndNothingElse() throws {
        let known = ["wav", "flac", "ogg", "oga", "opus", "aiff", "aif", "aifc", "mp3", "au", "w64", "caf"]
        let tree = try Tree(
            known.map { "in/\($0).\($0)" } + [
                "in/a.png", "in/wav", "in/a.wav.txt", "in/.wav", "in/.h.wav", "in/.git/x.wav", "in/a.wav/b.txt",
            ])
        #expect(try RunPlan(inputs: [tree / "in"], output: tree / "out").paths == known.map { "\($0).\($0)" }.sorted())
    }

    @Test func aFolderWithOneSoundIsStillAFolder() throws {
        let tree = try Tree(["in/dog.wav"])
        for input in ["in", "in/", "in/."] {
            let plan = try RunPlan(inputs: [tree / input], output: tree / "out/", seed: 5)
            #expect(plan.outputs(below: tree / "out") == ["dog.png"])
            #expect(plan.seeds == [EffectiveSeed.hash(base: 5, path: "dog.wav")])
        }
    }

    @Test func seedsDoNotDependOnOtherSounds() throws {
        let few = try Tree(["in/a.wav", "in/c.wav"]), many = try Tree(["in/a.wav", "in/b.wav", "in/c.wav"])
        let first = try RunPlan(inputs: [few / "in"], output: few / "out", seed: 1, count: 2)
        let second = try RunPlan(inputs: [many / "in"], output: many / "out", seed: 1, count: 2)
        #expect(first.items.map(\.pictures.count) == [2, 2])
        #expect(first.seeds == Array(second.seeds[0..<2] + second.seeds[4..<6]))
    }

    @Test func severalPicturesHaveTheirSeedsInTheirNames() throws {
        let tree = try Tree(["in/a/dog.wav"])
        let seed = EffectiveSeed.hash(base: 0, path: "a/dog.wav")
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out", count: 2)
        #expect(plan.outputs(below: tree / "out") == ["a/dog-\(seed).png", "a/dog-\(seed + 1).png"])
        #expect(plan.seeds == [seed, seed + 1])
    }

    @Test func contestedNamesAreKeptInFull() throws {
        let tree = try Tree(["in/dog.wav", "in/dog.flac", "in/cat.wav", "in/a/dog.wav"])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        #expect(plan.outputs(below: tree / "out") == ["a/dog.png", "cat.png", "dog.flac.png", "dog.wav.png"])
    }

    /// The full name of dog.wav is the one that dog.wav.mp3 would have had.
    @Test func aFullNameMayContestAThird() throws {
        let tree = try Tree(["in/dog.wav", "in/dog.flac", "in/dog.wav.mp3"])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        #expect(plan.outputs(below: tree / "out") == ["dog.flac.png", "dog.wav.png", "dog.wav.mp3.png"])
    }

    @Test func accentsOfDifferentBytesAreDifferentFiles() throws {
        let tree = try Tree(["in/\u{e9}.wav", "in/e\u{301}.wav"])
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        #expect(
            plan.outputs(below: tree / "out").map { Array($0.utf8) }
                == ["e\u{301}.png", "\u{e9}.png"].map { Array($0.utf8) })
        #expect(Set(plan.seeds).count == 2)
    }

    @Test func severalInputsAreCopiedAsByCp() throws {
        let tree = try Tree(["x/b.wav", "y/a.wav", "y/sub/b.wav", "one.ogg"])
        let plan = try RunPlan(
            inputs: [tree / "y", tree / "x/b.wav", tree / "missing.wav", tree / "x/../one.ogg"], output: tree / "out",
            seed: 2)
        #expect(plan.paths == ["y/a.wav", "y/sub/b.wav", "b.wav", "missing.wav", "one.ogg"])
        #expect(plan.outputs(below: tree / "out") == ["y/a.png", "y/sub/b.png", "b.png", "missing.png", "one.png"])
        #expect(plan.seeds == plan.paths.map { EffectiveSeed.hash(base: 2, path: $0) })
    }

    @Test func sameNameFromTwoPlacesIsRefused() throws {
        let tree = try Tree(["x/dog.wav", "y/dog.wav"])
        let (x, y) = (tree / "x/dog.wav", tree / "y/dog.wav")
        #expect(throws: RunPlanError.sameOutput(first: x, second: y)) {
            try RunPlan(inputs: [x, y], output: tree / "out")
        }
        #expect(throws: RunPlanError.sameOutput(first: x, second: x)) {
            try RunPlan(inputs: [x, x], output: tree / "out")
        }
        #expect(try RunPlan(inputs: [tree / "x", tree / "y"], output: tree / "out").items.count == 2)
    }

    @Test func linksNeverLoop() throws {
        let tree = try Tree(["in/a/dog.wav", "elsewhere/cat.wav"])
        try tree.link("in/a/up", to: "..")
        try tree.link("in/self", to: ".")
        try tree.link("in/other", to: "../elsewhere")
        try tree.link("in/folder.wav", to: "a")
        try tree.link("in/cat.wav", to: "../elsewhere/cat.wav")
        try tree.link("in/gone.wav", to: "nowhere")
        try tree.link("link", to: "in")
        let expected = ["a/dog.wav", "cat.wav", "gone.wav"]
        #expect(try RunPlan(inputs: [tree / "in"], output: tree / "out").paths == expected)
        #expect(try RunPlan(inputs: [tree / "link"], output: tree / "out").paths == expected)
    }

    @Test func onlyFilesAreSounds() throws {
        let tree = try Tree(["in/dog.wav", "in/folder.wav/cat.wav"])
        #expect(mkfifo(tree / "in/pipe.wav", 0o600) == 0)
        #expect(try RunPlan(inputs: [tree / "in"], output: tree / "out").paths == ["dog.wav", "folder.wav/cat.wav"])
    }

    /// Pictures are not sounds, so a second run finds the same sounds as the first.
    @Test func outputInsideTheInput() throws {
        let tree = try Tree(["in/dog.wav", "in/pictures/dog.png", "in/dog.png"])
        let inside = try RunPlan(inputs: [tree / "in"], output: tree / "in/pictures")
        #expect(inside.outputs(below: tree / "in") == ["pictures/dog.png"])
        let beside = try RunPlan(inputs: [tree / "in"], output: tree / "in")
        #expect(beside.outputs(below: tree / "in") == ["dog.png"])
    }

    @Test func soundsAreNeverReplaced() throws {
        let tree = try Tree(["dog.png", "cat.wav"])
        #expect(throws: RunPlanError.outputIsInput(tree / "dog.png")) {
            try RunPlan(inputs: [tree / "dog.png", tree / "cat.wav"], output: tree.path)
        }
    }

    @Test func refusesOutputsThatAreNoFolders() throws {
        let tree = try Tree(["in/dog.wav", "in/cat.wav", "file", "folder.png/"])
        func plan(_ output: String) throws -> RunPlan { try RunPlan(inputs: [tree / "in"], output: output) }
        #expect(throws: RunPlanError.severalToStandardOutput) { try plan("-") }
        #expect(throws: RunPlanError.outputNotAFolder(tree / "file")) { try plan(tree / "file") }
        #expect(throws: RunPlanError.outputNotAFolder(tree / "new.PNG")) { try plan(tree / "new.PNG") }
        #expect(try plan(tree / "new.png/").outputs(below: tree.path) == ["new.png/cat.png", "new.png/dog.png"])
        #expect(
            try plan(tree / "folder.png").outputs(below: tree.path) == ["folder.png/cat.png", "folder.png/dog.png"])
    }

    @Test func refusesInputsThatMakeNoRun() throws {
        let tree = try Tree(["silent/readme.txt", "in/dog.wav"])
        #expect(throws: RunPlanError.noSounds(folder: tree / "silent", isFiltered: false)) {
            try RunPlan(inputs: [tree / "silent"], output: tree / "out")
        }
        #expect(throws: RunPlanError.noSounds(folder: tree / "silent", isFiltered: false)) {
            try RunPlan(inputs: [tree / "in", tree / "silent"], output: tree / "out")
        }
        let none = NameFilter(including: ["*.flac"])
        #expect(throws: RunPlanError.noSounds(folder: tree / "in", isFiltered: true)) {
            try RunPlan(inputs: [tree / "in"], output: tree / "out", settings: .init(seed: 0), filter: none)
        }
        for inputs in [["-", tree / "in"], ["-", "-"]] {
            #expect(throws: RunPlanError.standardInputAmongOthers) { try RunPlan(inputs: inputs, output: tree / "out") }
        }
    }

    /// Skipped for the superuser, who may list any folder.
    @Test(.enabled(if: geteuid() != 0)) func foldersThatCannotBeListedAreReported() throws {
        let tree = try Tree(["in/a/dog.wav", "in/cat.wav"])
        chmod(tree / "in/a", 0)
        defer { chmod(tree / "in/a", 0o700) }
        let plan = try RunPlan(inputs: [tree / "in"], output: tree / "out")
        #expect(plan.paths == ["cat.wav"])
        #expect(plan.unlisted == [UnlistedPath(path: tree / "in/a", cause: "Permission denied")])
        #expect(throws: RunPlanError.unlisted(plan.unlisted[0])) {
            try RunPlan(inputs: [tree / "in/a"], output: tree / "out")
        }
    }
}
