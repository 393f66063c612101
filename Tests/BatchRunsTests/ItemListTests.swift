import Foundation
import SoundBridge
import Testing

@testable import BatchRuns

@Suite struct ItemListTests {
    private func list(_ text: String, name: String = "lists/items.jsonl") throws -> ItemList {
        try ItemList(Data(text.utf8), name: name, over: GenerationSettings(seed: 5))
    }

    @Test func anItemHasSettingsOfItsOwn() throws {
        let list = try list(
            """
            {"input": "dogs/./a.wav", "prompt": "at night", "seed": 7, "steps": 9, "output": "x/first.png"}

            {"input": "/sounds/b.wav", "guidanceScale": 1.5}
            {"prompt": "a red apple", "output": "apple.PNG"}
            """)
        let plan = try RunPlan(list: list, output: "out")
        #expect(plan.isBatch && plan.folder == "out")
        #expect(plan.outputs(below: "out") == ["x/first.png", "b.png", "apple.png"])
        #expect(plan.items.map(\.source) == [.file("lists/dogs/./a.wav"), .file("/sounds/b.wav"), .none])
        #expect(plan.paths == ["dogs/a.wav", "b.wav", "apple"])
        #expect(
            plan.seeds == [7, EffectiveSeed.hash(base: 5, path: "b.wav"), EffectiveSeed.hash(base: 5, path: "apple")])
        #expect(plan.items[0].settings.prompt == "at night" && plan.items[0].settings.steps == 9)
        #expect(plan.items[1].settings.guidanceScale == 1.5 && plan.items[1].settings.prompt == nil)
    }

    @Test func pathsOnStandardInputBeginHere() throws {
        let plan = try RunPlan(list: list("{\"input\": \"-\"}\n{\"input\": \"../a.wav\"}", name: "-"), output: "out")
        #expect(plan.items.map(\.source) == [.file("./-"), .file("../a.wav")])
        #expect(plan.outputs(below: "out") == ["-.png", "a.png"])
    }

    /// U+2028 and U+0085 may stand unescaped in JSON text; only a line feed ends a line, also after a carriage return.
    @Test func linesEndWithALineFeedAlone() throws {
        let list = try list("{\"input\": \"a\u{2028}b\u{85}.wav\"}\r\n\r\n{\"input\": \"c.wav\"}\r\n")
        #expect(list.items.map(\.input) == ["lists/a\u{2028}b\u{85}.wav", "lists/c.wav"])
    }

    @Test func aPictureToStartFromIsFoundBesideTheList() throws {
        let own = #"{"input": "a.wav", "initImage": {"path": "b.png", "strength": 0.5}}"#
        #expect(try list(own).items.map(\.settings.initImage?.path) == ["lists/b.png"])
        var settings = GenerationSettings(seed: 5)
        settings.initImage = InitialPicture(path: "of the run.png")
        let items = try ItemList(Data("{\"input\": \"a.wav\"}".utf8), name: "lists/items.jsonl", over: settings).items
        #expect(items.map(\.settings.initImage?.path) == ["of the run.png"])
    }

    /// What tables write for an empty cell is as if it were not there.
    @Test func emptyValuesAreNotGiven() throws {
        let items = try list(
            #"{"input": "a.wav", "prompt": null, "negativePrompt": "", "output": null, "steps": null}"#
        ).items
        #expect(items == (try list(#"{"input": "a.wav"}"#)).items)
    }

    @Test func outputsAreNeverShared() throws {
        let named = try list(
            """
            {"input": "dog.wav"}
            {"input": "cat.wav", "output": "dog.png"}
            """)
        #expect(try RunPlan(list: named, output: "out").outputs(below: "out") == ["dog.wav.png", "dog.png"])
        let twice = try list("{\"input\": \"dog.wav\"}\n{\"input\": \"dog.wav\", \"seed\": 1}")
        #expect(throws: RunPlanError.sameOutput(first: "lists/dog.wav", second: "lists/dog.wav")) {
            try RunPlan(list: twice, output: "out")
        }
    }

    @Test(arguments: [
        ("{\"input\": \"a.wav\", \"promt\": \"x\"}", "“promt”"), ("{\"input\": \"a.wav\", \"steps\": 0}", "“steps”"),
        ("{\"input\": \"a.wav\", \"steps\": \"many\"}", "“steps”"), ("{\"input\": \"a.wav\", \"seed\": -1}", "“seed”"),
        ("{\"input\": \"a.wav\", \"prompt\": \" \"}", "“prompt”"), ("{\"input\": \"\"}", "“prompt”"),
        ("{\"input\": 3}", "“input”"), ("[]", "JSON object"), ("{", "JSON object"), ("{\"steps\": 3}", "“prompt”"),
        ("{\"prompt\": \"a dog\"}", "“output”"), ("{\"input\": \"a.wav\", \"output\": \"/a.png\"}", "“output”"),
        ("{\"input\": \"a.wav\", \"output\": \"../a.png\"}", "“output”"),
        ("{\"input\": \"a.wav\", \"output\": \"a.jpg\"}", "“output”"),
    ])
    func aLineThatCannotBeIsNamed(line: String, word: String) throws {
        do {
            _ = try list("{\"input\": \"good.wav\"}\n" + line)
            Issue.record("accepted")
        } catch let error as ItemListError {
            #expect(error.line == 2 && error.problem.contains(word))
            #expect(error.description.hasPrefix("lists/items.jsonl, line 2 cannot be used: "))
        }
    }

    @Test func filesThatAreNoLists() {
        #expect(throws: ItemListError(file: "a", problem: "it lists nothing")) {
            try ItemList(Data("\n\n".utf8), name: "a", over: GenerationSettings(seed: 0))
        }
        #expect(throws: ItemListError(file: "a", problem: "line 1 is not UTF-8 text")) {
            try ItemList(Data([0xFF, 0xFE]), name: "a", over: GenerationSettings(seed: 0))
        }
    }
}
