import asyncio, concurrent.futures
async def main():
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: sum(map(int, input().split())))
print(asyncio.run(main()))
