import Foundation
import TestSupport
import Testing

@testable import SoundBridge

@Suite struct BundleTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func manifest(components: String = #"{"denoiser": "components/d"}"#, rest: String = "") -> String {
        """
        {"format_version": 1, "name": "small", "summary": "for tests", "components": \(components),
         "defaults": {"sampler": "euler", "steps": 4, "guidance_scale": 2.5}\(rest)}
        """
    }

    @Test func aBundleNamesItsComponents() throws {
        try folder.write("small/bundle.json", manifest())
        let bundle = try ModelBundle(contentsOf: folder.url.appending(path: "small"))
        #expect(bundle.name == "small")
        #expect(bundle.defaults.steps == 4)
        let expected = folder.url.appending(path: "components/d").resolvingSymlinksInPath().path
        #expect(try bundle.component(.denoiser).path == expected)
        #expect(throws: ModelError.self) { try bundle.component(.soundAdapter) }
    }

    @Test(arguments: ["../outside", "/etc", "components/../../outside", ".", "link"])
    func pathsThatLeadOutsideAreRefused(path: String) throws {
        try folder.write("small/bundle.json", manifest(components: #"{"denoiser": "\#(path)"}"#))
        let link = folder.url.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/usr")
        #expect(throws: ModelError.self) { try ModelBundle(contentsOf: folder.url.appending(path: "small")) }
    }

    @Test(arguments: [
        "", "[]", #"{"format_version": 2}"#, #"{"format_version": 1, "name": 3}"#,
        #"{"format_version": 1, "name": "x", "summary": "", "components": {"ghost": "a"}, "defaults": {"sampler": "euler", "steps": 4, "guidance_scale": 1}}"#,
        #"{"format_version": 1, "name": "x", "summary": "", "components": {}, "defaults": {"sampler": "magic", "steps": 4, "guidance_scale": 1}}"#,
        #"{"format_version": 1, "name": "x", "summary": "", "components": {}, "defaults": {"sampler": "euler", "steps": 0, "guidance_scale": 1}}"#,
        #"{"format_version": 1, "name": "x", "summary": "", "components": {}, "defaults": {"sampler": "euler", "steps": 4, "guidance_scale": 1, "sound_guidance_scale": 51}}"#,
    ])
    func malformedManifestsAreOneSentence(contents: String) throws {
        try folder.write("bad/bundle.json", contents)
        let error = #expect(throws: ModelError.self) { try ModelBundle(contentsOf: folder.url.appending(path: "bad")) }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains("bundle.json") && sentence.hasSuffix(".") && !sentence.contains("\n"))
    }

    @Test func modelsAreFoundInTheOrderThatIsPromised() throws {
        try folder.write("set/small/bundle.json", manifest())
        try folder.write("prefix/share/fusemix-gen/Models/small/bundle.json", manifest(rest: #", "note": 1"#))
        try folder.write("prefix/share/fusemix-gen/Models/other/bundle.json", manifest())
        let executable = folder.url.appending(path: "prefix/bin/fusemix-gen")
        let set = folder.url.appending(path: "set").path
        let both = ModelSearch(environment: ["FUSEMIX_MODELS": set], executable: executable)
        #expect(try both.bundle("small").directory.path.contains("/set/"))
        #expect(try both.bundle("other").directory.path.contains("/prefix/share/"))
        #expect(try both.bundle(folder.url.appending(path: "set/small").path).name == "small")
        let error = #expect(throws: ModelError.self) { try both.bundle("absent") }
        #expect("\(error.map { "\($0)" } ?? "")".contains(set))
        #expect(try ModelSearch(environment: [:], executable: executable).installed().bundles.count == 2)

        try folder.write("checkout/Models/default/bundle.json", manifest())
        let built = folder.url.appending(path: "checkout/.build/x86/release/fusemix-gen")
        #expect(try ModelSearch(environment: [:], executable: built).bundle("default").name == "small")
    }

    /// A package that depends on this one finds the models of the package manager's checkout, or says where they are.
    @Test func modelsAreFoundByPackagesThatDependOnThisOne() throws {
        try folder.write("app/.build/checkouts/fusemix-gen/Models/default/bundle.json", manifest())
        let built = folder.url.appending(path: "app/.build/x86/debug/app")
        #expect(try ModelSearch(environment: [:], executable: built).bundle("default").name == "small")

        try folder.write("shipped/small/bundle.json", manifest())
        let shipped = ModelSearch(models: folder.url.appending(path: "shipped"))
        #expect(try shipped.bundle("small").defaults.steps == 4)
        let error = #expect(throws: ModelError.self) { try shipped.bundle("default") }
        let sentence = "\(error.map { "\($0)" } ?? "")"
        for name in ["/shipped/", "FUSEMIX_MODELS", "ModelSearch(models:)"] { #expect(sentence.contains(name)) }
    }

    @Test func componentsAreFoundByNameAndByPath() throws {
        try folder.write("set/components/small/config.json", "{}")
        try folder.write("set/components/bare/notes.txt", "")
        let search = ModelSearch(
            environment: ["FUSEMIX_MODELS": folder.url.appending(path: "set").path], executable: nil)
        let small = folder.url.appending(path: "set/components/small")
        #expect(try search.component("small").path == small.resolvingSymlinksInPath().path)
        #expect(try search.component(small.path).path == small.resolvingSymlinksInPath().path)
        for absent in ["bare", "absent", folder.url.appending(path: "absent").path] {
            let error = #expect(throws: ModelError.self) { try search.component(absent) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("No component “\(absent)” was found"))
        }
    }

    @Test func checksumsTellWhatChanged() throws {
        // The sha256 of “abc”, from FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        try folder.write("c/a", "abc")
        try folder.write("c/b", "abd")
        try folder.write("c/SHA256SUMS", "\(abc)  a\n\(abc) *b\n\(abc)  gone\n")
        let checksums = try Checksums(verifying: folder.url.appending(path: "c"))
        #expect(checksums.files.map(\.status) == [.verified, .changed, .missing])
        #expect(checksums.files.map(\.path) == ["a", "b", "gone"])
        for bad in ["zz  a\n", "\(abc)  ../a\n", "\(abc)  /etc/passwd\n"] {
            try folder.write("c/SHA256SUMS", bad)
            #expect(throws: ModelError.self) { try Checksums(verifying: folder.url.appending(path: "c")) }
        }
        #expect(throws: ModelError.self) { try Checksums(verifying: folder.url) }
    }
}
