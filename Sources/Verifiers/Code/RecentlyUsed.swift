/// Values by key, within a number of entries and of bytes: the one used longest ago goes first, in constant time.
struct RecentlyUsed<Key: Hashable, Value> {
    private struct Entry {
        var key: Key
        var value: Value
        var bytes: Int
        /// Neighbours in the order of use; -1 at its ends.
        var newer: Int
        var older: Int
    }

    private let capacity: Int
    private let most: Int
    private var slots: [Key: Int] = [:]
    /// Linked by their indices; nil where nothing is any more.
    private var entries: [Entry?] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldest = -1
    /// What all entries hold.
    private(set) var bytes = 0

    /// Nothing yet, later at most `capacity` entries that hold at most `bytes`.
    init(capacity: Int, bytes: Int) {
        self.capacity = capacity
        most = bytes
    }

    var count: Int { slots.count }

    /// A value, which is then the one used last.
    subscript(key: Key) -> Value? {
        mutating get {
            guard let slot = slots[key], let entry = entries[slot] else { return nil }
            if slot != newest {
                unlink(entry)
                link(slot)
            }
            return entry.value
        }
    }

    /// Keeps a value of that size, in place of what the key had; one that is larger than all may be is not kept.
    mutating func set(_ key: Key, _ value: Value, bytes size: Int) {
        if let slot = slots[key] { remove(slot) }
        guard size <= most, capacity > 0 else { return }
        while count >= capacity || bytes > most - size { remove(oldest) }
        let slot = free.popLast() ?? entries.count
        let entry = Entry(key: key, value: value, bytes: size, newer: -1, older: -1)
        if slot == entries.count { entries.append(entry) } else { entries[slot] = entry }
        slots[key] = slot
        bytes += size
        link(slot)
    }

    private mutating func remove(_ slot: Int) {
        guard entries.indices.contains(slot), let entry = entries[slot] else { return }
        unlink(entry)
        entries[slot] = nil
        slots[entry.key] = nil
        free.append(slot)
        bytes -= entry.bytes
    }

    /// Makes an entry the newest.
    private mutating func link(_ slot: Int) {
        entries[slot]?.newer = -1
        entries[slot]?.older = newest
        if newest >= 0 { entries[newest]?.newer = slot } else { oldest = slot }
        newest = slot
    }

    private mutating func unlink(_ entry: Entry) {
        if entry.newer >= 0 { entries[entry.newer]?.older = entry.older } else { newest = entry.older }
        if entry.older >= 0 { entries[entry.older]?.newer = entry.newer } else { oldest = entry.newer }
    }
}
