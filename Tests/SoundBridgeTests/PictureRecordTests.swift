import Foundation
import PictureFiles
import Testing

@testable import SoundBridge

@Suite struct PictureRecordTests {
    func record(input: String? = "/home/someone/dög, \"old\".wav", prompt: String? = "at night") throws -> PictureRecord
    {
        let settings = GenerationSettings(
            seed: .init(Int64.max), steps: 12, sampler: .dpmPlusPlus2M, guidanceScale: 3.5, prompt: prompt,
            negativePrompt: "a cat", audioWeight: 0.25, window: .loudest)
        var record = PictureRecord(
            input: input, picture: try Picture(width: 2, height: 1, pixels: [0, 1, 2, 3, 4, 5]), model: "default",
            precision: .bfloat16, settings: settings, heard: [.init(label: "Bark", score: 0.5)],
            audioScores: [.init(label: "Dog", score: 0.75)])
        record.output = "/tmp/out.png"
        record.seconds = StageSeconds()
        return record
    }

    @Test func jsonRoundTrip() throws {
        let record = try record()
        let again = try JSONDecoder().decode(PictureRecord.self, from: Data(record.json().utf8))
        #expect(again == record)
        #expect(try !record.json().contains("\n"))
    }

    @Test func aPictureCarriesNoPathAndNoTime() throws {
        let folder = try TemporaryFolder(), file = folder.url.appending(path: "a.png")
        let record = try record()
        let picture = try Picture(width: 2, height: 1, pixels: [0, 1, 2, 3, 4, 5])
        try picture.write(to: file, text: record.textChunks())
        let carried = try PictureRecord(pngContentsOf: file)
        #expect(carried.input == "dög, \"old\".wav")
        #expect(carried.output == nil && carried.seconds == nil)
        #expect(carried.settings == record.settings)
        #expect(try !String(decoding: Data(contentsOf: file), as: UTF8.self).contains("someone"))
        try picture.write(to: file, overwrite: true)
        #expect(throws: PictureRecordError.none(file: file.relativePath)) { try PictureRecord(pngContentsOf: file) }
    }

    @Test func parametersHaveTheFormThatOtherToolsRead() throws {
        let parameters = try record().parameters
        #expect(
            parameters == """
                at night
                Negative prompt: a cat
                Steps: 12, Sampler: dpm++2m, CFG scale: 3.5, Seed: 9223372036854775807, Size: 2x1, Model: default, \
                Precision: bf16, Sound: "/home/someone/dög, \\"old\\".wav", Window: loudest, Audio weight: 0.25, \
                Version: fusemix-gen \(Version.current)
                """)
        let words = try record(input: nil, prompt: "a dog").parameters
        #expect(!words.contains("Sound:") && !words.contains("Window:"))
    }

    @Test func damagedRecordsAreRefused() throws {
        let folder = try TemporaryFolder(), file = folder.url.appending(path: "a.png")
        let picture = try Picture(width: 2, height: 1, pixels: [0, 1, 2, 3, 4, 5])
        let json = try record().json()
        let outOfRange = json.replacingOccurrences(of: "\"steps\":12", with: "\"steps\":0")
        #expect(outOfRange != json)
        for text in [outOfRange, String(json.dropLast()), "{}"] {
            let chunk = try PNGText(keyword: PictureRecord.jsonKeyword, text: text)
            try picture.write(to: file, text: [chunk], overwrite: true)
            #expect(throws: PictureRecordError.damaged(file: file.relativePath)) {
                try PictureRecord(pngContentsOf: file)
            }
        }
    }

    @Test func stagesAddUp() {
        var seconds = StageSeconds()
        let result = seconds.measure(\.denoise) { 7 }
        #expect(result == 7 && seconds.denoise >= 0 && seconds.listen == 0)
    }
}
