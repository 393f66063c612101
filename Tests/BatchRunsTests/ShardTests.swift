import Testing

@testable import BatchRuns

@Suite struct ShardTests {
    @Test func partsAreEverythingOnce() throws {
        let items = Array(0..<11)
        let parts = try (1...4).map { try Shard("\($0)/4").part(of: items) }
        #expect(parts == [[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7]])
        #expect(Shard.whole.part(of: items) == items)
    }

    @Test func moreShardsThanItems() throws {
        #expect(try Shard("3/3").part(of: ["a", "b"]).isEmpty)
        #expect(try Shard("1000000/1000000").part(of: [Int]()).isEmpty)
    }

    @Test(arguments: [
        "", "/", "3", "3/", "/8", "0/8", "9/8", "-1/8", "+1/8", "1/0", "1/2/3", " 1/8", "1/8 ", "a/b", "1.0/8", "１/８",
        "1/1000001", "1/99999999999999999999",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(throws: ShardError.notAShard(text)) { try Shard(text) }
    }

    @Test func isATaskOfASlurmArray() throws {
        func shard(_ id: String, _ min: String?, _ max: String?, _ count: String?) throws -> String? {
            let pairs = [("ID", id), ("MIN", min), ("MAX", max), ("COUNT", count)]
            let environment = pairs.reduce(into: [:]) { $0["SLURM_ARRAY_TASK_" + $1.0] = $1.1 }
            return try Shard(slurm: environment)?.description
        }
        #expect(try shard("1", "1", "8", "8") == "1/8")
        #expect(try shard("7", "0", "7", "8") == "8/8")
        #expect(try shard("12", "10", nil, "8") == "3/8")
        #expect(try Shard(slurm: [:]) == nil)
        #expect(try Shard(slurm: ["SLURM_JOB_ID": "5"]) == nil)
        for (id, min, max, count) in [
            ("5", "1", "9", "3"), ("9", "1", "9", "3"), ("0", "1", "8", "8"), ("9", "1", "8", "8"),
            ("1", nil, "8", "8"), ("1", "1", "8", nil), ("x", "1", "8", "8"), ("1", "1", "8", "0"),
            ("1", "-9223372036854775808", nil, "8"), ("1", "1", "8", "9223372036854775807"),
        ] as [(String, String?, String?, String?)] {
            #expect(throws: ShardError.arrayWithGaps) { try shard(id, min, max, count) }
        }
    }
}
