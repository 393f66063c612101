import Foundation
import TestSupport
import Testing

@testable import FrozenEncoders

/// EfficientNet-Lite components with a single fault, each of which is refused with a sentence that names the file.
@Suite struct BrokenPictureEncoderTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    @Test(arguments: [
        (#""model_type": "efficientnet-lite""#, #""model_type": "efficientnet""#, "“model_type”"),
        (#""image_size": 224"#, #""image_size": 0"#, "“image_size”"),
        (#""image_size": 224"#, #""image_size": 1e18"#, "“image_size”"),
        (#""crop_fraction": 0.875"#, #""crop_fraction": 1.5"#, "“crop_fraction”"),
        (#""crop_fraction": 0.875"#, #""crop_fraction": "all""#, "“crop_fraction”"),
        (#""pixel_mean": 127.0"#, #""pixel_mean": -1"#, "“pixel_mean”"),
        (#""pixel_scale": 128.0"#, #""pixel_scale": 0"#, "“pixel_scale”"),
        (
            #""kernel": 3, "stride": 2, "channels": 24"#, #""kernel": 0, "stride": 2, "channels": 24"#,
            "blocks[1].kernel"
        ),
        (
            #""kernel": 3, "stride": 2, "channels": 24"#, #""kernel": 3, "stride": 0, "channels": 24"#,
            "blocks[1].stride"
        ),
        (
            #""kernel": 3, "stride": 2, "channels": 24"#, #""kernel": 3, "stride": 2, "channels": 0"#,
            "blocks[1].channels"
        ),
        (#""expansion": 1, "#, #""expansion": 65, "#, "blocks[0].expansion"),
        (#""stride": 1, "channels": 16"#, #""stride": 1, "channels": 8192"#, "“blocks[0]”"),
        (#""blocks": ["#, #""blocks": [], "all": ["#, "“blocks”"),
        (#""embedding_length": 1280"#, #""embedding_length": 1e18"#, "“embedding_length”"),
    ])
    func refusesAConfiguration(entry: String, replacement: String, found: String) throws {
        let folder = try copy(replacing: entry, by: replacement)
        expectSentence(naming: folder.appending(path: "config.json"), found) {
            _ = try EfficientNetLite(contentsOf: folder)
        }
    }

    @Test(arguments: [
        (#""embedding_length": 1280"#, #""embedding_length": 1281"#, "head.weight"),
        (#""expansion": 1, "#, #""expansion": 2, "#, "blocks.0.expand.weight"),
        (#"    {"expansion": 6, "kernel": 3, "stride": 2, "channels": 24},"#, "", "blocks.2.depthwise"),
        (
            #""kernel": 3, "stride": 2, "channels": 24"#, #""kernel": 5, "stride": 2, "channels": 24"#,
            "blocks.1.depthwise"
        ),
    ])
    func namesTheTensorThatDiffers(entry: String, replacement: String, found: String) throws {
        let folder = try copy(replacing: entry, by: replacement)
        expectSentence(naming: folder.appending(path: "model.safetensors"), found) {
            _ = try EfficientNetLite(contentsOf: folder)
        }
    }

    /// Each file is missing, empty, cut in half, or replaced by bytes that are not text.
    @Test(arguments: ["config.json", "model.safetensors"])
    func namesADamagedFile(name: String) throws {
        let whole = try Data(contentsOf: Self.component.appending(path: name))
        for contents in [nil, Data(), whole.prefix(whole.count / 2), Data(repeating: 0xFF, count: 64)] {
            let folder = try copy()
            let file = folder.appending(path: name)
            try FileManager.default.removeItem(at: file)
            try contents?.write(to: file)
            expectSentence(naming: file) { _ = try EfficientNetLite(contentsOf: folder) }
        }
    }

    private static let component = Checkout.component("efficientnet-lite0")

    /// Copies the component into a folder of its own, with one entry of `config.json` replaced.
    private func copy(replacing entry: String = "", by replacement: String = "") throws -> URL {
        let folder = try scratch.makeFolder(UUID().uuidString)
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "model.safetensors"),
            withDestinationURL: Self.component.appending(path: "model.safetensors"))
        var text = try String(contentsOf: Self.component.appending(path: "config.json"), encoding: .utf8)
        if !entry.isEmpty { text.replaceSubrange(try #require(text.range(of: entry)), with: replacement) }
        try Data(text.utf8).write(to: folder.appending(path: "config.json"))
        return folder
    }
}
