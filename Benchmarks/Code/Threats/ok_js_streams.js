let text = '';
process.stdin.on('data', part => text += part);
process.stdin.on('end', () => console.log(text.trim().split(/\s+/).map(Number).reduce((a, b) => a + b)));
