import FilesOnDisk
import PictureFiles
import TensorCore

/// The steps from a picture to a network's input: the `preprocessor_config.json` of an image encoder in the layouts that
/// transformers has written over the years, or the `pretrained_cfg` of a folder of timm.
struct PicturePreparation: CheckedJSON, Sendable {
    /// Columns and rows of what is returned; the two are equal.
    let side: Int

    private let resize: Resize?
    private let filter: Int
    private let cropsCentre: Bool
    private let margin: FloatingPointRoundingRule
    private let scale: Float
    private let mean: [Float]
    private let deviation: [Float]
    /// What of the sizes does not fit together; nil where all does.
    private let fault: (field: String, expected: String)?

    private enum Resize: Sendable {
        /// The shorter side becomes that long, the longer one in proportion.
        case shorterSide(Int)
        case square(Int)
    }

    private enum CodingKeys: String, CodingKey {
        case size, resample
        case resizes = "do_resize"
        case crops = "do_center_crop"
        case cropSize = "crop_size"
        case rescales = "do_rescale"
        case rescaleFactor = "rescale_factor"
        case normalizes = "do_normalize"
        case mean = "image_mean"
        case deviation = "image_std"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        cropsCentre = try fields.value(.crops, default: false)
        margin = .down
        filter = try fields.value(.resample, default: 3)
        let rescales = try fields.value(.rescales, default: true)
        scale = rescales ? try fields.value(.rescaleFactor, default: 1 / 255) : 1
        let normalizes = try fields.value(.normalizes, default: true)
        mean = normalizes ? try fields.decode([Float].self, forKey: .mean) : [0, 0, 0]
        deviation = normalizes ? try fields.decode([Float].self, forKey: .deviation) : [1, 1, 1]

        let crop = cropsCentre ? try fields.decode(Size.self, forKey: .cropSize).square(orShorterSide: false) : nil
        if try fields.value(.resizes, default: true) {
            // A number alone is the shorter side where the centre is cut out, else both.
            resize = try fields.decode(Size.self, forKey: .size).square(orShorterSide: cropsCentre)
        } else {
            resize = nil
        }
        switch (crop, resize) {
        case (.square(let side), .shorterSide(let resized)) where resized < side,
            (.square(let side), .square(let resized)) where resized < side:
            (self.side, fault) = (side, ("size", "at least the \(side) of crop_size, not \(resized)"))
        case (.square(let side), .some): (self.side, fault) = (side, nil)
        case (nil, .square(let side)) where !cropsCentre: (self.side, fault) = (side, nil)
        case (_, nil): (side, fault) = (1, ("do_resize", "true, as networks take pictures of one size"))
        default:
            (side, fault) = (1, (cropsCentre ? "crop_size" : "size", "a height and a width that are equal"))
        }
    }

    private enum TIMMKeys: String, CodingKey {
        case inputSize = "input_size"
        case interpolation, mean
        case cropShare = "crop_pct"
        case cropMode = "crop_mode"
        case deviation = "std"
    }

    /// Reads a `pretrained_cfg` of timm: the shorter side is resized so that the middle is that share of it.
    init(timm decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: TIMMKeys.self)
        let size = try fields.decode([Int].self, forKey: .inputSize)
        let share = try fields.value(.cropShare, default: 0.875)
        let interpolation = try fields.value(.interpolation, default: "bicubic")
        let mode = try fields.value(.cropMode, default: "center")
        mean = try fields.decode([Float].self, forKey: .mean)
        deviation = try fields.decode([Float].self, forKey: .deviation)
        (cropsCentre, margin, scale) = (true, .toNearestOrEven, 1 / 255)
        filter = ["bilinear": 2, "bicubic": 3][interpolation] ?? 0
        let fits = size.count == 3 && size[0] == 3 && size[1] == size[2] && 1...2048 ~= size[1]
        side = fits ? size[1] : 1
        resize = 0.5...1 ~= share ? .shorterSide(Int(Double(side) / share)) : nil
        fault =
            !fits
            ? ("pretrained_cfg.input_size", "3, a height and a width that are equal and at most 2048")
            : resize == nil
                ? ("pretrained_cfg.crop_pct", "between 0.5 and 1, not \(share)")
                : mode != "center" ? ("pretrained_cfg.crop_mode", "“center”, not “\(mode.onOneLine)”") : nil
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(fault == nil, fault?.field ?? "", fault?.expected ?? "")
        try check.require(side, in: 1...2048, cropsCentre ? "crop_size" : "size")
        switch resize {
        case .shorterSide(let side), .square(let side): try check.require(side, in: 1...4096, "size")
        case nil: break
        }
        try check.require([2, 3].contains(filter), "resample", "2 (bilinear) or 3 (bicubic), not \(filter)")
        try check.require(scale, in: 1e-6...1, "rescale_factor")
        try check.require(mean.count == 3 && mean.allSatisfy { abs($0) <= 1000 }, "image_mean", "three numbers")
        try check.require(
            deviation.count == 3 && deviation.allSatisfy { 1e-6...1000 ~= $0 }, "image_std", "three positive numbers")
    }

    /// A number, or an object with a height and a width or a shortest edge.
    private struct Size: Decodable {
        let number: Int?
        let shortestEdge: Int?
        let height: Int?
        let width: Int?

        private enum CodingKeys: String, CodingKey {
            case height, width
            case shortestEdge = "shortest_edge"
        }

        init(from decoder: any Decoder) throws {
            if let number = try? decoder.singleValueContainer().decode(Int.self) {
                (self.number, shortestEdge, height, width) = (number, nil, nil, nil)
            } else {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                number = nil
                shortestEdge = try fields.decodeIfPresent(Int.self, forKey: .shortestEdge)
                height = try fields.decodeIfPresent(Int.self, forKey: .height)
                width = try fields.decodeIfPresent(Int.self, forKey: .width)
            }
        }

        func square(orShorterSide isShorterSide: Bool) -> Resize? {
            if let number { return isShorterSide ? .shorterSide(number) : .square(number) }
            if let shortestEdge { return .shorterSide(shortestEdge) }
            return height == width ? height.map(Resize.square) : nil
        }
    }
}

extension PicturePreparation {
    /// The network's input for a picture, `[1, side, side, 3]`: resized as Pillow does, with antialiasing, its middle cut
    /// out, each level scaled and normalised.
    func input(of picture: Picture) -> Tensor { input(seen: seen(of: picture)) }

    /// The network's input for a picture of its size.
    func input(seen picture: Picture) -> Tensor {
        Tensor(shape: [1, side, side, 3]) { values in
            for (index, level) in picture.pixels.enumerated() {
                values[index] = (Float(level) * scale - mean[index % 3]) / deviation[index % 3]
            }
        }
    }

    /// The part of a picture that the network sees: its middle, at the network's size.
    func seen(of picture: Picture) -> Picture {
        let (width, height) =
            switch resize {
            case .square(let side): (side, side)
            case .shorterSide(let side) where picture.width <= picture.height:
                (side, side * picture.height / picture.width)
            case .shorterSide(let side): (side * picture.width / picture.height, side)
            case nil: (side, side)
            }
        do {
            return try picture.resized(
                width: width, height: height, by: filter == 2 ? .bilinear : .bicubic, centre: side, margin: margin)
        } catch {
            preconditionFailure("sizes that were checked: \(error)")
        }
    }
}
