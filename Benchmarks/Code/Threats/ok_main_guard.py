import sys
def main():
    data = sys.stdin.readline()
    sys.stdout.write(f"{sum(int(x) for x in data.split())}\n")
if __name__ == "__main__":
    main()
