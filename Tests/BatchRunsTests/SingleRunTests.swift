import FilesOnDisk
import Foundation
import Testing

@testable import BatchRuns

/// Runs of one sound, or of none.
@Suite struct SingleRunTests {
    @Test func oneSoundMakesThatFileWithThatSeed() throws {
        let tree = try Tree(["dog.wav"])
        let plan = try RunPlan(inputs: [tree / "dog.wav"], output: tree / "out.png", seed: 7)
        #expect(plan.outputs(below: tree.path) == ["out.png"])
        #expect(plan.seeds == [7] && plan.paths == ["dog.wav"] && plan.folder == nil)
        #expect(plan.items[0].source == .file(tree / "dog.wav"))
    }

    @Test func keepsPathsAsTheyWereGiven() throws {
        let plan = try RunPlan(inputs: ["no such/a?b#c%20: é.wav"], output: "out: %41.png")
        #expect(plan.items[0].source == .file("no such/a?b#c%20: é.wav"))
        #expect(plan.outputs(below: "") == ["out: %41.png"])
    }

    @Test func theNameAskedForIsTakenExactly() throws {
        for output in ["out.PNG", "out.v2", ".png"] {
            #expect(try RunPlan(inputs: ["dog.wav"], output: output).outputs(below: "") == [output])
        }
        for output in ["out", "a.b/out"] {
            #expect(try RunPlan(inputs: ["dog.wav"], output: output).outputs(below: "") == [output + ".png"])
        }
    }

    @Test func namedFilesNeedNoSoundExtension() throws {
        #expect(try RunPlan(inputs: ["dog.bin"], output: "dog.png").paths == ["dog.bin"])
    }

    @Test func aFolderAsOutputTakesTheSoundsName() throws {
        let tree = try Tree(["there/"])
        let there = try RunPlan(inputs: ["x/dog.bark.wav"], output: tree / "there")
        #expect(there.outputs(below: tree.path) == ["there/dog.bark.png"])
        #expect(there.folder == tree / "there")
        let new = try RunPlan(inputs: ["x/dog.wav"], output: tree / "new/")
        #expect(new.outputs(below: tree.path) == ["new/dog.png"])
        #expect(!FileManager.default.fileExists(atPath: tree / "new"))
        try new.createFolder(for: new.items[0])
        #expect(FolderListing.isFolder(tree / "new"))
        #expect(try RunPlan(inputs: [".wav"], output: tree / "there").outputs(below: tree.path) == ["there/.wav.png"])
    }

    @Test func severalPicturesHaveTheirSeedsInTheirNames() throws {
        let tree = try Tree()
        let named = try RunPlan(inputs: ["dog.wav"], output: "a.b/out.png", seed: 9, count: 3)
        #expect(named.outputs(below: "") == ["a.b/out-9.png", "a.b/out-10.png", "a.b/out-11.png"])
        #expect(named.seeds == [9, 10, 11] && named.items.count == 1)
        #expect(
            try RunPlan(inputs: ["dog.wav"], output: "out", count: 2).outputs(below: "") == ["out-0.png", "out-1.png"])
        let inside = try RunPlan(inputs: ["dog.wav"], output: tree.path, seed: 1, count: 2)
        #expect(inside.outputs(below: tree.path) == ["dog-1.png", "dog-2.png"])
    }

    @Test func standardInputAndOutput() throws {
        let tree = try Tree()
        let plan = try RunPlan(inputs: ["-"], output: "-", seed: 3)
        #expect(plan.items[0].source == .standardInput && plan.paths == ["stdin"])
        #expect(plan.items[0].pictures == [RunPicture(seed: 3, destination: .standardOutput)])
        #expect(try RunPlan(inputs: ["-"], output: tree.path).outputs(below: tree.path) == ["stdin.png"])
        #expect(try RunPlan(inputs: ["./-"], output: "a.png").items[0].source == .file("./-"))
        #expect(throws: RunPlanError.severalToStandardOutput) {
            try RunPlan(inputs: ["dog.wav"], output: "-", count: 2)
        }
    }

    @Test func wordsAlone() throws {
        let tree = try Tree()
        let plan = try RunPlan(inputs: [], output: "apple.png", seed: 4)
        #expect(plan.items[0].source == .none && plan.paths == [""])
        #expect(plan.outputs(below: "") == ["apple.png"] && plan.seeds == [4])
        #expect(try RunPlan(inputs: [], output: tree.path).outputs(below: tree.path) == ["picture.png"])
    }

    @Test(arguments: ["a.jpg", "a.JPEG", "a.webp", "x.png/a.gif", "a.bmp", "a.tif", "a.tiff"])
    func refusesNamesOfOtherFormats(output: String) {
        #expect(throws: RunPlanError.notPNG(output)) { try RunPlan(inputs: ["dog.wav"], output: output) }
    }

    @Test func refusesWhatMakesNoRun() throws {
        let tree = try Tree(["dog.wav"])
        try tree.link("link.wav", to: "dog.wav")
        #expect(throws: RunPlanError.emptyPath) { try RunPlan(inputs: [""], output: "a.png") }
        #expect(throws: RunPlanError.emptyPath) { try RunPlan(inputs: ["dog.wav"], output: "") }
        #expect(throws: RunPlanError.count(0)) { try RunPlan(inputs: ["dog.wav"], output: "a.png", count: 0) }
        for output in ["dog.wav", "./dog.wav", "link.wav"] {
            #expect(throws: RunPlanError.outputIsInput(tree / output)) {
                try RunPlan(inputs: [tree / "dog.wav"], output: tree / output)
            }
        }
    }
}
