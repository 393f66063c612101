import Foundation
import Testing

@testable import PictureServer

struct DescriptionTests {
    /// Addresses that only say that there is nothing.
    private static let undescribed = Set(
        [
            "upscalers", "latent-upscale-modes", "sd-vae", "hypernetworks", "face-restorers", "realesrgan-models",
            "prompt-styles", "loras", "embeddings", "scripts", "script-info", "cmd-flags",
        ].map { "GET /sdapi/v1/\($0)" } + ["POST /sdapi/v1/refresh-checkpoints"])

    @Test func everyAddressIsDescribedAndNoOther() throws {
        let description = try #require(
            JSONSerialization.jsonObject(with: Data(PackageResources.openapi_json)) as? [String: Any])
        let paths = try #require(description["paths"] as? [String: [String: Any]])
        let described = paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
        let server = try PictureServer(ServerSettings(), models: ["default"]) { _ in throw CancellationError() }
        let served = server.routes().methods.flatMap { path, methods in
            methods.filter { $0 != "HEAD" }.map { "\($0) \(path)" }
        }
        #expect(Set(described).union(Self.undescribed) == Set(served))
    }

    @Test func thePageSaysAllInBothLanguages() throws {
        let script = String(decoding: PackageResources.text_js, as: UTF8.self)
        let parts = script.split(separator: "\n  ja: {", maxSplits: 1)
        let japanese = try #require(parts.last?.split(separator: "\n  },", maxSplits: 1).first)
        func names(_ text: Substring) -> Set<String> {
            Set(text.matches(of: /(\w+): "/).map { String($0.1) })
        }
        #expect(names(parts[0]) == names(japanese))
        #expect(names(japanese).count > 50)
    }
}
