import Foundation
import LatentDiffusion
import PictureFiles
import TestSupport
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
                Steps: 12, Sampler: DPM++ 2M, CFG scale: 3.5, Seed: 9223372036854775807, Size: 2x1, Model: default, \
                Precision: bf16, Sound: "/home/someone/dög, \\"old\\".wav", Window: loudest, Audio weight: 0.25, \
                Version: fusemix-gen \(Version.current)
                """)
        let words = try record(input: nil, prompt: "a dog").parameters
        #expect(!words.contains("Sound:") && !words.contains("Window:"))
    }

    @Test func whatAPictureStartedFromIsCarriedWithoutItsFolder() throws {
        var settings = GenerationSettings(steps: 4, sampler: .euler, guidanceScale: 3)
        settings.initImage = InitialPicture(path: "/home/someone/cat.png", sha256: "ab", strength: 0.25)
        settings.variation = NoiseVariation(seed: 9, strength: 0.5)
        settings.size = PictureSize(width: 64, height: 48)
        let record = PictureRecord(
            input: nil, picture: try Picture(width: 1, height: 1, pixels: [0, 1, 2]), model: "default",
            precision: .float32, settings: settings, heard: [], audioScores: nil)
        let chunks = try record.textChunks()
        #expect(
            chunks[0].text.contains(
                "Denoising strength: 0.25, Init image: cat.png, Variation seed: 9, Variation seed strength: 0.5"))
        let carried = try JSONDecoder().decode(PictureRecord.self, from: Data(chunks[1].text.utf8)).settings
        #expect(carried.initImage == InitialPicture(path: "cat.png", sha256: "ab", strength: 0.25))
        #expect(carried.variation == settings.variation && carried.size == settings.size && carried.isInRange)
        settings.initImage?.strength = 1.5
        #expect(!settings.isInRange)
        #expect(PictureSize("256") == PictureSize(width: 256, height: 256) && PictureSize("8x256") == nil)
        for text in ["", "x", "256x", "1x2x3", "99999999999999999999", "2048"] { #expect(PictureSize(text) == nil) }
    }

    @Test func aChangedPictureIsNotStartedFrom() throws {
        let folder = try TemporaryFolder(), file = folder.url.appending(path: "a.png")
        try Picture(width: 2, height: 1, pixels: [0, 0, 0, 9, 9, 9]).write(to: file)
        let initial = try InitialPicture(contentsOf: file.relativePath)
        #expect(try initial.read().picture.pixels == [0, 0, 0, 9, 9, 9])
        try Picture(width: 2, height: 1, pixels: [1, 1, 1, 9, 9, 9]).write(to: file, overwrite: true)
        #expect(throws: InitialPictureError.changed(file: file.relativePath)) {
            try initial.read()
        }
    }

    @Test func damagedRecordsAreRefused() throws {
        let folder = try TemporaryFolder(), file = folder.url.appending(path: "a.png")
        let picture = try Picture(width: 2, height: 1, pixels: [0, 1, 2, 3, 4, 5])
        let json = try record().json()
        let outOfRange = json.replacingOccurrences(of: "\"steps\":12", with: "\"steps\":0")
        let unguided = json.replacingOccurrences(of: "\"guidanceScale\":3.5,", with: "")
        #expect(outOfRange != json && unguided != json)
        for text in [outOfRange, unguided, String(json.dropLast()), "{}"] {
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
