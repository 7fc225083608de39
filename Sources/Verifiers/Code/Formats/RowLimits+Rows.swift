import JSON
import Numbers

extension RowLimits {
    /// With what the row's `limits` object says.
    func filled(from row: JSONValue) throws -> RowLimits {
        guard let stated = row["limits"], !stated.isNull else { return self }
        try stated.requireKeys(
            [
                "cpu_s", "wall_s", "memory_mb", "output_bytes", "processes", "disk_mb", "compile_wall_s",
                "compile_memory_mb",
            ], of: "limits")
        func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
            guard let value = stated[key], !value.isNull else { return nil }
            guard let number = value.doubleValue, range.contains(number) else {
                throw CodeRowError(
                    description: "'limits.\(key)' must be a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        func bytes(_ key: String, unit: Int, in range: ClosedRange<Double>) throws -> Int? {
            try number(key, in: range).map { Int(clamping: $0 * Double(unit), .down) }
        }
        var limits = self
        limits.cpu = try number("cpu_s", in: 0.01...86_400) ?? limits.cpu
        limits.wall = try number("wall_s", in: 0.01...86_400) ?? limits.wall
        limits.memory = try bytes("memory_mb", unit: 1 << 20, in: 16...1e7) ?? limits.memory
        limits.output = try bytes("output_bytes", unit: 1, in: 1...Double(1 << 30)) ?? limits.output
        limits.processes = try bytes("processes", unit: 1, in: 1...65_536) ?? limits.processes
        limits.disk = try bytes("disk_mb", unit: 1 << 20, in: 0.01...1e6) ?? limits.disk
        limits.compileWall = try number("compile_wall_s", in: 0.01...86_400) ?? limits.compileWall
        limits.compileMemory = try bytes("compile_memory_mb", unit: 1 << 20, in: 16...1e7) ?? limits.compileMemory
        return limits
    }
}
