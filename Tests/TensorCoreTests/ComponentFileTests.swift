import Foundation
import TestSupport
import Testing

@testable import FilesOnDisk
@testable import TensorCore

@Suite struct ComponentFileTests {
    struct Settings: CheckedJSON {
        struct Layer: Decodable { let width: Int }
        enum Kind: String, Decodable { case small, large }

        let kind: Kind
        let name: String
        let layers: [Layer]

        func validate(_ check: FieldCheck) throws {
            try check.require(name, is: "net", "name")
            for (index, layer) in layers.enumerated() {
                try check.require(layer.width, in: 1...8, "layers[\(index)].width")
            }
        }
    }

    /// Runs `body` on a file with these bytes.
    func withFile<Result>(_ contents: Data, _ body: (URL) throws -> Result) throws -> Result {
        let folder = try TemporaryFolder()
        return try body(folder.write("component file", contents))
    }

    @Test func fieldsThatAreNotKnownAreIgnored() throws {
        let json = #"{"kind": "small", "name": "net", "layers": [{"width": 8}], "more": {"of": [1]}}"#
        #expect(try withFile(Data(json.utf8)) { try Settings(contentsOf: $0).layers.map(\.width) } == [8])
    }

    @Test(arguments: [
        (#"{"kind": "huge", "name": "net", "layers": []}"#, "“kind”"),
        (#"{"kind": "small", "layers": []}"#, "“name”"),
        (#"{"kind": "small", "name": "a\nb", "layers": []}"#, "“name”"),
        (#"{"kind": "small", "name": "net", "layers": {}}"#, "“layers”"),
        (#"{"kind": "small", "name": "net", "layers": [{"width": 1}, {"width": 0}]}"#, "“layers[1].width”"),
        (#"{"kind": "small", "name": "net", "layers": [{"width": 1}, {}]}"#, "“layers[1].width”"),
        (#"{"kind": "small", "name": "net", "layers": [{"width": "1"}]}"#, "“layers[0].width”"),
    ])
    func unfitFieldsAreNamed(json: String, field: String) throws {
        try withFile(Data(json.utf8)) { url in
            let error = #expect(throws: FileContentError.self) { try Settings(contentsOf: url) }
            guard let error, case .field = error else {
                Issue.record("\(error as Any)")
                return
            }
            #expect(error.description.contains(field) && isSentence(error, naming: url), "\(error)")
        }
    }

    @Test(arguments: ["", "[]", "3", "{", "{\"name\": NaN}", "\u{0}", String(repeating: "[", count: 100_000)])
    func whatIsNotAnObjectIsNamed(json: String) throws {
        try withFile(Data(json.utf8)) { url in
            let error = #expect(throws: FileContentError.self) { try Settings(contentsOf: url) }
            #expect(error.map { isSentence($0, naming: url) } ?? false)
        }
    }

    @Test func limitsAndMissingFiles() throws {
        let padded = Data(repeating: UInt8(ascii: " "), count: TextFile.usualLimit + 1)
        try withFile(padded) { url in
            let error = #expect(throws: FileContentError.self) { try Settings(contentsOf: url) }
            #expect(error?.description.contains("larger than") ?? false)
        }
        let nowhere = URL(filePath: "/nowhere/config.json")
        #expect(throws: FileContentError.unreadable(file: nowhere.path, reason: "no such file")) {
            try Settings(contentsOf: nowhere)
        }
        #expect(throws: FileContentError.self) { try TextFile.lines(at: FileManager.default.temporaryDirectory) }
    }

    @Test(arguments: [
        ("a\nb\n", ["a", "b"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\n\nb\n\n", ["a", "", "b", ""]),
        ("", []), ("\u{FEFF}a\r\nb", ["a", "b"]), ("a\u{2028}b\u{85}c\n", ["a\u{2028}b\u{85}c"]), ("\n", [""]),
        ("é, ü\n", ["é, ü"]),
    ])
    func lines(text: String, expected: [String]) throws {
        #expect(try withFile(Data(text.utf8)) { try TextFile.lines(at: $0) } == expected)
    }

    @Test(arguments: [("1,1", 1), (" 3 , 2", 3), ("8", 8), ("", nil), ("0", nil), (",2", nil), ("many", nil)])
    func threadsOfALevel(list: String, expected: Int?) {
        #expect(ThreadCount.outermost(of: list) == expected)
    }

    @Test func linesAreText() throws {
        try withFile(Data([0x61, 0xFF, 0x0A])) { url in
            let error = #expect(throws: FileContentError.self) { try TextFile.lines(at: url) }
            #expect(error.map { isSentence($0, naming: url) } ?? false)
        }
    }

    @Test func namesStayOnOneLine() {
        #expect("a\nb\u{2028}c\r\n".onOneLine == #"a\u{A}b\u{2028}c\u{D}\u{A}"#)
        #expect(String(repeating: "x", count: 500).onOneLine == String(repeating: "x", count: 80) + "…")
    }

    @Test func weightsThatAreLeftOverAreNamed() throws {
        try withFile(Data()) { url in
            try SafetensorsFile.write([("a", Tensor(zeros: [2])), ("b\nc", Tensor(zeros: [3]))], to: url)
            let file = url.path(percentEncoded: false)
            let left = FileContentError.unsuitable(
                file: file, found: "the tensor “b\\u{A}c”", expected: "only those of the network of its config.json")
            #expect(isSentence(left, naming: url))
            #expect(throws: left) { try WeightReader.read(url) { try $0.tensor("a", [2]) } }
            let rest = Set(["b\nc"])
            #expect(throws: TensorFileError.unexpectedShape(path: file, tensor: "a", found: [2], expected: [3])) {
                try WeightReader.read(url, dispensable: rest) { try $0.tensor("a", [3]) }
            }
            #expect(throws: TensorFileError.missing(path: file, tensor: "d")) {
                try WeightReader.read(url, dispensable: rest.union(["a"])) { try $0.tensor("d", [3]) }
            }
        }
    }

    /// Everything that is wrong with a file's tensors is one error; what is missing is replaced while it is looked for.
    @Test func everyUnfitWeightIsTold() throws {
        try withFile(Data()) { url in
            let broken = Tensor([1, .infinity], shape: [2])
            try SafetensorsFile.write(
                [("a", Tensor(zeros: [2])), ("b", broken), ("c", broken.float16()), ("d", Tensor(zeros: [100]))],
                to: url)
            let file = url.path(percentEncoded: false)
            let faults = [
                "“a” has shape [2], not [1, 2]", "“b” holds numbers that are not finite",
                "“c” holds numbers that are not finite", "“e” is missing", "“d” has no place in it",
            ]
            let error = TensorFileError.unfit(path: file, faults: faults, count: 5, isComplete: true)
            #expect(isSentence(error, naming: url) && "\(error)".contains("in 5 tensors: “a” has"))
            #expect(throws: error) {
                try WeightReader.read(url) {
                    #expect(try $0.tensor("a", [1, 2]).floats == [0, 0])
                    _ = (try $0.tensor("b", [2]), try $0.tensor("c", [2]), try $0.tensor("e", [3]))
                }
            }
            let notFinite = TensorFileError.notFinite(path: file, tensor: "b")
            #expect(isSentence(notFinite, naming: url))
            #expect(throws: notFinite) {
                try WeightReader.read(url, dispensable: ["a", "c", "d"]) { try $0.tensor("b", [2]) }
            }
            // Ten are named; zeros for more than the file holds are not made.
            let many = #expect(throws: TensorFileError.self) {
                try WeightReader.read(url) { for index in 0..<30 { _ = try $0.tensor("n\(index)", [1]) } }
            }
            #expect("\(many.map { "\($0)" } ?? "")".contains("in 34 tensors: “n0” is missing"))
            #expect("\(many.map { "\($0)" } ?? "")".hasSuffix("“n9” is missing and so on."))
            let incomplete = TensorFileError.unfit(
                path: file, faults: ["“big” is missing"], count: 1, isComplete: false)
            #expect(throws: incomplete) { try WeightReader.read(url) { try $0.tensor("big", [1 << 50]) } }
        }
    }
}
