import Foundation
import TestSupport
import Testing

struct ServeTests {
    @Test(arguments: [
        (["--port", "70000"], "--port must be from 0 to 65535, not 70000."),
        (["--queue", "0"], "--queue must be from 1 to 10000, not 0."),
        (["--host", "0.0.0.0"], "At 0.0.0.0 others reach the server, so a key is needed: --api-key names its file."),
        (["--api-key", "/nowhere/key"], "/nowhere/key cannot be read: a file with a key was expected."),
    ])
    func wrongUsageIsTold(_ arguments: [String], _ sentence: String) throws {
        let outcome = try Command.start(["serve"] + arguments).finish()
        #expect(outcome.exitCode == 2)
        #expect(outcome.errors == "fusemix-gen: \(sentence)\n")
    }

    @Test func aShortKeyIsNone() throws {
        let scratch = try TemporaryFolder()
        try scratch.write("key", "secret\n")
        let outcome = try Command.start(["serve", "--host", "0.0.0.0", "--api-key", scratch.path("key")]).finish()
        #expect(outcome.exitCode == 2)
        #expect(outcome.errors.contains("begins with a key of 6 characters: 16 or more were expected."))
    }

    @Test func aModelThatIsNotThereEndsTheServerWithThree() throws {
        #expect(try Command.start(["serve", "--model", "nothing", "--port", "0"]).finish().exitCode == 3)
    }
}
