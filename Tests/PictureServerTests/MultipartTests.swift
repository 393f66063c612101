import Foundation
import Testing

@testable import PictureServer

struct MultipartTests {
    private func parts(_ text: String) throws -> [FormPart] {
        try FormPart.parts(of: Data(text.utf8), boundary: "b")
    }

    @Test func fieldsAndFilesAreReadInTheirOrder() throws {
        let parts = try parts(
            """
            preamble\r\n--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na wolf\r\n--b\r\n\
            Content-Type: audio/wav\r\nContent-Disposition: form-data; name=sound; filename="a \\"b\\"; c%22.wav"\r\n\r\n\
            --x\r\n\r\ny\r\n--b--\r\n
            """)
        #expect(parts.map(\.name) == ["prompt", "sound"])
        #expect(parts.map(\.fileName) == [nil, "a \"b\"; c\".wav"])
        #expect(parts.map(\.bytes) == [Data("a wolf".utf8), Data("--x\r\n\r\ny".utf8)])
    }

    @Test(arguments: [
        "", "--b", "--b\r\n", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\n\r\nx\r\n--b--",
    ])
    func brokenBodiesAreRefused(_ body: String) {
        #expect(throws: ServerError.self) { try parts(body) }
    }
}
