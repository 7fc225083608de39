/// Values that come by the thousand, read in one loop over the bytes: the same grammar as element by element.
extension JSONCursor {
    /// Appends an array of integers that fit Int32; null adds nothing.
    public mutating func appendInt32s(to array: inout [Int32]) throws {
        if try null() { return }
        var scope = try enterArray()
        while try nextElement(&scope) {
            if let small = takeSmallInteger() {
                array.append(small)
                continue
            }
            let start = position
            guard let value = Int32(exactly: try int()) else { throw JSONError("an integer beyond 32 bits", at: start) }
            array.append(value)
        }
    }
}
