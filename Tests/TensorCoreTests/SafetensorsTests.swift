import Foundation
import TestSupport
import Testing

@testable import TensorCore

@Suite struct SafetensorsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes a file with the given header, followed by `dataBytes` zeros.
    func file(header: String, dataBytes: Int = 16, declaredLength: UInt64? = nil) throws -> URL {
        var bytes = withUnsafeBytes(of: (declaredLength ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
        bytes.append(Data(header.utf8))
        bytes.append(Data(count: dataBytes))
        return try folder.write("file", bytes)
    }

    @Test func roundTrip() throws {
        let values = randomTensor([3, 5], seed: 1)
        let url = folder.url("a.safetensors")
        try SafetensorsFile.write(
            [("second", values.float16()), ("first", values)], metadata: ["format": "pt"], to: url)
        let file = try SafetensorsFile(contentsOf: url)
        #expect(file.names == ["second", "first"])
        #expect(file.metadata == ["format": "pt"])
        #expect(try file.tensor("first", shape: [3, 5]).floats == values.floats)
        let half = try file.tensor("second")
        #expect(half.dtype == .float16)
        #expect(excess(half.float32(), values.floats.map(Double.init), relative: 1.0 / 2048, floor: 1e-7) <= 0)
        #expect(throws: TensorFileError.self) { try file.tensor("third") }
        #expect(throws: TensorFileError.self) { try file.tensor("first", shape: [5, 3]) }
    }

    @Test func halvesAreExactBothWays() {
        let patterns = (0...UInt16.max).map { $0 }
        for pattern in patterns {
            let value = Float(Float16(bitPattern: pattern))
            let half = Tensor([value], shape: [1]).float16()
            let bits = half.withBytes { $0.loadUnaligned(as: UInt16.self) }
            if value.isNaN {
                #expect(half.floats[0].isNaN)
            } else if bits != pattern || half.floats[0].bitPattern != value.bitPattern {
                Issue.record("half \(pattern) became \(bits)")
            }
        }
        let ties: [Float] = [1 + 0x1p-11, 1 + 3 * 0x1p-11, 65519.9, 65520, 1e-8, 6e-8, -2.9e-8]
        #expect(Tensor(ties, shape: [ties.count]).float16().floats == ties.map { Float(Float16($0)) })
    }

    @Test(arguments: [
        "", "[]", "{\"a\":3}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[0,16]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,99]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-16,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,16]}}",
        "{\"a\":",
    ])
    func hostileHeadersAreErrors(header: String) throws {
        let url = try file(header: header)
        #expect(throws: TensorFileError.self) { try SafetensorsFile(contentsOf: url) }
    }

    @Test func aTensorOfAnUnknownTypeHarmsNothingUntilItIsRead() throws {
        let header = """
            {"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}
            """
        let url = try file(header: header)
        let file = try SafetensorsFile(contentsOf: url)
        #expect(file.names == ["a", "b"] && file.layout(of: "a") == nil)
        #expect(try file.tensor("b").floats == [0])
        let error = TensorFileError.unknownType(path: url.path(percentEncoded: false), tensor: "a", type: "F8_E4M3")
        #expect(throws: error) { try file.tensor("a") }
        #expect(error.description.contains("F8_E4M3"))
    }

    @Test func hostileLengthsAreErrors() throws {
        for length in [UInt64.max, 1 << 63, 1 << 62, 1000] {
            let url = try file(header: "{}", declaredLength: length)
            #expect(throws: TensorFileError.self) { try SafetensorsFile(contentsOf: url) }
        }
        for bytes in 0..<8 {
            let url = try folder.write("short", Data(count: bytes))
            #expect(throws: TensorFileError.self) { try SafetensorsFile(contentsOf: url) }
        }
        #expect(throws: TensorFileError.self) { try SafetensorsFile(contentsOf: folder.url) }
        #expect(throws: TensorFileError.self) { try SafetensorsFile(contentsOf: folder.url("none")) }
    }
}
