/// Whole numbers in Chinese and Japanese numerals: 五, 十二, 三百零五.
enum ChineseNumerals {
    static func value(_ folded: [UInt8]) -> Int? {
        guard folded.contains(where: { $0 >= 0xE3 }) else { return nil }
        let text = String(decoding: PlainText.flattened(folded), as: UTF8.self).filter { $0 != " " }
        guard (1...12).contains(text.count) else { return nil }
        var (total, digit) = (0, -1)
        for character in text {
            if let value = digits[character] {
                digit = value
            } else if let scale = scales[character] {
                total += max(1, digit) * scale
                digit = -1
            } else {
                return nil
            }
        }
        return total + max(0, digit)
    }

    private static let digits: [Character: Int] = [
        "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    private static let scales: [Character: Int] = ["十": 10, "百": 100, "千": 1000]
}
