class Solution:
    def add(self, items, x):
        items.sort()
        items.append(x)
        return items
