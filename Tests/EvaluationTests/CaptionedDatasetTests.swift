import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// A small example of every annotation format.
@Suite struct CaptionedDatasetTests {
    private func dataset(_ format: AnnotationFormat, _ path: String, split: String? = nil) throws -> CaptionedDataset {
        try CaptionedDataset(format, annotations: fixture(path), split: split)
    }

    @Test func karpathy() throws {
        let test = try dataset(.karpathy, "karpathy/dataset_flickr8k.json")
        #expect(
            test.media == [
                CaptionedMedium(
                    paths: ["101_bb.jpg"], captions: ["Two boats at sea .", "\"Boats\" (white ones)"],
                    group: "101_bb.jpg")
            ])
        #expect(test.split == "test")
        let train = try dataset(.karpathy, "karpathy/dataset_flickr8k.json", split: "train")
        #expect(train.media.map(\.captions.count) == [5])
        #expect(try dataset(.karpathy, "karpathy/dataset_flickr8k.json", split: "all").media.count == 3)
        let coco = try dataset(.karpathy, "karpathy/dataset_coco.json")
        let name = "COCO_val2014_000000391895.jpg"
        #expect(coco.media.map(\.paths) == [["val2014/\(name)", name]])
    }

    @Test func coco() throws {
        let media = try dataset(.coco, "coco/captions_val2017.json").media
        #expect(media.map(\.paths) == [["000000397133.jpg"], ["000000037777.jpg"]])
        #expect(media.map(\.captions) == [["Someone cooks."], ["A small kitchen.", "A kitchen, empty"]])
    }

    @Test func flickr8k() throws {
        let test = try dataset(.flickr8k, "flickr8k/Flickr8k.token.txt")
        #expect(test.media.map(\.group) == ["1001_b2.jpg", "1002_c3.jpg"])
        #expect(test.media.map(\.captions.count) == [2, 1])
        #expect(try dataset(.flickr8k, "flickr8k/Flickr8k.token.txt", split: "val").media.count == 1)
        #expect(try dataset(.flickr8k, "flickr8k/Flickr8k.token.txt", split: "all").media.count == 3)
        let table = try dataset(.flickr8k, "flickr8k/captions.txt", split: "dev")
        #expect(table.media.map(\.captions) == [["A child climbs stairs .", "A girl , maybe , enters \"the\" house"]])
    }

    @Test func clotho() throws {
        let media = try dataset(.clotho, "clotho/clotho_captions_evaluation.csv").media
        #expect(media.map(\.paths) == [["Rain on a roof.wav"], ["birds-03.wav"]])
        #expect(media[0].captions == ["Rain falls", "Water drips", "Drops fall, slowly", "A storm", "It rains"])
        #expect(media[1].captions[4] == "Someone says \"birds\"")
    }

    @Test func audioCaps() throws {
        let media = try dataset(.audiocaps, "audiocaps/test.csv").media
        #expect(media.map(\.group) == ["rqfQRErjfk8", "-Ny1aBcDeFg"])
        #expect(media[0].captions == ["A crowd claps", "People clap, then stop", "Applause"])
        #expect(media[0].paths.contains("rqfQRErjfk8.wav") && media[1].paths.contains("Y-Ny1aBcDeFg.flac"))
        #expect(media[0].paths.contains("rqfQRErjfk8_170.wav"))
    }

    @Test func table() throws {
        let media = try dataset(.tsv, "table/table.tsv").media
        #expect(media.map(\.paths) == [["a.png"], ["sub/b.png"], ["c.png"]])
        #expect(media.map(\.group) == ["cats", "cats", "cows"])
        #expect(media[0].captions == ["a cat", "the same cat"])
        #expect(try dataset(.tsv, "table/table.tsv", split: "train").media.map(\.paths) == [["c.png"]])
    }

    @Test func splitsThatAreNotThere() throws {
        #expect(throws: DatasetError.self) { try dataset(.karpathy, "karpathy/dataset_flickr8k.json", split: "tset") }
        #expect(throws: DatasetError.self) { try dataset(.tsv, "table/table.tsv", split: "tset") }
        #expect(throws: FileContentError.self) { try dataset(.flickr8k, "flickr8k/captions.txt", split: "train") }
        let file = try fixture("clotho/clotho_captions_evaluation.csv")
        #expect(
            throws: DatasetError.splitless(
                file: file.path(percentEncoded: false), format: .clotho, split: "test")
        ) { try dataset(.clotho, "clotho/clotho_captions_evaluation.csv", split: "test") }
    }

    /// Files that are truncated, of another format, or not text give a sentence that names the file and the place.
    @Test(arguments: [
        (AnnotationFormat.karpathy, "{\"images\": [{\"filename\": \"a.jpg\"", "a.json"),
        (.karpathy, "{\"images\": [{\"filename\": \"a.jpg\", \"split\": \"test\"}]}", "images[0].sentences"),
        (.karpathy, "{\"images\": [{\"filename\": \"a\", \"split\": \"test\", \"sentences\": []}]}", "sentences"),
        (.karpathy, "{\"images\": []}", "no captioned media"),
        (
            .coco, "{\"images\": [], \"annotations\": [{\"image_id\": 7, \"caption\": \"a\"}]}",
            "annotations[0].image_id"
        ),
        (.coco, "[]", "a.json"),
        (.flickr8k, "x.jpg#0 no tab\n", "Line 1"),
        (.flickr8k, "image,caption\nx.jpg\n", "Line 2"),
        (.clotho, "file_name,caption_1\n", "Line 1"),
        (.clotho, "", "Line 1"),
        (.clotho, "file_name,caption_1,caption_2,caption_3,caption_4,caption_5\na,\"b\n", "Line 2"),
        (.audiocaps, "audiocap_id,youtube_id,start_time,caption\n1,2\n", "Line 2"),
        (.tsv, "a.png\ta cat\n", "Line 1"),
        (.tsv, "path\tcaption\na.png\t\n", "Line 2"),
        (.tsv, "path\tcaption\tcaption\n", "Line 1"),
        (.tsv, "path\tcaption\n", "no captioned media"),
    ])
    func malformed(format: AnnotationFormat, text: String, named: String) throws {
        let scratch = try TemporaryFolder()
        try scratch.write("a.json", text)
        let error = #expect(throws: (any Error).self) {
            try CaptionedDataset(format, annotations: scratch.url("a.json"), split: format == .flickr8k ? "all" : nil)
        }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains(named) && sentence.contains("a.json") && sentence.hasSuffix("."), "\(sentence)")
    }

    @Test func notText() throws {
        let scratch = try TemporaryFolder()
        try Data([0x70, 0xff, 0xfe, 0x00]).write(to: scratch.url("a.csv"))
        for format in AnnotationFormat.allCases {
            #expect(throws: (any Error).self) { try CaptionedDataset(format, annotations: scratch.url("a.csv")) }
            #expect(throws: (any Error).self) { try CaptionedDataset(format, annotations: scratch.url("absent")) }
            #expect(throws: (any Error).self) { try CaptionedDataset(format, annotations: scratch.url) }
        }
    }

    @Test func mediaAreFoundWhereTheyMayLie() throws {
        let scratch = try TemporaryFolder()
        for name in ["val2014/COCO_val2014_000000391895.jpg", "Yrq.wav", "a.png", "-Ny1aBcDeFg.ogg"] {
            try scratch.write(name, "")
        }
        let coco = try dataset(.karpathy, "karpathy/dataset_coco.json").located(in: scratch.url, isStrict: true)
        #expect(coco.items.map(\.file.lastPathComponent) == ["COCO_val2014_000000391895.jpg"])
        let audioCaps = try dataset(.audiocaps, "audiocaps/test.csv")
        let found = try audioCaps.located(in: scratch.url)
        #expect(found.missing == 1 && found.items.map(\.medium.captions) == [["A horn blows"]])
        let folder = scratch.url.path(percentEncoded: false)
        let error = DatasetError.missingMedia(folder: folder, missing: 1, total: 2, first: "rqfQRErjfk8.wav")
        #expect(found.error == error)
        #expect(throws: error) { try audioCaps.located(in: scratch.url, isStrict: true) }
        // Finding no media at all is always an error.
        #expect(throws: DatasetError.self) {
            try dataset(.coco, "coco/captions_val2017.json").located(in: scratch.url)
        }
    }

    /// Names as downloaders give them to the clip of a video from second 170 on, and after the ids of its lines.
    @Test(arguments: [
        "rqfQRErjfk8.wav", "YrqfQRErjfk8.mp3", "rqfQRErjfk8_170.flac", "rqfQRErjfk8_170_180.wav",
        "YrqfQRErjfk8_170000_180000.wav", "rqfQRErjfk8_000170.wav", "YrqfQRErjfk8_170.000_180.000.wav",
        "rqfQRErjfk8_170.0.ogg", "test/rqfQRErjfk8.wav", "clips/a/b/YrqfQRErjfk8_170.wav",
    ])
    func namesOfAudioCaps(name: String) throws {
        let scratch = try TemporaryFolder()
        try scratch.write(name, "")
        let found = try dataset(.audiocaps, "audiocaps/test.csv").located(in: scratch.url)
        #expect(found.items.map(\.medium.group) == ["rqfQRErjfk8"] && found.missing == 1)
        #expect(found.items[0].file.path == scratch.path(name))
    }

    @Test(arguments: [
        (AnnotationFormat.coco, "coco/captions_val2017.json", "val2017/000000397133.jpg"),
        (.flickr8k, "flickr8k/Flickr8k.token.txt", "Flicker8k_Dataset/1001_b2.jpg"),
        (.karpathy, "karpathy/dataset_flickr8k.json", "Images/101_bb.jpg"),
        (.clotho, "clotho/clotho_captions_evaluation.csv", "evaluation/birds-03.wav"),
        (.clotho, "clotho/clotho_captions_evaluation.csv", "a/b/birds-03.wav"),
    ])
    func datasetsOwnFolders(format: AnnotationFormat, annotations: String, medium: String) throws {
        let scratch = try TemporaryFolder()
        try scratch.write(medium, "")
        let found = try dataset(format, annotations).located(in: scratch.url)
        #expect(found.items.map(\.file.path) == [scratch.path(medium)])
    }

    /// Of two files of one name neither is taken, unless one lies where the dataset has it.
    @Test func aNameTwiceIsNoName() throws {
        let scratch = try TemporaryFolder()
        let clotho = try dataset(.clotho, "clotho/clotho_captions_evaluation.csv")
        try scratch.write("a/birds-03.wav", "")
        try scratch.write("b/birds-03.wav", "")
        #expect(throws: DatasetError.self) { try clotho.located(in: scratch.url) }
        try scratch.write("evaluation/birds-03.wav", "")
        #expect(try clotho.located(in: scratch.url).items.map(\.file.path) == [scratch.path("evaluation/birds-03.wav")])
    }

    /// The published list of Flickr8k has captions of a picture that does not exist.
    @Test func theStrayOfFlickr8k() throws {
        let scratch = try TemporaryFolder()
        let list = try scratch.write(
            "Flickr8k.token.txt",
            "1000268201_693b08cb0e.jpg#0\tA child .\n2258277193_586949ec62.jpg.1#0\tpeople waiting for the subway\n")
        let media = try CaptionedDataset(.flickr8k, annotations: list, split: "all").media
        #expect(media.map(\.group) == ["1000268201_693b08cb0e.jpg"])
    }
}
