import sys
print(sum(map(int, input().split())), file=sys.stderr)
