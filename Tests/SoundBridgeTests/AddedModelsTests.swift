import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// Names of models of the user's own.
@Suite struct AddedModelsTests {
    private let scratch: TemporaryFolder
    private let model: URL
    private let added: AddedModels
    private let search: ModelSearch

    init() throws {
        scratch = try TemporaryFolder()
        model = try StandIn("sd1").write(to: scratch)
        added = AddedModels(folder: scratch.url("data/models"))
        search = ModelSearch(models: Checkout.models, added: added)
    }

    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: scratch.path("data/models")))?.sorted() ?? []
    }

    private func expectRefusal<Failure: DescribedError & Equatable>(
        _ failure: Failure, _ name: String, _ path: String? = nil, copies: Bool = false
    ) {
        #expect(throws: failure) { try search.add(path ?? model.path, as: name, copies: copies) }
    }

    @Test func aNameLeadsToTheModelWhereItIs() throws {
        let entry = try search.add(model.path, as: "mine")
        #expect(entry == added.entry("mine") && entry.location.path == model.path && !entry.isCopy && entry.isPresent)
        #expect(added.entries.map(\.name) == ["mine"] && names == ["mine"])
        let found = try #require(try search.textToImage("mine"))
        #expect(found.name == "sd1" && found.family == .one)
        #expect(try search.textToImage("other") == nil)
        // What a name leads to may be added by another.
        #expect(try search.add("mine", as: "again").location.path == model.path)
        try added.remove("mine")
        #expect(added.entries.map(\.name) == ["again"] && FileManager.default.fileExists(atPath: model.path))
        #expect(throws: AddedModelError.unknown("mine", known: ["again"])) { try added.remove("mine") }
    }

    @Test(arguments: [false, true]) func aCopyStandsAlone(isLinked: Bool) throws {
        // As in the cache of a hub, where the files of a folder are links.
        let weights = model.appending(path: "unet/diffusion_pytorch_model.safetensors")
        if isLinked {
            try FileManager.default.moveItem(at: weights, to: scratch.url("blob"))
            try FileManager.default.createSymbolicLink(
                atPath: weights.path, withDestinationPath: "../../blob")
        }
        try scratch.write("sd1/.git/config", "x")
        let entry = try search.add(model.path, as: "copied", copies: true)
        #expect(entry.isCopy)
        try FileManager.default.removeItem(at: model)
        try? FileManager.default.removeItem(at: scratch.url("blob"))
        let found = try #require(try search.textToImage("copied"))
        _ = try found.weightFiles.map(TensorFile.open)
        #expect(!FileManager.default.fileExists(atPath: entry.location.appending(path: ".git").path))
        try added.remove("copied")
        #expect(names.isEmpty)
    }

    @Test func aModelThatIsGoneIsSaid() throws {
        try search.add(model.path, as: "mine")
        try FileManager.default.removeItem(at: model)
        #expect(added.entry("mine")?.isPresent == false)
        let error = #expect(throws: ModelError.self) { try search.textToImage("mine") }
        #expect(error?.description.contains("models remove mine") == true)
        try added.remove("mine")
        #expect(names.isEmpty)
    }

    @Test func nothingIsLeftOfWhatCannotBeAdded() throws {
        for name in ["", ".", "..", "a/b", "-x", ".x", "a b", String(repeating: "a", count: 65), "ä"] {
            expectRefusal(AddedModelError.badName(name), name)
        }
        expectRefusal(AddedModelError.isBundle("default"), "default")
        expectRefusal(AddedModelError.notFound(path: "/nowhere"), "a", "/nowhere")
        expectRefusal(AddedModelError.notTextToImage(path: scratch.url.path), "a", scratch.url.path)
        let bundle = Checkout.models.appending(path: "default").path
        expectRefusal(AddedModelError.notTextToImage(path: bundle), "a", bundle)
        let page = try scratch.write("page.safetensors", "<html>no model").path
        #expect(throws: ModelError.self) { try search.add(page, as: "a", copies: true) }
        #expect(names.isEmpty)
        try search.add(model.path, as: "a")
        expectRefusal(AddedModelError.exists("a"), "a")
        expectRefusal(AddedModelError.exists("a"), "a", copies: true)
        #expect(names == ["a"])
        let homeless = ModelSearch(models: Checkout.models)
        #expect(throws: AddedModelError.noHome) { try homeless.add(model.path, as: "a") }
    }

    @Test func aFolderThatCannotBeMadeIsSaid() throws {
        try scratch.write("data", "a file stands there")
        let error = #expect(throws: AddedModelError.self) { try search.add(model.path, as: "a") }
        #expect(error?.description.contains("data/models cannot be changed") == true && error?.exitStatus == 1)
    }

    @Test func otherThingsInTheFolderArePassedOver() throws {
        try scratch.write("data/models/.fusemix-gen-1.tmp/unet/x", "left by a kill")
        try scratch.write("data/models/with space", "x")
        #expect(added.entries.isEmpty)
        try search.add(model.path, as: "a")
        #expect(added.entries.map(\.name) == ["a"])
    }

    /// A folder of FUSEMIX_MODELS goes first, and a path that is a model before any name.
    @Test func placesHaveAnOrder() throws {
        try search.add(model.path, as: "sd")
        let models = scratch.url("models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        let own = models.appending(path: "sd")
        try FileManager.default.copyItem(at: model, to: own)
        let environment = ["FUSEMIX_MODELS": models.path, "XDG_DATA_HOME": scratch.path("xdg")]
        let both = ModelSearch(environment: environment, executable: nil)
        #expect(both.added.folder?.path == scratch.path("xdg/fusemix-gen/models"))
        #expect(try both.textToImageModel("sd").place.path == own.path)
        try FileManager.default.removeItem(at: own)
        _ = try both.added.add(model, as: "sd", copies: false)
        #expect(try both.textToImageModel("sd").place.path == model.path)
    }
}
