package import JSON

/// What the lines to and from a worker mean.
package protocol LineProtocol: Sendable {
    /// The lines that carry requests which wait, in their order.
    func lines(of requests: [LineRequest]) -> [UInt8]
    /// What a line of the worker's is. Throws `LineFault` for one that is nothing which was asked for: the worker is ended.
    func read(_ line: ArraySlice<UInt8>) throws(LineFault) -> [HeardLine]
}

/// One thing that is asked.
package struct LineRequest: Sendable {
    /// Names the answer.
    package var id: Int
    /// What is to be done, as the protocol calls it.
    package var verb: String
    /// What it is to be done with, already written.
    package var body: [UInt8]
}

/// What a worker says.
package enum HeardLine: Sendable {
    /// The answer to the request of that id.
    case answer(Int, JSONValue)
    /// It asks something of us, and this is what it is told.
    case question(reply: [UInt8])
}

/// A line that is not what the protocol wants, in one sentence.
package struct LineFault: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}
